// Do scripts and machines of another release read the same cluster as the one that was written?

#include "control/control_api.h"
#include "control/event_text.h"
#include "control/map_reader.h"
#include "unit/control/sample_status.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace clustd;
using namespace clustd::control;
using namespace Qt::Literals::StringLiterals;

namespace {

bool hasFloat(const QCborValue &value)
{
    if (value.isDouble())
        return true;
    if (value.isArray()) {
        for (const QCborValue element : value.toArray()) {
            if (hasFloat(element))
                return true;
        }
    }
    if (value.isMap()) {
        const QCborMap map = value.toMap();
        for (auto it = map.begin(); it != map.end(); ++it) {
            if (hasFloat(it.value()))
                return true;
        }
    }
    return false;
}

ClusterStatus troubledStatus()
{
    ClusterStatus status = sampleStatus();
    status.master.reset();
    status.active = false;
    status.leaseMsLeft.reset();
    status.paused = true;
    status.waitingFor = {u"cm-2"_s, u"cm-3"_s};
    status.newSet = SetRow{8, 2, {{u"cm-1"_s, u"witness"_s}}};
    status.alarms = {{u"voter-set-differs"_s, u"cm-3"_s, u"cm-3 wants another set"_s}};
    status.nodes[2].state = u"unreachable"_s;
    status.nodes[2].link = u"refused"_s;
    status.nodes[2].detail = u"unknown-key"_s;
    return status;
}

} // namespace

