// Do keys, handshakes, frames and messages have the bytes that an independent implementation made,
// and is refused what must be?

#include "crypto/handshake.h"
#include "wire/cbor_strict.h"
#include "wire/codec.h"
#include "wire/sealed_channel.h"

#include <QCborArray>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>

using namespace clustd;
using namespace clustd::crypto;
using namespace clustd::wire;
using namespace Qt::Literals::StringLiterals;

namespace {

QByteArray hex(const QJsonValue &value)
{
    return QByteArray::fromHex(value.toString().toLatin1());
}

Key32 key(const QByteArray &bytes)
{
    Key32 out;
    std::copy_n(bytes.constData(), 32, reinterpret_cast<char *>(out.data()));
    return out;
}

QByteArray raw(const Key32 &key)
{
    return {reinterpret_cast<const char *>(key.data()), 32};
}

PeerRole role(const QJsonValue &value)
{
    return peerRoleFrom(value.toString().toStdString()).value();
}

/// The handshake of one vector, played by our two halves with the vector's random numbers.
struct Play
{
    explicit Play(const QJsonObject &v, const QString &expectedServer = {})
        : vector(v)
    {
        const QString cluster = v[u"cluster"_s].toString();
        for (const QJsonValue secret : v[u"server_secrets"_s].toArray())
            keys.push_back(
                ClusterKeys::derive(secret.toString().toUtf8(), cluster.toStdString()).value());
        const auto own
            = ClusterKeys::derive(v[u"secret"_s].toString().toUtf8(), cluster.toStdString());
        const std::string name = v[u"client_name"_s].toString().toStdString();
        client = std::make_unique<ClientHandshake>(
            ClientHandshake::Self{role(v[u"role"_s]), name, Incarnation{u64(u"client_incarnation")},
                levels(v[u"client_levels"_s]), expectedServer.toStdString()},
            own->credentialsFor(role(v[u"role"_s]), name).value(),
            HandshakeRandom{hex(v[u"client_random"_s]), key(hex(v[u"client_share_private"_s]))});
        server = std::make_unique<ServerHandshake>(
            ServerHandshake::Self{v[u"server_id"_s].toString().toStdString(),
                Incarnation{u64(u"server_incarnation")}, levels(v[u"server_levels"_s])},
            keys,
            HandshakeRandom{hex(v[u"ticket_random"_s]), key(hex(v[u"server_share_private"_s]))});
    }
    static Levels levels(const QJsonValue &value)
    {
        return {std::uint8_t(value.toArray().at(0).toInt()),
            std::uint8_t(value.toArray().at(1).toInt())};
    }
    [[nodiscard]] quint64 u64(QStringView name) const { return quint64(vector[name].toInteger()); }

    QJsonObject vector;
    std::vector<ClusterKeys> keys;
    std::unique_ptr<ClientHandshake> client;
    std::unique_ptr<ServerHandshake> server;
};

} // namespace

class TestGoldenVectors : public QObject
{
    Q_OBJECT

    QJsonObject m_vectors;

    QJsonObject handshake(int index) const
    {
        return m_vectors[u"handshakes"_s].toArray().at(index).toObject();
    }

