// Do HMAC, HKDF and X25519 give what their RFCs print, and is a shared secret of zeros refused?

#include "crypto/primitives.h"
#include "support/rfc_vectors.h"

#include <QJsonArray>
#include <QTest>

#include <algorithm>

using namespace clustd;
using namespace clustd::crypto;
using namespace clustd::test;
using namespace Qt::Literals::StringLiterals;

namespace {

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

QByteArray hmac(const QByteArray &key, const QByteArray &message)
{
    QByteArray mac(32, '\0');
    hmacSha256(bytes(key), bytes(message), reinterpret_cast<std::uint8_t *>(mac.data()));
    return mac;
}

} // namespace

class TestPrimitives : public QObject
{
    Q_OBJECT

    QJsonObject m_vectors;

private Q_SLOTS:
    void initTestCase()
    {
        m_vectors = rfcVectors();
        QVERIFY(!m_vectors.isEmpty());
    }

    void hmacOfRfc4231()
    {
        const QJsonArray all = m_vectors[u"hmac_sha256"_s].toArray();
        QCOMPARE(all.size(), 7);
        for (const QJsonValue v : all) {
            const QByteArray expected = fromHex(v[u"mac"_s]);
            const QByteArray mac = hmac(fromHex(v[u"key"_s]), fromHex(v[u"data"_s]));
            QVERIFY2(mac.startsWith(expected), qPrintable(v[u"name"_s].toString()));
        }
    }

    void twoMessagesUnderOneKeyGiveTheirOwnMacs()
    {
        for (const QJsonValue v : m_vectors[u"hmac_sha256"_s].toArray()) {
            const QByteArray macKey = fromHex(v[u"key"_s]);
            const QByteArray data = fromHex(v[u"data"_s]);
            QByteArray a(32, '\0'), b(32, '\0');
            hmacSha256(bytes(macKey), bytes(QByteArray("first")),
                reinterpret_cast<std::uint8_t *>(a.data()), bytes(data),
                reinterpret_cast<std::uint8_t *>(b.data()));
            QCOMPARE(a, hmac(macKey, "first"));
            QVERIFY2(b.startsWith(fromHex(v[u"mac"_s])), qPrintable(v[u"name"_s].toString()));
        }
    }

    void emptyKeyIsNotTheKeyBefore()
    {
        const QByteArray before = hmac("some other key", "message");
        const QByteArray empty = hmac({}, "message");
        QVERIFY(before != empty);
        QCOMPARE(empty, hmac(QByteArray(64, '\0'), "message"));
    }

    void hkdfOfRfc5869()
    {
        const QJsonArray all = m_vectors[u"hkdf_sha256"_s].toArray();
        QCOMPARE(all.size(), 3);
        for (const QJsonValue v : all) {
            const Key32 prk
                = hkdfExtract(bytes(fromHex(v[u"salt"_s])), bytes(fromHex(v[u"ikm"_s])));
            QCOMPARE(raw(prk), fromHex(v[u"prk"_s]));
            // The first 32 bytes do not depend on how many are asked for; nobody here needs more.
            const Key32 okm = hkdfExpand(bytes(prk), bytes(fromHex(v[u"info"_s])));
            QCOMPARE(raw(okm), fromHex(v[u"okm"_s]).first(32));
        }
    }

    void x25519OfRfc7748()
    {
        const QJsonArray all = m_vectors[u"x25519"_s].toArray();
        QCOMPARE(all.size(), 2);
        for (const QJsonValue v : all) {
            Key32 out;
            QVERIFY(x25519(key(fromHex(v[u"scalar"_s])), fromHex(v[u"u"_s]), out));
            QCOMPARE(raw(out), fromHex(v[u"out"_s]));
        }
    }

    void x25519IteratedAsInRfc7748()
    {
        QByteArray k = QByteArray(1, '\x09') + QByteArray(31, '\0');
        QByteArray u = k;
        for (int i = 1; i <= 1000; ++i) {
            Key32 out;
            QVERIFY(x25519(key(k), u, out));
            u = k;
            k = raw(out);
            const QJsonValue expected = m_vectors[u"x25519_iterated"_s][QString::number(i)];
            if (expected.isString())
                QCOMPARE(k, fromHex(expected));
        }
        QCOMPARE(k, fromHex(m_vectors[u"x25519_iterated"_s][u"1000"_s]));
    }

    void x25519ExchangeOfRfc7748()
    {
        const QJsonValue v = m_vectors[u"x25519_exchange"_s];
        const Key32 alice = key(fromHex(v[u"alice_private"_s]));
        const Key32 bob = key(fromHex(v[u"bob_private"_s]));
        QCOMPARE(x25519Public(alice), fromHex(v[u"alice_public"_s]));
        QCOMPARE(x25519Public(bob), fromHex(v[u"bob_public"_s]));
        Key32 a, b;
        QVERIFY(x25519(alice, x25519Public(bob), a));
        QVERIFY(x25519(bob, x25519Public(alice), b));
        QCOMPARE(raw(a), fromHex(v[u"shared"_s]));
        QCOMPARE(raw(b), raw(a));
    }

    void sharedSecretOfZerosIsRefused()
    {
        const QJsonArray all = m_vectors[u"x25519_zero"_s].toArray();
        QVERIFY(all.size() >= 5);
        const Key32 own = key(fromHex(m_vectors[u"x25519"_s][0][u"scalar"_s]));
        for (const QJsonValue u : all) {
            Key32 out;
            QVERIFY2(!x25519(own, fromHex(u), out), qPrintable(u.toString()));
        }
    }

    void shareOfAnotherLengthIsRefused()
    {
        const Key32 own = key(QByteArray(32, '\x07'));
        Key32 out;
        for (const int size : {0, 31, 33})
            QVERIFY(!x25519(own, QByteArray(size, '\x09'), out));
    }

    void comparesWholeValuesOnly()
    {
        const QByteArray a("0123456789abcdef");
        for (qsizetype i = 0; i < a.size(); ++i) {
            QByteArray b = a;
            b[i] = char(b.at(i) ^ 1);
            QVERIFY(!isEqualConstantTime(bytes(a), bytes(b)));
        }
        QVERIFY(isEqualConstantTime(bytes(a), bytes(QByteArray("0123456789abcdef"))));
        QVERIFY(!isEqualConstantTime(bytes(a), bytes(a.chopped(1))));
    }

    void secretsAreWipedAndMovedNotCopied()
    {
        Key32 one = key(QByteArray(32, 'k'));
        Key32 two = std::move(one);
        QCOMPARE(raw(two), QByteArray(32, 'k'));
        QCOMPARE(raw(one), QByteArray(32, '\0')); // NOLINT(bugprone-use-after-move): its contract
        two.wipe();
        QCOMPARE(raw(two), QByteArray(32, '\0'));
    }
};

QTEST_APPLESS_MAIN(TestPrimitives)
#include "tst_primitives.moc"
