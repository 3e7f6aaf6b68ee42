#pragma once

#include <QHash>
#include <QObject>
#include <QTimer>

namespace clustd::link {

/// Bounds what strangers can make us say: the first refusal of a reason is reported at once,
/// further ones together, once a second. Thread: the one that made it.
class RefusalReports : public QObject
{
    Q_OBJECT
public:
    explicit RefusalReports(QObject *parent = nullptr);

    /// @param reason one of a small fixed set (Ending::label()), for each is kept.
    void note(const QString &address, const QString &node, const QString &reason);

Q_SIGNALS:
    /// @p address and @p node are the latest of the @p count.
    void report(const QString &address, const QString &node, const QString &reason, int count);

private:
    struct Waiting
    {
        QString address;
        QString node;
        int count = 0;
    };
    void reportWaiting();

    QHash<QString, Waiting> m_waiting; ///< Reasons reported within the last second
    QTimer m_second;
};

} // namespace clustd::link
