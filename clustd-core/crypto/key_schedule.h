#pragma once

#include "crypto/secret_bytes.h"
#include "util/result.h"

#include <QByteArray>

#include <optional>
#include <string>
#include <vector>

namespace clustd::crypto {

enum class PeerRole { Node, Observer, Admin, Driver };
/// "node", "observer", "admin", "driver".
[[nodiscard]] const char *toText(PeerRole role);
[[nodiscard]] std::optional<PeerRole> peerRoleFrom(const std::string &text);

/// `[A-Za-z0-9._-]{1,64}`: names, ids and cluster names.
[[nodiscard]] bool isName(const std::string &text);

/// What one name needs to dial: its own psk and the cluster's public key. What a token holds.
struct Credentials
{
    std::string cluster;
    PeerRole role = PeerRole::Observer;
    std::string name;
    Key32 psk;
    QByteArray clusterPublic; ///< 32 bytes
    QByteArray keyId; ///< 8 bytes

    [[nodiscard]] Credentials clone() const;
};

/// Everything that follows from one secret for one cluster (RFC 5869, RFC 7748). Only machines hold
/// it.
class ClusterKeys
{
public:
    /// @param secret the UTF-8 bytes. Config has refused weak ones; this derives from any.
    [[nodiscard]] static Result<ClusterKeys> derive(
        const QByteArray &secret, const std::string &cluster);

    [[nodiscard]] const std::string &cluster() const { return m_cluster; }
    [[nodiscard]] const QByteArray &keyId() const { return m_keyId; }
    [[nodiscard]] const QByteArray &clusterPublic() const { return m_clusterPublic; }
    [[nodiscard]] const Key32 &clusterPrivate() const { return m_clusterPrivate; }
    [[nodiscard]] Result<Credentials> credentialsFor(PeerRole role, const std::string &name) const;

private:
    ClusterKeys() = default;
    std::string m_cluster;
    Key32 m_root;
    Key32 m_clusterPrivate;
    QByteArray m_clusterPublic;
    QByteArray m_keyId;
};

/// `clustd2:<cluster>:<role>:<name>:<base64url>`.
[[nodiscard]] QByteArray makeToken(const Credentials &credentials);
/// Errors: Malformed, saying what is wrong, never the token itself.
[[nodiscard]] Result<Credentials> parseToken(const QByteArray &token);

} // namespace clustd::crypto
