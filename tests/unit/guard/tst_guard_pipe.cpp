// Do plan and messages survive the pipe, and is everything else refused?

#include "guard/bytes.h"
#include "guard/guard_client.h"
#include "guard/guard_pipe.h"
#include "guard/lease_page.h"

#include <QTest>

#include <array>
#include <memory>

#include <sys/socket.h>
#include <unistd.h>

using namespace clustd;
using namespace clustd::guard;
using namespace std::chrono_literals;

namespace {

using Buffer = std::array<std::byte, kMaxMessageBytes>;

const std::vector<std::string> kArgv{"/usr/local/bin/web-down", "--now", ""};
const std::vector<std::string> kEnv{"CLUSTD_ACTION=fence", "CLUSTD_TERM=7"};

std::unique_ptr<FencePlan> samplePlan()
{
    auto plan = std::make_unique<FencePlan>();
    const bool isFilled = plan->killGroup(getpid()) && plan->killCgroup("/sys/fs/cgroup/clustd/web")
        && plan->run({"web", kArgv, kEnv, 30s, true}) && plan->run({"log", kArgv, {}, 1s, false})
        && plan->removeAddress("eth0", "192.0.2.10/24");
    return isFilled ? std::move(plan) : nullptr;
}

std::vector<std::string> wordsOf(const FencePlan &plan, const FencePlan::Step &step)
{
    std::array<const char *, FencePlan::kMaxWords + 1> words{};
    const std::size_t count = plan.words(step, words);
    return {words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count)};
}

std::vector<std::byte> packetOf(const ChildMessage &message, const FencePlan *plan = nullptr)
{
    Buffer buffer;
    const std::size_t size = encode(message, plan, buffer);
    return {buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size)};
}

/// The guard's end and the daemon's, as runGuarded() makes them.
struct Pipe
{
    Pipe()
    {
        std::array<int, 2> ends{-1, -1};
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data())
            == 0) {
            guardEnd = ends[0];
            client = GuardClient(ends[1]);
        }
    }
    ~Pipe() { closeGuardEnd(); }
    void closeGuardEnd()
    {
        if (guardEnd >= 0)
            close(guardEnd);
        guardEnd = -1;
    }
    void say(const GuardMessage &message) const
    {
        Buffer buffer;
        const std::size_t size = encode(message, buffer);
        QCOMPARE(send(guardEnd, buffer.data(), size, MSG_NOSIGNAL), static_cast<ssize_t>(size));
    }
    std::optional<ChildMessage> hear(FencePlan &plan) const
    {
        Buffer buffer;
        const ssize_t size = recv(guardEnd, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size <= 0)
            return {};
        return decodeChildMessage(std::span(buffer).first(static_cast<std::size_t>(size)), plan);
    }

    int guardEnd = -1;
    GuardClient client;
};

} // namespace