class TestControlApi : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void statusSurvivesTheWire_data()
    {
        QTest::addColumn<bool>("isTroubled");
        QTest::newRow("all well") << false;
        QTest::newRow("no master, an alarm, a set under change") << true;
    }

    void statusSurvivesTheWire()
    {
        QFETCH(bool, isTroubled);
        const ClusterStatus status = isTroubled ? troubledStatus() : sampleStatus();
        const QByteArray bytes = QCborValue(toCbor(status)).toCbor();
        const QCborMap map = QCborValue::fromCbor(bytes).toMap();
        QVERIFY(!hasFloat(map));
        const Result<ClusterStatus> read = statusFromCbor(map);
        QVERIFY2(read, read ? "" : qPrintable(read.error().text()));
        QVERIFY(*read == status);
    }

    void statusJsonHasTheKeysOfTheContract()
    {
        const QJsonObject json = toJson(sampleStatus());
        // The file is the contract: scripts rely on each of its keys.
        QFile file(QStringLiteral(CLUSTD_SOURCE_DIR "/tests/unit/control/status.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QJsonParseError error;
        const QJsonObject wanted = QJsonDocument::fromJson(file.readAll(), &error).object();
        QCOMPARE(error.error, QJsonParseError::NoError);
        QCOMPARE(json, wanted);
    }

    void noMasterIsNullAndNotAnEmptyText()
    {
        const QJsonObject json = toJson(troubledStatus());
        QVERIFY(json[u"master"].isNull());
        QVERIFY(json[u"lease_ms_left"].isNull());
        QCOMPARE(json[u"new_set"][u"term"].toInteger(), 8);
    }

    void ignoresKeysOfANewerRelease()
    {
        QCborMap map = toCbor(sampleStatus());
        map.insert(u"weather"_s, u"fine"_s);
        QVERIFY(statusFromCbor(map));
        QVERIFY(*statusFromCbor(map) == sampleStatus());
    }

    void refusesWrongTypes_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("named");
        QTest::newRow("a number for a text") << u"cluster"_s << u"cluster"_s;
        QTest::newRow("a number for a list") << u"nodes"_s << u"nodes"_s;
        QTest::newRow("a number for a flag") << u"paused"_s << u"paused"_s;
        QTest::newRow("a number for a map") << u"quorum"_s << u"quorum"_s;
    }

    void refusesWrongTypes()
    {
        QFETCH(QString, key);
        QFETCH(QString, named);
        QCborMap map = toCbor(sampleStatus());
        map.insert(key, -1);
        const Result<ClusterStatus> read = statusFromCbor(map);
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::Malformed);
        QVERIFY2(read.error().what.startsWith(named), qPrintable(read.error().what));
    }

    void namesTheRowOfAWrongValue()
    {
        QCborMap map = toCbor(sampleStatus());
        QCborArray nodes = map.value(u"nodes"_s).toArray();
        QCborMap second = nodes.at(1).toMap();
        second.insert(u"term"_s, -3);
        nodes[1] = second;
        map.insert(u"nodes"_s, nodes);
        const Result<ClusterStatus> read = statusFromCbor(map);
        QVERIFY(!read);
        QVERIFY2(read.error().what.startsWith(u"nodes[1].term"), qPrintable(read.error().what));
    }

    void eventsSurviveWireAndFile()
    {
        EventEntry entry;
        entry.seq = 42;
        entry.time = u"2026-01-01T12:00:00.123Z"_s;
        entry.bootUs = 123456789;
        entry.node = u"cm-1"_s;
        entry.term = 7;
        entry.event = u"master-elected"_s;
        entry.detail = {{u"n"_s, 3}, {u"text"_s, u"why"_s}};
        QVERIFY(!hasFloat(toCbor(entry)));
        QVERIFY(*eventFromCbor(toCbor(entry)) == entry);
        const QByteArray line = QJsonDocument(toJson(entry)).toJson(QJsonDocument::Compact);
        QVERIFY(*eventFromJson(QJsonDocument::fromJson(line).object()) == entry);
        QCOMPARE(line,
            R"({"boot_ms":123456.789,"detail":{"n":3,"text":"why"},"event":"master-elected","node":"cm-1","seq":42,)"
            R"("term":7,"time":"2026-01-01T12:00:00.123Z"})");
    }

    void anEventNeedsANameAMachineAndATime()
    {
        QVERIFY(!eventFromCbor({{u"seq"_s, 1}}));
        QVERIFY(!eventFromJson({}));
    }

    void sortsByWallClockAndOnOneMachineByBootClock()
    {
        const auto event
            = [](quint64 seq, const QString &time, std::int64_t bootUs, const QString &node) {
                  EventEntry entry;
                  entry.seq = seq;
                  entry.time = time;
                  entry.bootUs = bootUs;
                  entry.node = node;
                  return entry;
              };
        std::vector<EventEntry> entries{event(1, u"2026-01-01T12:00:01.000Z"_s, 70, u"a"_s),
            event(2, u"2026-01-01T12:00:00.000Z"_s, 900, u"b"_s),
            event(3, u"2026-01-01T12:00:01.000Z"_s, 60, u"a"_s)};
        sortByTime(entries);
        QCOMPARE(entries[0].seq, 2U);
        QCOMPARE(entries[1].seq, 3U);
        QCOMPARE(entries[2].seq, 1U);
    }

    void aFailureOfADriverIsSaidOnce_data()
    {
        QTest::addColumn<QString>("why");
        QTest::addColumn<QString>("text");
        QTest::newRow("names the action")
            << u"check exited with code 1"_s << u"web: check exited with code 1"_s;
        QTest::newRow("does not") << u"its process ended"_s << u"web: check its process ended"_s;
        QTest::newRow("none") << QString() << u"web: check"_s;
    }

    void aFailureOfADriverIsSaidOnce()
    {
        QFETCH(QString, why);
        EventEntry entry;
        entry.event = u"driver-failed"_s;
        entry.detail = {{u"driver"_s, u"web"_s}, {u"action"_s, u"check"_s}, {u"why"_s, why}};
        QTEST(eventText(entry), "text");
    }

    void aMisspeltParameterIsAFault()
    {
        const QCborMap params{{u"dryrun"_s, true}};
        MapReader reader(params);
        reader.allowOnly({u"dry_run"_s});
        QCOMPARE(reader.fault().value_or(QString()), u"dryrun: not a parameter here"_s);
    }
};

QTEST_APPLESS_MAIN(TestControlApi)
#include "tst_control_api.moc"
