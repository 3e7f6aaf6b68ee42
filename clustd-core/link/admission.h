#pragma once

#include <QHostAddress>

#include <cstdint>
#include <list>
#include <optional>
#include <vector>

namespace clustd::link {

/// Counts the connections that have not proven a name yet, and says which of them goes when a new
/// one comes. At a limit the newest displaces the oldest: no address is ever locked out, since an
/// attacker may share it with a machine.
class Admission
{
public:
    using Number = std::uint64_t;

    struct Arrival
    {
        Number number = 0;
        std::optional<Number> displaced; ///< Must be closed; has left already
    };

    /// Addresses of the configured machines: each has places of its own beside the common ones.
    void setMachines(std::vector<QHostAddress> machines);
    [[nodiscard]] bool isMachine(const QHostAddress &address) const;

    [[nodiscard]] Arrival arrive(const QHostAddress &from);
    /// It proved its name, or ended. Harmless when it has left already.
    void leave(Number number);
    [[nodiscard]] std::size_t count() const { return m_present.size(); }

private:
    struct Present
    {
        Number number = 0;
        QHostAddress key; ///< The address, of IPv6 its /64
        bool hasMachinePlace = false;
    };

    std::vector<QHostAddress> m_machines;
    std::list<Present> m_present; ///< Oldest first; at most the limits' sum
    Number m_next = 1;
};

} // namespace clustd::link
