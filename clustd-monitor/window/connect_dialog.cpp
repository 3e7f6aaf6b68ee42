#include "window/connect_dialog.h"

#include "common/theme.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

QLabel *faultLabel()
{
    auto *label = new QLabel;
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setObjectName(u"fault"_s);
    label->hide();
    return label;
}

void showFault(QLabel *label, const QString &fault)
{
    QPalette colors = label->palette();
    colors.setColor(QPalette::WindowText, toneColor(Tone::Bad, colors));
    label->setPalette(colors);
    label->setText(fault);
    label->setVisible(!fault.isEmpty());
    // What is said must not squeeze the fields.
    QWidget *dialog = label->window();
    if (QLayout *layout = dialog->layout(); layout && !fault.isEmpty()) {
        layout->activate();
        dialog->resize(dialog->width(),
            std::max(dialog->height(), layout->totalHeightForWidth(dialog->width())));
    }
}

} // namespace

TokenFields::TokenFields(QWidget *parent)
    : QWidget(parent)
{
    auto *form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    auto *row = new QHBoxLayout;
    m_file = new QLineEdit;
    m_file->setObjectName(u"tokenFile"_s);
    m_file->setAccessibleName(tr("Token file"));
    m_file->setPlaceholderText(tr("made by: clustd token observer NAME"));
    row->addWidget(m_file, 1);
    auto *browse = new QPushButton(tr("Browse …"));
    browse->setAutoDefault(false);
    row->addWidget(browse);
    auto *fileLabel = new QLabel(tr("Token &file"));
    fileLabel->setBuddy(m_file);
    form->addRow(fileLabel, row);
    m_typed = new QLineEdit;
    m_typed->setObjectName(u"token"_s);
    m_typed->setEchoMode(QLineEdit::Password);
    m_typed->setAccessibleName(tr("Token"));
    m_typed->setPlaceholderText(u"clustd2:…"_s);
    form->addRow(tr("or the &token itself"), m_typed);
    connect(browse, &QPushButton::clicked, this, [this] {
        const QString path = QFileDialog::getOpenFileName(this, tr("Token file"));
        if (!path.isEmpty())
            m_file->setText(path);
    });
    connect(m_file, &QLineEdit::textChanged, this, &TokenFields::changed);
    connect(m_typed, &QLineEdit::textChanged, this, &TokenFields::changed);
}

bool TokenFields::isEmpty() const
{
    return m_file->text().trimmed().isEmpty() && m_typed->text().trimmed().isEmpty();
}

QString TokenFields::file() const
{
    return m_typed->text().trimmed().isEmpty() ? m_file->text().trimmed() : QString();
}

QByteArray TokenFields::typed() const
{
    return m_typed->text().trimmed().toUtf8();
}

void TokenFields::setFile(const QString &path)
{
    m_file->setText(path);
}

Result<crypto::Credentials> TokenFields::credentials() const
{
    if (isEmpty())
        return fail(ErrorCode::Usage, {}, tr("no token is given"),
            tr("an admin makes one with: clustd token observer NAME"));
    const QByteArray token = typed();
    return token.isEmpty() ? readTokenFile(file()) : crypto::parseToken(token);
}

ConnectDialog::ConnectDialog(QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Add a cluster"));
    auto *column = new QVBoxLayout(this);
    auto *intro = new QLabel(tr("Name any machine of the cluster; the others are found through it. "
                                "An observer's token can look and nothing else."));
    intro->setWordWrap(true);
    column->addWidget(intro);
    auto *form = new QFormLayout;
    m_addresses = new QLineEdit;
    m_addresses->setObjectName(u"address"_s);
    m_addresses->setAccessibleName(tr("Address"));
    m_addresses->setPlaceholderText(u"ws://10.0.0.1:3001"_s);
    m_addresses->setToolTip(tr("Several addresses are separated by blanks."));
    form->addRow(tr("&Address"), m_addresses);
    column->addLayout(form);
    m_token = new TokenFields;
    column->addWidget(m_token);
    m_keep = new QCheckBox(tr("&Keep a typed token in the desktop's keyring"));
    m_keep->setChecked(true);
    column->addWidget(m_keep);
    m_fault = faultLabel();
    column->addWidget(m_fault);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Connect"));
    connect(buttons, &QDialogButtonBox::accepted, this, &ConnectDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &ConnectDialog::reject);
    column->addWidget(buttons);
    resize(fontMetrics().averageCharWidth() * 70, sizeHint().height());
}

