#pragma once

#include "election/effects.h"

#include <string>
#include <vector>

namespace clustd::election {

/// The alarms that hold now. Each is told once when it begins or its text changes, and once when it
/// ends.
class AlarmBoard
{
public:
    /// Adds an "alarm" to @p notices unless the same is known.
    void raise(const char *code, const NodeId &node, Term term, std::string text,
        std::vector<Notice> &notices);
    /// Adds an "alarm-cleared" to @p notices if it held.
    void clear(const char *code, const NodeId &node, Term term, std::vector<Notice> &notices);

    /// The same for every machine that the alarm is about.
    void clearAll(const char *code, Term term, std::vector<Notice> &notices);

    [[nodiscard]] bool holds(const char *code, const NodeId &node) const;
    [[nodiscard]] bool isEmpty() const { return m_alarms.empty(); }
    [[nodiscard]] const std::vector<Notice> &all() const { return m_alarms; }

private:
    std::vector<Notice> m_alarms;
};

} // namespace clustd::election
