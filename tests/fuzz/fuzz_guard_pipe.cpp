// What guard and daemon say to each other, and the plan that an earlier guard left in its file: is
// anything taken that was not written by them?
//
// Input: one byte (what the rest is), then the rest.

#include "fuzz/fuzz.h"
#include "guard/bytes.h"
#include "guard/guard_pipe.h"
#include "guard/plan_file.h"
#include "guard/processes.h"

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

using namespace clustd;
using namespace clustd::fuzz;
using namespace clustd::guard;

namespace {

using Raw = std::vector<std::byte>;

std::span<const std::byte> asBytes(Bytes bytes)
{
    return std::as_bytes(bytes);
}

template <typename Value, typename Encode>
void checkWritten(const Value &value, std::span<const std::byte> packet, Encode encode)
{
    std::array<std::byte, kMaxMessageBytes> buffer;
    const std::size_t size = encode(value, std::span(buffer));
    FUZZ_PROMISE(size == packet.size());
    FUZZ_PROMISE(std::equal(packet.begin(), packet.end(), buffer.begin()));
    FUZZ_PROMISE(encode(value, std::span(buffer).first(size - 1)) == 0);
}

/// The plan, put together again by those who make plans. A group's start time is of a process that
/// lived, so its step cannot be.
void checkPlan(const FencePlan &plan)
{
    bool hasGroup = false;
    FencePlan again;
    for (const FencePlan::Step &step : plan.steps()) {
        std::array<const char *, FencePlan::kMaxWords + 1> words{};
        const std::size_t count = plan.words(step, words);
        if (step.kind == FencePlan::StepKind::KillGroup) {
            hasGroup = true;
            FUZZ_PROMISE(count == 0 && step.pid > 1);
        } else if (step.kind == FencePlan::StepKind::KillProcess) {
            FUZZ_PROMISE(count == 0 && again.killProcess(step.pid, step.number));
        } else if (step.kind == FencePlan::StepKind::KillCgroup) {
            FUZZ_PROMISE(count == 1 && again.killCgroup(words[0]));
        } else if (step.kind == FencePlan::StepKind::RemoveAddress) {
            FUZZ_PROMISE(count == 2 && again.removeAddress(words[0], words[1]));
        } else {
            FUZZ_PROMISE(count == std::size_t{1} + step.argc + step.envc);
            const auto begin = words.begin() + 1;
            const std::vector<std::string> argv(begin, begin + step.argc);
            const std::vector<std::string> env(begin + step.argc, begin + step.argc + step.envc);
            FUZZ_PROMISE(again.run({words[0], argv, env,
                Duration(static_cast<Duration::rep>(step.number)), step.isRequired}));
        }
    }
    if (hasGroup)
        return;
    std::array<std::byte, FencePlan::kMaxEncodedBytes> ours, theirs;
    const std::size_t size = plan.encode(ours);
    FUZZ_PROMISE(size != 0 && again.encode(theirs) == size);
    FUZZ_PROMISE(std::equal(ours.begin(), ours.begin() + std::ptrdiff_t(size), theirs.begin()));
}

void readPacket(std::span<const std::byte> packet)
{
    static FencePlan plan;
    if (const auto message = decodeChildMessage(packet, plan)) {
        checkWritten(*message, packet,
            [](const ChildMessage &m, std::span<std::byte> out) { return encode(m, &plan, out); });
        if (std::holds_alternative<PlanMessage>(*message))
            checkPlan(plan);
    }
    if (const auto message = decodeGuardMessage(packet)) {
        FUZZ_PROMISE(!decodeChildMessage(packet, plan));
        checkWritten(*message, packet,
            [](const GuardMessage &m, std::span<std::byte> out) { return encode(m, out); });
    }
}

/// A packet with a right head around any payload.
void readSealed(Input &input)
{
    const std::uint8_t type = input.byte();
    const std::span<const std::byte> payload = asBytes(input.rest());
    Raw packet(12 + payload.size());
    ByteWriter out(packet);
    out.number(std::uint16_t{0x4743});
    out.number(std::uint8_t{1});
    out.number(type);
    out.number(static_cast<std::uint32_t>(payload.size()));
    out.number(crc32(payload));
    out.raw(payload);
    readPacket(packet);
}

void readPlan(std::span<const std::byte> bytes)
{
    static FencePlan plan;
    if (!FencePlan::decode(bytes, plan)) {
        FUZZ_PROMISE(plan.isEmpty());
        return;
    }
    std::array<std::byte, FencePlan::kMaxEncodedBytes> written;
    FUZZ_PROMISE(plan.encode(written) == bytes.size());
    FUZZ_PROMISE(std::equal(bytes.begin(), bytes.end(), written.begin()));
    checkPlan(plan);
}

/// A folder with a plan file in it, gone at the end of the process.
class PlanFolder
{
public:
    PlanFolder()
    {
        FUZZ_PROMISE(::mkdtemp(m_path.data()) != nullptr);
        FUZZ_PROMISE(file.open(m_path, Duration::zero()));
    }
    ~PlanFolder()
    {
        for (const char *name : {"plan", "plan.new", "guard"})
            ::unlink(path(name).c_str());
        ::rmdir(m_path.c_str());
    }
    PlanFolder(const PlanFolder &) = delete;
    PlanFolder &operator=(const PlanFolder &) = delete;

