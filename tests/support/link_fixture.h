#pragma once

#include "support/mesh_machine.h"

#include <QHostAddress>
#include <QObject>

#include <memory>

namespace clustd::test {

/// Base of the tests that do something to a machine beside a link of it: n1 listens; n3 is linked
/// with it directly, and after every test must not have noticed anything.
class LinkFixture : public QObject
{
    Q_OBJECT
public:
    /// @param bindAddress where n1 listens.
    explicit LinkFixture(const QHostAddress &bindAddress = QHostAddress::LocalHost);

protected Q_SLOTS:
    void init();
    void cleanup();

protected:
    std::unique_ptr<MeshMachine> m_n1, m_n3;

private:
    const QHostAddress m_bindAddress;
};

} // namespace clustd::test
