// Does every reason for a close have the name that PROTOCOL.md gives it?

#include "crypto/close_reason.h"
#include "crypto/secret_bytes.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace clustd::crypto;

class TestCloseReason : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesAreThoseOfTheDocument()
    {
        QFile file(QStringLiteral(CLUSTD_SOURCE_DIR "/docs/PROTOCOL.md"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString document = QString::fromUtf8(file.readAll());
        for (const int code : {1000, 1001, 1009, 4400, 4401, 4402, 4403, 4404, 4405, 4406, 4408,
                 4409, 4410, 4412, 4413, 4415, 4420, 4429}) {
            const QString name = toText(static_cast<CloseReason>(code));
            QVERIFY2(!name.isEmpty(), qPrintable(QString::number(code)));
            const QRegularExpression both(u"%1\\b[^\\n]*\\b%2\\b"_s.arg(code).arg(name));
            QVERIFY2(document.contains(both), qPrintable(u"%1 %2"_s.arg(code).arg(name)));
        }
        QVERIFY(toText(static_cast<CloseReason>(4999)).isEmpty());
    }

    void aSecretThatIsMovedIsWipedWhereItWas()
    {
        SecretBytes<16> secret;
        std::fill_n(secret.data(), 16, std::uint8_t{7});
        SecretBytes<16> other;
        other = std::move(secret);
        QCOMPARE(other.data()[15], std::uint8_t{7});
        // NOLINTNEXTLINE(bugprone-use-after-move): that is the question
        QCOMPARE(secret.data()[15], std::uint8_t{0});
        QCOMPARE(other.clone().data()[0], std::uint8_t{7});
    }
};

QTEST_GUILESS_MAIN(TestCloseReason)
#include "tst_close_reason.moc"
