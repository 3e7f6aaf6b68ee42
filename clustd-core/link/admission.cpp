#include "link/admission.h"

#include "link/address.h"
#include "link/limits.h"

#include <algorithm>

namespace clustd::link {

namespace {

QHostAddress keyOf(const QHostAddress &plain)
{
    if (plain.protocol() != QAbstractSocket::IPv6Protocol)
        return plain;
    Q_IPV6ADDR bytes = plain.toIPv6Address();
    std::fill(std::begin(bytes.c) + 8, std::end(bytes.c), quint8{0});
    return QHostAddress(bytes);
}

} // namespace

void Admission::setMachines(std::vector<QHostAddress> machines)
{
    m_machines = std::move(machines);
    for (QHostAddress &machine : m_machines)
        machine = plainAddress(machine);
}

bool Admission::isMachine(const QHostAddress &address) const
{
    return std::find(m_machines.begin(), m_machines.end(), plainAddress(address))
        != m_machines.end();
}

Admission::Arrival Admission::arrive(const QHostAddress &from)
{
    const QHostAddress plain = plainAddress(from);
    Arrival arrival{m_next++, std::nullopt};
    Present present{arrival.number, keyOf(plain), false};

    if (isMachine(plain)) {
        // A machine's place is of its whole address; of IPv6 too, since a /64 may be full of
        // strangers.
        present.key = plain;
        const auto taken = std::count_if(m_present.begin(), m_present.end(),
            [&](const Present &p) { return p.hasMachinePlace && p.key == plain; });
        present.hasMachinePlace = taken < kUnauthenticatedMaxPerMachine;
        if (!present.hasMachinePlace)
            present.key = keyOf(plain);
    }
    if (!present.hasMachinePlace) {
        const auto isCommon = [](const Present &p) { return !p.hasMachinePlace; };
        const auto isNeighbour
            = [&](const Present &p) { return isCommon(p) && p.key == present.key; };
        auto oldest = m_present.end();
        if (std::count_if(m_present.begin(), m_present.end(), isNeighbour)
            >= kUnauthenticatedMaxPerAddress)
            oldest = std::find_if(m_present.begin(), m_present.end(), isNeighbour);
        else if (std::count_if(m_present.begin(), m_present.end(), isCommon) >= kUnauthenticatedMax)
            oldest = std::find_if(m_present.begin(), m_present.end(), isCommon);
        if (oldest != m_present.end()) {
            arrival.displaced = oldest->number;
            m_present.erase(oldest);
        }
    }
    m_present.push_back(std::move(present));
    return arrival;
}

void Admission::leave(Number number)
{
    m_present.remove_if([&](const Present &p) { return p.number == number; });
}

} // namespace clustd::link
