#include "window/action_dialog.h"

#include "common/theme.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace clustd::monitor {

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;
using control::ControlClient;

namespace {

constexpr auto kSwitchoverWait = 30s;
constexpr int kReasonMax = 1000;

} // namespace

ActionDialog::ActionDialog(
    Action action, Cluster &cluster, crypto::Credentials admin, QWidget *parent)
    : QDialog(parent)
    , m_action(action)
    , m_cluster(&cluster)
    , m_admin(std::move(admin))
{
    build();
    askForecast();
}

void ActionDialog::build()
{
    auto *column = new QVBoxLayout(this);
    auto *form = new QFormLayout;
    column->addLayout(form);
    const auto &status = m_cluster->liveStatus();
    const QString master = status ? status->master.value_or(QString()) : QString();
    const bool asksMachine = m_action == Action::Switchover || m_action == Action::Maintenance;
    if (asksMachine) {
        m_machine = new QComboBox;
        m_machine->setObjectName(u"machine"_s);
        if (m_action == Action::Switchover)
            m_machine->addItem(tr("the next in order"), QString());
        for (const control::NodeRow &node :
            status ? status->nodes : std::vector<control::NodeRow>()) {
            const bool isTarget = m_action == Action::Maintenance
                || (node.id != master && node.role != u"witness" && node.state != u"unreachable");
            if (!node.id.isEmpty() && isTarget)
                m_machine->addItem(node.maintenance && m_action == Action::Maintenance
                        ? tr("%1 (in maintenance: end it)").arg(node.id)
                        : node.id,
                    node.id);
        }
        const int chosen = m_machine->findData(m_cluster->selected());
        if (chosen >= 0)
            m_machine->setCurrentIndex(chosen);
        form->addRow(m_action == Action::Switchover ? tr("&To") : tr("&Machine"), m_machine);
        connect(m_machine, &QComboBox::currentIndexChanged, this, &ActionDialog::askForecast);
    }
    if (m_action == Action::Maintenance || m_action == Action::Pause) {
        m_for = new QComboBox;
        m_for->setObjectName(u"for"_s);
        m_for->addItem(tr("30 minutes"), qint64(30 * 60'000));
        m_for->addItem(tr("1 hour"), qint64(3'600'000));
        m_for->addItem(tr("2 hours"), qint64(2 * 3'600'000));
        m_for->addItem(tr("8 hours"), qint64(8 * 3'600'000));
        m_for->addItem(tr("1 day"), qint64(24 * 3'600'000));
        m_for->addItem(tr("until somebody ends it"), qint64(0));
        m_for->setCurrentIndex(1);
        form->addRow(tr("&For"), m_for);
    }
    if (m_action != Action::Resume) {
        m_reason = new QLineEdit;
        m_reason->setObjectName(u"reason"_s);
        m_reason->setMaxLength(kReasonMax);
        m_reason->setPlaceholderText(tr("kernel update"));
        form->addRow(tr("&Reason"), m_reason);
    }
    m_forecast = new QLabel;
    m_forecast->setWordWrap(true);
    m_forecast->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_forecast->setMinimumHeight(fontMetrics().height() * 3);
    m_forecast->setAccessibleName(tr("What will happen"));
    column->addWidget(m_forecast);
    m_buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_do = m_buttons->addButton(QString(), QDialogButtonBox::AcceptRole);
    m_do->setObjectName(u"do"_s);
    m_buttons->button(QDialogButtonBox::Cancel)->setDefault(true);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_do, &QPushButton::clicked, this, &ActionDialog::act);
    column->addWidget(m_buttons);
    switch (m_action) {
    case Action::Switchover:
        setWindowTitle(tr("Switch over %1").arg(m_cluster->title()));
        m_do->setText(tr("Switch over"));
        break;
    case Action::Maintenance:
        setWindowTitle(tr("Maintenance in %1").arg(m_cluster->title()));
        m_do->setText(tr("Begin maintenance"));
        break;
    case Action::Pause:
        setWindowTitle(tr("Pause %1").arg(m_cluster->title()));
        m_do->setText(tr("Pause"));
        break;
    case Action::Resume:
        setWindowTitle(tr("Resume %1").arg(m_cluster->title()));
        m_do->setText(tr("Resume"));
        break;
    }
    resize(fontMetrics().averageCharWidth() * 62, sizeHint().height());
}

bool ActionDialog::isEnding() const
{
    const control::NodeRow *node = m_action == Action::Maintenance && m_cluster->liveStatus()
        ? m_cluster->liveStatus()->find(m_machine->currentData().toString())
        : nullptr;
    return node && node->maintenance;
}

QString ActionDialog::forecast() const
{
    return m_forecast->text();
}

void ActionDialog::setForecast(const QString &text, bool isPossible)
{
    QPalette colors = m_forecast->palette();
    colors.setColor(QPalette::WindowText,
        isPossible ? palette().color(QPalette::WindowText) : toneColor(Tone::Bad, palette()));
    m_forecast->setPalette(colors);
    m_forecast->setText(printable(text));
    m_do->setEnabled(isPossible);
}

void ActionDialog::askForecast()
{
    const int question = ++m_question;
    m_do->setEnabled(false);
    if (!m_cluster || !m_cluster->connection())
        return;
    ClusterConnection &connection = *m_cluster->connection();
    const auto isOld = [this, question] { return question != m_question || !m_cluster; };
    const QString master
        = m_cluster->liveStatus() ? m_cluster->liveStatus()->master.value_or(QString()) : QString();
    switch (m_action) {
    case Action::Switchover: {
        m_forecast->setText(tr("Asking what will happen …"));
        QCborMap params = order().params;
        params[u"dry_run"_s] = true;
        params.remove(u"wait_ms"_s);
        connection.requestAs(m_admin, u"switchover"_s, params, ClusterConnection::kUsual,
            [guard = QPointer<ActionDialog>(this), this, isOld](
                const ControlClient::Answer &answer) {
                if (!guard || isOld())
                    return;
                if (!answer) {
                    setForecast(tr("Not possible: %1").arg(answer.error().message), false);
                    return;
                }
                setForecast(
                    tr("The services stop on %1 and start on %2. Between the two they are not "
                       "served for a moment.")
                        .arg(
                            answer->value(u"from"_s).toString(), answer->value(u"to"_s).toString()),
                    true);
            });
        return;
    }
    case Action::Maintenance: {
        const QString id = m_machine->currentData().toString();
        m_do->setText(isEnding() ? tr("End maintenance") : tr("Begin maintenance"));
        m_for->setEnabled(!isEnding());
        m_reason->setEnabled(!isEnding());
        if (isEnding()) {
            setForecast(tr("%1 may be master again. Nothing moves now.").arg(id), true);
            return;
        }
        if (id != master) {
            setForecast(tr("%1 will not become master. %2 stays master; it has one machine less to "
                           "fall back on.")
                            .arg(id, master.isEmpty() ? tr("Nobody") : master),
                true);
            return;
        }
        m_forecast->setText(tr("Asking what will happen …"));
        connection.requestAs(m_admin, u"switchover"_s, {{u"dry_run"_s, true}},
            ClusterConnection::kUsual,
            [guard = QPointer<ActionDialog>(this), this, isOld, id](
                const ControlClient::Answer &answer) {
                if (!guard || isOld())
                    return;
                if (!answer) {
                    setForecast(tr("Not possible: %1 is master and nobody can take over: %2")
                                    .arg(id, answer.error().message),
                        false);
                    return;
                }
                setForecast(tr("%1 is master now: the services stop there and start on %2. Then %1 "
                               "will not "
                               "become master until the maintenance ends.")
                                .arg(id, answer->value(u"to"_s).toString()),
                    true);
            });
        return;
    }
    case Action::Pause:
        setForecast(tr("Nothing moves by itself any more: when %1 fails, nobody takes over until "
                       "somebody resumes. Your own switchovers still work.")
                        .arg(master.isEmpty() ? tr("the master") : master),
            true);
        return;
    case Action::Resume:
        setForecast(tr("The cluster acts by itself again; if no machine is master now, one will be "
                       "elected."),
            true);
        return;
    }
}

ActionDialog::Order ActionDialog::order() const
{
    const QString reason = m_reason ? m_reason->text().trimmed() : QString();
    const QString id = m_machine ? m_machine->currentData().toString() : QString();
    const qint64 forMs = m_for ? m_for->currentData().toLongLong() : 0;
    Order made;
    switch (m_action) {
    case Action::Switchover:
        made.method = u"switchover"_s;
        made.params[u"wait_ms"_s] = qint64(std::chrono::milliseconds(kSwitchoverWait).count());
        if (!id.isEmpty())
            made.params[u"to"_s] = id;
        break;
    case Action::Maintenance:
        made.method = u"maintenance"_s;
        made.params[u"on"_s] = !isEnding();
        made.params[u"id"_s] = id;
        if (forMs > 0 && !isEnding())
            made.params[u"for_ms"_s] = forMs;
        break;
    case Action::Pause:
        made.method = u"pause"_s;
        if (forMs > 0)
            made.params[u"for_ms"_s] = forMs;
        break;
    case Action::Resume:
        made.method = u"resume"_s;
        return made;
    }
    if (!reason.isEmpty() && !isEnding())
        made.params[u"reason"_s] = reason;
    return made;
}

QString ActionDialog::outcomeOf(const QCborMap &answer) const
{
    switch (m_action) {
    case Action::Switchover:
        return tr("%1 is master instead of %2")
            .arg(answer.value(u"to"_s).toString(), answer.value(u"from"_s).toString());
    case Action::Maintenance:
        return answer.value(u"on"_s).toBool()
            ? tr("%1 is in maintenance").arg(answer.value(u"id"_s).toString())
            : tr("the maintenance of %1 has ended").arg(answer.value(u"id"_s).toString());
    case Action::Pause:
        return tr("the cluster is paused");
    case Action::Resume:
        return tr("the cluster acts by itself again");
    }
    return {};
}

void ActionDialog::act()
{
    if (!m_cluster || !m_cluster->connection())
        return;
    ++m_question;
    const Order what = order();
    m_do->setEnabled(false);
    m_forecast->setText(tr("Working …"));
    m_cluster->connection()->requestAs(m_admin, what.method, what.params,
        kSwitchoverWait + ClusterConnection::kUsual,
        [guard = QPointer<ActionDialog>(this), this](const ControlClient::Answer &answer) {
            if (!guard)
                return;
            if (!answer) {
                setForecast(tr("It was refused: %1").arg(answer.error().message), false);
                return;
            }
            Q_EMIT carriedOut(outcomeOf(*answer));
            accept();
        });
}

} // namespace clustd::monitor
