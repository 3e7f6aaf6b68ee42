// What does a command get from us, and how do we learn of its end and of what it prints?

#include "drivers/child_process.h"
#include "drivers/output_reader.h"

#include <QPointer>
#include <QSignalSpy>
#include <QTest>

#include <csignal>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace clustd::drivers {

using namespace Qt::Literals::StringLiterals;

class TestChildProcess : public QObject
{
    Q_OBJECT

private:
    /// One command, its lines and its end.
    struct Run
    {
        explicit Run(const QStringList &argv)
        {
            QObject::connect(
                &child, &ChildProcess::executed, &child, [this] { isExecuted = true; });
            QObject::connect(&child, &ChildProcess::ended, &child, [this](const ChildEnd &how) {
                if (reader)
                    reader->drain();
                end = how;
            });
            started = child.start({argv, {"PATH=/usr/bin:/bin", "FLAG=on"}, {}});
            if (!started)
                return;
            reader = new OutputReader(child.takeOutput(), &child);
            QObject::connect(reader, &OutputReader::line, &child,
                [this](const QString &line) { lines += line; });
        }
        bool isOver()
        {
            return QTest::qWaitFor([this] { return end.has_value(); }, 10000);
        }
        bool isSilent()
        {
            return isOver() && QTest::qWaitFor([this] { return reader.isNull(); }, 10000);
        }

