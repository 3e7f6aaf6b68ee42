#pragma once

#include "crypto/close_reason.h"
#include "crypto/key_schedule.h"
#include "util/strong_id.h"

#include <QByteArray>

#include <memory>
#include <optional>
#include <vector>

/// The handshake of protocol 2 as pure code: bytes in, bytes or session keys out. No sockets, no
/// clock.
namespace clustd::crypto {

struct Levels
{
    std::uint8_t min = 1;
    std::uint8_t max = 1;
};

/// Who the other side proved to be.
struct PeerIdentity
{
    PeerRole role = PeerRole::Node;
    std::string name; ///< For a node its id
    Incarnation incarnation; ///< 0 from clients that are no machines
    QByteArray keyId; ///< Which secret it used (8 bytes)
};

/// What both ends hold once the handshake is through; the first frames may be sealed with it.
struct Session
{
    PeerIdentity peer;
    std::uint8_t level = 1;
    Key32 chainClientToServer;
    Key32 chainServerToClient;
};

/// Randomness of one handshake; handed in so that vectors can be replayed.
struct HandshakeRandom
{
    QByteArray ticketOrRandom; ///< 32 bytes: T's ticket at the server, client_random at the client
    Key32 sharePrivate; ///< X25519
    /// From RAND_priv_bytes; nothing when the generator fails (the connection must end).
    [[nodiscard]] static std::optional<HandshakeRandom> draw();
};

/// The side that opened the TCP connection.
class ClientHandshake
{
public:
    struct Self
    {
        PeerRole role = PeerRole::Node;
        std::string name;
        Incarnation incarnation;
        Levels levels;
        std::string expectedServer; ///< A driver's: the machine it was set up for; empty: any
    };
    /// @param credentials of this name: from the secret (ClusterKeys::credentialsFor) or from a
    /// token.
    ClientHandshake(Self self, Credentials credentials, HandshakeRandom random);
    ~ClientHandshake();
    ClientHandshake(ClientHandshake &&) noexcept;
    ClientHandshake &operator=(ClientHandshake &&) noexcept;

    /// T in, H out.
    [[nodiscard]] Outcome<QByteArray> hello(const QByteArray &ticket);
    /// W in, keys out. peer is the server: role Node, its id and incarnation.
    [[nodiscard]] Outcome<Session> finish(const QByteArray &welcome);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// The side that accepted. Between readHello and welcome the caller judges the client (revoked, own
/// id, duplicate).
class ServerHandshake
{
public:
    struct Self
    {
        std::string id;
        Incarnation incarnation;
        Levels levels;
    };
    /// @param keys current secret first, then the previous ones; must outlive the handshake.
    ServerHandshake(Self self, const std::vector<ClusterKeys> &keys, HandshakeRandom random);
    ~ServerHandshake();
    ServerHandshake(ServerHandshake &&) noexcept;
    ServerHandshake &operator=(ServerHandshake &&) noexcept;

    [[nodiscard]] const QByteArray &ticket() const;
    /// Checks size, shape, levels, cluster, key_id, mac, in this order. Spends no X25519.
    [[nodiscard]] Outcome<PeerIdentity> readHello(const QByteArray &hello);
    /// W out, and keys. Only after readHello.
    struct Welcome
    {
        QByteArray bytes;
        Session session;
    };
    [[nodiscard]] Outcome<Welcome> welcome();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace clustd::crypto
