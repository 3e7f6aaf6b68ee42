#pragma once

namespace clustd {

/// Prints the broken invariant to standard error and aborts. The guard then stops what runs on this
/// machine.
[[noreturn]] void assertFailed(const char *condition, const char *file, int line) noexcept;

} // namespace clustd

/// An invariant of our own code; stays on in release builds. Never judges input.
#define CLUSTD_ASSERT(condition)                                                                   \
    do {                                                                                           \
        if (!(condition)) [[unlikely]]                                                             \
            ::clustd::assertFailed(#condition, __FILE__, __LINE__);                                \
    } while (false)