void ConnectDialog::setEntry(const ClusterEntry &entry, const QString &trouble)
{
    m_entry = entry;
    setWindowTitle(tr("Connect to %1").arg(entry.title));
    m_addresses->setText(entry.uris.join(u' '));
    m_token->setFile(entry.tokenFile);
    showFault(m_fault, trouble);
}

void ConnectDialog::tell(const QString &fault)
{
    showFault(m_fault, fault);
}

void ConnectDialog::accept()
{
    m_uris.clear();
    const QStringList texts = m_addresses->text().split(u' ', Qt::SkipEmptyParts);
    for (const QString &text : texts) {
        const Result<QUrl> uri = readUri(text);
        if (!uri) {
            tell(uri.error().text());
            m_addresses->setFocus();
            return;
        }
        m_uris.push_back(*uri);
    }
    if (m_uris.empty()) {
        tell(tr("an address is missing; use ws://HOST:PORT"));
        m_addresses->setFocus();
        return;
    }
    Result<crypto::Credentials> credentials = m_token->credentials();
    if (!credentials) {
        tell(credentials.error().text());
        return;
    }
    m_credentials = std::move(*credentials);
    if (m_entry.key.isEmpty())
        m_entry.key = ClusterBook::newKey();
    m_entry.title = QString::fromStdString(m_credentials->cluster);
    m_entry.uris = texts;
    m_entry.tokenFile = m_token->file();
    QDialog::accept();
}

ClusterEntry ConnectDialog::entry() const
{
    return m_entry;
}

QByteArray ConnectDialog::tokenToKeep() const
{
    return m_keep->isChecked() ? m_token->typed() : QByteArray();
}

AdminDialog::AdminDialog(const QString &cluster, QWidget *parent)
    : QDialog(parent)
    , m_cluster(cluster)
{
    setWindowTitle(tr("Allow actions on %1").arg(cluster));
    auto *column = new QVBoxLayout(this);
    auto *intro
        = new QLabel(tr("Actions need an admin's token (clustd token admin NAME). It is "
                        "used until you lock again or close the monitor, and kept nowhere."));
    intro->setWordWrap(true);
    column->addWidget(intro);
    m_token = new TokenFields;
    column->addWidget(m_token);
    m_fault = faultLabel();
    column->addWidget(m_fault);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Allow"));
    connect(buttons, &QDialogButtonBox::accepted, this, &AdminDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &AdminDialog::reject);
    column->addWidget(buttons);
    resize(fontMetrics().averageCharWidth() * 70, sizeHint().height());
}

void AdminDialog::accept()
{
    Result<crypto::Credentials> credentials = m_token->credentials();
    if (!credentials) {
        showFault(m_fault, credentials.error().text());
        return;
    }
    if (credentials->role != crypto::PeerRole::Admin) {
        showFault(
            m_fault, tr("this is not an admin's token; make one with: clustd token admin NAME"));
        return;
    }
    if (QString::fromStdString(credentials->cluster) != m_cluster) {
        showFault(m_fault,
            tr("this token is for the cluster '%1', not for '%2'")
                .arg(printable(QString::fromStdString(credentials->cluster)), m_cluster));
        return;
    }
    m_credentials = std::move(*credentials);
    QDialog::accept();
}

} // namespace clustd::monitor
