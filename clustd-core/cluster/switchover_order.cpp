#include "cluster/switchover_order.h"

#include <utility>

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;

void SwitchoverOrder::begin(Order order)
{
    m_order = std::move(order);
}

void SwitchoverOrder::finishUnseen()
{
    if (const auto done = std::exchange(m_order, std::nullopt))
        done->reply(QCborMap{{u"from"_s, done->from}, {u"to"_s, done->to}});
}

void SwitchoverOrder::noteActive(const QString &machine, Term term)
{
    if (!m_order || machine == m_order->from)
        return;
    if (!m_order->to.isEmpty() && machine != m_order->to) {
        fail(u"failed"_s, u"%1 became master instead of %2"_s.arg(machine, m_order->to));
        return;
    }
    const auto done = std::exchange(m_order, std::nullopt);
    done->reply(
        QCborMap{{u"from"_s, done->from}, {u"to"_s, machine}, {u"term"_s, qint64(term.value())}});
}

void SwitchoverOrder::noteActiveHere(Term token)
{
    if (m_order && m_order->token != token)
        fail(u"failed"_s,
            u"no other machine took the role in its turn, so this one is master again"_s);
}

void SwitchoverOrder::giveUpIfDue(Instant now)
{
    if (m_order && now >= m_order->giveUpAt)
        fail(u"timeout"_s, u"no other machine became active in time"_s);
}

void SwitchoverOrder::fail(const QString &code, const QString &why)
{
    if (const auto failed = std::exchange(m_order, std::nullopt))
        failed->reply(tl::unexpected(wire::ResponseError{code, why, {}}));
}

} // namespace clustd::cluster
