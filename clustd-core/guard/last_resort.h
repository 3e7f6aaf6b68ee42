#pragma once

#include "util/strong_id.h"

#include <string>

namespace clustd::guard {

/// G5: what ends everything on this machine at once, when SIGKILL did not.
struct LastResortOptions
{
    /// A file into which writing @ref text resets the machine (/proc/sysrq-trigger and "b").
    /// Empty: there is none, and only an alarm is left. Handed in, so that no test resets anything.
    std::string file;
    std::string text;
};

/// Holds the file open from the start, so that in the moment of need no path is walked, no program
/// is loaded and nothing is allocated: the disks may be what hangs.
class LastResort
{
public:
    LastResort() = default;
    ~LastResort();
    LastResort(const LastResort &) = delete;
    LastResort &operator=(const LastResort &) = delete;

    /// @param options outlive this object. Errors: false, with the reason in the log.
    [[nodiscard]] bool open(const LastResortOptions &options);
    /// The lease of @p token has ended, and not everything has stopped: says so, and resets this
    /// machine where it may.
    /// @param who of guard and fencer finds it, for the log
    void take(const char *who, Term token) const;

private:
    const LastResortOptions *m_options = nullptr;
    int m_file = -1;
};

} // namespace clustd::guard
