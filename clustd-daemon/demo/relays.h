#pragma once

#include "util/result.h"

#include <QThread>

#include <array>
#include <memory>

namespace clustd::daemon {

class RelayHub;

/// The cables between the demo's machines: every connection from one to another passes through a
/// relay, and each direction of a cable can be cut.
///
/// A cut holds bytes back and closes nothing, like a network that loses packets: TCP delivers what
/// was held when the cable is whole again, or the ends have given up meanwhile.
///
/// Thread: calls from the main one; the bytes pass on a thread of their own, so that a slow
/// terminal does not slow the cluster. Owner: DemoCluster, as plain member.
class Relays
{
public:
    static constexpr int kMachines = 3;

    Relays();
    ~Relays();
    Relays(const Relays &) = delete;
    Relays &operator=(const Relays &) = delete;

    /// Where machine @p from has to dial to reach @p to, which listens on @p target. Errors:
    /// System.
    [[nodiscard]] Result<quint16> add(int from, int to, quint16 target);

    /// Whether what @p from sends reaches @p to.
    void setWhole(int from, int to, bool isWhole);
    [[nodiscard]] bool isWhole(int from, int to) const;

private:
    QThread m_thread;
    RelayHub *m_hub; ///< Lives on m_thread and ends with it
    std::array<std::array<bool, kMachines>, kMachines> m_isCut{};
};

} // namespace clustd::daemon
