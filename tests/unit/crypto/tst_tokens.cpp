// Is a token refused for any slip of the copying hand, saying which, and never repeating it?

#include "crypto/key_schedule.h"
#include "crypto/label.h"
#include "crypto/primitives.h"

#include <QTest>

using namespace clustd;
using namespace clustd::crypto;
using namespace Qt::Literals::StringLiterals;

namespace {

QByteArray goodToken(PeerRole role = PeerRole::Observer, const std::string &name = "alice")
{
    return makeToken(ClusterKeys::derive("TmV2ZXItZ3Jvdy1vbGQtaW4tYS1yZXBvc2l0b3J5IQ", "prod-1")
                         .value()
                         .credentialsFor(role, name)
                         .value());
}

QByteArray base64(const QByteArray &bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

/// A token whose payload is @p size bytes and whose check bytes are right for its other fields.
QByteArray wellChecked(const QByteArray &cluster, const QByteArray &role, const QByteArray &name)
{
    const QByteArray psk(32, 'p'), clusterPublic(32, 'c');
    const QByteArray check
        = sha256(label("token", {cluster, role, name, psk, clusterPublic})).first(4);
    return "clustd2:" + cluster + ':' + role + ':' + name + ':'
        + base64(psk + clusterPublic + check);
}

QByteArray withField(int field, const QByteArray &value)
{
    QList<QByteArray> fields = goodToken().split(':');
    fields[field] = value;
    return fields.join(':');
}

} // namespace

class TestTokens : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyRoleComesBackWhole_data()
    {
        QTest::addColumn<int>("role");
        for (const PeerRole role :
            {PeerRole::Node, PeerRole::Observer, PeerRole::Admin, PeerRole::Driver})
            QTest::newRow(toText(role)) << static_cast<int>(role);
    }

    void everyRoleComesBackWhole()
    {
        QFETCH(int, role);
        const QByteArray token = goodToken(static_cast<PeerRole>(role), "a.B_9-");
        const auto c = parseToken(token);
        QVERIFY(c);
        QCOMPARE(c->cluster, std::string("prod-1"));
        QCOMPARE(static_cast<int>(c->role), role);
        QCOMPARE(c->name, std::string("a.B_9-"));
        QCOMPARE(c->keyId.size(), 8);
        QCOMPARE(makeToken(*c), token);
    }

    void lineEndsAroundItAreBorne() { QVERIFY(parseToken(" " + goodToken() + "\r\n")); }

    void isRefused_data()
    {
        QTest::addColumn<QByteArray>("token");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, const QByteArray &token, const char *says) {
            QTest::newRow(name) << token << QString::fromLatin1(says);
        };
        const QByteArray payload = goodToken().split(':').at(4);
        const QByteArray bytes = QByteArray::fromBase64(payload, QByteArray::Base64UrlEncoding);

        row("nothing", "", "form");
        row("something else", "hello", "form");
        row("another version", withField(0, "clustd1"), "form");
        row("a version in capitals", withField(0, "CLUSTD2"), "form");
        row("a field too few", goodToken().replace(":alice", ""), "form");
        row("a field too many", goodToken() + ":", "form");
        row("a space within", goodToken().replace(":alice", ": alice"), "not valid");

        row("another cluster", withField(1, "prod-2"), "check sum");
        row("no cluster", withField(1, ""), "not valid");
        row("a cluster of 65 characters", withField(1, QByteArray(65, 'a')), "not valid");
        row("a cluster of two words", withField(1, "prod 1"), "not valid");
        row("a right check over a cluster with a slash", wellChecked("a/b", "admin", "x"),
            "not valid");

        row("another role", withField(2, "admin"), "check sum");
        row("a machine's role", withField(2, "node"), "check sum");
        row("no role", withField(2, ""), "not valid");
        row("a role that is none", withField(2, "root"), "not valid");
        row("a role in capitals", withField(2, "Observer"), "not valid");
        row("a right check over a role that is none", wellChecked("prod-1", "root", "x"),
            "not valid");

