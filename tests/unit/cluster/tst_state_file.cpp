// Does the durable state survive writing and reading, and is every damaged file refused?

#include "cluster/state_file.h"
#include "cluster/vote_store.h"

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace clustd;
using namespace clustd::cluster;
using namespace Qt::Literals::StringLiterals;

namespace {

const StateOwner kOwner{"web", NodeId{"cm-1"}};

election::DurableState sample()
{
    election::DurableState state;
    state.term = Term{7};
    state.votedFor = election::Life{NodeId{"cm-2"}, Incarnation{4711}};
    state.set = std::make_shared<const election::VoterSet>(election::Epoch{Term{6}, 2},
        std::vector<election::Member>{{NodeId{"cm-1"}}, {NodeId{"cm-2"}}, {NodeId{"cm-3"}, true}});
    return state;
}

} // namespace

class TestStateFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comesBackAsItWas()
    {
        const auto read = parseState(kOwner, formatState(kOwner, sample()));
        QVERIFY2(read, qPrintable(read ? QString() : read.error().text()));
        QCOMPARE(read->term, Term{7});
        QVERIFY(read->votedFor == sample().votedFor);
        QVERIFY(*read->set == *sample().set);
    }

    void everyCutAndEveryFlippedBitIsRefused()
    {
        const QByteArray good = formatState(kOwner, sample());
        for (qsizetype n = 0; n < good.size(); ++n)
            QVERIFY2(!parseState(kOwner, good.first(n)), qPrintable(u"cut at %1"_s.arg(n)));
        for (qsizetype n = 0; n < good.size(); ++n) {
            for (int bit = 0; bit < 8; ++bit) {
                QByteArray bad = good;
                bad[n] = char(bad.at(n) ^ (1 << bit));
                QVERIFY2(
                    !parseState(kOwner, bad), qPrintable(u"bit %1 of byte %2"_s.arg(bit).arg(n)));
            }
        }
        QVERIFY(!parseState(kOwner, good + "x"));
    }

    void aFileOfAnotherMachineOrClusterIsRefused()
    {
        const QByteArray file = formatState(kOwner, sample());
        const auto machine = parseState({"web", NodeId{"cm-2"}}, file);
        QVERIFY(!machine);
        QVERIFY(machine.error().what.contains(u"cm-1"_s));
        QVERIFY(!machine.error().remedy.isEmpty());
        QVERIFY(!parseState({"db", NodeId{"cm-1"}}, file));
    }

    void aNameThatNoMachineCanHaveIsRefused()
    {
        election::DurableState state = sample();
        state.votedFor->machine = NodeId{"cm-2\x1b[31m"};
        QVERIFY(!parseState(kOwner, formatState(kOwner, state)));
        state = sample();
        state.set = std::make_shared<const election::VoterSet>(election::Epoch{Term{6}, 2},
            std::vector<election::Member>{{NodeId{"cm-1"}}, {NodeId{}}});
        QVERIFY(!parseState(kOwner, formatState(kOwner, state)));
    }

    void theStoreWritesLoadsAndLocks()
    {
        const QTemporaryDir folder;
        VoteStore store(folder.path() + u"/state"_s, kOwner);
        QVERIFY(store.open());
        QVERIFY(!store.load()->has_value());

        QSignalSpy written(&store, &VoteStore::written);
        store.write({1, sample()});
        QTRY_COMPARE(written.size(), 1);
        QCOMPARE(store.load()->value().term, Term{7});

        VoteStore second(folder.path() + u"/state"_s, kOwner);
        const auto refused = second.open();
        QVERIFY(!refused);
        QVERIFY(refused.error().what.contains(u"another clustd"_s));
    }

    void theNewestOfSeveralWaitingWritesIsWhatTheDiskHolds()
    {
        const QTemporaryDir folder;
        VoteStore store(folder.path(), kOwner);
        QVERIFY(store.open());
        QSignalSpy written(&store, &VoteStore::written);
        for (std::uint64_t n = 1; n <= 50; ++n) {
            election::DurableState state = sample();
            state.term = Term{n};
            store.write({n, state});
        }
        QTRY_VERIFY(!written.isEmpty() && written.last().first().toULongLong() == 50);
        QCOMPARE(store.load()->value().term, Term{50});
    }

    void aFolderThatVanishedIsAFailure()
    {
        QTemporaryDir folder;
        VoteStore store(folder.path() + u"/state"_s, kOwner);
        QVERIFY(store.open());
        QSignalSpy failed(&store, &VoteStore::failed);
        QVERIFY(QDir(folder.path() + u"/state"_s).removeRecursively());
        store.write({1, sample()});
        QTRY_COMPARE(failed.size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestStateFile)
#include "tst_state_file.moc"
