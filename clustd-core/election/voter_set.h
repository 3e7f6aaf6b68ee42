#pragma once

#include "util/strong_id.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace clustd::election {

/// One life of one machine: what links join and promises name.
struct Life
{
    NodeId machine;
    Incarnation incarnation;

    friend auto operator<=>(const Life &, const Life &) = default;
    friend bool operator==(const Life &, const Life &) = default;
};

enum class MachineRole { Voter, Witness, Standby };

/// A member of a voter set. Standbys are in no set.
struct Member
{
    NodeId id;
    bool isWitness = false; ///< Votes, but may never be master

    friend bool operator==(const Member &, const Member &) = default;
};

/// Voters and witnesses as a configuration file names them, in bytewise order of their ids; nothing
/// while an id of the file is unknown. It travels with every status and never changes, so all
/// holders share one copy; two are equal when their members are.
class WantedMembers
{
public:
    WantedMembers() = default;
    WantedMembers(std::vector<Member> members)
        : m_members(std::make_shared<const std::vector<Member>>(std::move(members)))
    {
    }

    [[nodiscard]] explicit operator bool() const { return m_members != nullptr; }
    /// Only where there are any.
    [[nodiscard]] const std::vector<Member> &operator*() const { return *m_members; }

    friend bool operator==(const WantedMembers &a, const WantedMembers &b)
    {
        return a.m_members == b.m_members
            || (a.m_members && b.m_members && *a.m_members == *b.m_members);
    }

private:
    std::shared_ptr<const std::vector<Member>> m_members;
};

/// When a set was made: by the master of which term, and as its how manieth. Compared by term, then
/// n.
struct Epoch
{
    Term term;
    std::uint64_t n = 0;

    friend auto operator<=>(const Epoch &, const Epoch &) = default;
    friend bool operator==(const Epoch &, const Epoch &) = default;
};

/// Members in bytewise order of their ids, each once.
class VoterSet
{
public:
    VoterSet() = default;
    VoterSet(Epoch epoch, std::vector<Member> members);

    [[nodiscard]] const Epoch &epoch() const { return m_epoch; }
    [[nodiscard]] const std::vector<Member> &members() const { return m_members; }
    [[nodiscard]] std::size_t size() const { return m_members.size(); }
    /// Smallest number of members that is more than half of them.
    [[nodiscard]] std::size_t majority() const { return m_members.size() / 2 + 1; }
    [[nodiscard]] const Member *find(const NodeId &id) const;
    [[nodiscard]] bool contains(const NodeId &id) const { return find(id) != nullptr; }

    friend bool operator==(const VoterSet &, const VoterSet &) = default;

private:
    Epoch m_epoch;
    std::vector<Member> m_members;
};

/// Sets are immutable and travel with every message of every peer, so all holders share one copy;
/// null means that the sender has no state file.
using SharedVoterSet = std::shared_ptr<const VoterSet>;

/// The durable state: what must survive a crash (Ongaro 2014, figure 3.1, plus the set in force).
struct DurableState
{
    Term term;
    std::optional<Life> votedFor;
    SharedVoterSet set; ///< Never null once the machine has a file
};

} // namespace clustd::election
