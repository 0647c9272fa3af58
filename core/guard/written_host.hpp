// Hosts of addresses as runs without the flag kWary read them, which must replay. All others: guard/address.hpp.
#pragma once

#include <string>
#include <string_view>

namespace troupe {

/// The host of an address such as "https://user@host:80/path", lowered, without brackets; empty if it is none.
std::string host_of(std::string_view address);
/// The same of what is written behind "://" alone, as runs from before flag 10 have it.
std::string host_as_written(std::string_view address);
/// Whether it is an address that is fetched: http, https, ws, wss, ftp.
bool is_web_address(std::string_view text);

/// Loopback, private, link-local and other special addresses, in any of the forms that resolvers take (127.1,
/// 0x7f000001, ::ffff:10.0.0.1), and names that only mean something at home (localhost, *.local, *.internal). RFC 6890.
bool is_private(std::string_view host);

}  // namespace troupe