    [[nodiscard]] std::string path(const char *name) const { return m_path + '/' + name; }
    void write(const char *name, std::span<const std::byte> bytes) const
    {
        const int out = ::open(path(name).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        FUZZ_PROMISE(::write(out, bytes.data(), bytes.size()) == ssize_t(bytes.size()));
        ::close(out);
    }
    [[nodiscard]] Raw read(const char *name) const
    {
        Raw bytes(std::size_t{64} * 1024);
        const int in = ::open(path(name).c_str(), O_RDONLY | O_CLOEXEC);
        const ssize_t size = ::read(in, bytes.data(), bytes.size());
        ::close(in);
        bytes.resize(size < 0 ? 0 : std::size_t(size));
        return bytes;
    }

    PlanFile file;

private:
    std::string m_path = std::filesystem::temp_directory_path() / "clustd-fuzz-XXXXXX";
};

void loadPlan(std::span<const std::byte> bytes)
{
    static PlanFolder folder;
    static FencePlan plan;
    folder.write("plan", bytes);
    PlanOwner owner;
    if (folder.file.load(owner, plan) != PlanFile::Left::Plan)
        return;
    checkPlan(plan);
    FUZZ_PROMISE(folder.file.store(owner, plan));
    const Raw written = folder.read("plan");
    FUZZ_PROMISE(std::equal(bytes.begin(), bytes.end(), written.begin(), written.end()));
}

/// A plan file of this boot with a right check sum around any owner and plan.
void loadSealed(Input &input)
{
    static const std::array<char, 36> boot = [] {
        std::array<char, 36> text{};
        FUZZ_PROMISE(readWhole("/proc/sys/kernel/random/boot_id", text) == ssize_t(text.size()));
        return text;
    }();
    constexpr std::string_view kMagic = "clustd plan 1\n";
    const std::span<const std::byte> rest = asBytes(input.rest());
    Raw bytes(kMagic.size() + boot.size() + rest.size() + 4);
    ByteWriter out(bytes);
    out.raw(std::as_bytes(std::span(kMagic)));
    out.raw(std::as_bytes(std::span(boot)));
    out.raw(rest);
    out.number(crc32(out.written()));
    loadPlan(bytes);
}

/// The file `guard` names a process: anything may stand in it.
void readGuard(std::span<const std::byte> bytes)
{
    static PlanFolder folder;
    folder.write("guard", bytes);
    const std::string directory = folder.path("");
    if (const auto guard = runningGuard(directory))
        FUZZ_PROMISE(guard->pid > 0);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Input input(data, size);
    switch (input.byte()) {
    case 'm':
        readSealed(input);
        break;
    case 'p':
        readPlan(asBytes(input.rest()));
        break;
    case 'f':
        loadPlan(asBytes(input.rest()));
        break;
    case 'F':
        loadSealed(input);
        break;
    case 'g':
        readGuard(asBytes(input.rest()));
        break;
    default:
        readPacket(asBytes(input.rest()));
        break;
    }
    return 0;
}
