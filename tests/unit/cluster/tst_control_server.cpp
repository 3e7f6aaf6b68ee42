// Does everyone get exactly one answer, only the asked-for ones, and only those that the role may
// have?

#include "cluster/control_server.h"
#include "cluster/journal.h"
#include "support/hand_clock.h"
#include "unit/control/sample_status.h"

#include <QCborArray>
#include <QTest>

using namespace clustd;
using namespace clustd::cluster;
using crypto::PeerRole;
using test::HandClock;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

namespace {

/// Keeps what was sent.
class Outbox final : public ControlLinks
{
public:
    bool sendToClient(ClientId client, const wire::Content &content) override
    {
        clients.emplace_back(client, content);
        return true;
    }
    bool sendToMachine(const election::Life &machine, const wire::Content &content) override
    {
        machines.emplace_back(machine, content);
        return isLinkOpen;
    }

    template <typename T> [[nodiscard]] std::vector<T> toClient(ClientId client) const
    {
        std::vector<T> found;
        for (const auto &[to, content] : clients) {
            if (const T *one = std::get_if<T>(&content); one && to == client)
                found.push_back(*one);
        }
        return found;
    }
    template <typename T> [[nodiscard]] std::vector<T> toMachine(const QString &machine) const
    {
        std::vector<T> found;
        for (const auto &[to, content] : machines) {
            if (const T *one = std::get_if<T>(&content);
                one && to.machine.value() == machine.toStdString())
                found.push_back(*one);
        }
        return found;
    }

    std::vector<std::pair<ClientId, wire::Content>> clients;
    std::vector<std::pair<election::Life, wire::Content>> machines;
    bool isLinkOpen = true;
};

class FakeBackend final : public ControlBackend
{
public:
    [[nodiscard]] control::ClusterStatus status() const override { return m_status; }
    [[nodiscard]] std::vector<control::LinkRow> links() const override
    {
        return {{u"cm-1"_s, u"cm-2"_s, u"up"_s, 350, 0}};
    }
    [[nodiscard]] Journal &journal() override { return m_journal; }
    [[nodiscard]] QStringList explain(std::optional<quint64> seq) const override
    {
        return seq && *seq > 100 ? QStringList() : QStringList{u"because"_s};
    }
    [[nodiscard]] WhatIf whatIf(const QStringList &down) const override
    {
        return {u"cm-2"_s, down.join(u',')};
    }
    void switchover(const SwitchoverRequest &request, Reply reply) override
    {
        calls
            << u"switchover %1 by %2 wait %3"_s.arg(request.to, request.asker).arg(request.waitMs);
        finish(std::move(reply));
    }
    void maintenance(const MaintenanceRequest &request, Reply reply) override
    {
        calls << u"maintenance %1 %2 by %3"_s.arg(request.on).arg(request.id, request.asker);
        finish(std::move(reply));
    }
    void pause(const PauseRequest &request, Reply reply) override
    {
        calls << u"pause %1 by %2"_s.arg(request.forMs.value_or(0)).arg(request.asker);
        finish(std::move(reply));
    }
    void resume(const Asker &asker, Reply reply) override
    {
        calls << u"resume by "_s + asker;
        finish(std::move(reply));
    }
    void reload(bool dryRun, const Asker &asker, Reply reply) override
    {
        calls << u"reload %1 by %2"_s.arg(dryRun).arg(asker);
        finish(std::move(reply));
    }
    void adopt(const QStringList &ids, const Asker &asker, Reply reply) override
    {
        calls << u"adopt %1 by %2"_s.arg(ids.join(u','), asker);
        finish(std::move(reply));
    }

