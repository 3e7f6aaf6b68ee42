// Does a plan outlive its guard, and is a wrong one never taken for a right one?

#include "guard/bytes.h"
#include "guard/plan_file.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace clustd;
using namespace clustd::guard;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string> kArgv{"/bin/true"};

PlanOwner sampleOwner()
{
    PlanOwner owner{Incarnation{99}, Term{7}, 4711, 12345, {}};
    owner.mark.fill('m');
    return owner;
}

} // namespace

class TestPlanFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        QVERIFY(m_directory->isValid());
        m_plan.clear();
        QVERIFY(m_plan.run({"web", kArgv, {}, 1s, true}));
    }

    void storedPlanIsFoundByTheNext()
    {
        {
            PlanFile file;
            QVERIFY(file.open(path(), 1s));
            QVERIFY(file.store(sampleOwner(), m_plan));
        }
        PlanFile next;
        QVERIFY(next.open(path(), 1s));
        PlanOwner owner;
        FencePlan plan;
        QCOMPARE(next.load(owner, plan), PlanFile::Left::Plan);
        QCOMPARE(owner.incarnation, Incarnation{99});
        QCOMPARE(owner.token, Term{7});
        QCOMPARE(owner.daemon, 4711);
        QCOMPARE(owner.daemonStart, std::uint64_t{12345});
        QCOMPARE(owner.mark, sampleOwner().mark);
        QCOMPARE(plan.steps().size(), std::size_t{1});

        next.remove();
        QCOMPARE(next.load(owner, plan), PlanFile::Left::Nothing);
    }

    void directoryIsHeldByOneGuard()
    {
        PlanFile first;
        QVERIFY(first.open(path(), 1s));
        PlanFile second;
        QVERIFY(!second.open(path(), 1s));
        first.close();
        QVERIFY(second.open(path(), 1s));
    }

    void whoHoldsItIsNamed()
    {
        QVERIFY(!runningGuard(path())); // Nobody ever did
        PlanFile file;
        QVERIFY(file.open(path(), 1s));
        const auto guard = runningGuard(path());
        QVERIFY(guard);
        QCOMPARE(guard->pid, getpid());
        QFile named(QString::fromStdString(path()) + QStringLiteral("/guard"));
        QVERIFY(named.open(QIODevice::WriteOnly | QIODevice::Truncate));
        named.write("nobody\n");
        named.flush();
        QVERIFY(!runningGuard(path()));
    }

    void missingParentIsRefused()
    {
        PlanFile file;
        QVERIFY(!file.open(path() + "/a/b", 1s));
        QVERIFY(file.open(path() + "/a", 1s));
    }

    void damageIsSeen()
    {
        PlanFile file;
        QVERIFY(file.open(path(), 1s));
        QVERIFY(file.store(sampleOwner(), m_plan));
        const QByteArray sound = read();
        PlanOwner owner;
        FencePlan plan;
        for (int i = 0; i < sound.size(); ++i) {
            QByteArray damaged = sound;
            damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
            write(damaged);
            QVERIFY2(
                file.load(owner, plan) == PlanFile::Left::Damaged, qPrintable(QString::number(i)));
        }
        for (int size = 0; size < sound.size(); ++size) {
            write(sound.first(size));
            QVERIFY2(file.load(owner, plan) == PlanFile::Left::Damaged,
                qPrintable(QString::number(size)));
        }
    }

    void rebootClearsIt()
    {
        PlanFile file;
        QVERIFY(file.open(path(), 1s));
        QVERIFY(file.store(sampleOwner(), m_plan));
        // The boot id follows the first line; give it another one and a right checksum.
        QByteArray other = read();
        const qsizetype boot = other.indexOf('\n') + 1;
        other[boot] = other[boot] == 'a' ? 'b' : 'a';
        other.chop(4);
        const quint32 crc = crc32(
            std::as_bytes(std::span(other.constData(), static_cast<std::size_t>(other.size()))));
        for (unsigned i = 0; i < 4; ++i)
            other.append(static_cast<char>((crc >> (8 * i)) & 0xffU));
        write(other);
        PlanOwner owner;
        FencePlan plan;
        QCOMPARE(file.load(owner, plan), PlanFile::Left::Nothing);
    }

private:
    std::string path() const { return m_directory->path().toStdString(); }
    QString fileName() const { return m_directory->filePath(QStringLiteral("plan")); }
    QByteArray read() const
    {
        QFile file(fileName());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void write(const QByteArray &bytes) const
    {
        QFile file(fileName());
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        QCOMPARE(file.write(bytes), bytes.size());
    }

    std::unique_ptr<QTemporaryDir> m_directory;
    FencePlan m_plan;
};

QTEST_APPLESS_MAIN(TestPlanFile)
#include "tst_plan_file.moc"
