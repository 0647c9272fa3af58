#include "mcp/server_config.hpp"

#include "base/text.hpp"
#include "run/http.hpp"

namespace troupe {
namespace {

std::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  return failure(Code::kInvalidInput, joined({"The MCP server \"", name, "\" of the configuration ", what}));
}

/// One line, short enough for a sentence. Pages for browsers say nothing to our reader.
std::string quotable(std::string_view said) {
  said = trim(said);
  if (said.empty() || said.front() == '<') return {};
  std::string line(utf8_prefix(said, 200));
  for (char& c : line) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  return repaired_utf8(line);
}

}  // namespace

Result<ServerConfig> server_config(std::string_view name, const Json& entry) {
  if (!entry.is_object()) return wrong(name, "must be an object.");
  ServerConfig server;
  server.name = name;
  server.url = text_field(entry, "url");
  const std::string type = lower(text_field(entry, "type", server.url.empty() ? "stdio" : "http"));
  if (type == "stdio") {
    server.url.clear();
  } else if (type == "http" || type == "streamable-http" || type == "streamablehttp" || type == "sse") {
    server.sse = type == "sse";
    if (!server.url.starts_with("http://") && !server.url.starts_with("https://")) {
      return wrong(name, "needs a \"url\" that begins with http:// or https://.");
    }
  } else {
    return wrong(name, joined({"has the type \"", type, "\"; \"http\", \"sse\" and \"stdio\" are known."}));
  }
  const Json& headers = field(entry, "headers");
  if (!headers.is_null() && !headers.is_object()) return wrong(name, "has \"headers\" that are no object.");
  for (const auto& [header, value] : members(headers)) {
    if (!value.is_string()) return wrong(name, joined({"has a header \"", header, "\" that is no text."}));
    server.headers.emplace_back(header, value.get<std::string>());
  }
  server.credential = text_field(entry, "credential");
  const std::string_view era = text_field(entry, "era", "auto");
  if (era == "legacy") server.era = Era::kLegacy;
  else if (era == "modern") server.era = Era::kModern;
  else if (era != "auto") return wrong(name, "has an \"era\" that is not \"auto\", \"legacy\" or \"modern\".");
  server.same_as = text_field(entry, "same_as");
  const Json& roots = field(entry, "roots");
  for (const Json& root : roots) {
    if (text_field(root, "uri").empty()) return wrong(name, "has a root without a \"uri\".");
  }
  if (roots.is_array()) server.roots = roots;
  else if (!roots.is_null()) return wrong(name, "has \"roots\" that are no list.");
  server.elicits = flag_field(entry, "elicitation", true);
  server.sampling = text_field(entry, "sampling", server.sampling);
  if (server.sampling != "ask" && server.sampling != "allow" && server.sampling != "deny")
    return wrong(name, "has a \"sampling\" that is not \"ask\", \"allow\" or \"deny\".");
  server.signs_in = flag_field(entry, "signs_in");
  server.timeout_ms = integer_field(entry, "timeout_ms", server.timeout_ms);
  if (server.timeout_ms < 1) return wrong(name, "has a \"timeout_ms\" below 1.");
  server.idle_ms = integer_field(entry, "idle_ms", server.idle_ms);
  if (server.idle_ms < 0) return wrong(name, "has an \"idle_ms\" below 0.");
  return server;
}

Json ServerConfig::offers() const {
  Json offers = Json::object();
  if (elicits) offers["elicitation"] = object({{"form", Json::object()}, {"url", Json::object()}});
  if (sampling != "deny") offers["sampling"] = object({{"tools", Json::object()}});
  if (!roots.empty()) offers["roots"] = Json::object();
  offers["extensions"]["io.modelcontextprotocol/tasks"] = Json::object();
  return offers;
}

std::string described(const ServerConfig& server) {
  std::string text = joined({"The MCP server \"", server.name, "\""});
  if (!server.is_process()) text += joined({" (", origin_of(server.url), ")"});
  return text;
}

Error status_error(const ServerConfig& server, int status, std::string_view said) {
  Code code = Code::kProtocol;
  std::string advice = "That is no answer of an MCP server.";
  if (status == 401 || status == 403 || status == 407) {
    code = Code::kAuthentication;
    advice = server.credential.empty() ? "It wants credentials: add a credential for it to the configuration, as "
                                         "\"token\", or as \"auth\" to sign in."
                                       : joined({"Check the credential \"", server.credential, "\"."});
  } else if (status == 429) {
    code = Code::kRateLimit;
    advice = "It wants fewer requests: try again later.";
  } else if (status >= 500) {
    code = Code::kOverloaded;
    advice = "It is in trouble: try again later.";
  } else if (status == 404 || status == 405 || status == 410) {
    code = Code::kNotFound;
    advice = "Check its address: it must be the server's MCP endpoint, which often ends in /mcp.";
  }
  std::string sentence = joined({described(server), " answered with HTTP status ", decimal(status)});
  if (const std::string quote = quotable(said); !quote.empty()) sentence += joined({" (", quote, ")"});
  return {code, joined({sentence, ". ", advice})};
}

}  // namespace troupe