    QStringList calls;
    QString masterElsewhere; ///< Answers not-master with this one
    bool isHolding = false; ///< Keeps replies instead of answering
    std::vector<Reply> held;
    control::ClusterStatus m_status = control::sampleStatus();
    Journal m_journal{u"cm-1"_s};

private:
    void finish(Reply reply)
    {
        if (isHolding) {
            held.push_back(std::move(reply));
        } else if (!masterElsewhere.isEmpty()) {
            reply(tl::unexpected(wire::ResponseError{
                u"not-master"_s, u"elsewhere"_s, {{u"master"_s, masterElsewhere}}}));
        } else {
            reply(QCborMap{{u"done"_s, true}});
        }
    }
};

constexpr ClientId kClient = 1;
const election::Life kPeer{NodeId{"cm-2"}, Incarnation{22}};

} // namespace

class TestControlServer : public QObject
{
    Q_OBJECT

    struct Fixture
    {
        FakeBackend backend;
        Outbox links;
        HandClock clock;
        ControlServer server{backend, links, clock};

        explicit Fixture(PeerRole role = PeerRole::Admin)
        {
            server.addClient({kClient, role, u"alice"_s, u"here"_s});
        }

        wire::Response ask(const QString &method, const QCborMap &params = {})
        {
            const quint64 id = ++lastId;
            server.handleClient(kClient, wire::Request{id, method, params, {}});
            const auto responses = links.toClient<wire::Response>(kClient);
            return !responses.empty() && responses.back().id == id ? responses.back()
                                                                   : wire::Response{};
        }
        quint64 lastId = 0;
    };
    static QString codeOf(const wire::Response &response)
    {
        return response.id == 0 ? u"none"_s : response.error ? response.error->code : u"ok"_s;
    }

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void everyRoleMayAskItsOwn_data()
    {
        QTest::addColumn<int>("role");
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("code");
        const QStringList looks{u"get_master"_s, u"get_cluster"_s, u"get_links"_s, u"subscribe"_s,
            u"events"_s, u"explain"_s, u"whatif"_s};
        const QStringList acts{u"switchover"_s, u"pause"_s, u"resume"_s, u"reload"_s, u"adopt"_s};
        const auto row = [](PeerRole role, const QString &method, const char *code) {
            QTest::addRow("%s asks %s: %s", crypto::toText(role), qPrintable(method), code)
                << int(role) << method << QString::fromLatin1(code);
        };
        for (const QString &method : looks) {
            row(PeerRole::Observer, method, "ok");
            row(PeerRole::Admin, method, "ok");
            row(PeerRole::Driver, method, "forbidden");
        }
        for (const QString &method : acts) {
            row(PeerRole::Observer, method, "forbidden");
            row(PeerRole::Admin, method, "ok");
            row(PeerRole::Driver, method, "forbidden");
        }
        row(PeerRole::Driver, u"health"_s, "not-found");
        row(PeerRole::Admin, u"health"_s, "forbidden");
        row(PeerRole::Observer, u"make_coffee"_s, "unknown-method");
        row(PeerRole::Observer, u""_s, "unknown-method");
    }

    void everyRoleMayAskItsOwn()
    {
        QFETCH(int, role);
        QFETCH(QString, method);
        QFETCH(QString, code);
        Fixture f{PeerRole(role)};
        QCOMPARE(codeOf(f.ask(method)), code);
        if (code == u"forbidden")
            QVERIFY(f.backend.calls.isEmpty());
    }

