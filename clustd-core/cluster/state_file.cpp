#include "cluster/state_file.h"

#include "crypto/key_schedule.h"

#include <QCryptographicHash>
#include <QList>

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kFormat = 1;
constexpr qsizetype kMaxBytes = 64 * 1024;

QByteArray checksum(const QByteArray &lines)
{
    return QCryptographicHash::hash(lines, QCryptographicHash::Sha256).toHex();
}

tl::unexpected<Error> damaged(int line, const QString &what)
{
    return fail(ErrorCode::Storage, u"line %1"_s.arg(line), what,
        u"the file is damaged: restore the disk, or remove the file so that this machine asks the "
        u"others for the state (see 'Files' in docs/OPERATIONS.md)"_s);
}

std::optional<std::uint64_t> number(const QByteArray &text)
{
    bool ok = false;
    const qulonglong value = text.toULongLong(&ok);
    // One spelling per number: no sign, no leading zero, no blank.
    if (!ok || QByteArray::number(value) != text)
        return std::nullopt;
    return value;
}

bool isName(const QByteArray &text)
{
    return crypto::isName(text.toStdString());
}

} // namespace

QByteArray formatState(const StateOwner &owner, const election::DurableState &state)
{
    QByteArray text = "clustd-state " + QByteArray::number(kFormat) + '\n';
    text += "cluster " + QByteArray::fromStdString(owner.cluster) + '\n';
    text += "machine " + QByteArray::fromStdString(owner.machine.value()) + '\n';
    text += "term " + QByteArray::number(qulonglong(state.term.value())) + '\n';
    if (state.votedFor) {
        text += "voted_for " + QByteArray::fromStdString(state.votedFor->machine.value()) + ' '
            + QByteArray::number(qulonglong(state.votedFor->incarnation.value())) + '\n';
    }
    if (state.set) {
        text += "set " + QByteArray::number(qulonglong(state.set->epoch().term.value())) + ' '
            + QByteArray::number(qulonglong(state.set->epoch().n)) + '\n';
        for (const election::Member &member : state.set->members()) {
            text += (member.isWitness ? "witness " : "voter ")
                + QByteArray::fromStdString(member.id.value()) + '\n';
        }
    }
    return text + "sha256 " + checksum(text) + '\n';
}

Result<election::DurableState> parseState(const StateOwner &owner, const QByteArray &bytes)
{
    if (bytes.size() > kMaxBytes)
        return damaged(1, u"%1 bytes are too many for a state file"_s.arg(bytes.size()));
    const qsizetype sumAt = bytes.lastIndexOf("sha256 ");
    if (sumAt < 1 || bytes.at(sumAt - 1) != '\n')
        return damaged(1, u"it has no checksum line"_s);
    const QByteArray body = bytes.first(sumAt);
    const QList<QByteArray> lines = body.chopped(1).split('\n');
    if (bytes.mid(sumAt) != "sha256 " + checksum(body) + '\n')
        return damaged(int(lines.size()) + 1, u"the checksum does not match"_s);

    election::DurableState state;
    std::optional<election::Epoch> epoch;
    std::vector<election::Member> members;
    bool hasTerm = false;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const int at = int(i) + 1;
        const QList<QByteArray> words = lines.at(i).split(' ');
        const QByteArray &key = words.first();
        const qsizetype wanted = key == "voted_for" || key == "set" ? 3 : 2;
        if (words.size() != wanted)
            return damaged(
                at, u"'%1' is no line of a state file"_s.arg(QString::fromUtf8(lines.at(i))));
        const QByteArray &value = words.at(1);
        if (i == 0) {
            if (key != "clustd-state" || number(value) != std::uint64_t{kFormat}) {
                return fail(ErrorCode::Storage, u"line 1"_s,
                    u"'%1' is not format %2"_s.arg(QString::fromUtf8(lines.at(i))).arg(kFormat),
                    u"it was written by another release of clustd: use that one"_s);
            }
        } else if (key == "cluster" || key == "machine") {
            const std::string &own = key == "cluster" ? owner.cluster : owner.machine.value();
            if (value.toStdString() != own) {
                return fail(ErrorCode::Storage, u"line %1"_s.arg(at),
                    u"the file belongs to %1 '%2', not to '%3'"_s.arg(QString::fromUtf8(key),
                        QString::fromUtf8(value), QString::fromStdString(own)),
                    u"give every machine a state_dir of its own; if the name was changed on "
                    u"purpose, "
                    u"remove the file"_s);
            }
        } else if (key == "term" && !hasTerm && number(value)) {
            state.term = Term{*number(value)};
            hasTerm = true;
        } else if (key == "voted_for" && !state.votedFor && isName(value) && number(words.at(2))) {
            state.votedFor
                = election::Life{NodeId{value.toStdString()}, Incarnation{*number(words.at(2))}};
        } else if (key == "set" && !epoch && number(value) && number(words.at(2))) {
            epoch = election::Epoch{Term{*number(value)}, *number(words.at(2))};
        } else if ((key == "voter" || key == "witness") && epoch && isName(value)) {
            members.push_back({NodeId{value.toStdString()}, key == "witness"});
        } else {
            return damaged(at, u"'%1' is out of place"_s.arg(QString::fromUtf8(lines.at(i))));
        }
    }
    if (!hasTerm || !epoch || members.empty())
        return damaged(int(lines.size()) + 1, u"term or voter set is missing"_s);
    state.set = std::make_shared<const election::VoterSet>(*epoch, std::move(members));
    // A line that is missing, in another order or there twice was not written by formatState().
    if (formatState(owner, state) != bytes)
        return damaged(1, u"its lines are not those that clustd writes"_s);
    return state;
}

} // namespace clustd::cluster
