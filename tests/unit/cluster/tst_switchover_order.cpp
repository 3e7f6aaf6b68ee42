// What is a person told who asked for a switchover, and is it told once?

#include "cluster/switchover_order.h"

#include <QTest>

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

class TestSwitchoverOrder : public QObject
{
    Q_OBJECT

private:
    using Answer = tl::expected<QCborMap, wire::ResponseError>;

    /// From n1, which is master with token 7; gives up at 10 s.
    SwitchoverOrder::Order orderTo(const QString &to)
    {
        return {[this](const Answer &answer) { m_answers.push_back(answer); }, u"n1"_s, to,
            Instant{} + 10s, Term{7}};
    }
    [[nodiscard]] QString code() const
    {
        return m_answers.size() == 1 && !m_answers[0] ? m_answers[0].error().code : QString();
    }

    std::vector<Answer> m_answers;

private Q_SLOTS:
    void init() { m_answers.clear(); }

    void succeedsWhenTheOneAskedForIsActive()
    {
        SwitchoverOrder order;
        order.begin(orderTo(u"n2"_s));
        QVERIFY(order.isUnderWay());
        order.noteActive(u"n1"_s, Term{7}); // The old master, once more.
        QVERIFY(m_answers.empty());
        order.noteActive(u"n2"_s, Term{8});
        QCOMPARE(m_answers.size(), std::size_t(1));
        QVERIFY(m_answers[0].has_value());
        QCOMPARE(
            *m_answers[0], (QCborMap{{u"from"_s, u"n1"_s}, {u"to"_s, u"n2"_s}, {u"term"_s, 8}}));
        QVERIFY(!order.isUnderWay());
    }

    void whoeverIsNextMayBeAskedFor()
    {
        SwitchoverOrder order;
        order.begin(orderTo({}));
        order.noteActive(u"n3"_s, Term{9});
        QCOMPARE(m_answers.size(), std::size_t(1));
        QCOMPARE((*m_answers[0])[u"to"_s].toString(), u"n3"_s);
    }

    void failsWhenAnotherOneBecomesActive()
    {
        SwitchoverOrder order;
        order.begin(orderTo(u"n2"_s));
        order.noteActive(u"n3"_s, Term{8});
        QCOMPARE(code(), u"failed"_s);
        QVERIFY(m_answers[0].error().message.contains(u"n3 became master instead of n2"_s));
    }

    void failsWhenTheOldMasterIsActiveAnew()
    {
        SwitchoverOrder order;
        order.begin(orderTo(u"n2"_s));
        order.noteActiveHere(Term{7}); // Not yet handed over.
        QVERIFY(m_answers.empty());
        order.noteActiveHere(Term{9});
        QCOMPARE(code(), u"failed"_s);
    }

    void isGivenUpInTime()
    {
        SwitchoverOrder order;
        order.begin(orderTo(u"n2"_s));
        order.giveUpIfDue(Instant{} + 10s - 1ns);
        QVERIFY(m_answers.empty());
        order.giveUpIfDue(Instant{} + 10s);
        QCOMPARE(code(), u"timeout"_s);
    }

    void whoDoesNotWaitIsAnsweredWhenItIsUnderWay()
    {
        SwitchoverOrder order;
        order.begin(orderTo(u"n2"_s));
        order.finishUnseen();
        QCOMPARE(m_answers.size(), std::size_t(1));
        QCOMPARE(*m_answers[0], (QCborMap{{u"from"_s, u"n1"_s}, {u"to"_s, u"n2"_s}}));
    }

    void isAnsweredOnce()
    {
        SwitchoverOrder order;
        order.begin(orderTo(u"n2"_s));
        order.fail(u"refused"_s, u"paused"_s);
        order.finishUnseen();
        order.noteActive(u"n2"_s, Term{8});
        order.noteActiveHere(Term{9});
        order.giveUpIfDue(Instant{} + 1h);
        order.fail(u"failed"_s, {});
        QCOMPARE(code(), u"refused"_s);
    }
};

} // namespace clustd::cluster

QTEST_GUILESS_MAIN(clustd::cluster::TestSwitchoverOrder)
#include "tst_switchover_order.moc"
