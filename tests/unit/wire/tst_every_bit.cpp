// Is there one bit of a handshake's messages or of a frame that may be flipped without being
// noticed?

#include "crypto/handshake.h"
#include "wire/sealed_channel.h"

#include <QTest>

using namespace clustd;
using namespace clustd::crypto;
using namespace clustd::wire;

namespace {

const QByteArray kSecret = "TmV2ZXItZ3Jvdy1vbGQtaW4tYS1yZXBvc2l0b3J5IQ";

QByteArray flipped(const QByteArray &bytes, qsizetype bit)
{
    QByteArray altered = bytes;
    altered[bit / 8] = char(altered.at(bit / 8) ^ (1 << (bit % 8)));
    return altered;
}

/// A handshake whose messages pass through the attacker's hands.
struct Handshake
{
    Handshake()
    {
        keys.push_back(ClusterKeys::derive(kSecret, "prod-1").value());
        client = std::make_unique<ClientHandshake>(
            ClientHandshake::Self{PeerRole::Node, "n2", Incarnation{5}, {1, 3}, {}},
            keys[0].credentialsFor(PeerRole::Node, "n2").value(), HandshakeRandom::draw().value());
        server
            = std::make_unique<ServerHandshake>(ServerHandshake::Self{"n1", Incarnation{9}, {1, 2}},
                keys, HandshakeRandom::draw().value());
    }

    std::vector<ClusterKeys> keys;
    std::unique_ptr<ClientHandshake> client;
    std::unique_ptr<ServerHandshake> server;
};

} // namespace

class TestEveryBit : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void ofTheTicket()
    {
        const qsizetype bits = 8 * Handshake().server->ticket().size();
        for (qsizetype bit = 0; bit < bits; ++bit) {
            Handshake h;
            const auto hello = h.client->hello(flipped(h.server->ticket(), bit));
            if (!hello) {
                // The client itself saw that it is no ticket, or none of its levels.
                QVERIFY(hello.error() == CloseReason::Malformed
                    || hello.error() == CloseReason::Version);
                continue;
            }
            const auto peer = h.server->readHello(*hello);
            QVERIFY2(!peer, qPrintable(QString::number(bit)));
            QCOMPARE(peer.error(), CloseReason::NotAuthentic);
        }
    }

    void ofTheHello()
    {
        Handshake h;
        const QByteArray hello = h.client->hello(h.server->ticket()).value();
        for (qsizetype bit = 0; bit < 8 * hello.size(); ++bit) {
            const auto peer = h.server->readHello(flipped(hello, bit));
            QVERIFY2(!peer, qPrintable(QString::number(bit)));
        }
        QVERIFY(h.server->readHello(hello)); // Nothing stuck.
    }

    void ofTheWelcome()
    {
        // The private share is wiped by the first try, so each bit needs a handshake of its own.
        const auto welcomeOf = [](Handshake &h) {
            const QByteArray hello = h.client->hello(h.server->ticket()).value();
            return h.server->readHello(hello) ? h.server->welcome().value().bytes : QByteArray();
        };
        Handshake first;
        const qsizetype bits = 8 * welcomeOf(first).size();
        QVERIFY(bits > 0);
        for (qsizetype bit = 0; bit < bits; ++bit) {
            Handshake h;
            const auto session = h.client->finish(flipped(welcomeOf(h), bit));
            QVERIFY2(!session, qPrintable(QString::number(bit)));
            QVERIFY(session.error() == CloseReason::NotAuthentic
                || session.error() == CloseReason::Malformed);
        }
    }

    void ofAFrame_data()
    {
        QTest::addColumn<bool>("toServer");
        QTest::newRow("to the server") << true;
        QTest::newRow("to the client") << false;
    }

    void ofAFrame()
    {
        QFETCH(bool, toServer);
        const auto session = [] {
            Session one;
            std::fill_n(one.chainClientToServer.data(), 32, 1);
            std::fill_n(one.chainServerToClient.data(), 32, 2);
            return one;
        };
        const Side from = toServer ? Side::Client : Side::Server;
        const Side to = toServer ? Side::Server : Side::Client;
        const QByteArray message("a message of some length");
        SealedChannel sender(from, session());
        const QByteArray frame = sender.seal(message).value();
        const QByteArray next = sender.seal(message).value();
        for (qsizetype bit = 0; bit < 8 * frame.size(); ++bit) {
            SealedChannel receiver(to, session());
            const auto opened = receiver.open(flipped(frame, bit));
            QVERIFY2(!opened, qPrintable(QString::number(bit)));
            QCOMPARE(opened.error(), CloseReason::Unsealed);
            // Not even the right one is read after it.
            QVERIFY(!receiver.open(frame));
            QVERIFY(!receiver.open(next));
        }
        for (qsizetype size = 0; size < frame.size(); ++size) {
            SealedChannel receiver(to, session());
            QVERIFY(!receiver.open(frame.first(size)));
        }
        SealedChannel receiver(to, session());
        QCOMPARE(receiver.open(frame).value(), message);
        QCOMPARE(receiver.open(next).value(), message);
    }

    void framesEndAtTheirNumber()
    {
        // 2^32 frames take hours; the bound is handed in.
        Session one, two;
        SealedChannel sender(Side::Client, std::move(one), 3);
        SealedChannel receiver(Side::Server, std::move(two), 3);
        for (int n = 0; n < 3; ++n)
            QVERIFY(receiver.open(sender.seal("x").value()));
        const auto beyond = sender.seal("x");
        QVERIFY(!beyond);
        QCOMPARE(beyond.error(), CloseReason::Counter);
        QCOMPARE(sender.seal("x").error(), CloseReason::Counter);
        QCOMPARE(sender.sealedFrames(), 3U);
        QCOMPARE(receiver.open(QByteArray(64, 'x')).error(), CloseReason::Unsealed);
    }
};

QTEST_APPLESS_MAIN(TestEveryBit)
#include "tst_every_bit.moc"
