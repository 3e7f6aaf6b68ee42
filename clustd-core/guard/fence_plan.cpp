#include "guard/fence_plan.h"

#include "guard/bytes.h"
#include "guard/processes.h"
#include "util/ip_prefix.h"

#include <algorithm>
#include <limits>
#include <net/if.h>

namespace clustd::guard {
namespace {

constexpr std::uint16_t kFormat = 1;

} // namespace

bool FencePlan::append(Step step, std::span<const std::string_view> words)
{
    std::size_t size = 0;
    for (const std::string_view word : words) {
        if (word.find('\0') != std::string_view::npos)
            return false;
        size += word.size() + 1;
    }
    if (m_stepCount == kMaxSteps || size > kMaxTextBytes - m_textSize)
        return false;

    step.textAt = static_cast<std::uint32_t>(m_textSize);
    step.textSize = static_cast<std::uint16_t>(size);
    for (const std::string_view word : words) {
        std::copy(
            word.begin(), word.end(), m_text.begin() + static_cast<std::ptrdiff_t>(m_textSize));
        m_textSize += word.size();
        m_text[m_textSize++] = '\0';
    }
    m_steps[m_stepCount++] = step;
    return true;
}

bool FencePlan::killGroup(pid_t leader)
{
    const std::optional<ProcessStat> stat = leader > 1 ? readProcessStat(leader) : std::nullopt;
    if (!stat)
        return false;
    Step step;
    step.kind = StepKind::KillGroup;
    step.number = stat->start;
    step.pid = leader;
    return append(step, {});
}

bool FencePlan::killProcess(pid_t pid, std::uint64_t start)
{
    if (pid <= 1)
        return false;
    Step step;
    step.kind = StepKind::KillProcess;
    step.number = start;
    step.pid = pid;
    return append(step, {});
}

bool FencePlan::killCgroup(std::string_view directory)
{
    if (!directory.starts_with('/') || directory == "/")
        return false;
    Step step;
    step.kind = StepKind::KillCgroup;
    return append(step, std::span(&directory, 1));
}

bool FencePlan::removeAddress(std::string_view interface, std::string_view address)
{
    if (interface.empty() || interface.size() >= IF_NAMESIZE || !parseIpPrefix(address))
        return false;
    Step step;
    step.kind = StepKind::RemoveAddress;
    const std::array words{interface, address};
    return append(step, words);
}

bool FencePlan::run(const FenceCommand &command)
{
    const std::size_t count = command.argv.size() + command.env.size();
    if (command.argv.empty() || command.argv.front().empty() || count > kMaxWords
        || command.timeout < Duration::zero())
        return false;
    std::array<std::string_view, kMaxWords + 1> words;
    std::size_t used = 0;
    words[used++] = command.name;
    for (const std::string &word : command.argv)
        words[used++] = word;
    for (const std::string &word : command.env)
        words[used++] = word;
    Step step;
    step.kind = StepKind::Run;
    step.isRequired = command.isRequired;
    step.argc = static_cast<std::uint16_t>(command.argv.size());
    step.envc = static_cast<std::uint16_t>(command.env.size());
    step.number = static_cast<std::uint64_t>(command.timeout.count());
    return append(step, std::span(words).first(used));
}

std::size_t FencePlan::words(const Step &step, std::span<const char *> words) const
{
    std::size_t count = 0;
    const char *at = m_text.data() + step.textAt;
    const char *const end = at + step.textSize;
    while (at < end && count < words.size()) {
        words[count++] = at;
        at = std::find(at, end, '\0') + 1;
    }
    return count;
}

std::size_t FencePlan::encode(std::span<std::byte> buffer) const
{
    ByteWriter out(buffer);
    out.number(kFormat);
    out.number(static_cast<std::uint16_t>(m_stepCount));
    out.number(static_cast<std::uint32_t>(m_textSize));
    for (const Step &step : steps()) {
        out.number(static_cast<std::uint8_t>(step.kind));
        out.number(static_cast<std::uint8_t>(step.isRequired ? 1 : 0));
        out.number(step.argc);
        out.number(step.envc);
        out.number(step.textSize);
        out.number(step.number);
        out.number(static_cast<std::uint32_t>(step.pid));
    }
    out.raw(std::as_bytes(std::span(m_text).first(m_textSize)));
    return out.fits() ? out.size() : 0;
}

bool FencePlan::decode(std::span<const std::byte> bytes, FencePlan &plan)
{
    plan.clear();
    ByteReader in(bytes);
    const auto format = in.number<std::uint16_t>();
    const auto stepCount = in.number<std::uint16_t>();
    const auto textSize = in.number<std::uint32_t>();
    if (!in.isValid() || format != kFormat || stepCount > kMaxSteps || textSize > kMaxTextBytes)
        return false;

    std::uint32_t textAt = 0;
    for (std::size_t i = 0; i < stepCount; ++i) {
        Step &step = plan.m_steps[i];
        const auto kind = in.number<std::uint8_t>();
        const auto required = in.number<std::uint8_t>();
        step.kind = static_cast<StepKind>(kind);
        step.isRequired = required != 0;
        step.argc = in.number<std::uint16_t>();
        step.envc = in.number<std::uint16_t>();
        step.textSize = in.number<std::uint16_t>();
        step.number = in.number<std::uint64_t>();
        step.pid = static_cast<std::int32_t>(in.number<std::uint32_t>());
        step.textAt = textAt;
        textAt += step.textSize;
        if (!in.isValid() || kind < 1 || kind > 5 || required > 1 || textAt > textSize)
            return false;
    }
    const std::span<const std::byte> text = in.raw(textSize);
    if (!in.isValid() || in.left() != 0 || textAt != textSize)
        return false;
    std::transform(text.begin(), text.end(), plan.m_text.begin(),
        [](std::byte byte) { return static_cast<char>(byte); });

    // The text of each step must hold just the words that its kind needs, whole.
    constexpr auto kMaxTimeout
        = static_cast<std::uint64_t>(std::numeric_limits<Duration::rep>::max());
    for (const Step &step : std::span(plan.m_steps).first(stepCount)) {
        const char *const begin = plan.m_text.data() + step.textAt;
        const char *const end = begin + step.textSize;
        const auto words = static_cast<std::size_t>(std::count(begin, end, '\0'));
        const std::size_t arguments = std::size_t{step.argc} + step.envc;
        bool isSound = step.textSize == 0 || end[-1] == '\0';
        switch (step.kind) {
        case StepKind::KillGroup:
        case StepKind::KillProcess:
            isSound = isSound && words == 0 && arguments == 0 && step.pid > 1 && step.isRequired;
            break;
        case StepKind::KillCgroup:
            isSound = isSound && words == 1 && arguments == 0 && *begin == '/' && begin[1] != '\0'
                && step.number == 0 && step.pid == 0 && step.isRequired;
            break;
        case StepKind::RemoveAddress: {
            const char *const address = words == 2 ? std::find(begin, end, '\0') + 1 : end;
            isSound = isSound && words == 2 && arguments == 0 && address > begin + 1
                && address - begin <= IF_NAMESIZE
                && parseIpPrefix({address, static_cast<std::size_t>(end - 1 - address)})
                && step.number == 0 && step.pid == 0 && step.isRequired;
            break;
        }
        case StepKind::Run:
            isSound = isSound && step.argc > 0 && arguments <= kMaxWords && words == arguments + 1
                && step.number <= kMaxTimeout && step.pid == 0
                && *(std::find(begin, end, '\0') + 1) != '\0'; // A program's name is never empty
            break;
        }
        if (!isSound)
            return false;
    }
    plan.m_stepCount = stepCount;
    plan.m_textSize = textSize;
    return true;
}

void FencePlan::clear()
{
    m_stepCount = 0;
    m_textSize = 0;
}

} // namespace clustd::guard
