#pragma once

#include <QByteArray>

#include <initializer_list>

namespace clustd::crypto {

/// lp(x): the length as u16, then the bytes.
[[nodiscard]] QByteArray lengthPrefixed(const QByteArray &bytes);
/// label(l, a, b ...) = lp("clustd2 " + l) + lp(a) + lp(b) ...
[[nodiscard]] QByteArray label(const char *name, std::initializer_list<QByteArray> parts);

} // namespace clustd::crypto
