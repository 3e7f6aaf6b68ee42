#pragma once

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
    [[nodiscard]] bool isThere() const { return m_file >= 0; }
    /// Does not return where it works.
    void take() const;

private:
    const LastResortOptions *m_options = nullptr;
    int m_file = -1;
};

} // namespace clustd::guard
