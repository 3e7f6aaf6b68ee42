#include "window/notices_dialog.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QRegularExpression>
#include <QTimeEdit>
#include <QVBoxLayout>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

/// As people write it here, without the seconds that some locales add.
QString hoursAndMinutes()
{
    static const QRegularExpression seconds(u"[:.]s+"_s);
    return QLocale().timeFormat(QLocale::ShortFormat).remove(seconds);
}

} // namespace

NoticesDialog::NoticesDialog(const NoticeRules &rules, QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Notifications"));
    auto *column = new QVBoxLayout(this);
    column->addWidget(new QLabel(tr("Tell me on the desktop when")));
    const std::vector<std::pair<int, QString>> kinds{
        {NoticeRules::MasterChanged, tr("the &master is lost or changes")},
        {NoticeRules::QuorumLost, tr("the &quorum is lost or comes back")},
        {NoticeRules::Alarms, tr("there is an &alarm")},
        {NoticeRules::Sick, tr("a &service is sick")},
        {NoticeRules::LinksDown, tr("a &link goes down")},
        {NoticeRules::Unheard,
            tr("nothing is &heard of a cluster any more, or it is heard again")}};
    for (const auto &[kind, text] : kinds) {
        auto *box = new QCheckBox(text);
        box->setChecked(rules.wanted.contains(kind));
        column->addWidget(box);
        m_kinds.emplace_back(kind, box);
    }
    auto *row = new QHBoxLayout;
    m_quiet = new QCheckBox(tr("but &not from"));
    m_quiet->setChecked(rules.hasQuietHours);
    m_from = new QTimeEdit(rules.quietFrom);
    m_from->setAccessibleName(tr("Quiet from"));
    m_to = new QTimeEdit(rules.quietTo);
    m_to->setAccessibleName(tr("Quiet until"));
    for (QTimeEdit *time : {m_from, m_to})
        time->setDisplayFormat(hoursAndMinutes());
    row->addWidget(m_quiet);
    row->addWidget(m_from);
    row->addWidget(new QLabel(tr("to")));
    row->addWidget(m_to);
    row->addStretch();
    column->addLayout(row);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(buttons);
}

NoticeRules NoticesDialog::rules() const
{
    NoticeRules rules;
    rules.wanted.clear();
    for (const auto &[kind, box] : m_kinds) {
        if (box->isChecked())
            rules.wanted.insert(kind);
    }
    rules.hasQuietHours = m_quiet->isChecked();
    rules.quietFrom = m_from->time();
    rules.quietTo = m_to->time();
    return rules;
}

} // namespace clustd::monitor
