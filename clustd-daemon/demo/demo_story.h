#pragma once

#include "demo/demo.h"

#include <QJsonArray>

#include <functional>

namespace clustd::daemon {

/// What --auto does: faults and orders one after the other, each followed by who must serve then.
/// Thread: main. Owner: the command, on its stack.
class DemoStory
{
public:
    /// @param tell gets each line when it happens. @param pause how long the reader is given after
    ///        each step.
    DemoStory(
        Demo &demo, std::function<void(const QString &)> tell, std::chrono::milliseconds pause);

    /// Whether every step happened.
    [[nodiscard]] bool run();

    /// For --json: {step, master, term, gap_ms, clients_ms}; the last two not for the first start.
    [[nodiscard]] const QJsonArray &steps() const { return m_steps; }

private:
    bool step(const QString &what, int old, const std::function<void(int)> &act);
    bool everyoneBack(const QString &what);
    bool failed(const QString &what, const QString &why);

    Demo &m_demo;
    std::function<void(const QString &)> m_tell;
    std::chrono::milliseconds m_pause;
    int m_master = -1;
    QJsonArray m_steps;
};

} // namespace clustd::daemon
