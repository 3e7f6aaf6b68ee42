// Tokens, as the owner of one types or copies them: is only what 'clustd token' printed taken, and
// never a changed one?

#include "crypto/key_schedule.h"
#include "fuzz/fuzz.h"

using namespace clustd;
using namespace clustd::fuzz;

namespace {

void parseAny(const QByteArray &text)
{
    const Result<crypto::Credentials> read = crypto::parseToken(text);
    if (!read) {
        const Error &error = read.error();
        FUZZ_PROMISE(error.code == ErrorCode::Malformed);
        FUZZ_PROMISE(!error.where.isEmpty() && !error.what.isEmpty() && !error.remedy.isEmpty());
        // Never the token itself: where it is long enough to be one, no part of it is repeated.
        FUZZ_PROMISE(text.size() < 16 || !error.text().contains(QString::fromLatin1(text)));
        return;
    }
    // Each token has one spelling.
    FUZZ_PROMISE(crypto::makeToken(*read) == text.trimmed());
    FUZZ_PROMISE(crypto::isName(read->cluster) && crypto::isName(read->name));
    FUZZ_PROMISE(read->clusterPublic.size() == 32 && read->keyId.size() == 8);
}

/// A true token of given contents, and the same with one byte changed, lost or added.
void changeTrue(Input &input)
{
    constexpr crypto::PeerRole kRoles[] = {crypto::PeerRole::Node, crypto::PeerRole::Observer,
        crypto::PeerRole::Admin, crypto::PeerRole::Driver};
    crypto::Credentials credentials;
    credentials.role = kRoles[input.byte() % 4];
    const std::uint8_t change = input.byte();
    const std::size_t place = input.word();
    const std::uint8_t with = input.byte();
    credentials.cluster = toByteArray(input.some()).toStdString();
    credentials.name = toByteArray(input.some()).toStdString();
    const Bytes psk = input.first(32);
    std::copy(psk.begin(), psk.end(), credentials.psk.data());
    credentials.clusterPublic = toByteArray(input.first(32)).leftJustified(32, '\0');

    const QByteArray token = crypto::makeToken(credentials);
    const bool isSound = crypto::isName(credentials.cluster) && crypto::isName(credentials.name);
    FUZZ_PROMISE(crypto::parseToken(token).has_value() == isSound);
    QByteArray changed = token;
    const auto at = static_cast<qsizetype>(place % std::size_t(token.size()));
    switch (change % 3) {
    case 0:
        changed[at] = static_cast<char>(with);
        break;
    case 1:
        changed.remove(at, 1 + with % 4);
        break;
    default:
        changed.insert(at, static_cast<char>(with));
        break;
    }
    if (changed.trimmed() != token)
        FUZZ_PROMISE(!crypto::parseToken(changed));
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Input input(data, size);
    if (input.byte() == 'x')
        changeTrue(input);
    else
        parseAny(toByteArray({data, size}));
    return 0;
}
