#pragma once

#include "crypto/key_schedule.h"
#include "model/cluster_book.h"

#include <QDialog>

class QCheckBox;
class QDialogButtonBox;
class QLabel;
class QLineEdit;

namespace clustd::monitor {

/// Asks for a token, from a file or typed, and says at once what is wrong with it.
/// Thread: the GUI's.
class TokenFields : public QWidget
{
    Q_OBJECT
public:
    explicit TokenFields(QWidget *parent = nullptr);

    /// Errors: those of the file or of the token.
    [[nodiscard]] Result<crypto::Credentials> credentials() const;
    /// Empty when it was typed.
    [[nodiscard]] QString file() const;
    [[nodiscard]] QByteArray typed() const;
    void setFile(const QString &path);
    [[nodiscard]] bool isEmpty() const;

Q_SIGNALS:
    void changed();

private:
    QLineEdit *m_file = nullptr;
    QLineEdit *m_typed = nullptr;
};

/// Where a cluster is and with which token.
class ConnectDialog : public QDialog
{
    Q_OBJECT
public:
    explicit ConnectDialog(QWidget *parent = nullptr);

    void setEntry(const ClusterEntry &entry, const QString &trouble);

    /// Valid after accept().
    [[nodiscard]] ClusterEntry entry() const;
    [[nodiscard]] std::vector<QUrl> uris() const { return m_uris; }
    [[nodiscard]] crypto::Credentials credentials() const { return m_credentials->clone(); }
    /// To be kept in the keyring; empty: not wanted, or it is in a file.
    [[nodiscard]] QByteArray tokenToKeep() const;

    void accept() override;

private:
    void tell(const QString &fault);

    ClusterEntry m_entry;
    std::vector<QUrl> m_uris;
    std::optional<crypto::Credentials> m_credentials;
    QLineEdit *m_addresses = nullptr;
    TokenFields *m_token = nullptr;
    QCheckBox *m_keep = nullptr;
    QLabel *m_fault = nullptr;
};

/// Asks for an admin's token, for actions on one cluster.
class AdminDialog : public QDialog
{
    Q_OBJECT
public:
    AdminDialog(const QString &cluster, QWidget *parent = nullptr);

    [[nodiscard]] crypto::Credentials credentials() const { return m_credentials->clone(); }
    void accept() override;

private:
    QString m_cluster;
    std::optional<crypto::Credentials> m_credentials;
    TokenFields *m_token = nullptr;
    QLabel *m_fault = nullptr;
};

} // namespace clustd::monitor
