#pragma once

#include "cluster/control_backend.h"
#include "util/instant.h"
#include "util/strong_id.h"

#include <optional>

namespace clustd::cluster {

/// The switchover that a person asked for and waits for, one at a time: by what it is seen to have
/// succeeded or failed. Each way the reply is called once. Thread: the cluster thread.
class SwitchoverOrder
{
public:
    struct Order
    {
        Reply reply;
        QString from; ///< The master that hands over
        QString to; ///< Empty: whoever is next in order
        Instant giveUpAt{};
        Term token; ///< Of the mandate that is handed over
    };

    [[nodiscard]] bool isUnderWay() const { return m_order.has_value(); }
    void begin(Order order);

    /// The hand-over is under way, and nobody waits for more.
    void finishUnseen();
    /// @p machine says that it is active, in @p term.
    void noteActive(const QString &machine, Term term);
    /// This machine is active with the mandate @p token.
    void noteActiveHere(Term token);
    void giveUpIfDue(Instant now);
    void fail(const QString &code, const QString &why);

private:
    std::optional<Order> m_order;
};

} // namespace clustd::cluster
