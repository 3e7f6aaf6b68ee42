#include "util/assert.h"

#include <cstdio>
#include <cstdlib>

namespace clustd {

void assertFailed(const char *condition, const char *file, int line) noexcept
{
    std::fprintf(stderr, "<2>clustd: broken invariant at %s:%d: %s\n", file, line, condition);
    std::abort();
}

} // namespace clustd
