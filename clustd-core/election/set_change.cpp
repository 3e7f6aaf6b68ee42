#include "election/set_change.h"

#include "election/quorum.h"

namespace clustd::election {
namespace {

const Member *findMember(const std::vector<Member> &members, const NodeId &id)
{
    const auto it = std::find_if(
        members.begin(), members.end(), [&](const Member &member) { return member.id == id; });
    return it == members.end() ? nullptr : &*it;
}

} // namespace

std::vector<SetStep> nextSteps(
    const std::vector<Member> &present, const std::vector<Member> &wanted, const NodeId &master)
{
    std::vector<SetStep> steps;
    for (const Member &member : wanted) {
        if (findMember(present, member.id) || (member.id == master && member.isWitness))
            continue;
        SetStep step{present, "add " + member.id.value()};
        step.members.push_back(member);
        steps.push_back(std::move(step));
    }
    for (std::size_t i = 0; i < present.size(); ++i) {
        const Member *target = findMember(wanted, present[i].id);
        if (!target || target->isWitness == present[i].isWitness
            || (present[i].id == master && target->isWitness))
            continue;
        SetStep step{present,
            "make " + present[i].id.value() + (target->isWitness ? " a witness" : " a voter")};
        step.members[i] = *target;
        steps.push_back(std::move(step));
    }
    for (std::size_t i = 0; i < present.size(); ++i) {
        if (findMember(wanted, present[i].id) || present[i].id == master)
            continue;
        SetStep step{present, "remove " + present[i].id.value()};
        step.members.erase(step.members.begin() + std::ptrdiff_t(i));
        steps.push_back(std::move(step));
    }
    return steps;
}

bool wouldUnseat(
    const std::vector<Member> &present, const std::vector<Member> &wanted, const NodeId &master)
{
    const Member *target = findMember(wanted, master);
    // A standby that is master is in neither set, and stays.
    return target ? target->isWitness : findMember(present, master) != nullptr;
}

std::optional<std::string> changeRefusal(const VoterSet &present, const std::vector<Member> &wanted,
    const std::function<bool(const NodeId &)> &isHeard, const WantedOf &wantedOf)
{
    std::vector<NodeId> both;
    for (const Member &member : present.members())
        both.push_back(member.id);
    for (const Member &member : wanted) {
        if (!present.contains(member.id))
            both.push_back(member.id);
    }
    for (const NodeId &id : both) {
        if (!isHeard(id))
            continue;
        const std::vector<Member> *theirs = wantedOf(id);
        if (!theirs || *theirs != wanted)
            return id.value() + " wants another set";
    }
    // A master whose file is wrong and that hears nobody agrees with itself alone.
    if (!isMajority(present, isHeard))
        return "no majority of the present set is heard";
    const VoterSet target(Epoch{}, wanted);
    if (target.size() == 0 || !isMajority(target, isHeard))
        return "no majority of the wanted set is heard";
    return std::nullopt;
}

} // namespace clustd::election
