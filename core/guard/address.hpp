// Addresses of the web as a strict reader has them: what browsers (the WHATWG's URLs), curl and Python would read in
// different ways is unclear, and what is unclear is for the guard to refuse.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// Where an address leads.
struct Place {
  enum class Kind : unsigned char {
    kNowhere,  // it has no host: a path, or a scheme without hosts
    kHost,
    kUnclear  // readers may differ about it, or none can read it
  };

  Kind kind = Kind::kNowhere;
  std::string host = {};  // in one spelling: lowered, IPv4 as four decimal numbers, IPv6 as RFC 5952 has it
  bool is_ip = false;
  bool is_private = false;  // not routed in public, or a name that only means something at home
  bool has_port = false;
  bool has_path = false;  // or a query
};

/// Whether the text says of itself that it is an address: "scheme://", or a scheme that is fetched (http, https, ws,
/// wss, ftp) and a colon. Blanks and controls in front are left out, and tabs and line ends within.
bool begins_with_scheme(std::string_view text);

/// Whether it begins with a scheme that is fetched.
bool may_be_fetched(std::string_view text);

/// Reads one whole address: with a scheme, with "//" in front, or without both, as people write them.
Place place_of(std::string_view text);

/// The hosts that a task names, as places have them: in addresses with a scheme or a port, as numbers of IP, as names
/// with dots, and as "localhost". A word is no host.
std::vector<std::string> hosts_named_in(std::string_view task);

}  // namespace troupe
