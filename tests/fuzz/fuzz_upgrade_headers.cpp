// HTTP heads, before there is a WebSocket: does a listener make a link of nothing but a proper
// upgrade, and does a dialling link end, whatever the other side answers? Over real sockets on
// loopback, since Qt reads the heads.
//
// Input: one byte ('s': to the server, else to the client), one byte (bytes a write; 0: all at
// once), then what is sent. In an answer to a client '@' stands for the right Sec-WebSocket-Accept.

#include "fuzz/fuzz.h"
#include "link/link.h"
#include "link/listener.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QLoggingCategory>
#include <QTimer>

#include <optional>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace clustd;
using namespace clustd::fuzz;
using namespace clustd::link;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr char kId[] = "n1";

/// A plain TCP connection without Qt. Ends with a reset, so that no port stays in TIME_WAIT.
class Tcp
{
public:
    explicit Tcp(int descriptor)
        : m_descriptor(descriptor)
    {
        const int on = 1;
        ::setsockopt(m_descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    ~Tcp()
    {
        const linger reset{1, 0};
        ::setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        ::close(m_descriptor);
    }
    Tcp(const Tcp &) = delete;
    Tcp &operator=(const Tcp &) = delete;

    static sockaddr_in loopback(quint16 port)
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return address;
    }
    /// What fits; the input is small, and a broken connection is no matter.
    void send(const QByteArray &bytes) const
    {
        (void)::send(m_descriptor, bytes.constData(), std::size_t(bytes.size()),
            MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    void sendEnd() const { ::shutdown(m_descriptor, SHUT_WR); }
    /// False when the other side has ended it.
    bool receive(QByteArray &into) const
    {
        char buffer[4096];
        for (;;) {
            const ssize_t size = ::recv(m_descriptor, buffer, sizeof buffer, MSG_DONTWAIT);
            if (size <= 0)
                return size < 0 && errno == EAGAIN;
            into.append(buffer, size);
        }
    }

private:
    int m_descriptor;
};

/// Runs the event loop until @p isDone, and never for longer than any time-out of ours.
template <typename Done> void runUntil(Done isDone)
{
    QTimer tick; // For what happens outside of Qt
    tick.start(2);
    QElapsedTimer watch;
    watch.start();
    while (!isDone()) {
        FUZZ_PROMISE(watch.elapsed() < 60'000); // A busy machine is no finding.
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents);
    }
}

void sendInPieces(const Tcp &tcp, const QByteArray &bytes, int step)
{
    for (qsizetype at = 0; at < bytes.size(); at += step) {
        tcp.send(bytes.mid(at, step));
        QCoreApplication::processEvents();
    }
}

class NoOne : public Gatekeeper
{
public:
    void judge(Link &) override { FUZZ_PROMISE(false && "a stranger proved a name"); }
};

/// A machine that listens.
class Server
{
public:
    Server()
    {
        Link::ServerSide self;
        self.id = kId;
        self.incarnation = Incarnation{1};
        auto keys = std::make_shared<std::vector<crypto::ClusterKeys>>();
        keys->push_back(
            crypto::ClusterKeys::derive("a secret that is long enough, 0123456789", "web").value());
        self.keys = std::move(keys);
        m_listener.setSelf(std::move(self));
        FUZZ_PROMISE(m_listener.listen(QHostAddress::LocalHost, 0));
        QObject::connect(&m_listener, &Listener::linkMade, [this] { ++m_links; });
        QObject::connect(&m_listener, &Listener::refused,
            [this](const QHostAddress &, const QString &, const QString &node, const Ending &how) {
                FUZZ_PROMISE(node.isEmpty() && !how.label().isEmpty());
                ++m_refusals;
            });
    }

    void take(const QByteArray &bytes, int step)
    {
        m_links = m_refusals = 0;
        const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_in address = Tcp::loopback(m_listener.port());
        FUZZ_PROMISE(
            ::connect(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address)
            == 0);
        const Tcp tcp(descriptor);
        sendInPieces(tcp, bytes, step);
        tcp.sendEnd();
        QByteArray answer;
        runUntil([&] { return !tcp.receive(answer) && m_listener.unauthenticatedCount() == 0; });
        runUntil([&] { return m_listener.findChildren<Link *>().isEmpty(); });

        // One that ended before it was looked at is not told.
        FUZZ_PROMISE(m_refusals <= 1 && m_links <= m_refusals);
        // An answer may be lost, since our end came with the head.
        const QByteArray head = bytes.left(bytes.indexOf("\r\n\r\n")).toLower();
        if (m_links == 1 || answer.contains(" 101 "))
            FUZZ_PROMISE(bytes.contains("\r\n\r\n") && !head.contains("\r\norigin: http"));
        if (m_links == 1) {
            FUZZ_PROMISE(head.contains("clustd.2") && head.contains("sec-websocket-protocol"));
            FUZZ_PROMISE(head.startsWith("get /"));
        }
    }

private:
    NoOne m_noOne;
    SystemClock m_clock;
    Listener m_listener{m_noOne, m_clock};
    int m_links = 0;
    int m_refusals = 0;
};

/// What answers a machine that dials.
class Answerer
{
public:
    Answerer()
        : m_descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))
    {
        sockaddr_in address = Tcp::loopback(0);
        socklen_t size = sizeof address;
        auto *raw = reinterpret_cast<sockaddr *>(&address);
        FUZZ_PROMISE(::bind(m_descriptor, raw, size) == 0 && ::listen(m_descriptor, 8) == 0);
        FUZZ_PROMISE(::getsockname(m_descriptor, raw, &size) == 0);
        m_uri = QUrl(u"ws://127.0.0.1:%1"_s.arg(ntohs(address.sin_port)));
    }
    ~Answerer() { ::close(m_descriptor); }
    Answerer(const Answerer &) = delete;
    Answerer &operator=(const Answerer &) = delete;

    void answer(QByteArray bytes, int step)
    {
        const auto keys
            = crypto::ClusterKeys::derive("a secret that is long enough, 0123456789", "web");
        Link::ClientSide self;
        self.uri = m_uri;
        self.self = {crypto::PeerRole::Node, "n2", Incarnation{1}, {}, {}};
        self.credentials = keys->credentialsFor(crypto::PeerRole::Node, "n2").value();
        QObject owner;
        int losses = 0;
        auto *link = new Link(std::move(self), nullptr, m_clock, &owner);
        QObject::connect(link, &Link::authenticated, &owner,
            [] { FUZZ_PROMISE(false && "a stranger proved a name"); });
        QObject::connect(link, &Link::lost, &owner, [&losses](const Ending &how) {
            FUZZ_PROMISE(!how.label().isEmpty());
            ++losses;
        });
        link->start();

        int taken = -1;
        runUntil([&] {
            taken = ::accept4(m_descriptor, nullptr, nullptr, SOCK_CLOEXEC);
            return taken >= 0;
        });
        const Tcp tcp(taken);
        QByteArray head;
        runUntil([&] {
            tcp.receive(head);
            return head.contains("\r\n\r\n");
        });
        bytes.replace('@', acceptOf(head));
        sendInPieces(tcp, bytes, step);
        tcp.sendEnd();
        runUntil([&losses] { return losses > 0; });
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        FUZZ_PROMISE(losses == 1 && owner.children().isEmpty());
    }

private:
    /// RFC 6455, §4.2.2
    static QByteArray acceptOf(const QByteArray &head)
    {
        const qsizetype at = head.indexOf("Sec-WebSocket-Key: ") + 19;
        return QCryptographicHash::hash(
            head.mid(at, head.indexOf("\r\n", at) - at) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
            QCryptographicHash::Sha1)
            .toBase64();
    }

    SystemClock m_clock;
    int m_descriptor;
    QUrl m_uri;
};

/// Everything that lives as long as the process; made at the first input.
struct Machines
{
    int argc = 1;
    char name[5] = "fuzz";
    char *argv[2] = {name, nullptr};
    QCoreApplication application{argc, argv};
    Server server;
    Answerer answerer;
};

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static Machines &machines = *[] {
        QLoggingCategory::setFilterRules(u"*=false"_s);
        return new Machines; // Not ended: Qt's application must not outlive main().
    }();
    Input input(data, size);
    const std::uint8_t to = input.byte();
    const int asked = input.byte();
    const QByteArray bytes = toByteArray(input.rest());
    // Few pieces: each costs a turn of the event loop.
    const int whole = int(bytes.size()) + 1;
    const int step = asked == 0 ? whole : std::max(asked, whole / 16);
    if (to == 's')
        machines.server.take(bytes, step);
    else
        machines.answerer.answer(bytes, step);
    return 0;
}
