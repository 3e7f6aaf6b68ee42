// Do the links of many machines arrive whole, page by page?

#include "control/link_pages.h"

#include <QCborArray>
#include <QTest>

using namespace clustd;
using namespace clustd::control;
using namespace Qt::Literals::StringLiterals;

namespace {

/// Of @p count machines, each with links to two others, in no order.
std::vector<LinkRow> rowsOf(int count)
{
    std::vector<LinkRow> rows;
    for (int i = 0; i < count; ++i) {
        const QString from = u"m-%1"_s.arg((i * 7) % count, 3, 10, QChar(u'0'));
        for (const QString &to : {u"a"_s, u"b"_s})
            rows.push_back({from, to, u"up"_s, i, 0});
    }
    return rows;
}

} // namespace

class TestLinkPages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fewAreOnePage()
    {
        const QCborMap page = linksPage(rowsOf(3), {}, 512 * 1024);
        QVERIFY(!page.contains(u"next"_s));
        std::vector<LinkRow> rows;
        const Result<QString> next = takeLinks(page, rows);
        QVERIFY(next && next->isEmpty());
        QCOMPARE(rows.size(), std::size_t(6));
    }

    void manyArriveWhole_data()
    {
        QTest::addColumn<qsizetype>("bytes");
        QTest::newRow("a few machines a page") << qsizetype(400);
        QTest::newRow("less than one machine needs") << qsizetype(1);
    }

    void manyArriveWhole()
    {
        QFETCH(qsizetype, bytes);
        std::vector<LinkRow> rows;
        QString after;
        int pages = 0;
        do {
            QVERIFY(++pages <= 100);
            const Result<QString> next = takeLinks(linksPage(rowsOf(100), after, bytes), rows);
            QVERIFY(next);
            after = *next;
        } while (!after.isEmpty());
        QVERIFY(pages > 10);
        QCOMPARE(rows.size(), std::size_t(200));
        for (int i = 0; i < 200; ++i) {
            QCOMPARE(rows[std::size_t(i)].from, u"m-%1"_s.arg(i / 2, 3, 10, QChar(u'0')));
            QCOMPARE(rows[std::size_t(i)].to, i % 2 == 0 ? u"a"_s : u"b"_s);
        }
    }

    void aReplyThatLeadsNoFurtherIsRefused()
    {
        std::vector<LinkRow> rows;
        QVERIFY(!takeLinks({{u"links"_s, QCborArray()}, {u"next"_s, u"m-1"_s}}, rows));
        QVERIFY(!takeLinks({{u"links"_s, QCborArray{QCborMap{{u"from"_s, 1}}}}}, rows));
    }
};

QTEST_APPLESS_MAIN(TestLinkPages)
#include "tst_link_pages.moc"