    void badParamsAreRefused_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QCborMap>("params");
        QTest::newRow("an unknown parameter") << u"switchover"_s << QCborMap{{u"dryrun"_s, true}};
        QTest::newRow("a parameter where there is none")
            << u"get_cluster"_s << QCborMap{{u"x"_s, 1}};
        QTest::newRow("a number for an id") << u"switchover"_s << QCborMap{{u"to"_s, 3}};
        QTest::newRow("no id at all") << u"switchover"_s << QCborMap{{u"to"_s, u"../etc"_s}};
        QTest::newRow("a wait without an end")
            << u"switchover"_s << QCborMap{{u"wait_ms"_s, qint64(1'000'000'000'000)}};
        QTest::newRow("a negative wait") << u"switchover"_s << QCborMap{{u"wait_ms"_s, -1}};
        QTest::newRow("a text for a flag") << u"reload"_s << QCborMap{{u"dry_run"_s, u"yes"_s}};
        QTest::newRow("maintenance neither on nor off") << u"maintenance"_s << QCborMap{};
        QTest::newRow("maintenance for no time")
            << u"maintenance"_s << QCborMap{{u"on"_s, true}, {u"for_ms"_s, 0}};
        QTest::newRow("a reason as long as a book")
            << u"switchover"_s << QCborMap{{u"reason"_s, QString(5000, u'x')}};
        QTest::newRow("a list with a number")
            << u"whatif"_s << QCborMap{{u"down"_s, QCborArray{1}}};
        QTest::newRow("a list with no ids")
            << u"adopt"_s << QCborMap{{u"ids"_s, QCborArray{u"a b"_s}}};
        QTest::newRow("events before the first") << u"events"_s << QCborMap{{u"since"_s, -1}};
        QTest::newRow("no events") << u"events"_s << QCborMap{{u"limit"_s, 0}};
        QTest::newRow("too many events") << u"events"_s << QCborMap{{u"limit"_s, 1'000'000}};
        QTest::newRow("a text for a number") << u"explain"_s << QCborMap{{u"seq"_s, u"1"_s}};
    }

    void badParamsAreRefused()
    {
        QFETCH(QString, method);
        QFETCH(QCborMap, params);
        Fixture f;
        QCOMPARE(codeOf(f.ask(method, params)), u"bad-params"_s);
        QVERIFY(f.backend.calls.isEmpty());
    }

    void actionsNameWhoAsked()
    {
        Fixture f;
        f.ask(u"switchover"_s, {{u"to"_s, u"cm-2"_s}, {u"wait_ms"_s, 5000}});
        f.ask(u"maintenance"_s, {{u"on"_s, true}});
        f.ask(u"pause"_s, {{u"for_ms"_s, 1000}});
        f.ask(u"adopt"_s, {{u"ids"_s, QCborArray{u"cm-3"_s, u"cm-3"_s}}});
        QCOMPARE(f.backend.calls,
            (QStringList{u"switchover cm-2 by admin/alice wait 5000"_s,
                u"maintenance 1 cm-1 by admin/alice"_s, u"pause 1000 by admin/alice"_s,
                u"adopt cm-3 by admin/alice"_s}));
    }

    void looksAnswerWhatTheBackendSays()
    {
        Fixture f{PeerRole::Observer};
        const wire::Response master = f.ask(u"get_master"_s);
        QCOMPARE(master.data.value(u"master"_s).toString(), u"cm-1"_s);
        QCOMPARE(master.data.value(u"uri"_s).toString(), u"ws://10.0.0.1:3001"_s);
        QCOMPARE(master.data.value(u"term"_s).toInteger(), 7);
        QVERIFY(*control::statusFromCbor(f.ask(u"get_cluster"_s).data) == f.backend.m_status);
        QCOMPARE(f.ask(u"get_links"_s).data.value(u"links"_s).toArray().size(), 1);
        QCOMPARE(codeOf(f.ask(u"explain"_s, {{u"seq"_s, 101}})), u"not-found"_s);
        QCOMPARE(codeOf(f.ask(u"whatif"_s, {{u"down"_s, QCborArray{u"cm-9"_s}}})), u"not-found"_s);
        const wire::Response after = f.ask(u"whatif"_s, {{u"down"_s, QCborArray{u"cm-1"_s}}});
        QCOMPARE(after.data.value(u"master"_s).toString(), u"cm-2"_s);
    }

    void noMasterIsNull()
    {
        Fixture f;
        f.backend.m_status.master.reset();
        QVERIFY(f.ask(u"get_master"_s).data.value(u"master"_s).isNull());
    }

    void sinceComesFromTheTimeline()
    {
        Fixture f;
        f.backend.m_status.since.clear();
        f.backend.m_journal.append(u"active"_s, Term{7});
        f.backend.m_journal.append(u"alarm"_s, Term{7});
        QCOMPARE(f.server.status().since, f.backend.m_journal.entries().front().time);
    }

    void fiftyRequestsASecondAndNoMore()
    {
        Fixture f{PeerRole::Observer};
        for (int i = 0; i < 50; ++i)
            QCOMPARE(codeOf(f.ask(u"get_master"_s)), u"ok"_s);
        QCOMPARE(codeOf(f.ask(u"get_master"_s)), u"busy"_s);
        f.clock.advance(100ms);
        for (int i = 0; i < 5; ++i)
            QCOMPARE(codeOf(f.ask(u"get_master"_s)), u"ok"_s);
        QCOMPARE(codeOf(f.ask(u"get_master"_s)), u"busy"_s);
    }

    void sixtyFourOpenRequestsAndNoMore()
    {
        Fixture f;
        f.backend.isHolding = true;
        for (int i = 0; i < 64; ++i) {
            QCOMPARE(codeOf(f.ask(u"resume"_s)), u"none"_s);
            f.clock.advance(100ms);
        }
        QCOMPARE(codeOf(f.ask(u"resume"_s)), u"busy"_s);
        f.backend.held.front()(QCborMap{});
        QCOMPARE(codeOf(f.ask(u"get_master"_s)), u"ok"_s);
    }

    void aRepeatedNumberIsNotAnsweredTwice()
    {
        Fixture f;
        f.backend.isHolding = true;
        f.server.handleClient(kClient, wire::Request{9, u"resume"_s, {}, {}});
        f.server.handleClient(kClient, wire::Request{9, u"resume"_s, {}, {}});
        QCOMPARE(f.backend.held.size(), 1U);
        f.backend.held[0](QCborMap{});
        QCOMPARE(f.links.toClient<wire::Response>(kClient).size(), 1U);
    }

    void anAnswerForOneWhoLeftGoesNowhere()
    {
        Fixture f;
        f.backend.isHolding = true;
        f.ask(u"resume"_s);
        f.server.removeClient(kClient);
        f.backend.held[0](QCborMap{});
        QVERIFY(f.links.toClient<wire::Response>(kClient).empty());
    }

    void aReplyMayComeAfterTheServerIsGone()
    {
        FakeBackend backend;
        Outbox links;
        const HandClock clock;
        auto server = std::make_unique<ControlServer>(backend, links, clock);
        server->addClient({kClient, PeerRole::Admin, u"alice"_s, {}});
        backend.isHolding = true;
        server->handleClient(kClient, wire::Request{1, u"resume"_s, {}, {}});
        server.reset();
        backend.held[0](QCborMap{});
        QVERIFY(links.clients.empty());
    }

    void aFollowerPassesOnToTheMaster()
    {
        Fixture f;
        f.server.addMachine(kPeer);
        f.backend.masterElsewhere = u"cm-2"_s;
        QCOMPARE(codeOf(f.ask(u"switchover"_s, {{u"to"_s, u"cm-1"_s}})), u"none"_s);
        const auto passed = f.links.toMachine<wire::Request>(u"cm-2"_s).back();
        QCOMPARE(passed.method, u"switchover"_s);
        QCOMPARE(passed.onBehalfOf, u"admin/alice"_s);
        QCOMPARE(passed.params.value(u"to"_s).toString(), u"cm-1"_s);

        f.server.handleMachine(kPeer, wire::Progress{passed.id, u"stopping"_s});
        QCOMPARE(f.links.toClient<wire::Progress>(kClient).back().text, u"stopping"_s);
        QCOMPARE(f.links.toClient<wire::Progress>(kClient).back().id, f.lastId);
        f.server.handleMachine(kPeer, wire::Response{passed.id, {{u"to"_s, u"cm-1"_s}}, {}});
        const wire::Response answer = f.links.toClient<wire::Response>(kClient).back();
        QCOMPARE(answer.id, f.lastId);
        QCOMPARE(answer.data.value(u"to"_s).toString(), u"cm-1"_s);
        // A second answer to the same number is nobody's.
        f.server.handleMachine(kPeer, wire::Response{passed.id, {}, {}});
        QCOMPARE(f.links.toClient<wire::Response>(kClient).size(), 1U);
    }

    void withoutALinkToTheMasterItIsNamed()
    {
        Fixture f;
        f.backend.masterElsewhere = u"cm-2"_s;
        const wire::Response answer = f.ask(u"switchover"_s);
        QCOMPARE(codeOf(answer), u"not-master"_s);
        QCOMPARE(answer.error->detail.value(u"master"_s).toString(), u"cm-2"_s);
    }

    void whatWasPassedOnIsNotPassedOnAgain()
    {
        Fixture f;
        f.server.addMachine(kPeer);
        f.server.addMachine({NodeId{"cm-3"}, Incarnation{33}});
        f.backend.masterElsewhere = u"cm-3"_s;
        f.server.handleMachine(kPeer, wire::Request{5, u"switchover"_s, {}, u"admin/alice"_s});
        const wire::Response answer = f.links.toMachine<wire::Response>(u"cm-2"_s).back();
        QCOMPARE(codeOf(answer), u"not-master"_s);
        QCOMPARE(f.backend.calls, QStringList{u"switchover  by admin/alice wait 0"_s});
    }

    void speakingForOthersIsForMachinesAndForAdmins_data()
    {
        QTest::addColumn<bool>("isMachine");
        QTest::addColumn<QString>("onBehalfOf");
        QTest::addColumn<QString>("code");
        QTest::newRow("a machine for an admin") << true << u"admin/alice"_s << u"ok"_s;
        QTest::newRow("a machine for an observer") << true << u"observer/bob"_s << u"forbidden"_s;
        QTest::newRow("a machine for nobody's name") << true << u"admin/a b"_s << u"forbidden"_s;
        QTest::newRow("an admin for another") << false << u"admin/bob"_s << u"forbidden"_s;
    }

    void speakingForOthersIsForMachinesAndForAdmins()
    {
        QFETCH(bool, isMachine);
        QFETCH(QString, onBehalfOf);
        QFETCH(QString, code);
        Fixture f;
        f.server.addMachine(kPeer);
        const wire::Request request{77, u"resume"_s, {}, onBehalfOf};
        if (isMachine)
            f.server.handleMachine(kPeer, request);
        else
            f.server.handleClient(kClient, request);
        QCOMPARE(codeOf(isMachine ? f.links.toMachine<wire::Response>(u"cm-2"_s).back()
                                  : f.links.toClient<wire::Response>(kClient).back()),
            code);
    }

    void maintenanceGoesToTheMachineThatIsMeant()
    {
        Fixture f;
        f.server.addMachine(kPeer);
        f.ask(u"maintenance"_s, {{u"on"_s, true}, {u"id"_s, u"cm-2"_s}});
        const auto passed = f.links.toMachine<wire::Request>(u"cm-2"_s).back();
        QCOMPARE(passed.method, u"maintenance"_s);
        QCOMPARE(passed.onBehalfOf, u"admin/alice"_s);
        QVERIFY(f.backend.calls.isEmpty());
        QCOMPARE(
            codeOf(f.ask(u"maintenance"_s, {{u"on"_s, true}, {u"id"_s, u"cm-3"_s}})), u"failed"_s);
        QCOMPARE(codeOf(f.ask(u"maintenance"_s, {{u"on"_s, true}, {u"id"_s, u"cm-9"_s}})),
            u"not-found"_s);
        QCOMPARE(
            codeOf(f.ask(u"maintenance"_s, {{u"on"_s, false}, {u"id"_s, u"cm-1"_s}})), u"ok"_s);
    }

    void aLostLinkAnswersWhatWasPassedOn()
    {
        Fixture f;
        f.server.addMachine(kPeer);
        f.backend.masterElsewhere = u"cm-2"_s;
        f.ask(u"resume"_s);
        f.server.removeMachine(kPeer);
        QCOMPARE(codeOf(f.links.toClient<wire::Response>(kClient).back()), u"failed"_s);
    }

    void aSilentMasterIsGivenUp()
    {
        Fixture f;
        f.server.addMachine(kPeer);
        f.backend.masterElsewhere = u"cm-2"_s;
        f.ask(u"switchover"_s, {{u"wait_ms"_s, 1000}});
        f.clock.advance(10s);
        QTRY_VERIFY(!f.links.toClient<wire::Response>(kClient).empty());
        QCOMPARE(codeOf(f.links.toClient<wire::Response>(kClient).back()), u"timeout"_s);
    }

    void anEarlierLifeOfAMachineIsNotHeard()
    {
        Fixture f;
        f.server.addMachine(kPeer);
        f.server.addMachine({kPeer.machine, Incarnation{23}});
        f.links.machines.clear();
        f.server.handleMachine(kPeer, wire::Request{1, u"get_master"_s, {}, {}});
        QVERIFY(f.links.machines.empty());
    }

    void subscribersHearOfChangesAtMostTenTimesASecond()
    {
        Fixture f{PeerRole::Observer};
        const wire::Response subscribed = f.ask(u"subscribe"_s);
        QVERIFY(control::statusFromCbor(subscribed.data.value(u"cluster"_s).toMap()));
        QCOMPARE(subscribed.data.value(u"next"_s).toInteger(), 0);
        f.server.noteChanged();
        f.server.noteChanged();
        QTRY_COMPARE(f.links.toClient<wire::ClientEvent>(kClient).size(), 1U);
        // The clock stands still, so the next one must wait for its whole interval.
        f.server.noteChanged();
        QCoreApplication::processEvents();
        QCOMPARE(f.links.toClient<wire::ClientEvent>(kClient).size(), 1U);
        QTRY_COMPARE(f.links.toClient<wire::ClientEvent>(kClient).size(), 2U);
        QCOMPARE(f.links.toClient<wire::ClientEvent>(kClient)[0].name, u"cluster"_s);
    }

    void subscribersGetEventsFromWhereTheyAsked()
    {
        Fixture f{PeerRole::Observer};
        f.backend.m_journal.append(u"a"_s, Term{1});
        f.backend.m_journal.append(u"b"_s, Term{1});
        f.ask(u"subscribe"_s, {{u"since"_s, 1}});
        f.backend.m_journal.append(u"c"_s, Term{1});
        const auto events = [&f] {
            QStringList names;
            for (const wire::ClientEvent &event : f.links.toClient<wire::ClientEvent>(kClient)) {
                for (const QCborValue entry : event.body.value(u"entries"_s).toArray())
                    names << entry.toMap().value(u"event"_s).toString();
            }
            return names;
        };
        QTRY_COMPARE(events(), (QStringList{u"b"_s, u"c"_s}));
    }

    void eventsComeInPages()
    {
        Fixture f{PeerRole::Observer};
        for (int i = 0; i < 30; ++i)
            f.backend.m_journal.append(u"e%1"_s.arg(i), Term{1});
        const wire::Response page = f.ask(u"events"_s, {{u"since"_s, 0}, {u"limit"_s, 20}});
        QCOMPARE(page.data.value(u"entries"_s).toArray().size(), 20);
        QCOMPARE(page.data.value(u"next"_s).toInteger(), 20);
        QCOMPARE(page.data.value(u"lost"_s).toBool(true), false);
        const wire::Response rest = f.ask(u"events"_s, {{u"since"_s, 20}, {u"limit"_s, 20}});
        QCOMPARE(rest.data.value(u"entries"_s).toArray().size(), 10);
    }

    void aMachineIsAskedForItsEventsAndTellsItsOwn()
    {
        Fixture f;
        f.server.addMachine(kPeer);
        const auto asked = f.links.toMachine<wire::Request>(u"cm-2"_s).back();
        QCOMPARE(asked.method, u"subscribe"_s);
        QCOMPARE(asked.params.value(u"since"_s).toInteger(), 0);

        control::EventEntry entry;
        entry.seq = 4;
        entry.node = u"cm-2"_s;
        entry.time = u"2026-01-01T12:00:00.000Z"_s;
        entry.event = u"active"_s;
        f.server.handleMachine(kPeer,
            wire::ClientEvent{u"journal"_s, {{u"entries"_s, QCborArray{control::toCbor(entry)}}}});
        QCOMPARE(f.backend.m_journal.entries().size(), 1U);
        QCOMPARE(f.backend.m_journal.heardUpTo(u"cm-2"_s), 4U);

        // What cm-2 said is not told back to it.
        f.server.handleMachine(kPeer, wire::Request{8, u"subscribe"_s, {{u"since"_s, 0}}, {}});
        f.backend.m_journal.append(u"mine"_s, Term{1});
        QTRY_COMPARE(f.links.toMachine<wire::ClientEvent>(u"cm-2"_s).size(), 1U);
        const QCborArray told
            = f.links.toMachine<wire::ClientEvent>(u"cm-2"_s)[0].body.value(u"entries"_s).toArray();
        QCOMPARE(told.size(), 1);
        QCOMPARE(told.at(0).toMap().value(u"event"_s).toString(), u"mine"_s);
    }

    void aMachineThatDoesNotTellItsEventsIsAskedAgain()
    {
        Fixture f;
        f.server.addMachine(kPeer);
        const auto asked = f.links.toMachine<wire::Request>(u"cm-2"_s).back();
        f.clock.advance(5s);
        QTRY_VERIFY(f.links.toMachine<wire::Request>(u"cm-2"_s).size() > 1);
        const auto again = f.links.toMachine<wire::Request>(u"cm-2"_s).back();
        QCOMPARE(again.method, u"subscribe"_s);
        QVERIFY(again.id != asked.id);
        f.server.handleMachine(kPeer, wire::Response{again.id, {{u"next"_s, 0}}, {}});
        f.clock.advance(60s);
        f.server.noteChanged();
        QTRY_COMPARE(f.links.toMachine<wire::Request>(u"cm-2"_s).size(), 2U);
    }

    void aMachineThatCountsAnewIsAskedAgain()
    {
        Fixture f;
        control::EventEntry entry;
        entry.seq = 400;
        entry.node = u"cm-2"_s;
        entry.time = u"2026-01-01T12:00:00.000Z"_s;
        entry.event = u"active"_s;
        f.backend.m_journal.merge(u"cm-2"_s, {entry});
        f.server.addMachine(kPeer);
        const auto asked = f.links.toMachine<wire::Request>(u"cm-2"_s).back();
        QCOMPARE(asked.params.value(u"since"_s).toInteger(), 400);
        f.server.handleMachine(kPeer, wire::Response{asked.id, {{u"next"_s, 3}}, {}});
        const auto again = f.links.toMachine<wire::Request>(u"cm-2"_s).back();
        QVERIFY(again.id != asked.id);
        QCOMPARE(again.params.value(u"since"_s).toInteger(), 0);
    }

    void historyIsBoundedForANewSubscriber()
    {
        Fixture f;
        for (int i = 0; i < 2000; ++i)
            f.backend.m_journal.append(u"e"_s, Term{1});
        f.server.addMachine(kPeer);
        f.server.handleMachine(kPeer, wire::Request{8, u"subscribe"_s, {{u"since"_s, 0}}, {}});
        qsizetype told = 0;
        for (const wire::ClientEvent &event : f.links.toMachine<wire::ClientEvent>(u"cm-2"_s))
            told += event.body.value(u"entries"_s).toArray().size();
        QCOMPARE(told, 300);
    }
};

QTEST_GUILESS_MAIN(TestControlServer)
#include "tst_control_server.moc"
