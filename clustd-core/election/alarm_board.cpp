#include "election/alarm_board.h"

#include <algorithm>

namespace clustd::election {
namespace {

template <typename Alarms> auto findAlarm(Alarms &alarms, const char *code, const NodeId &node)
{
    return std::find_if(alarms.begin(), alarms.end(),
        [&](const Notice &alarm) { return alarm.code == code && alarm.node == node; });
}

} // namespace

void AlarmBoard::raise(
    const char *code, const NodeId &node, Term term, std::string text, std::vector<Notice> &notices)
{
    const auto known = findAlarm(m_alarms, code, node);
    if (known != m_alarms.end()) {
        if (known->text == text)
            return;
        known->text = std::move(text);
        notices.push_back(*known);
        return;
    }
    m_alarms.push_back({"alarm", code, node, term, std::move(text)});
    notices.push_back(m_alarms.back());
}

void AlarmBoard::clear(
    const char *code, const NodeId &node, Term term, std::vector<Notice> &notices)
{
    const auto known = findAlarm(m_alarms, code, node);
    if (known == m_alarms.end())
        return;
    notices.push_back({"alarm-cleared", code, node, term, known->text + ": no longer -> cleared"});
    m_alarms.erase(known);
}

void AlarmBoard::clearAll(const char *code, Term term, std::vector<Notice> &notices)
{
    for (auto it = m_alarms.begin(); it != m_alarms.end();) {
        if (it->code != code) {
            ++it;
            continue;
        }
        notices.push_back(
            {"alarm-cleared", code, it->node, term, it->text + ": no longer -> cleared"});
        it = m_alarms.erase(it);
    }
}

bool AlarmBoard::holds(const char *code, const NodeId &node) const
{
    return findAlarm(m_alarms, code, node) != m_alarms.end();
}

} // namespace clustd::election
