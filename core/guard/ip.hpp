// Addresses of IP as they are written.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe {

using Ipv6 = std::array<std::uint16_t, 8>;

/// Whether the name stands for a number: its last part is one, decimal or hexadecimal. It is an IPv4 or nothing.
bool ends_in_number(std::string_view host);

/// a.b.c.d, and the forms a, a.b and a.b.c of inet_aton() with decimal and hexadecimal parts. Numbers with a zero in
/// front are octal to some and decimal to others: nothing.
std::optional<std::uint32_t> ipv4_in(std::string_view host);

/// RFC 4291, without a zone.
std::optional<Ipv6> ipv6_in(std::string_view host);

/// Four decimal numbers.
std::string written(std::uint32_t ipv4);
/// RFC 5952.
std::string written(const Ipv6& address);

/// Loopback, private, link-local and other addresses that are not routed in public (RFC 6890 and its successors); of
/// IPv6 also those that wrap an IPv4 (6to4, Teredo, NAT64), unless it is only mapped, and public.
bool is_special(std::uint32_t ipv4);
bool is_special(const Ipv6& address);

}  // namespace troupe
