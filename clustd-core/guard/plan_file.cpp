#include "guard/plan_file.h"

#include "guard/bytes.h"
#include "guard/guard_log.h"
#include "guard/processes.h"
#include "util/clock.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <utility>

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

namespace clustd::guard {
namespace {

constexpr std::string_view kMagic = "clustd plan 1\n";
constexpr std::size_t kMaxFileBytes
    = kMagic.size() + 36 + kMarkBytes + 28 + FencePlan::kMaxEncodedBytes + 4;
constexpr const char *kName = "plan";
constexpr const char *kNewName = "plan.new";
constexpr const char *kGuardName = "guard";

std::array<std::byte, kMaxFileBytes + 1> s_buffer; // one byte more, to see that a file is too long

} // namespace

bool PlanFile::open(const std::string &directory, Duration waitMost)
{
    if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
        logLine(LogLevel::Critical,
            "plan directory %s: %s -> not started; make it, or name one that can be made",
            directory.c_str(), std::strerror(errno));
        return false;
    }
    m_directory = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (m_directory < 0 || faccessat(m_directory, ".", W_OK, AT_EACCESS) != 0) {
        logLine(LogLevel::Critical, "plan directory %s: %s -> not started; it must be writable",
            directory.c_str(), std::strerror(errno));
        close();
        return false;
    }
    if (!lock(directory, waitMost)) {
        close();
        return false;
    }
    nameGuard();
    if (readWhole("/proc/sys/kernel/random/boot_id", m_boot)
        != static_cast<ssize_t>(m_boot.size())) {
        logLine(LogLevel::Critical,
            "boot id of the kernel: %s -> not started; /proc must be mounted",
            std::strerror(errno));
        close();
        return false;
    }
    return true;
}

bool PlanFile::lock(const std::string &directory, Duration waitMost) const
{
    const Instant end = clusterNow() + waitMost;
    bool isSaid = false;
    while (flock(m_directory, LOCK_EX | LOCK_NB) != 0) {
        if (const std::optional<GuardProcess> guard = runningGuard(directory)) {
            logLine(LogLevel::Critical,
                "plan directory %s is held by another clustd (pid %d) -> not started; stop that "
                "one first",
                directory.c_str(), guard->pid);
            return false;
        }
        if (clusterNow() >= end) {
            logLine(LogLevel::Critical,
                "plan directory %s is held by what a killed clustd has left -> not started; its "
                "log says what cannot be stopped",
                directory.c_str());
            return false;
        }
        if (!std::exchange(isSaid, true))
            logLine(LogLevel::Info,
                "plan directory %s: what a killed clustd has left is just being stopped -> wait",
                directory.c_str());
        const timespec pause{0, 5'000'000};
        nanosleep(&pause, nullptr);
    }
    return true;
}

/// Only for people and for runningGuard(): what a failed write costs is a clear word.
void PlanFile::nameGuard() const
{
    const std::optional<ProcessStat> self = readProcessStat(getpid());
    const int file
        = openat(m_directory, kGuardName, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0)
        return;
    dprintf(file, "%d %llu\n", getpid(), static_cast<unsigned long long>(self ? self->start : 0));
    ::close(file);
}

std::optional<GuardProcess> runningGuard(const std::string &directory)
{
    std::array<char, 64> text{};
    if (readWhole((directory + "/" + kGuardName).c_str(), std::span(text).first(text.size() - 1))
        <= 0)
        return {};
    int pid = 0;
    unsigned long long start = 0;
    if (std::sscanf(text.data(), "%d %llu", &pid, &start)
        != 2) // NOLINT(cert-err34-c): checked next
        return {};
    const std::optional<ProcessStat> stat = readProcessStat(pid);
    if (!stat || stat->start != start || stat->isDead())
        return {};
    return GuardProcess{pid, start};
}

void PlanFile::close()
{
    if (m_directory >= 0)
        ::close(m_directory);
    m_directory = -1;
}

bool PlanFile::store(const PlanOwner &owner, const FencePlan &plan)
{
    ByteWriter out(s_buffer);
    out.raw(std::as_bytes(std::span(kMagic)));
    out.raw(std::as_bytes(std::span(m_boot)));
    out.raw(std::as_bytes(std::span(owner.mark)));
    out.number(owner.incarnation.value());
    out.number(owner.token.value());
    out.number(static_cast<std::uint32_t>(owner.daemon));
    out.number(owner.daemonStart);
    const std::size_t header = out.size();
    const std::size_t size
        = plan.encode(std::span(s_buffer).subspan(header, FencePlan::kMaxEncodedBytes));
    const std::size_t total = header + size;
    ByteWriter check{std::span(s_buffer).subspan(total, 4)};
    check.number(crc32(std::span(s_buffer).first(total)));

    const int file = openat(m_directory, kNewName, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const bool isWritten
        = file >= 0 && write(file, s_buffer.data(), total + 4) == static_cast<ssize_t>(total + 4);
    int error = errno;
    if (file >= 0)
        ::close(file);
    if (isWritten && renameat(m_directory, kNewName, m_directory, kName) == 0)
        return true;
    if (isWritten)
        error = errno;
    logLine(LogLevel::Warning,
        "fence plan of term %llu cannot be written: %s -> not confirmed, nothing starts",
        number(owner.token), std::strerror(error));
    return false;
}

void PlanFile::remove()
{
    if (m_directory >= 0)
        unlinkat(m_directory, kName, 0);
}

PlanFile::Left PlanFile::load(PlanOwner &owner, FencePlan &plan) const
{
    const int file = openat(m_directory, kName, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return errno == ENOENT ? Left::Nothing : Left::Damaged;
    const ssize_t size = read(file, s_buffer.data(), s_buffer.size());
    ::close(file);
    if (size < 4 || static_cast<std::size_t>(size) > kMaxFileBytes)
        return Left::Damaged;

    const std::size_t checked = static_cast<std::size_t>(size) - 4;
    ByteReader check{std::span(s_buffer).subspan(checked, 4)};
    if (check.number<std::uint32_t>() != crc32(std::span(s_buffer).first(checked)))
        return Left::Damaged;
    ByteReader in{std::span(s_buffer).first(checked)};
    const auto text = [&in](std::size_t bytes) {
        const std::span<const std::byte> raw = in.raw(bytes);
        return std::string_view(reinterpret_cast<const char *>(raw.data()), raw.size());
    };
    if (text(kMagic.size()) != kMagic)
        return Left::Damaged;
    if (text(m_boot.size()) != std::string_view(m_boot.data(), m_boot.size()))
        return in.isValid() ? Left::Nothing : Left::Damaged;
    const std::string_view mark = text(kMarkBytes);
    std::copy(mark.begin(), mark.end(), owner.mark.begin());
    owner.incarnation = Incarnation(in.number<std::uint64_t>());
    owner.token = Term(in.number<std::uint64_t>());
    owner.daemon = static_cast<pid_t>(in.number<std::uint32_t>());
    owner.daemonStart = in.number<std::uint64_t>();
    return in.isValid() && FencePlan::decode(in.raw(in.left()), plan) ? Left::Plan : Left::Damaged;
}

} // namespace clustd::guard