    /// Opens the vector's frames at their numbers; those between are sealed by our own sender.
    static void replay(const QJsonArray &frames, SealedChannel &sender, SealedChannel &receiver)
    {
        QVERIFY(!frames.isEmpty());
        for (const QJsonValue frame : frames) {
            while (receiver.openedFrames() < quint64(frame[u"n"_s].toInteger()))
                QVERIFY(receiver.open(sender.seal("between").value()));
            const auto opened = receiver.open(hex(frame[u"frame"_s]));
            QVERIFY(opened);
            QCOMPARE(*opened, hex(frame[u"plaintext"_s]));
            QVERIFY(sender.seal(*opened)); // In step again
        }
    }

private Q_SLOTS:
    void initTestCase()
    {
        QFile file(QStringLiteral(CLUSTD_SOURCE_DIR "/tests/golden/protocol-v2-vectors.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        m_vectors = QJsonDocument::fromJson(file.readAll()).object();
        QVERIFY(!m_vectors.isEmpty());
    }

    void derivesKeysAndTokens()
    {
        const QJsonArray all = m_vectors[u"derivation"_s].toArray();
        QVERIFY(!all.isEmpty());
        for (const QJsonValue v : all) {
            const auto keys = ClusterKeys::derive(
                hex(v[u"secret"_s]), v[u"cluster"_s].toString().toStdString());
            QVERIFY(keys);
            QCOMPARE(raw(keys->clusterPrivate()), hex(v[u"cluster_private"_s]));
            QCOMPARE(keys->clusterPublic(), hex(v[u"cluster_public"_s]));
            QCOMPARE(keys->keyId(), hex(v[u"key_id"_s]));
            for (const QJsonValue p : v[u"psks"_s].toArray()) {
                const auto c = keys->credentialsFor(
                    role(p[u"role"_s]), p[u"name"_s].toString().toStdString());
                QVERIFY(c);
                QCOMPARE(raw(c->psk), hex(p[u"psk"_s]));
                QCOMPARE(makeToken(*c), p[u"token"_s].toString().toLatin1());
                const auto back = parseToken(p[u"token"_s].toString().toLatin1());
                QVERIFY(back);
                QCOMPARE(raw(back->psk), raw(c->psk));
                QCOMPARE(back->keyId, c->keyId);
            }
        }
    }

    void aChangedTokenIsRefused()
    {
        const QByteArray token
            = m_vectors[u"derivation"_s][0][u"psks"_s][0][u"token"_s].toString().toLatin1();
        for (qsizetype i = 0; i < token.size(); ++i) {
            QByteArray bad = token;
            bad[i] = bad.at(i) == 'x' ? 'y' : 'x';
            QVERIFY2(!parseToken(bad), bad.constData());
        }
    }

    void handshakesAndFrames()
    {
        const QJsonArray all = m_vectors[u"handshakes"_s].toArray();
        QVERIFY(all.size() >= 3);
        for (const QJsonValue value : all) {
            const QJsonObject v = value.toObject();
            Play play(v);
            QCOMPARE(play.server->ticket(), hex(v[u"ticket"_s]));
            const auto hello = play.client->hello(play.server->ticket());
            QVERIFY(hello);
            QCOMPARE(*hello, hex(v[u"hello"_s]));
            const auto peer = play.server->readHello(*hello);
            QVERIFY(peer);
            QCOMPARE(QString::fromStdString(peer->name), v[u"client_name"_s].toString());
            auto welcome = play.server->welcome();
            QVERIFY(welcome);
            QCOMPARE(welcome->bytes, hex(v[u"welcome"_s]));
            auto session = play.client->finish(welcome->bytes);
            QVERIFY(session);
            QCOMPARE(raw(session->chainClientToServer), hex(v[u"chain_c2s_0"_s]));
            QCOMPARE(raw(session->chainServerToClient), hex(v[u"chain_s2c_0"_s]));
            QCOMPARE(int(session->level), v[u"level"_s].toInt());

            SealedChannel server(Side::Server, std::move(welcome->session));
            SealedChannel client(Side::Client, std::move(*session));
            replay(v[u"frames"_s][u"c2s"_s].toArray(), client, server);
            replay(v[u"frames"_s][u"s2c"_s].toArray(), server, client);
        }
    }

    void badHandshakesAreRefusedWithTheirReason()
    {
        for (const QJsonValue n : m_vectors[u"negative"_s][u"handshake"_s].toArray()) {
            Play play(handshake(n[u"handshake"_s].toInt()), n[u"expect_id"_s].toString());
            const QByteArray bytes = hex(n[u"hex"_s]);
            const QString what = n[u"instead_of"_s].toString();
            std::optional<CloseReason> reason;
            if (what == u"hello") {
                const auto peer = play.server->readHello(bytes);
                if (!peer) {
                    reason = peer.error();
                } else if (peer->name == play.vector[u"server_id"_s].toString().toStdString()
                    && peer->role == PeerRole::Node) {
                    reason = CloseReason::Self; // This and the next are for the caller to judge
                } else if (n[u"revoked"_s].toArray().contains(
                               QLatin1StringView(crypto::toText(peer->role)) + u'/'
                               + QString::fromStdString(peer->name))) {
                    reason = CloseReason::Revoked;
                } else if (const auto welcome = play.server->welcome(); !welcome) {
                    reason = welcome.error();
                }
            } else if (what == u"ticket") {
                const auto hello = play.client->hello(bytes);
                if (!hello)
                    reason = hello.error();
            } else {
                QVERIFY(play.client->hello(play.server->ticket()));
                const auto session = play.client->finish(bytes);
                if (!session)
                    reason = session.error();
            }
            const QString name = n[u"name"_s].toString();
            QVERIFY2(reason, qPrintable(name));
            QVERIFY2(toText(*reason) == n[u"reason"_s].toString(),
                qPrintable(name + u": "_s + toText(*reason)));
            QCOMPARE(int(*reason), n[u"code"_s].toInt());
        }
    }

    void badFramesEndTheChannelForEver()
    {
        for (const QJsonValue n : m_vectors[u"negative"_s][u"frames"_s].toArray()) {
            const QJsonObject v = handshake(n[u"handshake"_s].toInt());
            Session session;
            session.chainClientToServer = key(hex(v[u"chain_c2s_0"_s]));
            session.chainServerToClient = key(hex(v[u"chain_s2c_0"_s]));
            SealedChannel receiver(
                n[u"direction"_s].toString() == u"c2s" ? Side::Server : Side::Client,
                std::move(session));
            for (const QJsonValue before : n[u"before"_s].toArray())
                QVERIFY(receiver.open(hex(before)));
            const QByteArray name = n[u"name"_s].toString().toUtf8();
            const auto bad = receiver.open(hex(n[u"hex"_s]));
            QVERIFY2(!bad, name);
            QCOMPARE(int(bad.error()), n[u"code"_s].toInt());
            QVERIFY2(!receiver.open(hex(n[u"then_valid"_s])), name);
        }
    }

    void messagesHaveTheirBytes()
    {
        for (const QJsonValue m : m_vectors[u"messages"_s].toArray()) {
            const QByteArray name = m[u"name"_s].toString().toUtf8();
            const QByteArray bytes = hex(m[u"cbor"_s]);
            const bool isReady = m[u"message"_s][u"event"_s].toString() == u"ready";
            const auto content = decode(bytes, role(m[u"role"_s]), isReady);
            QVERIFY2(content, name);
            QVERIFY2(!std::holds_alternative<Unknown>(*content), name);
            QVERIFY2(encode(*content) == bytes,
                name + "\n" + encode(*content).toHex() + "\n" + bytes.toHex());
        }
    }

    void whatANewerMachineMaySayIsBorne()
    {
        for (const QJsonValue m : m_vectors[u"lenient"_s].toArray()) {
            const auto content = decode(hex(m[u"hex"_s]), PeerRole::Node, false);
            QVERIFY2(content, qPrintable(m[u"name"_s].toString()));
        }
    }

    void badMessagesCloseTheLink()
    {
        for (const QJsonValue m : m_vectors[u"negative"_s][u"messages"_s].toArray()) {
            const auto content
                = decode(hex(m[u"hex"_s]), role(m[u"role"_s]), m[u"first"_s].toBool());
            QVERIFY2(!content, qPrintable(m[u"name"_s].toString()));
            QCOMPARE(int(content.error()), m[u"code"_s].toInt());
        }
    }
};

QTEST_APPLESS_MAIN(TestGoldenVectors)
#include "tst_golden_vectors.moc"
