// Is each alarm told once when it begins, once when it ends, and listed in between?

#include "election/alarm_board.h"
#include "support/election_by_hand.h"

using namespace clustd;
using namespace clustd::test;

class TestAlarmBoard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isToldOnceWhenItBegins()
    {
        AlarmBoard board;
        std::vector<Notice> notices;
        board.raise("stop-failed", NodeId{"n1"}, Term{7}, "even force", notices);
        board.raise("stop-failed", NodeId{"n1"}, Term{8}, "even force", notices);
        QCOMPARE(notices.size(), std::size_t(1));
        QCOMPARE(notices.front().name, std::string("alarm"));
        QCOMPARE(notices.front().code, std::string("stop-failed"));
        QCOMPARE(notices.front().term, Term{7});
        QVERIFY(board.holds("stop-failed", NodeId{"n1"}));
    }

    void isToldAgainWhenItSaysSomethingElse()
    {
        AlarmBoard board;
        std::vector<Notice> notices;
        board.raise("recovering", NodeId{"n1"}, Term{}, "waits for n2, n3", notices);
        board.raise("recovering", NodeId{"n1"}, Term{}, "waits for n3", notices);
        QCOMPARE(notices.size(), std::size_t(2));
        QCOMPARE(board.all().size(), std::size_t(1));
        QCOMPARE(board.all().front().text, std::string("waits for n3"));
    }

    void isToldOnceWhenItEnds()
    {
        AlarmBoard board;
        std::vector<Notice> notices;
        board.raise("voter-set-differs", NodeId{"n2"}, Term{}, "differs", notices);
        notices.clear();
        board.clear("voter-set-differs", NodeId{"n3"}, Term{}, notices);
        board.clear("recovering", NodeId{"n2"}, Term{}, notices);
        QVERIFY(notices.empty());
        board.clear("voter-set-differs", NodeId{"n2"}, Term{9}, notices);
        board.clear("voter-set-differs", NodeId{"n2"}, Term{9}, notices);
        QCOMPARE(notices.size(), std::size_t(1));
        QCOMPARE(notices.front().name, std::string("alarm-cleared"));
        QCOMPARE(notices.front().code, std::string("voter-set-differs"));
        QVERIFY(board.isEmpty());
    }

    void isOnePerMachine()
    {
        AlarmBoard board;
        std::vector<Notice> notices;
        board.raise("term-damaged", NodeId{"n2"}, Term{}, "far", notices);
        board.raise("term-damaged", NodeId{"n3"}, Term{}, "far", notices);
        board.raise("recovering", NodeId{"n3"}, Term{}, "waits", notices);
        QCOMPARE(board.all().size(), std::size_t(3));
        notices.clear();
        board.clearAll("term-damaged", Term{}, notices);
        QCOMPARE(notices.size(), std::size_t(2));
        QVERIFY(board.holds("recovering", NodeId{"n3"}));
    }
};

QTEST_GUILESS_MAIN(TestAlarmBoard)
#include "tst_alarm_board.moc"