class TestGuardPipe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void planComesBackAsItWas()
    {
        const auto plan = samplePlan();
        QVERIFY(plan);
        FencePlan read;
        const auto packet = packetOf(PlanMessage{Term{7}, Instant(5s)}, plan.get());
        const auto message = decodeChildMessage(packet, read);
        QVERIFY(message);
        const auto *given = std::get_if<PlanMessage>(&*message);
        QVERIFY(given);
        QCOMPARE(given->token, Term{7});
        QCOMPARE(given->deadline, Instant(5s));

        QCOMPARE(read.steps().size(), std::size_t{5});
        QCOMPARE(read.steps()[0].pid, getpid());
        QVERIFY(read.steps()[0].number > 0);
        QCOMPARE(
            wordsOf(read, read.steps()[1]), std::vector<std::string>{"/sys/fs/cgroup/clustd/web"});
        QCOMPARE(wordsOf(read, read.steps()[2]),
            (std::vector<std::string>{"web", "/usr/local/bin/web-down", "--now", "",
                "CLUSTD_ACTION=fence", "CLUSTD_TERM=7"}));
        QCOMPARE(read.steps()[2].number, static_cast<std::uint64_t>(Duration(30s).count()));
        QVERIFY(read.steps()[2].isRequired);
        QVERIFY(!read.steps()[3].isRequired);
        QCOMPARE(
            wordsOf(read, read.steps()[4]), (std::vector<std::string>{"eth0", "192.0.2.10/24"}));
    }

    void otherMessagesComeBackAsTheyWere()
    {
        FencePlan plan;
        const auto hello = decodeChildMessage(packetOf(HelloMessage{Incarnation{99}, 500ms}), plan);
        QVERIFY(hello && std::get<HelloMessage>(*hello).incarnation == Incarnation{99});
        QCOMPARE(std::get<HelloMessage>(*hello).fence, Duration(500ms));
        const auto deadline = decodeChildMessage(packetOf(DeadlineMessage{Term{3}, kNever}), plan);
        QVERIFY(deadline && std::get<DeadlineMessage>(*deadline).deadline == kNever);
        const auto stopped = decodeChildMessage(packetOf(StoppedMessage{Term{3}}), plan);
        QVERIFY(stopped && std::get<StoppedMessage>(*stopped).token == Term{3});
        const auto leaving = decodeChildMessage(packetOf(LeavingMessage{}), plan);
        QVERIFY(leaving && std::holds_alternative<LeavingMessage>(*leaving));
        const auto ping = decodeChildMessage(packetOf(PingMessage{}), plan);
        QVERIFY(ping && std::holds_alternative<PingMessage>(*ping));
    }

    void aPingIsNotPiledUpBeforeAGuardThatDoesNotRead()
    {
        Pipe pipe;
        FencePlan plan;
        QVERIFY(pipe.client.sendPing());
        const auto ping = pipe.hear(plan);
        QVERIFY(ping && std::holds_alternative<PingMessage>(*ping));
        pipe.say(Pong{});
        const auto events = pipe.client.readEvents();
        QCOMPARE(events.size(), std::size_t{1});
        QVERIFY(std::holds_alternative<Pong>(events.front()));

        // Far more than the socket takes: nothing waits, and the guard is not taken for dead.
        for (int i = 0; i < 5000; ++i)
            QVERIFY(pipe.client.sendPing());
        QVERIFY(pipe.client.waitingCount() <= 1);
        QVERIFY(pipe.client.isConnected());
    }

    void refusesEveryTruncation()
    {
        const auto plan = samplePlan();
        const auto packet = packetOf(PlanMessage{Term{7}, Instant(5s)}, plan.get());
        FencePlan read;
        for (std::size_t size = 0; size < packet.size(); ++size)
            QVERIFY2(!decodeChildMessage(std::span(packet).first(size), read),
                qPrintable(QString::number(size)));
        auto longer = packet;
        longer.push_back(std::byte{0});
        QVERIFY(!decodeChildMessage(longer, read));
    }

    void refusesEveryFlippedBit()
    {
        const auto plan = samplePlan();
        auto packet = packetOf(PlanMessage{Term{7}, Instant(5s)}, plan.get());
        FencePlan read;
        for (std::size_t i = 0; i < packet.size(); ++i) {
            if (i == 3)
                continue; // the type: another type of the same shape is a sound message
            packet[i] ^= std::byte{0x10};
            QVERIFY2(!decodeChildMessage(packet, read), qPrintable(QString::number(i)));
            packet[i] ^= std::byte{0x10};
        }
        QVERIFY(decodeChildMessage(packet, read));
    }

    void refusesUnsoundPlans_data()
    {
        QTest::addColumn<int>("at");
        QTest::addColumn<int>("value");
        // Offsets into the bytes of a plan with one command: header 8, step 20, then the text.
        QTest::newRow("an unknown format") << 0 << 9;
        QTest::newRow("more steps than bytes") << 2 << 2;
        QTest::newRow("more steps than fit") << 3 << 0xff;
        QTest::newRow("less text than the steps say") << 4 << 1;
        QTest::newRow("more text than fits") << 6 << 0xff;
        QTest::newRow("an unknown kind") << 8 << 7;
        QTest::newRow("a kind that has no words") << 8 << 1;
        QTest::newRow("a required that is neither") << 9 << 2;
        QTest::newRow("no argument") << 10 << 0;
        QTest::newRow("more arguments than words") << 10 << 4;
        QTest::newRow("environment beyond the words") << 13 << 0xff;
        QTest::newRow("a negative timeout") << 23 << 0xff;
    }
    void refusesUnsoundPlans()
    {
        QFETCH(int, at);
        QFETCH(int, value);
        FencePlan plan;
        QVERIFY(plan.run({"web", kArgv, {}, 1s, true}));
        std::array<std::byte, FencePlan::kMaxEncodedBytes> buffer{};
        const std::size_t size = plan.encode(buffer);
        FencePlan read;
        QVERIFY(FencePlan::decode(std::span(buffer).first(size), read));
        buffer[static_cast<std::size_t>(at)] = static_cast<std::byte>(value);
        QVERIFY(!FencePlan::decode(std::span(buffer).first(size), read));
        QVERIFY(read.isEmpty());
    }

    void planRefusesWhatItCannotHold()
    {
        const auto plan = std::make_unique<FencePlan>();
        const std::vector<std::string> withNul{std::string("a\0b", 3)};
        const std::vector<std::string> tooLong{std::string(FencePlan::kMaxTextBytes, 'x')};
        const std::vector<std::string> tooMany(FencePlan::kMaxWords + 1, "x");
        QVERIFY(!plan->run({"web", withNul, {}, 1s, true}));
        QVERIFY(!plan->run({"web", tooLong, {}, 1s, true}));
        QVERIFY(!plan->run({"web", tooMany, {}, 1s, true}));
        QVERIFY(!plan->run({"web", {}, {}, 1s, true}));
        QVERIFY(!plan->killCgroup("relative/path"));
        QVERIFY(!plan->killCgroup("/"));
        QVERIFY(!plan->killGroup(1));
        QVERIFY(!plan->removeAddress("", "192.0.2.10/24"));
        QVERIFY(!plan->removeAddress("an-interface-of-16", "192.0.2.10/24"));
        QVERIFY(!plan->removeAddress("eth0", "192.0.2.10"));
        QVERIFY(plan->isEmpty());
        for (std::size_t i = 0; i < FencePlan::kMaxSteps; ++i)
            QVERIFY(plan->run({"web", kArgv, {}, 1s, true}));
        QVERIFY(!plan->run({"web", kArgv, {}, 1s, true}));
        std::array<std::byte, FencePlan::kMaxEncodedBytes> buffer{};
        QVERIFY(plan->encode(buffer) > 0);
    }

    void fullestPlanFitsIntoOneMessage()
    {
        const auto plan = std::make_unique<FencePlan>();
        const std::vector<std::string> argv{
            std::string(FencePlan::kMaxTextBytes / FencePlan::kMaxSteps - 2, 'x')};
        for (std::size_t i = 0; i < FencePlan::kMaxSteps; ++i)
            QVERIFY(plan->run({"", argv, {}, 1s, true}));
        const auto packet = packetOf(PlanMessage{Term{1}, kNever}, plan.get());
        QVERIFY(!packet.empty());
        FencePlan read;
        QVERIFY(decodeChildMessage(packet, read));
    }

    void garbageIsNoMessage()
    {
        FencePlan plan;
        quint32 seed = 1;
        for (int i = 0; i < 20'000; ++i) {
            std::array<std::byte, 64> bytes;
            for (std::byte &byte : bytes) {
                seed = seed * 1664525U + 1013904223U;
                byte = static_cast<std::byte>(seed >> 24U);
            }
            QVERIFY(!decodeChildMessage(std::span(bytes).first(seed % 64), plan));
            QVERIFY(!decodeGuardMessage(std::span(bytes).first(seed % 64)));
        }
    }

    void clientSaysAndHears()
    {
        Pipe pipe;
        FencePlan plan;
        QVERIFY(pipe.client.sendHello(Incarnation{5}, 500ms));
        QVERIFY(pipe.client.sendPlan(Term{7}, Instant(5s), *samplePlan()));
        QVERIFY(pipe.client.sendDeadline(Term{7}, Instant(6s)));
        QVERIFY(std::holds_alternative<HelloMessage>(pipe.hear(plan).value()));
        QVERIFY(std::holds_alternative<PlanMessage>(pipe.hear(plan).value()));
        QCOMPARE(plan.steps().size(), std::size_t{5});
        QVERIFY(std::holds_alternative<DeadlineMessage>(pipe.hear(plan).value()));

        QVERIFY(pipe.client.readEvents().empty());
        pipe.say(PlanConfirmed{Term{7}});
        pipe.say(PlanRefused{Term{8}, PlanRefusal::NotStored});
        const auto heard = pipe.client.readEvents();
        QCOMPARE(heard.size(), std::size_t{2});
        QCOMPARE(std::get<PlanConfirmed>(heard[0]).token, Term{7});
        QCOMPARE(std::get<PlanRefused>(heard[1]).why, PlanRefusal::NotStored);
    }

    void clientLearnsOnceThatTheGuardDied()
    {
        Pipe pipe;
        pipe.say(PlanConfirmed{Term{7}});
        pipe.closeGuardEnd();
        const auto heard = pipe.client.readEvents();
        QCOMPARE(heard.size(), std::size_t{2});
        QVERIFY(std::holds_alternative<PlanConfirmed>(heard[0]));
        QVERIFY(std::holds_alternative<GuardDied>(heard[1]));
        QVERIFY(!pipe.client.isConnected());
        QVERIFY(!pipe.client.sendStopped(Term{7}));
        QVERIFY(pipe.client.readEvents().empty());
    }

    void clientTakesGarbageForADeadGuard()
    {
        Pipe pipe;
        QCOMPARE(send(pipe.guardEnd, "hello", 5, MSG_NOSIGNAL), ssize_t{5});
        const auto heard = pipe.client.readEvents();
        QCOMPARE(heard.size(), std::size_t{1});
        QVERIFY(std::holds_alternative<GuardDied>(heard[0]));
    }

    void clientNeverBlocksOnAGuardThatDoesNotRead()
    {
        Pipe pipe;
        int sent = 0;
        while (pipe.client.waitingCount() == 0 && sent < 100'000) {
            QVERIFY(pipe.client.sendDeadline(Term{7}, Instant(std::chrono::seconds(++sent))));
        }
        QCOMPARE(pipe.client.waitingCount(), std::size_t{1});
        for (int i = 0; i < 1000; ++i) // renewals take one another's place
            QVERIFY(pipe.client.sendDeadline(Term{7}, Instant(std::chrono::seconds(++sent))));
        QCOMPARE(pipe.client.waitingCount(), std::size_t{1});
        QVERIFY(pipe.client.sendStopped(Term{7}));

        // The guard reads again: everything arrives, in order, the newest renewal and Stopped last.
        FencePlan plan;
        Instant newest{};
        bool isStopped = false;
        while (!isStopped) {
            const auto message = pipe.hear(plan);
            if (!message) {
                QVERIFY(pipe.client.waitingCount() > 0);
                QVERIFY(pipe.client.readEvents().empty());
                continue;
            }
            if (const auto *deadline = std::get_if<DeadlineMessage>(&*message))
                newest = deadline->deadline;
            isStopped = std::holds_alternative<StoppedMessage>(*message);
        }
        QCOMPARE(newest, Instant(std::chrono::seconds(sent)));
    }

    void clientGivesUpOnAGuardThatNeverReads()
    {
        Pipe pipe;
        for (quint64 i = 0; i < 100'000 && pipe.client.isConnected(); ++i)
            pipe.client.sendStopped(Term{i});
        QVERIFY(!pipe.client.isConnected());
        const auto heard = pipe.client.readEvents();
        QVERIFY(!heard.empty() && std::holds_alternative<GuardDied>(heard.back()));
    }

    void whatDoesNotFitIsNotWritten()
    {
        std::array<std::byte, 4> tiny{};
        QCOMPARE(encode(StoppedMessage{Term{7}}, nullptr, tiny), std::size_t(0));
        QCOMPARE(encode(GuardMessage{Pong{}}, tiny), std::size_t(0));
        // The head fits, the rest does not.
        const std::size_t whole = packetOf(StoppedMessage{Term{7}}).size();
        std::vector<std::byte> shorter(whole - 1);
        QCOMPARE(encode(StoppedMessage{Term{7}}, nullptr, shorter), std::size_t(0));
        Buffer buffer;
        QCOMPARE(encode(PlanMessage{Term{7}, {}}, nullptr, buffer), std::size_t(0));
        QCOMPARE(encode(GuardMessage{GuardDied{}}, buffer), std::size_t(0)); // Never sent
    }

    void neitherSideTakesTheWordsOfTheOther()
    {
        Buffer buffer;
        FencePlan plan;
        for (const GuardMessage &message :
            {GuardMessage{PlanConfirmed{Term{7}}},
                GuardMessage{PlanRefused{Term{7}, PlanRefusal::NotStored}}, GuardMessage{Pong{}}}) {
            const std::size_t size = encode(message, buffer);
            QVERIFY(size > 0);
            QVERIFY(!decodeChildMessage(std::span(buffer).first(size), plan));
        }
        QVERIFY(!decodeGuardMessage(packetOf(PingMessage{})));
    }

    void aDescriptorThatIsNoneIsADeadGuard()
    {
        GuardClient client(1'000'000);
        QVERIFY(!client.isConnected());
        QVERIFY(!client.sendStopped(Term{7}));
    }

    void whatTheDaemonSaysStandsInThePageToo()
    {
        Pipe pipe;
        const LeasePage::Owner page = LeasePage::make();
        QVERIFY(page);
        pipe.client.setPage(page.get());
        const auto plan = samplePlan();
        PlanOwner owner;
        owner.token = Term{7};
        page->hold(owner, *plan, Instant{} + 10s);
        QVERIFY(pipe.client.sendDeadline(Term{7}, Instant{} + 11s));
        QCOMPARE(page->deadline(), Instant{} + 11s);
        QVERIFY(pipe.client.sendDeadline(Term{6}, Instant{} + 12s)); // Of another activation
        QCOMPARE(page->deadline(), Instant{} + 11s);
        QVERIFY(!page->isStopped(Term{7}));
        QVERIFY(pipe.client.sendStopped(Term{7}));
        QVERIFY(page->isStopped(Term{7}));
    }

    void clientWithoutAGuardSaysSo()
    {
        GuardClient client;
        QVERIFY(!client.isConnected());
        QVERIFY(!client.sendHello(Incarnation{1}, 1s));
        QVERIFY(client.readEvents().empty());
    }
};

QTEST_APPLESS_MAIN(TestGuardPipe)
#include "tst_guard_pipe.moc"
