#include "crypto/key_schedule.h"

#include "crypto/label.h"
#include "crypto/primitives.h"

#include <QList>

#include <algorithm>

namespace clustd::crypto {

using namespace Qt::Literals::StringLiterals;

QByteArray lengthPrefixed(const QByteArray &bytes)
{
    QByteArray out;
    out += char(std::uint8_t(bytes.size() >> 8));
    out += char(std::uint8_t(bytes.size() & 0xff));
    return out + bytes;
}

QByteArray label(const char *name, std::initializer_list<QByteArray> parts)
{
    QByteArray out = lengthPrefixed(QByteArray("clustd2 ") + name);
    for (const QByteArray &part : parts)
        out += lengthPrefixed(part);
    return out;
}

const char *toText(PeerRole role)
{
    switch (role) {
    case PeerRole::Node:
        return "node";
    case PeerRole::Observer:
        return "observer";
    case PeerRole::Admin:
        return "admin";
    case PeerRole::Driver:
        return "driver";
    }
    return "";
}

std::optional<PeerRole> peerRoleFrom(const std::string &text)
{
    for (const PeerRole role :
        {PeerRole::Node, PeerRole::Observer, PeerRole::Admin, PeerRole::Driver}) {
        if (text == toText(role))
            return role;
    }
    return std::nullopt;
}

bool isName(const std::string &text)
{
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
            || c == '.' || c == '_' || c == '-';
    });
}

namespace {

QByteArray keyIdOf(const QByteArray &clusterPublic)
{
    return sha256(label("key id", {clusterPublic})).first(8);
}

QByteArray rawView(const Key32 &key)
{
    return QByteArray::fromRawData(reinterpret_cast<const char *>(key.data()), 32);
}

/// The first bytes of a hash over everything in a token: a slip of the copying hand is found before
/// it is used.
QByteArray tokenCheck(const Credentials &c)
{
    QByteArray input = label("token",
        {QByteArray::fromStdString(c.cluster), QByteArray(toText(c.role)),
            QByteArray::fromStdString(c.name), rawView(c.psk), c.clusterPublic});
    QByteArray check = sha256(input).first(4);
    OPENSSL_cleanse(input.data(), std::size_t(input.size()));
    return check;
}

} // namespace

Credentials Credentials::clone() const
{
    return {cluster, role, name, psk.clone(), clusterPublic, keyId};
}

Result<ClusterKeys> ClusterKeys::derive(const QByteArray &secret, const std::string &cluster)
{
    if (!isName(cluster)) {
        return fail(ErrorCode::Config, u"cluster.name"_s,
            u"'%1' is no name"_s.arg(QString::fromStdString(cluster)),
            u"use 1 to 64 characters of A-Z a-z 0-9 . _ -"_s);
    }
    ClusterKeys keys;
    keys.m_cluster = cluster;
    keys.m_root = hkdfExtract(bytes(label("root", {})), bytes(secret));
    keys.m_clusterPrivate = hkdfExpand(
        bytes(keys.m_root), bytes(label("cluster key", {QByteArray::fromStdString(cluster)})));
    keys.m_clusterPublic = x25519Public(keys.m_clusterPrivate);
    keys.m_keyId = keyIdOf(keys.m_clusterPublic);
    return keys;
}

Result<Credentials> ClusterKeys::credentialsFor(PeerRole role, const std::string &name) const
{
    if (!isName(name)) {
        return fail(ErrorCode::Usage, u"name"_s,
            u"'%1' is no name"_s.arg(QString::fromStdString(name)),
            u"use 1 to 64 characters of A-Z a-z 0-9 . _ -"_s);
    }
    Credentials credentials;
    credentials.cluster = m_cluster;
    credentials.role = role;
    credentials.name = name;
    credentials.psk = hkdfExpand(bytes(m_root),
        bytes(label("psk",
            {QByteArray::fromStdString(m_cluster), QByteArray(toText(role)),
                QByteArray::fromStdString(name)})));
    credentials.clusterPublic = m_clusterPublic;
    credentials.keyId = m_keyId;
    return credentials;
}

QByteArray makeToken(const Credentials &c)
{
    QByteArray payload = QByteArray(rawView(c.psk)) + c.clusterPublic + tokenCheck(c);
    QByteArray token = "clustd2:" + QByteArray::fromStdString(c.cluster) + ':' + toText(c.role)
        + ':' + QByteArray::fromStdString(c.name) + ':'
        + payload.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    OPENSSL_cleanse(payload.data(), std::size_t(payload.size()));
    return token;
}

Result<Credentials> parseToken(const QByteArray &token)
{
    const auto bad = [](const QString &what) {
        return fail(ErrorCode::Malformed, u"token"_s, what,
            u"copy it again, whole, as 'clustd token' printed it"_s);
    };
    const QList<QByteArray> parts = token.trimmed().split(':');
    if (parts.size() != 5 || parts[0] != "clustd2")
        return bad(u"it has not the form clustd2:CLUSTER:ROLE:NAME:KEY"_s);
    Credentials c;
    c.cluster = parts[1].toStdString();
    c.name = parts[3].toStdString();
    const auto role = peerRoleFrom(parts[2].toStdString());
    if (!isName(c.cluster) || !isName(c.name) || !role)
        return bad(u"its cluster, role or name is not valid"_s);
    c.role = *role;
    constexpr auto kBase64 = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
    auto decoded = QByteArray::fromBase64Encoding(
        parts[4], kBase64 | QByteArray::AbortOnBase64DecodingErrors);
    // Encoded again, since padding and the unused bits of the last character would be read as well.
    if (!decoded || decoded.decoded.size() != 68 || decoded.decoded.toBase64(kBase64) != parts[4])
        return bad(u"its key is cut or changed"_s);
    std::copy_n(decoded.decoded.constData(), 32, reinterpret_cast<char *>(c.psk.data()));
    c.clusterPublic = decoded.decoded.mid(32, 32);
    const bool ok = decoded.decoded.mid(64) == tokenCheck(c);
    OPENSSL_cleanse(decoded.decoded.data(), std::size_t(decoded.decoded.size()));
    if (!ok)
        return bad(u"its check sum does not fit"_s);
    c.keyId = keyIdOf(c.clusterPublic);
    return c;
}

} // namespace clustd::crypto
