// Preloaded into a daemon: whatever would change a file below $HUNG_FOLDER waits while
// $HUNG_FOLDER.hung exists, as on a disk that does not answer. What is read comes from memory then,
// so reading goes on.

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <limits.h>

#include <fcntl.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

namespace {

/// The function that this file stands before.
template <typename Function> Function *real(const char *name)
{
    return reinterpret_cast<Function *>(::dlsym(RTLD_NEXT, name));
}

bool isBelow(const char *path)
{
    const char *folder = ::getenv("HUNG_FOLDER");
    return folder && ::strncmp(path, folder, ::strlen(folder)) == 0;
}

/// Leaves errno as it is.
bool isHung()
{
    char mark[PATH_MAX];
    const char *folder = ::getenv("HUNG_FOLDER");
    ::snprintf(mark, sizeof mark, "%s.hung", folder ? folder : "");
    const int saved = errno;
    const bool isThere = folder && ::access(mark, F_OK) == 0;
    errno = saved;
    return isThere;
}

void waitFor(const char *path)
{
    if (!isBelow(path))
        return;
    while (isHung()) {
        const timespec pause{0, 5'000'000};
        ::nanosleep(&pause, nullptr);
    }
}

void waitFor(int file)
{
    if (!isHung())
        return;
    char link[64];
    char path[PATH_MAX];
    ::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    const ssize_t length = ::readlink(link, path, sizeof path - 1);
    if (length <= 0)
        return;
    path[length] = '\0';
    waitFor(path);
}

int openAs(const char *name, const char *path, int flags, mode_t mode)
{
    if (flags & O_CREAT)
        waitFor(path);
    return real<int(const char *, int, ...)>(name)(path, flags, mode);
}

mode_t modeOf(int flags, va_list arguments)
{
    return flags & (O_CREAT | O_TMPFILE) ? mode_t(va_arg(arguments, int)) : 0;
}

} // namespace

extern "C" {

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = modeOf(flags, arguments);
    va_end(arguments);
    return openAs("open", path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = modeOf(flags, arguments);
    va_end(arguments);
    return openAs("open64", path, flags, mode);
}

ssize_t write(int file, const void *bytes, size_t count)
{
    waitFor(file);
    return real<ssize_t(int, const void *, size_t)>("write")(file, bytes, count);
}

int fsync(int file)
{
    waitFor(file);
    return real<int(int)>("fsync")(file);
}

int fdatasync(int file)
{
    waitFor(file);
    return real<int(int)>("fdatasync")(file);
}

int rename(const char *from, const char *to)
{
    waitFor(to);
    return real<int(const char *, const char *)>("rename")(from, to);
}

int renameat(int fromFolder, const char *from, int toFolder, const char *to)
{
    waitFor(toFolder);
    return real<int(int, const char *, int, const char *)>("renameat")(
        fromFolder, from, toFolder, to);
}

int unlink(const char *path)
{
    waitFor(path);
    return real<int(const char *)>("unlink")(path);
}

} // extern "C"
