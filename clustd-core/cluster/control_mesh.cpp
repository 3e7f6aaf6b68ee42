// The control server on a real mesh. A file of its own, so that tests of the server link no
// sockets.

#include "cluster/control_server.h"

namespace clustd::cluster {

namespace {

class MeshLinks final : public ControlLinks
{
public:
    explicit MeshLinks(Mesh &mesh)
        : m_mesh(mesh)
    {
    }
    bool sendToClient(ClientId client, const wire::Content &content) override
    {
        return m_mesh.sendToClient(client, content);
    }
    bool sendToMachine(const election::Life &machine, const wire::Content &content) override
    {
        return m_mesh.send(machine, content);
    }

private:
    Mesh &m_mesh;
};

const Clock &systemClock()
{
    static const SystemClock clock;
    return clock;
}

} // namespace

ControlServer::ControlServer(
    ControlBackend &backend, std::unique_ptr<ControlLinks> links, QObject *parent)
    : ControlServer(backend, *links, systemClock(), parent)
{
    m_ownLinks = std::move(links);
}

ControlServer::ControlServer(ControlBackend &backend, Mesh &mesh, QObject *parent)
    : ControlServer(backend, std::make_unique<MeshLinks>(mesh), parent)
{
    connect(&mesh, &Mesh::clientUp, this, &ControlServer::addClient);
    connect(&mesh, &Mesh::clientDown, this, &ControlServer::removeClient);
    connect(&mesh, &Mesh::clientContent, this, &ControlServer::handleClient);
    connect(&mesh, &Mesh::peerUp, this, [this](const election::Life &peer) { addMachine(peer); });
    connect(
        &mesh, &Mesh::peerDown, this, [this](const election::Life &peer) { removeMachine(peer); });
    connect(&mesh, &Mesh::peerContent, this,
        [this](const election::Life &peer, const wire::Content &content) {
            handleMachine(peer, content);
        });
}

} // namespace clustd::cluster
