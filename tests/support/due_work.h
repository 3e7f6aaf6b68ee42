#pragma once

#include <QEventLoop>
#include <QTimer>

#include <chrono>

namespace clustd::test {

/// Returns when everything is done that was posted before the call, and every timer of at most
/// @p longest has fired that was running or that the posted work started. So what did not happen by
/// then does not happen.
///
/// Rests on order, not on time: events are delivered as posted, and of two timers the one that was
/// started first and runs no longer fires first. The sentinel is the last of both.
inline void finishDueWork(std::chrono::milliseconds longest = std::chrono::milliseconds(0))
{
    QEventLoop loop;
    QTimer sentinel;
    sentinel.setSingleShot(true);
    QObject::connect(&sentinel, &QTimer::timeout, &loop, &QEventLoop::quit);
    QMetaObject::invokeMethod(
        &sentinel, [&] { sentinel.start(longest); }, Qt::QueuedConnection);
    loop.exec();
}

} // namespace clustd::test
