#pragma once

#include "drivers/driver.h"

#include <QHash>
#include <QMetaObject>
#include <QStringList>

namespace clustd::drivers {

/// A driver without anything behind it: writes down what it is told, and answers as the test says.
class RecordingDriver : public Driver
{
    Q_OBJECT
public:
    RecordingDriver(config::Driver config, QStringList &journal)
        : Driver(std::move(config))
        , m_journal(journal)
    {
    }

    /// Actions ("start", "stop", "fence", "check", "sweep") that fail, how many times (-1: always).
    QHash<QString, int> failures;
    /// Actions that do not end until they are cut short or release() is called.
    QStringList held;
    bool isChecked = false;
    Duration fencedWithin{};
    Activation last;

    void release(const Outcome &outcome = Outcome::ok()) { answer(outcome); }
    [[nodiscard]] bool isHeld() const { return bool(m_done); }
    void endByItself(const QString &why) { Q_EMIT ended(why); }

    [[nodiscard]] QString type() const override { return QStringLiteral("recording"); }
    void start(const Activation &activation, Done done) override
    {
        act(u"start", activation, std::move(done));
    }
    void stop(const Activation &activation, Done done) override
    {
        act(u"stop", activation, std::move(done));
    }
    void fence(const Activation &activation, Duration within, Duration, Done done) override
    {
        fencedWithin = within;
        act(u"fence", activation, std::move(done));
    }
    void sweep(Duration, Done done) override { act(u"sweep", last, std::move(done)); }
    [[nodiscard]] bool hasCheck() const override { return isChecked; }
    void check(const Activation &activation, Done done) override
    {
        act(u"check", activation, std::move(done));
    }
    void cutShort() override
    {
        if (m_done) {
            m_journal += QStringLiteral("cut ") + config().name;
            answer(Outcome::failed(QStringLiteral("was cut short")));
        }
    }
    void killNow() override { m_journal += QStringLiteral("kill ") + config().name; }
    [[nodiscard]] bool addTo(guard::FencePlan &, const Activation &, bool) const override
    {
        return true;
    }

private:
    void act(QStringView action, const Activation &activation, Done done)
    {
        last = activation;
        m_journal += action.toString() + QStringLiteral(" ") + config().name;
        m_done = std::move(done);
        if (held.contains(action))
            return;
        int &left = failures[action.toString()];
        const bool isFailing = left != 0;
        if (left > 0)
            --left;
        answer(isFailing ? Outcome::failed(action.toString() + QStringLiteral(" failed"))
                         : Outcome::ok());
    }

    void answer(const Outcome &outcome)
    {
        const Done done = std::exchange(m_done, {});
        QMetaObject::invokeMethod(
            this, [done, outcome] { done(outcome); }, Qt::QueuedConnection);
    }

    QStringList &m_journal;
    Done m_done;
};

} // namespace clustd::drivers
