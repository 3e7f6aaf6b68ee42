#pragma once

#include "cluster/mesh.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace clustd::cluster {

/// The machines of the file, and what meeting them taught about their ids and roles. A misdirected
/// connection must not shrink the voter set, so whatever contradicts the file or itself makes the
/// whole incomplete (S4). Thread: any one; no I/O.
class Roster
{
public:
    struct Problem
    {
        QString code; ///< "id-twice", "own-id", "id-differs", "role-differs"
        QString node; ///< Id, or the URI where no id is known
        QString text;

        friend bool operator==(const Problem &, const Problem &) = default;
    };

    /// What is known of URIs and ids that stay in the file is kept.
    void configure(NodeId self, std::vector<MachineAddress> machines);

    /// The handshake with @p uri, which we dialled, ended with this id: certain.
    void metAt(const QUrl &uri, const NodeId &id);
    /// Frame 0 of a machine: its role, and the URI that it gives itself, which only teaches an id
    /// where nothing better is known (only one side may be able to dial).
    /// @return whether that is news
    bool noteRole(const NodeId &id, const QString &role);
    void heard(const NodeId &id, const wire::Ready &ready);

    /// Entries in the file's order; ids filled in where known.
    [[nodiscard]] const Mesh::Roster &roster() const { return m_roster; }
    [[nodiscard]] const std::vector<Problem> &problems() const { return m_problems; }

private:
    void derive();

    NodeId m_self;
    std::vector<MachineAddress> m_machines;
    std::map<QString, NodeId> m_idAt; ///< By endpoint, from dialling
    std::map<QString, NodeId> m_claimedAt; ///< By endpoint, from what machines say of themselves
    std::map<NodeId, QString> m_roles; ///< As their frame 0 says
    Mesh::Roster m_roster;
    std::vector<Problem> m_problems;
};

/// "voter", "witness", "standby": as in the configuration and in frame 0.
[[nodiscard]] QString roleText(election::MachineRole role);

} // namespace clustd::cluster
