// Is every IV a new one, in every thread and in a forked process too?

#include "crypto/fresh_iv.h"

#include <QByteArray>
#include <QSet>
#include <QTest>

#include <array>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

using namespace clustd::crypto;

namespace {

QByteArray iv()
{
    QByteArray bytes(kAeadIvSize, '\0');
    return freshIv(reinterpret_cast<std::uint8_t *>(bytes.data())) ? bytes : QByteArray();
}

/// The part that the clock does not change: by the clock alone, no two would be alike.
QByteArray unmixed(const QByteArray &iv)
{
    return iv.mid(8);
}

} // namespace

class TestFreshIv : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void neverRepeatsWithinAThreadOrBetweenThem()
    {
        // More than are drawn from the kernel at once, many times over.
        std::vector<std::vector<QByteArray>> perThread(4);
        std::vector<std::thread> threads;
        threads.reserve(perThread.size());
        for (std::vector<QByteArray> &own : perThread) {
            threads.emplace_back([&own] {
                for (int i = 0; i < 5000; ++i)
                    own.push_back(iv());
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QSet<QByteArray> all;
        for (const std::vector<QByteArray> &own : perThread) {
            for (const QByteArray &one : own) {
                QCOMPARE(one.size(), qsizetype(kAeadIvSize));
                all.insert(one);
            }
        }
        QCOMPARE(all.size(), 20000);
    }

    void everyByteOfItVaries()
    {
        std::array<QSet<char>, kAeadIvSize> seen;
        for (int i = 0; i < 500; ++i) {
            const QByteArray one = iv();
            for (std::size_t at = 0; at < kAeadIvSize; ++at)
                seen[at].insert(one.at(qsizetype(at)));
        }
        // 500 draws of 256 values leave about 220 different ones.
        for (const QSet<char> &values : seen)
            QVERIFY(values.size() > 150);
    }

    void forkedProcessGetsOthers()
    {
        QVERIFY(!iv().isEmpty()); // Some are kept for later now.
        std::array<int, 2> ends{};
        QCOMPARE(pipe(ends.data()), 0);
        constexpr int kCount = 30;
        const pid_t child = fork();
        if (child == 0) {
            QByteArray drawn;
            for (int i = 0; i < kCount; ++i)
                drawn += iv();
            const ssize_t written = write(ends[1], drawn.constData(), std::size_t(drawn.size()));
            _exit(written == drawn.size() ? 0 : 1);
        }
        QVERIFY(child > 0);
        QSet<QByteArray> own;
        for (int i = 0; i < kCount; ++i)
            own.insert(unmixed(iv()));
        int status = -1;
        QCOMPARE(waitpid(child, &status, 0), child);
        QCOMPARE(status, 0);
        QByteArray drawn(kCount * qsizetype(kAeadIvSize), '\0');
        QCOMPARE(read(ends[0], drawn.data(), std::size_t(drawn.size())), drawn.size());
        close(ends[0]);
        close(ends[1]);
        for (qsizetype i = 0; i < kCount; ++i)
            QVERIFY(!own.contains(unmixed(drawn.mid(i * qsizetype(kAeadIvSize), kAeadIvSize))));
    }
};

QTEST_APPLESS_MAIN(TestFreshIv)
#include "tst_fresh_iv.moc"
