// Parties, limits, passing on, subscriptions. What each method does is in control_requests.cpp.

#include "cluster/control_server.h"

#include "cluster/control_party.h"
#include "cluster/journal.h"
#include "control/map_reader.h"
#include "util/log_categories.h"

#include <QCborArray>
#include <QPointer>

#include <algorithm>

namespace clustd::cluster {

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;
using control::EventEntry;
using crypto::PeerRole;

namespace {

// What one `journal` event may hold, and how much of the past a new subscriber gets: well under the
// send queues of docs/PROTOCOL.md, so that history never costs a link.
constexpr std::size_t kPushMax = 200;
constexpr std::size_t kBacklogClient = 1000;
constexpr std::size_t kBacklogMachine = 300;
/// How long a machine may take to begin telling its events before it is asked again.
constexpr auto kJournalWait = 3s;

Audience audienceOf(PeerRole role)
{
    switch (role) {
    case PeerRole::Node:
    case PeerRole::Admin:
        return Audience::Act;
    case PeerRole::Observer:
        return Audience::Look;
    case PeerRole::Driver:
        break;
    }
    return Audience::Driver;
}

bool mayAsk(PeerRole role, Audience audience)
{
    const Audience own = audienceOf(role);
    return own == audience || (own == Audience::Act && audience == Audience::Look);
}

} // namespace

ControlServer::ControlServer(
    ControlBackend &backend, ControlLinks &links, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_backend(backend)
    , m_links(links)
    , m_clock(clock)
{
    m_flush.setSingleShot(true);
    connect(&m_flush, &QTimer::timeout, this, &ControlServer::flush);
    connect(&m_tick, &PiggybackTimer::due, this, &ControlServer::tick, Qt::QueuedConnection);
    connect(&backend.journal(), &Journal::grown, this, [this] { armFlush(false); });
    m_tick.start(kRefreshInterval);
}

ControlServer::~ControlServer() = default;

// ---- parties
// -------------------------------------------------------------------------------------------------------

void ControlServer::addClient(const ClientInfo &client)
{
    auto party = std::make_shared<Party>();
    party->client = client.id;
    party->role = client.role;
    party->name = client.name;
    m_clients[client.id] = std::move(party);
}

void ControlServer::removeClient(ClientId client)
{
    const auto it = m_clients.find(client);
    if (it == m_clients.end())
        return;
    it->second->isGone = true;
    m_clients.erase(it);
}

void ControlServer::addMachine(const election::Life &machine)
{
    if (const auto known = m_machines.find(machine.machine); known != m_machines.end())
        removeMachine(known->second->machine);
    auto party = std::make_shared<Party>();
    party->machine = machine;
    party->role = PeerRole::Node;
    party->name = QString::fromStdString(machine.machine.value());
    m_machines[machine.machine] = party;
    askForJournal(party);
}

void ControlServer::removeMachine(const election::Life &machine)
{
    const auto it = m_machines.find(machine.machine);
    if (it == m_machines.end() || it->second->machine != machine)
        return;
    const std::shared_ptr<Party> party = it->second;
    party->isGone = true;
    m_machines.erase(it);

    std::vector<Reply> unanswered;
    for (auto passed = m_passedOn.begin(); passed != m_passedOn.end();) {
        if (passed->second.to == machine) {
            unanswered.push_back(std::move(passed->second.reply));
            passed = m_passedOn.erase(passed);
        } else {
            ++passed;
        }
    }
    for (const Reply &reply : unanswered) {
        reply(tl::unexpected(wire::ResponseError{u"failed"_s,
            u"the link to %1 was lost before it answered; it may have acted all the same"_s.arg(
                party->name),
            {}}));
    }
}

void ControlServer::handleClient(ClientId client, const wire::Content &content)
{
    if (const auto it = m_clients.find(client); it != m_clients.end())
        handle(std::shared_ptr<Party>(it->second), content);
}

void ControlServer::handleMachine(const election::Life &machine, const wire::Content &content)
{
    const auto it = m_machines.find(machine.machine);
    if (it != m_machines.end() && it->second->machine == machine)
        handle(std::shared_ptr<Party>(it->second), content);
}

void ControlServer::handle(const std::shared_ptr<Party> &party, const wire::Content &content)
{
    if (const auto *request = std::get_if<wire::Request>(&content)) {
        handleRequest(party, *request);
    } else if (!party->isMachine()) {
        return; // Clients have nothing else to say that would be for us.
    } else if (const auto *response = std::get_if<wire::Response>(&content)) {
        handleResponse(party, *response);
    } else if (const auto *progress = std::get_if<wire::Progress>(&content)) {
        const auto it = m_passedOn.find(progress->id);
        if (it != m_passedOn.end() && it->second.to == party->machine && it->second.progress)
            it->second.progress(progress->text);
    } else if (const auto *event = std::get_if<wire::ClientEvent>(&content);
               event && event->name == u"journal") {
        std::vector<EventEntry> entries;
        control::MapReader reader(event->body);
        const QList<QCborMap> maps = reader.maps(u"entries"_s);
        for (const QCborMap &map : maps) {
            if (Result<EventEntry> entry = control::eventFromCbor(map))
                entries.push_back(std::move(*entry));
        }
        m_backend.journal().merge(party->name, entries);
    }
}

bool ControlServer::send(const Party &party, const wire::Content &content)
{
    if (party.isGone)
        return false;
    return party.client ? m_links.sendToClient(*party.client, content)
                        : m_links.sendToMachine(party.machine, content);
}

// ---- requests
// ------------------------------------------------------------------------------------------------------

void ControlServer::handleRequest(const std::shared_ptr<Party> &party, const wire::Request &request)
{
    const auto refuseUnopened = [&](const QString &code, const QString &message) {
        send(*party, wire::Response{request.id, {}, wire::ResponseError{code, message, {}}});
    };
    if (!party->isMachine() && !party->requests.take(1, m_clock.now())) {
        refuseUnopened(u"busy"_s, u"more than %1 requests a second"_s.arg(kRequestsPerSecond));
        return;
    }
    if (party->open.size() >= kOpenRequestsMax) {
        refuseUnopened(u"busy"_s, u"%1 requests are open already"_s.arg(kOpenRequestsMax));
        return;
    }
    if (party->open.contains(request.id)) {
        // Answering under this number would answer the other one.
        qCDebug(lcControl).noquote()
            << party->text() << "repeats the number of an open request -> ignored";
        return;
    }
    party->open.insert(request.id);

    const Method *method = findMethod(request.method);
    if (!method) {
        refuse(party, request, u"unknown-method"_s,
            u"this release has no request '%1'"_s.arg(request.method.left(64)));
        return;
    }
    if (!request.onBehalfOf.isEmpty()) {
        // A machine has checked whom it speaks for; that it speaks for somebody who may is checked
        // again here.
        const bool isPassedOn = party->isMachine() && request.onBehalfOf.startsWith(u"admin/")
            && crypto::isName(request.onBehalfOf.mid(6).toStdString());
        if (!isPassedOn) {
            refuse(party, request, u"forbidden"_s,
                u"only a machine may ask for somebody else, an admin"_s);
            return;
        }
    }
    if (!mayAsk(party->role, method->audience)) {
        qCInfo(lcControl).noquote()
            << request.method << "asked by" << party->text() << ": its role may not -> forbidden";
        refuse(party, request, u"forbidden"_s,
            u"'%1' is not for the role '%2'"_s.arg(
                request.method, QString::fromLatin1(crypto::toText(party->role))));
        return;
    }
    if (method->audience == Audience::Act) {
        qCInfo(lcControl).noquote()
            << request.method << "asked by"
            << (request.onBehalfOf.isEmpty() ? party->text() : request.onBehalfOf);
    }
    (this->*method->handler)(party, request);
}

void ControlServer::answer(const std::shared_ptr<Party> &party, quint64 id, const Answer &answer)
{
    if (party->open.erase(id) == 0)
        return;
    if (answer)
        send(*party, wire::Response{id, *answer, {}});
    else
        send(*party, wire::Response{id, {}, answer.error()});
}

void ControlServer::refuse(const std::shared_ptr<Party> &party, const wire::Request &request,
    const QString &code, const QString &message)
{
    answer(party, request.id, tl::unexpected(wire::ResponseError{code, message, {}}));
}

/// The backend's way to answer @p request. A `not-master` of a client's request is passed on to
/// that master instead.
Reply ControlServer::replyTo(
    const std::shared_ptr<Party> &party, const wire::Request &request, qint64 waitMs)
{
    return [server = QPointer<ControlServer>(this), party, request, waitMs](const Answer &answer) {
        if (!server)
            return;
        if (!answer && answer.error().code == u"not-master" && !party->isMachine()) {
            const QString master = answer.error().detail.value(u"master"_s).toString();
            if (server->m_machines.contains(NodeId{master.toStdString()})) {
                server->passOn(party, request, master, waitMs);
                return;
            }
        }
        server->answer(party, request.id, answer);
    };
}

// ---- passing on
// ----------------------------------------------------------------------------------------------------

void ControlServer::passOn(const std::shared_ptr<Party> &party, const wire::Request &request,
    const QString &machine, qint64 waitMs)
{
    if (party->isMachine()) {
        // What was passed on once is not passed on again, or two machines could play ball with it.
        refuse(party, request, u"refused"_s,
            u"this machine does not pass on what another one passed on"_s);
        return;
    }
    const auto to = m_machines.find(NodeId{machine.toStdString()});
    if (to == m_machines.end()) {
        refuse(party, request, u"failed"_s,
            u"%1 is not linked with this machine, which cannot pass this on"_s.arg(machine));
        return;
    }
    const auto progress
        = [server = QPointer<ControlServer>(this), party, id = request.id](const QString &text) {
              if (server && party->open.contains(id))
                  server->send(*party, wire::Progress{id, text});
          };
    progress(u"passed on to %1"_s.arg(machine));
    const Reply reply
        = [server = QPointer<ControlServer>(this), party, id = request.id](const Answer &answer) {
              if (server)
                  server->answer(party, id, answer);
          };
    if (!ask(to->second, request.method, request.params, party->text(),
            std::chrono::milliseconds(waitMs) + kPassOnExtra, reply, progress))
        refuse(
            party, request, u"busy"_s, u"the link to %1 takes no more requests now"_s.arg(machine));
}

bool ControlServer::ask(const std::shared_ptr<Party> &machine, const QString &method,
    const QCborMap &params, const QString &onBehalfOf, std::chrono::milliseconds timeout,
    Reply reply, std::function<void(const QString &)> progress)
{
    const auto open = std::count_if(m_passedOn.begin(), m_passedOn.end(),
        [&](const auto &entry) { return entry.second.to == machine->machine; });
    if (static_cast<std::size_t>(open) >= kOpenRequestsMax)
        return false;
    const quint64 id = m_nextRequest++;
    if (!send(*machine, wire::Request{id, method, params, onBehalfOf}))
        return false;
    m_passedOn[id]
        = {machine->machine, m_clock.now() + timeout, std::move(reply), std::move(progress)};
    return true;
}

void ControlServer::handleResponse(
    const std::shared_ptr<Party> &party, const wire::Response &response)
{
    const auto it = m_passedOn.find(response.id);
    if (it == m_passedOn.end() || it->second.to != party->machine)
        return;
    const Reply reply = std::move(it->second.reply);
    m_passedOn.erase(it);
    if (response.error)
        reply(tl::unexpected(*response.error));
    else
        reply(response.data);
}

void ControlServer::giveUpOverdue()
{
    const Instant now = m_clock.now();
    std::vector<Reply> overdue;
    for (auto it = m_passedOn.begin(); it != m_passedOn.end();) {
        if (it->second.deadline <= now) {
            overdue.push_back(std::move(it->second.reply));
            it = m_passedOn.erase(it);
        } else {
            ++it;
        }
    }
    for (const Reply &reply : overdue)
        reply(tl::unexpected(
            wire::ResponseError{u"timeout"_s, u"the other machine did not answer in time"_s, {}}));
}

// ---- subscriptions
// -------------------------------------------------------------------------------------------------

void ControlServer::askForJournal(const std::shared_ptr<Party> &machine)
{
    const QString name = machine->name;
    const quint64 since = m_backend.journal().heardUpTo(name);
    const bool isSent
        = ask(machine, u"subscribe"_s, {{u"since"_s, qint64(since)}}, {}, kJournalWait,
            [server = QPointer<ControlServer>(this), machine, since](const Answer &answer) {
                if (!server || machine->isGone)
                    return;
                if (!answer) {
                    // A question is lost with its link where the other side has just closed that
                    // one as a duplicate.
                    const bool isLost = answer.error().code == u"timeout";
                    machine->journal = isLost ? Party::Journal::Wanted : Party::Journal::Told;
                    qCDebug(lcControl).noquote()
                        << machine->name << "does not tell its events:" << answer.error().message
                        << (isLost ? "-> ask again" : "-> go on without");
                    return;
                }
                machine->journal = Party::Journal::Told;
                const qint64 next = answer->value(u"next"_s).toInteger(-1);
                if (since > 0 && next >= 0 && static_cast<quint64>(next) < since) {
                    // It counts anew: its journal file was lost.
                    server->m_backend.journal().forgetNumbersOf(machine->name);
                    server->askForJournal(machine);
                }
            },
            {});
    machine->journal = isSent ? Party::Journal::Asked : Party::Journal::Wanted;
}

void ControlServer::noteChanged()
{
    armFlush(true);
}

void ControlServer::armFlush(bool clusterChanged)
{
    m_isClusterDue = m_isClusterDue || clusterChanged;
    if (m_flush.isActive())
        return;
    const auto sinceLast = m_clock.now() - m_flushedAt;
    const Duration left
        = sinceLast >= kClusterInterval ? Duration::zero() : kClusterInterval - sinceLast;
    // At the next turn at the earliest, so that what happens in one turn is told at once.
    m_flush.start(std::chrono::ceil<std::chrono::milliseconds>(left));
}

void ControlServer::flush()
{
    m_flushedAt = m_clock.now();
    std::vector<std::shared_ptr<Party>> subscribers;
    for (const auto &[id, party] : m_clients) {
        if (party->subscription)
            subscribers.push_back(party);
    }
    const bool hasClients = !subscribers.empty();
    for (const auto &[id, party] : m_machines) {
        if (party->subscription)
            subscribers.push_back(party);
    }
    std::optional<wire::ClientEvent> cluster;
    if (std::exchange(m_isClusterDue, false) && hasClients) {
        m_clusterSentAt = m_flushedAt;
        cluster = wire::ClientEvent{u"cluster"_s, {{u"cluster"_s, control::toCbor(status())}}};
    }
    for (const std::shared_ptr<Party> &party : subscribers) {
        pushJournal(*party);
        if (cluster && party->subscription->wantsCluster)
            send(*party, *cluster);
    }
}

void ControlServer::pushJournal(Party &party)
{
    Journal &journal = m_backend.journal();
    const auto whose = party.isMachine() ? Journal::Whose::Own : Journal::Whose::All;
    const std::size_t backlog = party.isMachine() ? kBacklogMachine : kBacklogClient;
    quint64 &next = party.subscription->next;
    // Who is far behind gets the newest; that some are left out shows in their numbers.
    if (journal.lastSeq() - std::min(next, journal.lastSeq()) > backlog) {
        const Journal::Page newest = journal.newest(backlog, whose);
        if (!newest.entries.empty())
            next = std::max<quint64>(next, newest.entries.front().seq - 1);
    }
    while (next < journal.lastSeq()) {
        const Journal::Page page = journal.after(next, kPushMax, whose);
        if (!page.entries.empty()) {
            QCborArray entries;
            for (const EventEntry &entry : page.entries)
                entries.append(control::toCbor(entry));
            if (!send(party, wire::ClientEvent{u"journal"_s, {{u"entries"_s, entries}}}))
                return;
        }
        next = page.next;
    }
}

void ControlServer::tick()
{
    giveUpOverdue();
    for (const auto &[id, machine] : m_machines) {
        if (machine->journal == Party::Journal::Wanted)
            askForJournal(machine);
    }
    // Half, since a tick that rides along comes up to a quarter too early.
    const bool isOld = m_clock.now() - m_clusterSentAt >= kRefreshInterval / 2;
    const bool hasSubscriber = std::any_of(m_clients.begin(), m_clients.end(),
        [](const auto &entry) { return entry.second->subscription.has_value(); });
    if (isOld && hasSubscriber)
        armFlush(true);
}

} // namespace clustd::cluster
