#pragma once

#include "cluster/control_server.h"
#include "util/token_bucket.h"

/// Inner parts of the control server, shared by its two source files.
namespace clustd::cluster {

/// Who may ask what.
enum class Audience {
    Look, ///< observer, admin, node
    Act, ///< admin, node
    Driver ///< driver
};

/// One that may ask: a client or a machine, for the life of its link.
struct ControlServer::Party
{
    std::optional<ClientId> client; ///< Else it is the machine
    election::Life machine;
    crypto::PeerRole role = crypto::PeerRole::Observer;
    QString name;
    bool isGone = false;

    std::set<quint64> open; ///< Numbers of its unanswered requests
    TokenBucket requests{kRequestsPerSecond, kRequestsPerSecond};

    struct Subscription
    {
        quint64 next = 0; ///< Journal number up to which it was told
        bool wantsCluster = true;
    };
    std::optional<Subscription> subscription;

    /// Of a machine: whether we are told its events, are just asking for them, or have to ask.
    enum class Journal { Wanted, Asked, Told };
    Journal journal = Journal::Wanted;

    [[nodiscard]] bool isMachine() const { return !client; }
    /// "admin/alice", "node/cm-2".
    [[nodiscard]] QString text() const
    {
        return QString::fromLatin1(crypto::toText(role)) + u'/' + name;
    }
};

/// A request of ours to another machine.
struct ControlServer::PassedOn
{
    election::Life to;
    Instant deadline{};
    Reply reply;
    std::function<void(const QString &)> progress;
};

struct ControlServer::Method
{
    QString name;
    Audience audience = Audience::Look;
    Handler handler = nullptr;
};

} // namespace clustd::cluster
