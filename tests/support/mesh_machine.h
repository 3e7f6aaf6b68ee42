#pragma once

#include "cluster/mesh.h"

#include <QStringList>

#include <algorithm>
#include <deque>
#include <memory>

namespace clustd::test {

inline const QByteArray kSecret = "0123456789abcdefghijklmnopqrstuvwxyz-one";
inline const QByteArray kOtherSecret = "0123456789abcdefghijklmnopqrstuvwxyz-two";

[[nodiscard]] inline election::Heartbeat heartbeat(std::uint64_t seq)
{
    election::Heartbeat message;
    message.term = Term{1};
    message.seq = seq;
    return message;
}

/// A Mesh on a loopback port of its own, with everything it said.
class MeshMachine : public QObject
{
public:
    struct Heard
    {
        election::Life from;
        wire::Content content;
        Instant at;
    };

    explicit MeshMachine(const char *id, std::uint64_t incarnation = 1)
    {
        config.self = {NodeId{id}, Incarnation{incarnation}};
        config.clusterName = "test";
        config.secrets = {kSecret};
        config.bindAddress = QHostAddress::LocalHost;
        config.software = QStringLiteral("clustd test");
        config.heartbeat = std::chrono::milliseconds(20);
        config.failoverWithin = std::chrono::milliseconds(200);
        config.rtt = std::chrono::milliseconds(5);
    }

    [[nodiscard]] static QUrl uriOf(quint16 port)
    {
        return QUrl(QStringLiteral("ws://127.0.0.1:%1").arg(port));
    }

    /// Makes the mesh; returns the error's text, empty when it listens.
    QString listen()
    {
        mesh = std::make_unique<cluster::Mesh>(config, clock);
        QObject::connect(mesh.get(), &cluster::Mesh::peerUp, this,
            [this](const election::Life &life, const wire::Ready &) { ups.push_back(life); });
        QObject::connect(mesh.get(), &cluster::Mesh::peerDown, this,
            [this](const election::Life &life, const QString &reason) {
                downs.push_back(life);
                downReasons << reason;
            });
        QObject::connect(mesh.get(), &cluster::Mesh::peerContent, this,
            [this](const election::Life &life, const wire::Content &content, Instant at) {
                heard.push_back({life, content, at});
            });
        QObject::connect(mesh.get(), &cluster::Mesh::clientUp, this,
            [this](const cluster::ClientInfo &client) { clientUps.push_back(client); });
        QObject::connect(mesh.get(), &cluster::Mesh::clientDown, this, [this] { ++clientDowns; });
        QObject::connect(mesh.get(), &cluster::Mesh::clientContent, this,
            [this](cluster::ClientId, const wire::Content &content) {
                clientContents.push_back(content);
            });
        QObject::connect(mesh.get(), &cluster::Mesh::refused, this,
            [this](const QString &, const QString &, const QString &reason, int count) {
                refusals << reason;
                refusalCount += count;
            });
        QObject::connect(mesh.get(), &cluster::Mesh::alarm, this,
            [this](bool raised, const QString &code, const QString &node, const QString &) {
                const QString alarm = code + u' ' + node;
                everAlarmed << code;
                alarms.removeAll(alarm);
                if (raised)
                    alarms << alarm;
            });
        QObject::connect(mesh.get(), &cluster::Mesh::finished, this, [this] { isFinished = true; });
        QObject::connect(
            mesh.get(), &cluster::Mesh::rosterChanged, this, [this] { ++rosterChanges; });
        const auto result = mesh->listen();
        if (!result)
            return result.error().text();
        config.remoteAddress = uriOf(mesh->port());
        mesh->reconfigure(config);
        return {};
    }

    /// Adds an entry of the file (before or after listen()).
    void knows(quint16 port, const char *id = nullptr,
        election::MachineRole role = election::MachineRole::Voter)
    {
        config.machines.push_back(
            {uriOf(port), id == nullptr ? std::optional<NodeId>() : NodeId{id}, role});
        if (mesh)
            mesh->reconfigure(config);
    }

    [[nodiscard]] quint16 port() const { return mesh->port(); }
    [[nodiscard]] bool isUp(const MeshMachine &other) const
    {
        return mesh->isUp(other.config.self.machine);
    }
    [[nodiscard]] bool hasAlarm(const char *code) const
    {
        return everAlarmed.contains(QString::fromLatin1(code));
    }
    [[nodiscard]] bool refusedFor(const char *reason) const
    {
        return refusals.contains(QString::fromLatin1(reason));
    }
    [[nodiscard]] bool wasRefusedFor(const char *reason) const
    {
        return refusals.contains(
            QString::fromLatin1(reason) + QStringLiteral(", says the other side"));
    }
    [[nodiscard]] cluster::PeerView viewOf(const MeshMachine &other) const
    {
        for (const cluster::PeerView &view : mesh->peers()) {
            if (view.id == other.config.self.machine)
                return view;
        }
        return {};
    }
    /// How many heartbeats came, and whether in order without gap from 1.
    [[nodiscard]] std::size_t heartbeatsInOrder() const
    {
        std::uint64_t seq = 0;
        for (const Heard &one : heard) {
            const auto *heartbeat = std::get_if<election::Heartbeat>(&one.content);
            if (heartbeat == nullptr)
                continue;
            if (heartbeat->seq != seq + 1)
                return 0;
            ++seq;
        }
        return seq;
    }

    cluster::MeshConfig config;
    SystemClock clock;
    std::unique_ptr<cluster::Mesh> mesh;
    std::vector<election::Life> ups, downs;
    QStringList downReasons, refusals, alarms, everAlarmed;
    int refusalCount = 0;
    std::vector<Heard> heard;
    std::vector<cluster::ClientInfo> clientUps;
    std::vector<wire::Content> clientContents;
    int clientDowns = 0;
    int rosterChanges = 0;
    bool isFinished = false;
};

} // namespace clustd::test
