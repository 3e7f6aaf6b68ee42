// Is what stands in bytes found there without a copy, and written as the free-form writer does?

#include "wire/cbor_bytes.h"
#include "wire/cbor_document.h"
#include "wire/cbor_strict.h"
#include "wire/codec.h"

#include <QCborArray>
#include <QCborMap>
#include <QTest>

using namespace clustd;
using namespace clustd::wire;
using namespace Qt::Literals::StringLiterals;

class TestCborItems : public QObject
{
    Q_OBJECT

private:
    static QCborMap sample()
    {
        return {{u"n"_s, 7}, {u"below"_s, -7}, {u"yes"_s, true}, {u"no"_s, false},
            {u"nothing"_s, nullptr}, {u"text"_s, u"grün"_s}, {u"raw"_s, QByteArray("\x00\xff", 2)},
            {u"list"_s, QCborArray{1, QCborArray{2, 3}, u"x"_s}},
            {u"map"_s, QCborMap{{u"inner"_s, QCborMap{{u"deep"_s, 1}}}, {u"z"_s, 2}}}};
    }

private Q_SLOTS:
    void isFoundByItsKey()
    {
        const QByteArray bytes = encodeDeterministic(sample());
        const auto document = CborDocument::read(bytes);
        QVERIFY(document);
        const CborItem root = document->root();
        QVERIFY(root.isMap());
        QCOMPARE(root.size(), std::size_t(9));
        QCOMPARE(root.find("n").toInteger(), 7);
        QCOMPARE(root.find("below").toInteger(), -7);
        QVERIFY(root.find("yes").isBool() && root.find("yes").toBool());
        QVERIFY(root.find("no").isBool() && !root.find("no").toBool());
        QVERIFY(root.find("nothing").isNull());
        QCOMPARE(root.find("text").toString(), u"grün"_s);
        QVERIFY(root.find("raw") && !root.find("raw").isText());
        // What is inside another item belongs to that one alone.
        QVERIFY(!root.find("inner"));
        QVERIFY(!root.find("deep"));
        QCOMPARE(root.find("map").find("inner").find("deep").toInteger(), 1);
        QCOMPARE(root.find("map").find("z").toInteger(), 2);
        QVERIFY(!root.find("n").find("deep"));
    }

    void noItemIsOfNoType()
    {
        const QByteArray bytes = encodeDeterministic(sample());
        const auto document = CborDocument::read(bytes);
        QVERIFY(document);
        for (const CborItem &item : {CborItem(), document->root().find("missing")}) {
            QVERIFY(!item);
            QVERIFY(!item.isNull() && !item.isBool() && !item.isInteger() && !item.isText()
                && !item.isArray() && !item.isMap());
            QCOMPARE(item.size(), std::size_t(0));
            QCOMPARE(item.toInteger(), 0);
            QVERIFY(item.toText().empty());
            QVERIFY(item.toCbor().isUndefined());
            int taken = 0;
            item.forEachItem([&](const CborItem &) { ++taken; });
            item.forEachEntry([&](std::string_view, const CborItem &) { ++taken; });
            QCOMPARE(taken, 0);
        }
    }

    void itemsAndEntriesComeInTheirOrder()
    {
        const QByteArray bytes = encodeDeterministic(sample());
        const auto document = CborDocument::read(bytes);
        QVERIFY(document);
        QStringList list;
        document->root().find("list").forEachItem(
            [&](const CborItem &item) { list << QString::number(item.size()) + item.toString(); });
        QCOMPARE(list, QStringList({u"0"_s, u"2"_s, u"0x"_s}));
        QStringList keys;
        document->root().forEachEntry([&](std::string_view key, const CborItem &) {
            keys << QString::fromUtf8(key.data(), qsizetype(key.size()));
        });
        QCOMPARE(keys,
            QStringList({u"n"_s, u"no"_s, u"map"_s, u"raw"_s, u"yes"_s, u"list"_s, u"text"_s,
                u"below"_s, u"nothing"_s}));
    }

    void theSameIsWrittenAsByTheFreeFormWriter()
    {
        const CborBytes inner = CborBytes::map({{"deep", std::int64_t(1)}});
        const CborBytes written = CborBytes::map({{"text", u"grün"_s}, {"n", std::int64_t(7)},
            {"below", std::int64_t(-7)}, {"yes", true}, {"no", false}, {"nothing", nullptr},
            {"raw", CborBytes(QCborValue(QByteArray("\x00\xff", 2)))},
            {"list",
                CborBytes::array({std::int64_t(1),
                    CborBytes::array({std::int64_t(2), std::int64_t(3)}), std::string("x")})},
            {"map", CborBytes::map({{"z", std::int64_t(2)}, {"inner", inner}})}});
        QCOMPARE(written.bytes().toHex(), encodeDeterministic(sample()).toHex());
    }

    void whatIsReadIsWrittenAgain()
    {
        const QByteArray bytes = encodeDeterministic(sample());
        const auto document = CborDocument::read(bytes);
        QVERIFY(document);
        QCOMPARE(encodeDeterministic(document->root().toCbor()).toHex(), bytes.toHex());
    }

    void aStateKeepsItsByteOrderMark()
    {
        NodeStatusMessage message;
        message.status.state = "\xef\xbb\xbf"
                               "follower";
        const auto read = decode(encode(message), crypto::PeerRole::Node, false);
        QVERIFY(read);
        const auto *status = std::get_if<NodeStatusMessage>(&*read);
        QVERIFY(status);
        QCOMPARE(status->status.state, message.status.state);
    }
};

QTEST_APPLESS_MAIN(TestCborItems)
#include "tst_cbor_items.moc"
