// Is it AES-128-GCM as published, and does one altered bit anywhere keep it shut?

#include "crypto/aead.h"
#include "support/rfc_vectors.h"

#include <QJsonArray>
#include <QTest>

using namespace clustd;
using namespace clustd::crypto;
using namespace clustd::test;
using namespace Qt::Literals::StringLiterals;

namespace {

struct Message
{
    QByteArray key, iv, additional, plaintext, ciphertext, tag;
};

Message messageOf(const QJsonValue &v)
{
    return {fromHex(v[u"key"_s]), fromHex(v[u"iv"_s]), fromHex(v[u"aad"_s]),
        fromHex(v[u"plaintext"_s]), fromHex(v[u"ciphertext"_s]), fromHex(v[u"tag"_s])};
}

std::uint8_t *raw(QByteArray &bytes)
{
    return reinterpret_cast<std::uint8_t *>(bytes.data());
}

bool opens(Aead &opener, const Message &m)
{
    QByteArray plaintext(m.ciphertext.size(), '\0');
    return opener.open(bytes(m.key), bytes(m.iv), bytes(m.additional), bytes(m.ciphertext),
               bytes(m.tag), raw(plaintext))
        && plaintext == m.plaintext;
}

} // namespace

Q_DECLARE_METATYPE(QByteArray Message::*)

class TestAead : public QObject
{
    Q_OBJECT

    QJsonArray m_vectors;

private Q_SLOTS:
    void initTestCase()
    {
        m_vectors = rfcVectors()[u"aes_128_gcm"_s].toArray();
        QCOMPARE(m_vectors.size(), 4);
    }

    void sealsAndOpensThePublishedCases()
    {
        // One object for all of them: a key or a tag of the call before must not linger.
        Aead sealer(Aead::Use::Seal), opener(Aead::Use::Open);
        for (int round = 0; round < 2; ++round) {
            for (const QJsonValue v : m_vectors) {
                const Message m = messageOf(v);
                QByteArray ciphertext(m.plaintext.size(), '\0'), tag(kAeadTagSize, '\0');
                QVERIFY(sealer.seal(bytes(m.key), bytes(m.iv), bytes(m.additional),
                    bytes(m.plaintext), raw(ciphertext), raw(tag)));
                QCOMPARE(ciphertext, m.ciphertext);
                QCOMPARE(tag, m.tag);
                QVERIFY2(opens(opener, m), qPrintable(v[u"name"_s].toString()));
            }
        }
    }

    void anyAlteredBitKeepsItShut_data()
    {
        QTest::addColumn<QByteArray Message::*>("part");
        QTest::newRow("of the key") << &Message::key;
        QTest::newRow("of the IV") << &Message::iv;
        QTest::newRow("of the additional data") << &Message::additional;
        QTest::newRow("of the ciphertext") << &Message::ciphertext;
        QTest::newRow("of the tag") << &Message::tag;
    }

    void anyAlteredBitKeepsItShut()
    {
        QFETCH(QByteArray Message::*, part);
        Aead opener(Aead::Use::Open);
        const Message right = messageOf(m_vectors[3]);
        for (qsizetype bit = 0; bit < 8 * (right.*part).size(); ++bit) {
            Message altered = right;
            QByteArray &bytes = altered.*part;
            bytes[bit / 8] = char(bytes.at(bit / 8) ^ (1 << (bit % 8)));
            QVERIFY(!opens(opener, altered));
        }
        QVERIFY(opens(opener, right)); // A failure leaves nothing behind
    }

    void shortenedTagIsRefused()
    {
        // GCM itself would take tags of 4 to 15 bytes, which are guessed far sooner.
        Aead opener(Aead::Use::Open);
        for (qsizetype size = 0; size < qsizetype(kAeadTagSize); ++size) {
            Message m = messageOf(m_vectors[3]);
            m.tag = m.tag.first(size);
            QVERIFY(!opens(opener, m));
        }
    }
};

QTEST_APPLESS_MAIN(TestAead)
#include "tst_aead.moc"
