#pragma once

namespace clustd::test {

/// By how much longer than usual things may take: a sanitizer makes programs several times slower.
/// Spans that prove that nothing happens grow with it, as the times of the cluster do.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr int kPatience = 3;
#else
inline constexpr int kPatience = 1;
#endif

} // namespace clustd::test
