// Do links stay sound for long: a minute's heartbeats, four a second, between three machines, then
// a fault, and again? The heartbeats do not wait for the clock, so an hour of them takes a minute.
//
// CLUSTD_LINK_MINUTES says how many; `./dev valgrind` has memcheck watch an hour.

#include "support/mesh_machine.h"
#include "support/patience.h"
#include "support/raw_socket.h"
#include "support/tcp_proxy.h"

#include <QTest>

#include <array>

using namespace clustd;
using namespace clustd::test;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kBeatsAMinute = 240;
/// For what valgrind makes fifty times slower.
constexpr int kWait = 60000 * kPatience;

} // namespace

class TestLinkHour : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void heartbeatsAndAFaultAMinute();

private:
    /// Machine @p i begins a life; the same cables lead to all its lives.
    void start(std::size_t i);
    [[nodiscard]] bool isWhole() const;
    void sendFromEachToEach(std::uint64_t seq);
    [[nodiscard]] bool hasEachHeardEach(std::uint64_t seq) const;

    void cutACable();
    void alterABit();
    void sayItAgain();
    void restartAMachine();
    void meetStrangers();

    std::array<std::unique_ptr<MeshMachine>, 3> m_machines;
    std::array<std::uint64_t, 3> m_lives{};
    /// n2 to n1, n3 to n1, n3 to n2.
    std::array<std::unique_ptr<TcpProxy>, 3> m_cables;
    std::array<quint16, 3> m_ports{};
};

void TestLinkHour::start(std::size_t i)
{
    static constexpr std::array<const char *, 3> kNames{"n1", "n2", "n3"};
    auto machine = std::make_unique<MeshMachine>(kNames.at(i), ++m_lives.at(i));
    machine->config.failoverWithin = std::chrono::seconds(4);
    machine->config.heartbeat = std::chrono::milliseconds(400);
    machine->config.bindPort = m_ports.at(i);
    QCOMPARE(machine->listen(), QString());
    m_ports.at(i) = machine->port();
    const auto lead = [&](std::size_t cable, std::size_t to) {
        if (!m_cables.at(cable))
            m_cables.at(cable) = std::make_unique<TcpProxy>(m_ports.at(to));
        machine->knows(m_cables.at(cable)->port());
    };
    if (i == 1) {
        lead(0, 0);
    } else if (i == 2) {
        lead(1, 0);
        lead(2, 1);
    }
    machine->mesh->start();
    m_machines.at(i) = std::move(machine);
}

bool TestLinkHour::isWhole() const
{
    for (const auto &a : m_machines) {
        for (const auto &b : m_machines) {
            if (a != b && !a->isUp(*b))
                return false;
        }
    }
    return true;
}

void TestLinkHour::sendFromEachToEach(std::uint64_t seq)
{
    for (const auto &machine : m_machines)
        machine->heard.clear();
    for (const auto &a : m_machines) {
        for (const auto &b : m_machines) {
            if (a != b)
                QVERIFY(a->mesh->send(b->config.self, heartbeat(seq)));
        }
    }
}

bool TestLinkHour::hasEachHeardEach(std::uint64_t seq) const
{
    return std::all_of(m_machines.begin(), m_machines.end(), [&](const auto &machine) {
        return std::count_if(machine->heard.begin(), machine->heard.end(), [&](const auto &one) {
            const auto *message = std::get_if<election::Heartbeat>(&one.content);
            return message != nullptr && message->seq == seq;
        }) == 2;
    });
}

void TestLinkHour::cutACable()
{
    m_cables[0]->cut();
    QTRY_VERIFY_WITH_TIMEOUT(!m_machines[1]->downs.empty(), kWait);
}

void TestLinkHour::alterABit()
{
    bool isDone = false;
    m_cables[1]->setFilter([&](int, Direction direction, int, const QByteArray &unit) {
        std::vector<QByteArray> units{unit};
        if (!isDone && direction == Direction::ToServer) {
            units[0].back() = char(units[0].back() ^ 1);
            isDone = true;
        }
        return units;
    });
    QVERIFY(m_machines[2]->mesh->send(m_machines[0]->config.self, heartbeat(0)));
    QTRY_VERIFY_WITH_TIMEOUT(isDone && !m_machines[0]->downs.empty(), kWait);
    m_cables[1]->setFilter({});
}

void TestLinkHour::sayItAgain()
{
    const int last = m_cables[2]->connectionCount() - 1;
    const auto &recorded = m_cables[2]->recorded(last, Direction::ToServer);
    m_cables[2]->inject(last, Direction::ToServer, recorded.back());
    QTRY_VERIFY_WITH_TIMEOUT(!m_machines[1]->downs.empty(), kWait);
}

void TestLinkHour::restartAMachine()
{
    const election::Life former = m_machines[1]->config.self;
    m_machines[1].reset();
    start(1);
    QTRY_VERIFY_WITH_TIMEOUT(!m_machines[0]->downs.empty(), kWait);
    QCOMPARE(m_machines[0]->downs.front(), former);
}

void TestLinkHour::meetStrangers()
{
    const std::array<QByteArray, 4> openings{QByteArray(), "GET / HTTP/1.1\r\nHost: x\r\n",
        QByteArray(5000, '\xff'), "GET / HTTP/1.1\r\n\r\n"};
    for (const QByteArray &opening : openings) {
        const RawSocket socket(m_ports[0], opening);
        QTRY_VERIFY_WITH_TIMEOUT(socket.wasConnected(), kWait);
    }
}

void TestLinkHour::heartbeatsAndAFaultAMinute()
{
    bool isNumber = false;
    const int told = qEnvironmentVariableIntValue("CLUSTD_LINK_MINUTES", &isNumber);
    const int minutes = isNumber ? told : 10;
    QVERIFY(minutes > 0);
    for (std::size_t i = 0; i < m_machines.size(); ++i)
        start(i);

    const std::array<void (TestLinkHour::*)(), 5> faults{&TestLinkHour::cutACable,
        &TestLinkHour::alterABit, &TestLinkHour::sayItAgain, &TestLinkHour::restartAMachine,
        &TestLinkHour::meetStrangers};
    std::uint64_t seq = 0;
    for (std::size_t minute = 0; minute < std::size_t(minutes); ++minute) {
        QTRY_VERIFY_WITH_TIMEOUT(isWhole(), kWait);
        for (const auto &machine : m_machines) {
            machine->downs.clear();
            machine->downReasons.clear();
        }
        for (int beat = 0; beat < kBeatsAMinute; ++beat) {
            sendFromEachToEach(++seq);
            QTRY_VERIFY_WITH_TIMEOUT(hasEachHeardEach(seq), kWait);
        }
        for (const auto &machine : m_machines)
            QCOMPARE(machine->downReasons, QStringList());
        (this->*faults.at(minute % faults.size()))();
        if (QTest::currentTestFailed())
            return;
    }
    QTRY_VERIFY_WITH_TIMEOUT(isWhole(), kWait);
}

QTEST_GUILESS_MAIN(TestLinkHour)
#include "tst_link_hour.moc"
