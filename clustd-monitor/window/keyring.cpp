#include "window/keyring.h"

#include <qt6keychain/keychain.h>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString kService = u"clustd-monitor"_s;

} // namespace

void Keyring::read(
    const QString &key, std::function<void(const QByteArray &, const QString &)> done)
{
    auto *job = new QKeychain::ReadPasswordJob(kService, this);
    job->setKey(key);
    // No keyring is no reason to write a token into a plain file.
    job->setInsecureFallback(false);
    connect(job, &QKeychain::Job::finished, this, [job, done = std::move(done)] {
        done(job->error() == QKeychain::NoError ? job->binaryData() : QByteArray(),
            job->error() == QKeychain::NoError ? QString() : job->errorString());
    });
    job->start();
}

void Keyring::write(
    const QString &key, const QByteArray &token, std::function<void(const QString &)> done)
{
    auto *job = new QKeychain::WritePasswordJob(kService, this);
    job->setKey(key);
    job->setBinaryData(token);
    job->setInsecureFallback(false);
    connect(job, &QKeychain::Job::finished, this, [job, done = std::move(done)] {
        done(job->error() == QKeychain::NoError ? QString() : job->errorString());
    });
    job->start();
}

void Keyring::remove(const QString &key)
{
    auto *job = new QKeychain::DeletePasswordJob(kService, this);
    job->setKey(key);
    job->setInsecureFallback(false);
    job->start();
}

} // namespace clustd::monitor