        ChildProcess child;
        QPointer<OutputReader> reader;
        Result<void> started;
        QStringList lines;
        std::optional<ChildEnd> end;
        bool isExecuted = false;
    };
    static QStringList sh(const QString &script) { return {u"sh"_s, u"-c"_s, script}; }

private Q_SLOTS:
    void saysHowItEnded_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("text");
        QTest::newRow("well") << u"exit 0"_s << u"exited with code 0"_s;
        QTest::newRow("with a code") << u"exit 3"_s << u"exited with code 3"_s;
        QTest::newRow("by a signal") << u"kill -9 $$"_s << u"was killed by signal 9 (Killed)"_s;
    }
    void saysHowItEnded()
    {
        QFETCH(QString, script);
        QFETCH(QString, text);
        Run run(sh(script));
        QVERIFY(run.isOver());
        QCOMPARE(run.end->text(), text);
        QCOMPARE(run.end->isOk(), text.endsWith(u"code 0"));
        QVERIFY(run.isExecuted);
        QVERIFY(!run.child.isRunning());
    }

    void programThatCannotBeExecuted()
    {
        Run none({u"no-such-program-here"_s});
        QVERIFY(!none.started);
        Run directory({u"/tmp"_s});
        QVERIFY(directory.started);
        QVERIFY(directory.isOver());
        QVERIFY(!directory.isExecuted);
        QVERIFY2(directory.end->text().startsWith(u"cannot execute /tmp: Permission denied"),
            qPrintable(directory.end->text()));
    }

    void linesComeFromOutputAndErrors()
    {
        Run run(sh(u"echo one; echo two >&2; printf 'three'; printf '\\033[1mbold\\tx\\r\\n'"_s));
        QVERIFY(run.isSilent());
        QCOMPARE(run.lines, (QStringList{u"one"_s, u"two"_s, u"three\uFFFD[1mbold x"_s}));
    }

    void lastLinesArriveBeforeTheEnd()
    {
        Run run(sh(u"echo last words; exit 1"_s));
        QVERIFY(run.isOver());
        QCOMPARE(run.lines, QStringList{u"last words"_s});
    }

    void longLinesAreCut()
    {
        Run run(sh(u"head -c 5000 /dev/zero | tr '\\0' x; echo; echo next"_s));
        QVERIFY(run.isSilent());
        QCOMPARE(run.lines.size(), 2);
        QCOMPARE(run.lines[0].size(), OutputReader::kMaxLineBytes + 1);
        QVERIFY(run.lines[0].endsWith(u'…'));
        QCOMPARE(run.lines[1], u"next"_s);
    }

    void tooManyLinesAreCounted()
    {
        Run run(sh(u"seq 2000"_s));
        QVERIFY(run.isSilent());
        QVERIFY(run.lines.size() >= OutputReader::kBurst);
        QVERIFY(run.lines.size() < 1500);
        QVERIFY2(
            run.lines.last().endsWith(u"more lines were not kept)"), qPrintable(run.lines.last()));
    }

    void outputOfWhatIsLeftBehindStillArrives()
    {
        Run run(sh(u"(while kill -0 $$ 2>/dev/null; do sleep 0.01; done; "
                   u"echo from the one left behind) & exit 0"_s));
        QVERIFY(run.isSilent());
        QCOMPARE(run.lines, QStringList{u"from the one left behind"_s});
    }

    void getsNoDescriptorOfOurs()
    {
        // As the pipe to the guard would be, had someone forgotten its close-on-exec.
        int pipe[2];
        QCOMPARE(::pipe(pipe), 0);
        // No pipe in the script: the shell itself may still hold its ends.
        Run run(sh(u"ls -1 /proc/$$/fd; readlink /proc/$$/fd/0"_s));
        QVERIFY(run.isSilent());
        ::close(pipe[0]);
        ::close(pipe[1]);
        QCOMPARE(run.lines, (QStringList{u"0"_s, u"1"_s, u"2"_s, u"/dev/null"_s}));
    }

    void leavesNoDescriptorWithUs()
    {
        const auto count = [] {
            int open = 0;
            for (int fd = 0; fd < 256; ++fd)
                open += ::fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
            return open;
        };
        { // Whatever the event loop itself opens, it opens now.
            Run run(sh(u"true"_s));
            QVERIFY(run.isSilent());
        }
        const int before = count();
        for (int i = 0; i < 5; ++i) {
            Run run(sh(u"echo x"_s));
            QVERIFY(run.isSilent());
        }
        QCOMPARE(count(), before);
    }

    void getsDefaultSignalsAndItsOwnSession()
    {
        const auto before = ::signal(SIGPIPE, SIG_IGN);
        sigset_t blocked;
        sigset_t old;
        ::sigemptyset(&blocked);
        ::sigaddset(&blocked, SIGTERM);
        ::sigprocmask(SIG_BLOCK, &blocked, &old);
        Run run({u"cat"_s, u"/proc/self/status"_s});
        ::sigprocmask(SIG_SETMASK, &old, nullptr);
        ::signal(SIGPIPE, before);
        QVERIFY(run.isSilent());
        QVERIFY(run.lines.contains(u"SigBlk: 0000000000000000"_s));
        QVERIFY(run.lines.contains(u"SigIgn: 0000000000000000"_s));
        QVERIFY(run.lines.contains(u"NSsid: %1"_s.arg(run.child.sessionId())));
    }

    void scriptWithoutAnInterpreterRunsInTheShell()
    {
        char name[] = "/tmp/clustd-script-XXXXXX";
        const int fd = ::mkostemp(name, O_CLOEXEC);
        QVERIFY(fd >= 0);
        QCOMPARE(::write(fd, "echo $1 $FLAG\n", 14), ssize_t{14});
        ::fchmod(fd, 0700);
        ::close(fd);
        Run run({QString::fromLocal8Bit(name), u"word"_s});
        const bool isSilent = run.isSilent();
        ::unlink(name);
        QVERIFY(isSilent);
        QCOMPARE(run.lines, QStringList{u"word on"_s});
    }

    void signalReachesTheWholeGroup()
    {
        Run run(sh(u"sleep 1000 & echo ready; wait"_s));
        QTRY_COMPARE(run.lines, QStringList{u"ready"_s});
        run.child.signalGroup(SIGKILL);
        // End of file on the pipe means that the child's child is gone too.
        QVERIFY(run.isSilent());
        QCOMPARE(run.end->signal, SIGKILL);
    }

    void endOfTheObjectEndsTheProcess()
    {
        pid_t pid = 0;
        {
            Run run(sh(u"exec sleep 1000"_s));
            QVERIFY(run.started);
            pid = run.child.sessionId();
        }
        QCOMPARE(::kill(pid, 0), -1);
    }
};

} // namespace clustd::drivers

QTEST_GUILESS_MAIN(clustd::drivers::TestChildProcess)
#include "tst_child_process.moc"
