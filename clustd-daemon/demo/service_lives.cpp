#include "demo/service_lives.h"

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;

QString judge(const std::vector<ServiceLife> &lives)
{
    for (std::size_t n = 1; n < lives.size(); ++n) {
        const ServiceLife &before = lives[n - 1];
        const ServiceLife &after = lives[n];
        if (after.firstNs <= before.lastNs)
            return u"%1 (term %2) and %3 (term %4) ran at one instant"_s.arg(before.machine)
                .arg(before.term)
                .arg(after.machine)
                .arg(after.term);
        if (after.machine != before.machine && after.term <= before.term)
            return u"the term did not rise from %1 (%2) to %3 (%4)"_s.arg(before.machine)
                .arg(before.term)
                .arg(after.machine)
                .arg(after.term);
    }
    return {};
}

double gapMsBefore(const std::vector<ServiceLife> &lives, std::size_t index)
{
    return double(lives[index].firstNs - lives[index - 1].lastNs) / 1e6;
}

ServiceLives::ServiceLives(const QString &file)
    : m_file(file)
{
}

void ServiceLives::update()
{
    if (!m_file.isOpen() && !m_file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return; // Nothing has served yet.
    m_rest += m_file.readAll();
    qsizetype at = 0;
    for (qsizetype end = m_rest.indexOf('\n'); end >= 0; end = m_rest.indexOf('\n', at)) {
        const QList<QByteArray> words = m_rest.mid(at, end - at).split(' ');
        at = end + 1;
        if (words.size() != 4)
            continue;
        const qint64 pid = words[1].toLongLong();
        const qint64 ns = words[3].toLongLong();
        const auto [it, isNew] = m_known.try_emplace({pid, words[2]}, m_lives.size());
        if (isNew)
            m_lives.push_back(
                {QString::fromUtf8(words[0]), pid, words[2].toULongLong(), ns, ns, 0});
        ServiceLife &life = m_lives[it->second];
        life.lastNs = ns;
        ++life.stamps;
    }
    m_rest.remove(0, at);
}

} // namespace clustd::daemon
