#pragma once

#include "control/control_api.h"
#include "wire/messages.h"

#include <QCborMap>
#include <QString>
#include <QStringList>

#include <tl/expected.hpp>

#include <functional>
#include <optional>
#include <vector>

namespace clustd::cluster {

class Journal;

/// Who asks, as events name it: "admin/alice", "node/cm-2".
using Asker = QString;

/// Called exactly once with the data of the response or why there is none, at once or later.
using Reply = std::function<void(tl::expected<QCborMap, wire::ResponseError>)>;

struct SwitchoverRequest
{
    QString to; ///< Empty: whoever is next in order
    QString reason;
    std::int64_t waitMs
        = 0; ///< How long the reply may wait for the new master; 0: answer when it is under way
    bool dryRun = false;
    Asker asker;
};

struct MaintenanceRequest
{
    bool on = false;
    QString id; ///< Always this machine: what is meant for another was passed on before
    std::optional<std::int64_t> forMs; ///< Nothing: until it is switched off
    QString reason;
    Asker asker;
};

struct PauseRequest
{
    std::optional<std::int64_t> forMs; ///< Nothing: until it is resumed
    QString reason;
    Asker asker;
};

/// What the control server asks of the machine that it speaks for. The role of the asker and the
/// shape of the request were checked. An action that only the master can do answers `not-master`
/// with `detail` {master: id}; the server then passes it on. Thread: the cluster thread.
class ControlBackend
{
public:
    struct WhatIf
    {
        std::optional<QString> master;
        QString why;
    };

    virtual ~ControlBackend() = default;

    [[nodiscard]] virtual control::ClusterStatus status() const = 0;
    [[nodiscard]] virtual std::vector<control::LinkRow> links() const = 0;
    [[nodiscard]] virtual Journal &journal() = 0;
    /// Why this machine is (not) master, or why event @p seq happened; empty: no such event.
    [[nodiscard]] virtual QStringList explain(std::optional<quint64> seq) const = 0;
    /// Who would be master with @p down gone, or why nobody.
    [[nodiscard]] virtual WhatIf whatIf(const QStringList &down) const = 0;

    virtual void switchover(const SwitchoverRequest &request, Reply reply) = 0;
    virtual void maintenance(const MaintenanceRequest &request, Reply reply) = 0;
    virtual void pause(const PauseRequest &request, Reply reply) = 0;
    virtual void resume(const Asker &asker, Reply reply) = 0;
    virtual void reload(bool dryRun, const Asker &asker, Reply reply) = 0;
    /// V4: @p ids are gone for good; empty: all that it waits for.
    virtual void adopt(const QStringList &ids, const Asker &asker, Reply reply) = 0;
};

} // namespace clustd::cluster