        row("another name", withField(3, "alicf"), "check sum");
        row("no name", withField(3, ""), "not valid");
        row("a name of 65 characters", withField(3, QByteArray(65, 'a')), "not valid");
        row("a name with an umlaut", withField(3, "ren\xc3\xa9"), "not valid");
        row("a right check over a name with a null byte",
            wellChecked("prod-1", "admin", QByteArray("a\0b", 3)), "not valid");

        row("no key", withField(4, ""), "cut or changed");
        row("a key without its last character", withField(4, payload.chopped(1)), "");
        row("a key of 67 bytes", withField(4, base64(bytes.chopped(1))), "cut or changed");
        row("a key of 69 bytes", withField(4, base64(bytes + 'x')), "cut or changed");
        row("a key in the other base64", withField(4, "+/+/" + payload.mid(4)), "cut or changed");
        row("a key with a blank in it", withField(4, payload.left(20) + ' ' + payload.mid(21)),
            "cut or changed");
        row("a key with a line feed in it", withField(4, payload.left(20) + '\n' + payload.mid(20)),
            "cut or changed");
        row("a key with padding", withField(4, payload + '='), "cut or changed");
        row("a key in hex", withField(4, bytes.toHex()), "cut or changed");
        for (int at : {0, 31, 32, 63, 64, 67}) {
            QByteArray altered = bytes;
            altered[at] = char(altered.at(at) ^ 1);
            row(qPrintable(u"byte %1 of the key altered"_s.arg(at)), withField(4, base64(altered)),
                "check sum");
        }
    }

    void isRefused()
    {
        QFETCH(QByteArray, token);
        QFETCH(QString, says);
        const auto c = parseToken(token);
        QVERIFY(!c);
        QCOMPARE(c.error().code, ErrorCode::Malformed);
        const QString text = c.error().text();
        QVERIFY2(text.contains(says), qPrintable(text));
        QVERIFY(text.contains(u"copy it again"_s));
        const QByteArray payload = goodToken().split(':').at(4);
        QVERIFY2(!text.contains(QString::fromLatin1(payload.left(12))), qPrintable(text));
    }

    void bitsBehindTheLastByteAreNotASecondSpelling()
    {
        // 68 bytes are 90.67 characters: the last one has bits that no byte needs.
        const QByteArray token = goodToken();
        const QByteArray alphabet
            = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int accepted = 0;
        for (const char c : alphabet) {
            if (parseToken(token.chopped(1) + c))
                ++accepted;
        }
        QCOMPARE(accepted, 1);
    }

    void namesAreOfThisAlphabet()
    {
        for (const char *good : {"a", "A.b_c-9", "-", "..."})
            QVERIFY(isName(good));
        QVERIFY(isName(std::string(64, 'x')));
        for (const char *bad : {"", " ", "a b", "a/b", "a:b", "\xc3\xa4", "a\n"})
            QVERIFY(!isName(bad));
        QVERIFY(!isName(std::string(65, 'x')));
        QVERIFY(!isName(std::string("a\0b", 3)));
        QVERIFY(!ClusterKeys::derive("secret", "a b"));
        QVERIFY(!ClusterKeys::derive("secret", "a").value().credentialsFor(PeerRole::Admin, "a b"));
    }

    void oneSecretGivesOtherKeysForEveryClusterRoleAndName()
    {
        const auto one = ClusterKeys::derive("secret", "one").value();
        const auto two = ClusterKeys::derive("secret", "two").value();
        QVERIFY(one.keyId() != two.keyId());
        QVERIFY(one.clusterPublic() != two.clusterPublic());
        QSet<QByteArray> psks;
        for (const ClusterKeys *keys : {&one, &two}) {
            for (const PeerRole role :
                {PeerRole::Node, PeerRole::Observer, PeerRole::Admin, PeerRole::Driver}) {
                for (const char *name : {"a", "b"}) {
                    const auto c = keys->credentialsFor(role, name).value();
                    psks.insert({reinterpret_cast<const char *>(c.psk.data()), 32});
                }
            }
        }
        QCOMPARE(psks.size(), 16);
    }
};

QTEST_APPLESS_MAIN(TestTokens)
#include "tst_tokens.moc"
