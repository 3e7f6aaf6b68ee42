#include "demo/relays.h"

#include <QHostAddress>
#include <QTcpServer>
#include <QTcpSocket>

#include <algorithm>
#include <vector>

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;

namespace {

/// What a cut cable holds back in one direction before TCP makes the sender wait.
constexpr qint64 kHeldMax = 256 * 1024;

} // namespace

/// All relays. Thread: that of Relays.
class RelayHub : public QObject
{
public:
    struct Opened
    {
        quint16 port = 0;
        QString error; ///< Empty: it listens
    };
    Opened add(int from, int to, quint16 target)
    {
        auto *server = new QTcpServer(this);
        if (!server->listen(QHostAddress::LocalHost))
            return {0, server->errorString()};
        connect(server, &QTcpServer::newConnection, this,
            [this, server, from, to, target] { take(*server, from, to, target); });
        return {server->serverPort(), {}};
    }

    void setWhole(int from, int to, bool isWhole)
    {
        m_isCut[std::size_t(from)][std::size_t(to)] = !isWhole;
        if (!isWhole)
            return;
        for (const auto &pair : m_pairs) {
            if (!pair->isDialled && isWholeBothWays(*pair))
                pair->dialler->abort(); // It dials again, over a whole cable.
            pass(*pair);
        }
        forgetEnded();
    }

private:
    struct Pair
    {
        int from = 0;
        int to = 0;
        QTcpSocket *dialler = nullptr; ///< Child of the hub, as the other
        QTcpSocket *listener = nullptr;
        bool isDialled = false; ///< Onward; not when the cable was cut as it was made
        bool isEnded = false;
    };

    [[nodiscard]] bool isWhole(int from, int to) const
    {
        return !m_isCut[std::size_t(from)][std::size_t(to)];
    }
    [[nodiscard]] bool isWholeBothWays(const Pair &pair) const
    {
        return isWhole(pair.from, pair.to) && isWhole(pair.to, pair.from);
    }

    void take(QTcpServer &server, int from, int to, quint16 target)
    {
        while (QTcpSocket *socket = server.nextPendingConnection()) {
            auto pair = std::make_shared<Pair>();
            pair->from = from;
            pair->to = to;
            pair->dialler = socket;
            socket->setParent(this);
            pair->listener = new QTcpSocket(this);
            for (QTcpSocket *end : {pair->dialler, pair->listener}) {
                end->setReadBufferSize(kHeldMax);
                end->setSocketOption(QAbstractSocket::LowDelayOption, 1);
                const auto go = [this, weak = std::weak_ptr(pair)] {
                    if (const auto known = weak.lock()) {
                        pass(*known);
                        forgetEnded();
                    }
                };
                connect(end, &QTcpSocket::readyRead, this, go);
                connect(end, &QTcpSocket::stateChanged, this, go, Qt::QueuedConnection);
            }
            pair->isDialled = isWholeBothWays(*pair);
            if (pair->isDialled)
                pair->listener->connectToHost(QHostAddress(QHostAddress::LocalHost), target);
            m_pairs.push_back(std::move(pair));
        }
    }

    void pass(Pair &pair)
    {
        if (pair.isEnded)
            return;
        const bool isOnward = isWhole(pair.from, pair.to);
        const bool isBack = isWhole(pair.to, pair.from);
        const bool isUp = pair.listener->state() == QAbstractSocket::ConnectedState;
        if (isOnward && isUp)
            pair.listener->write(pair.dialler->readAll());
        if (isBack)
            pair.dialler->write(pair.listener->readAll());
        const auto isGone = [](const QTcpSocket &end) {
            return end.state() == QAbstractSocket::UnconnectedState;
        };
        // That an end has closed is news that travels the cable too.
        const bool diallerGone = isGone(*pair.dialler);
        const bool listenerGone = isGone(*pair.listener) && pair.isDialled;
        if (diallerGone && (isOnward || !pair.isDialled || listenerGone))
            pair.listener->disconnectFromHost();
        if (listenerGone && (isBack || diallerGone))
            pair.dialler->disconnectFromHost();
        pair.isEnded = isGone(*pair.dialler) && isGone(*pair.listener);
    }

    void forgetEnded()
    {
        std::erase_if(m_pairs, [](const std::shared_ptr<Pair> &pair) {
            if (pair->isEnded) {
                pair->dialler->deleteLater();
                pair->listener->deleteLater();
            }
            return pair->isEnded;
        });
    }

    std::array<std::array<bool, Relays::kMachines>, Relays::kMachines> m_isCut{};
    std::vector<std::shared_ptr<Pair>> m_pairs; ///< Shared: a late signal may outlive the entry
};

Relays::Relays()
    : m_hub(new RelayHub)
{
    m_hub->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_hub, &QObject::deleteLater);
    m_thread.start();
}

Relays::~Relays()
{
    m_thread.quit();
    m_thread.wait();
}

Result<quint16> Relays::add(int from, int to, quint16 target)
{
    RelayHub::Opened opened;
    QMetaObject::invokeMethod(
        m_hub, [&] { opened = m_hub->add(from, to, target); }, Qt::BlockingQueuedConnection);
    if (!opened.error.isEmpty())
        return fail(ErrorCode::System, u"127.0.0.1"_s, opened.error,
            u"the demo needs the loopback interface"_s);
    return opened.port;
}

void Relays::setWhole(int from, int to, bool isWhole)
{
    m_isCut[std::size_t(from)][std::size_t(to)] = !isWhole;
    QMetaObject::invokeMethod(
        m_hub, [hub = m_hub, from, to, isWhole] { hub->setWhole(from, to, isWhole); },
        Qt::QueuedConnection);
}

bool Relays::isWhole(int from, int to) const
{
    return !m_isCut[std::size_t(from)][std::size_t(to)];
}

} // namespace clustd::daemon
