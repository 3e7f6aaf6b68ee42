#pragma once

#include "support/daemon_cluster.h"

#include <QProcess>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>

#include <unistd.h>

namespace clustd::test {

/// What a program printed; nothing when it failed or took longer than 20 s.
inline std::optional<QByteArray> outputOf(const QString &commandLine)
{
    QStringList words = QProcess::splitCommand(commandLine);
    QProcess process;
    const QString program = words.takeFirst();
    process.start(program, words);
    if (!process.waitForFinished(20000) || process.exitStatus() != QProcess::NormalExit
        || process.exitCode() != 0)
        return std::nullopt;
    return process.readAllStandardOutput();
}

/// Three namespaces joined by a bridge in a fourth one. All are gone with it.
class TestNetwork
{
public:
    TestNetwork()
    {
        bool isMade = run(QStringLiteral("ip netns add %1").arg(m_bridge))
            && run(QStringLiteral("ip -n %1 link add br0 type bridge").arg(m_bridge))
            && run(QStringLiteral("ip -n %1 link set br0 up").arg(m_bridge));
        for (int i = 0; i < 3; ++i) {
            isMade = isMade && run(QStringLiteral("ip netns add %1").arg(name(i)))
                && run(QStringLiteral("ip -n %1 link set lo up").arg(name(i)))
                && run(QStringLiteral("ip -n %1 link add eth0 type veth peer name p%2 netns %3")
                           .arg(name(i))
                           .arg(i)
                           .arg(m_bridge))
                && run(QStringLiteral("ip -n %1 link set p%2 master br0").arg(m_bridge).arg(i))
                && run(QStringLiteral("ip -n %1 link set p%2 up").arg(m_bridge).arg(i))
                && run(QStringLiteral("ip -n %1 addr add %2/24 dev eth0").arg(name(i), address(i)))
                && run(QStringLiteral("ip -n %1 link set eth0 up").arg(name(i)))
                && run(QStringLiteral("ip netns exec %1 nft add table inet cut").arg(name(i)));
            for (const QString &way : {QStringLiteral("input"), QStringLiteral("output")})
                isMade = isMade
                    && run(QStringLiteral(
                        "ip netns exec %1 nft \"add chain inet cut %2 { type filter hook %2 "
                        "priority 0; }\"")
                               .arg(name(i), way));
        }
        m_isMade = isMade;
    }
    ~TestNetwork()
    {
        for (int i = 0; i < 3; ++i)
            run(QStringLiteral("ip netns del %1").arg(name(i)));
        run(QStringLiteral("ip netns del %1").arg(m_bridge));
    }
    TestNetwork(const TestNetwork &) = delete;
    TestNetwork &operator=(const TestNetwork &) = delete;

    /// Why no test can have one here; empty after make() when all is well.
    [[nodiscard]] static QString make(std::unique_ptr<TestNetwork> &network)
    {
        if (::geteuid() != 0)
            return QStringLiteral("network namespaces need root");
        network = std::make_unique<TestNetwork>();
        if (network->m_isMade)
            return {};
        network.reset();
        return QStringLiteral("no network namespaces here, or ip or nft is missing");
    }
    /// For a cluster with each machine in its namespace. The network outlives it.
    [[nodiscard]] DaemonCluster::Options options() const
    {
        DaemonCluster::Options options;
        options.host = address;
        options.enter = [this](int i) {
            return QStringList{
                QStringLiteral("ip"), QStringLiteral("netns"), QStringLiteral("exec"), name(i)};
        };
        return options;
    }
    [[nodiscard]] QString name(int i) const
    {
        return QStringLiteral("clustd-%1-%2").arg(::getpid()).arg(i);
    }
    [[nodiscard]] static QString address(int i) { return QStringLiteral("10.99.1.%1").arg(i + 1); }

    /// Machine @p i no longer hears @p from.
    [[nodiscard]] bool deafen(int i, int from) const
    {
        return run(QStringLiteral("ip netns exec %1 nft add rule inet cut input ip saddr %2 drop")
                       .arg(name(i), address(from)));
    }
    /// Machine @p i is no longer heard by @p by.
    [[nodiscard]] bool mute(int i, int by) const
    {
        return run(QStringLiteral("ip netns exec %1 nft add rule inet cut output ip daddr %2 drop")
                       .arg(name(i), address(by)));
    }
    [[nodiscard]] bool setCable(int i, bool isPlugged) const
    {
        return run(QStringLiteral("ip -n %1 link set eth0 %2")
                       .arg(name(i), isPlugged ? QStringLiteral("up") : QStringLiteral("down")));
    }
    /// Whether eth0 of machine @p i has @p address.
    [[nodiscard]] bool hasAddress(int i, const QString &address) const
    {
        const auto shown = outputOf(QStringLiteral("ip -n %1 -o addr show dev eth0").arg(name(i)));
        return shown && shown->contains(' ' + address.toLatin1() + '/');
    }
    [[nodiscard]] bool heal() const
    {
        bool isHealed = true;
        for (int i = 0; i < 3; ++i)
            isHealed = run(QStringLiteral("ip netns exec %1 nft flush table inet cut").arg(name(i)))
                && setCable(i, true) && isHealed;
        return isHealed;
    }

private:
    static bool run(const QString &commandLine) { return outputOf(commandLine).has_value(); }

    const QString m_bridge = QStringLiteral("clustd-%1-b").arg(::getpid());
    bool m_isMade = false;
};

} // namespace clustd::test
