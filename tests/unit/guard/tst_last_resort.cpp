// Is the last resort held ready from the start, taken with what it was given, and its failure said?

#include "guard/last_resort.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>

using namespace clustd;
using namespace clustd::guard;
using namespace Qt::Literals::StringLiterals;

class TestLastResort : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void resetsByTheFileThatItHasHeldOpen()
    {
        const QTemporaryDir folder;
        QFile reset(folder.filePath(u"reset"_s));
        QVERIFY(reset.open(QIODevice::ReadWrite));
        const LastResortOptions options{reset.fileName().toStdString(), "b"};
        LastResort last;
        QVERIFY(last.open(options));
        // No path is walked any more.
        const QByteArray moved = folder.filePath(u"moved"_s).toLocal8Bit();
        QCOMPARE(::rename(options.file.c_str(), moved.constData()), 0);
        QCOMPARE(reset.size(), 0);
        last.take("test: ", Term{7});
        QCOMPARE(reset.readAll(), QByteArray("b"));
    }

    void withoutOneNothingIsDone()
    {
        const LastResortOptions none;
        LastResort last;
        QVERIFY(last.open(none));
        last.take("test: ", Term{7});
    }

    void oneThatIsNotThereIsNoStart()
    {
        const LastResortOptions options{"/nowhere/sysrq-trigger", "b"};
        LastResort last;
        QVERIFY(!last.open(options));
    }

    void oneThatTakesNothingEndsNothing()
    {
        const LastResortOptions options{"/dev/full", "b"};
        LastResort last;
        QVERIFY(last.open(options));
        last.take("test: ", Term{7});
    }
};

QTEST_APPLESS_MAIN(TestLastResort)
#include "tst_last_resort.moc"
