#include "support/link_fixture.h"

#include <QTest>

namespace clustd::test {

LinkFixture::LinkFixture(const QHostAddress &bindAddress)
    : m_bindAddress(bindAddress)
{
}

void LinkFixture::init()
{
    m_n1 = std::make_unique<MeshMachine>("n1");
    m_n3 = std::make_unique<MeshMachine>("n3");
    m_n1->config.bindAddress = m_bindAddress;
    QCOMPARE(m_n1->listen(), QString());
    QCOMPARE(m_n3->listen(), QString());
    m_n3->knows(m_n1->port());
    m_n3->mesh->start();
    QTRY_VERIFY(m_n1->isUp(*m_n3) && m_n3->isUp(*m_n1));
}

void LinkFixture::cleanup()
{
    if (QTest::currentTestFailed())
        return;
    // The link lived on, and carries messages both ways.
    const election::Life n3 = m_n3->config.self;
    const auto isOfN3 = [&](const MeshMachine::Heard &one) { return one.from == n3; };
    const auto fromN3 = std::count_if(m_n1->heard.begin(), m_n1->heard.end(), isOfN3);
    QVERIFY(m_n1->mesh->send(n3, election::Heartbeat{Term{1}, 1, nullptr}));
    QVERIFY(m_n3->mesh->send(m_n1->config.self, election::Heartbeat{Term{1}, 1, nullptr}));
    QTRY_COMPARE(m_n3->heartbeatsInOrder(), 1U);
    QTRY_VERIFY(std::count_if(m_n1->heard.begin(), m_n1->heard.end(), isOfN3) > fromN3);
    QCOMPARE(m_n3->ups.size(), 1U);
    QVERIFY(m_n3->downs.empty());
    QCOMPARE(std::count(m_n1->downs.begin(), m_n1->downs.end(), n3), 0);
    m_n3.reset();
    m_n1.reset();
}

} // namespace clustd::test
