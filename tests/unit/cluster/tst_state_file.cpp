// Does the durable state survive writing and reading, and is every damaged file refused?

#include "cluster/state_file.h"
#include "cluster/vote_store.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

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

/// What the store says in its own thread, heard in this one: a QSignalSpy is not made for that.
class Heard : public QObject
{
public:
    explicit Heard(const VoteStore &store)
    {
        connect(&store, &VoteStore::written, this,
            [this](std::uint64_t number) { written.push_back(number); });
        connect(&store, &VoteStore::failed, this, [this] { ++failures; });
    }
    std::vector<std::uint64_t> written;
    int failures = 0;
};

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

    // Stores live on the heap: ThreadSanitizer does not see QThread::wait(), and takes the next one
    // in the same place of the stack for a race.
    void theStoreWritesLoadsAndLocks()
    {
        const QTemporaryDir folder;
        const auto storeOwner = std::make_unique<VoteStore>(folder.path() + u"/state"_s, kOwner);
        VoteStore &store = *storeOwner;
        QVERIFY(store.open());
        QVERIFY(!store.load()->has_value());

        const Heard heard(store);
        store.write({1, sample()});
        QTRY_COMPARE(heard.written.size(), 1U);
        QCOMPARE(store.load()->value().term, Term{7});

        const auto secondOwner = std::make_unique<VoteStore>(folder.path() + u"/state"_s, kOwner);
        VoteStore &second = *secondOwner;
        const auto refused = second.open();
        QVERIFY(!refused);
        QVERIFY(refused.error().what.contains(u"another clustd"_s));
    }

    void theNewestOfSeveralWaitingWritesIsWhatTheDiskHolds()
    {
        const QTemporaryDir folder;
        const auto storeOwner = std::make_unique<VoteStore>(folder.path(), kOwner);
        VoteStore &store = *storeOwner;
        QVERIFY(store.open());
        const Heard heard(store);
        for (std::uint64_t n = 1; n <= 50; ++n) {
            election::DurableState state = sample();
            state.term = Term{n};
            store.write({n, state});
        }
        QTRY_VERIFY(!heard.written.empty() && heard.written.back() == 50);
        QCOMPARE(store.load()->value().term, Term{50});
    }

    void aFolderThatVanishedIsAFailure()
    {
        QTemporaryDir folder;
        const auto storeOwner = std::make_unique<VoteStore>(folder.path() + u"/state"_s, kOwner);
        VoteStore &store = *storeOwner;
        QVERIFY(store.open());
        const Heard heard(store);
        QVERIFY(QDir(folder.path() + u"/state"_s).removeRecursively());
        store.write({1, sample()});
        QTRY_COMPARE(heard.failures, 1);
    }
};

QTEST_GUILESS_MAIN(TestStateFile)
#include "tst_state_file.moc"
