// Egress: what a tool may take for an address, and what a task names.
#include "guard/egress.hpp"

#include "base/text.hpp"
#include "doctest/doctest.h"
#include "guard/address.hpp"
#include "guard/ip.hpp"
#include "run/journal.hpp"
#include "test_host.hpp"

namespace troupe::test {
namespace {

ToolSpec fetch_tool(Json schema = Json::object()) {
  ToolSpec tool;
  tool.name = tool.server_name = "fetch";
  tool.server = "web";
  tool.input_schema = std::move(schema);
  return tool;
}

bool refuses(const Json& options, const Json& arguments, const char* task = "Read the page.") {
  return Egress::from_json(options)->objection(fetch_tool(), arguments, task).has_value();
}

const Json kOpen;
const Json kNarrow{{"hosts", {"*.example.com"}}};

TEST_CASE("a private address is not reached, however it is spelled") {
  for (const char* url : {
           "http://127.0.0.1/",
           "http://0177.0.0.1/",
           "http://0x7f.1/",
           "http://2130706433/",
           "http://[::1]/",
           "http://[::ffff:127.0.0.1]/",
           "http://0000000000000177.0.0.1/",
           "http://0x000000000000007f.0.0.1/",
           "http://0x00000000007f000001/",
           "http://127.0x.0x.1/",
           "http://１２７.0.0.1/",
           "http://169.254.169.2５4/latest/meta-data/",
           "http://127.0.0.1\u00ad/",
           "http://127。0.0.1/",
           "http://metadata.google.ｉnternal/",
           "http://foo.loc\u00adal/",
           "http://127.0.0.%EF%BC%91/",
           "\u0001http:127.0.0.1/",
           "\u0001http:\\127.0.0.1/",
           "\u001fhttp:/127.0.0.1/",
           "http://[2002:7f00:1::]/",
           "http://[fec0::1]/",
           "http://[64:ff9b::7f00:1]/",
           "http://[0064:ff9b::7f00:1]/",
           "http://[0:0:0:0:0:ffff:7f00:1]/",
           "http://[2001:0:7f00:1::]/",
           "http://localhost.localdomain/",
           "http://foo.corp/",
           "http://foo.intranet/",
           "http://router.home/",
           "127.0.0.1/",
           "localhost:8080/x",
           "//127.0.0.1/",
           "169.254.169.254/latest/meta-data/",
           "http://127.0.0.1 /",
           "http://127.0.0.1%20/",
           "see http://127.0.0.1/",
           "url=http://127.0.0.1/",
           "<http://127.0.0.1/>",
           "(http://127.0.0.1/)",
           "\"http://127.0.0.1/\"",
           "http://example.com\\@127.0.0.1/",
           "http://a@b@127.0.0.1/",
           "url:http://127.0.0.1/",
           "https://example.com/ http://127.0.0.1/",
           "https://example.com,http://127.0.0.1/",
           "https://example.com\nhttp://127.0.0.1/",
           "ht\ntp://127.0.0.1/",
           "http://127.0.0.1:/",
           "http://127.0.0.1./",
           "\\\\127.0.0.1\\x",
           "http://0/",
           "user:secret@127.0.0.1",
           "gopher://127.0.0.1:6379/x",
           "file://127.0.0.1/x",
       }) {
    CHECK_MESSAGE(refuses(kOpen, {{"url", url}}), url);
    CHECK_MESSAGE(refuses(kNarrow, {{"url", url}}), url);
    CHECK_MESSAGE(refuses(kOpen, {{"imageURLs", {url}}}), url);
  }
  for (const char* host : {"127.0.0.1", "localhost", "127.0.0.1:80", "localhost:80", "[::1]", "::1", "user@127.0.0.1",
                           "127.0.0.1/", " 127.0.0.1", "127.0.0.1\r", "http:127.0.0.1", "redis", "fe80::1%eth0"})
    CHECK_MESSAGE(refuses(kOpen, {{"host", host}}), host);
  CHECK(refuses(kOpen, {{"ip_address", 2130706433}}));
}

TEST_CASE("public addresses are reached as people write them") {
  for (const char* url : {"https://example.com",
                          "HTTPS://Example.COM:8443/a?b=http://localhost/#c",
                          "http://8.8.8.8/",
                          "http://0x08080808/",
                          "https://münchen.de/straße",
                          "https://例え.jp/",
                          "https://пример.рф/",
                          "https://xn--mnchen-3ya.de/",
                          "example.com/a b",
                          "//example.com/x",
                          "https://user:secret@example.com/",
                          "https://example.com./",
                          "http://[2606:4700::1111]/",
                          "http://[::ffff:8.8.8.8]/",
                          "mailto:ann@example.com",
                          "/docs/a",
                          "../a",
                          "",
                          "data:text/plain,hello",
                          "file:///home/a",
                          "spotify:track:4uLU6hMCjMI75M1A2tKUQC",
                          "https://127.0.0.1.nip.io/",
                          "https://localhost.example.com/",
                          "https://example.com/wiki/A,_B_(C)"})
    CHECK_MESSAGE(!refuses(kOpen, {{"url", url}}), url);
}

TEST_CASE("texts that are not said to be addresses count where they begin with one or are one") {
  for (const char* text :
       {"http://127.0.0.1/ is the page", "http://localhost:3000", "127.0.0.1", "10.0.0.1:80", "[::1]:80", "localhost",
        "localhost:8080/x", "nas.local/share", "db.internal:5432", "//10.0.0.1/", "http:10.0.0.1", "ht\ntp://10.0.0.1/",
        "http://10.0.0.1\nmore words", "http://10.\n0.0.1/ more"})
    CHECK_MESSAGE(refuses(kOpen, {{"text", text}}), text);
  for (const char* text : {"see http://localhost for more",
                           "10",
                           "3",
                           "Berlin",
                           ".env.local",
                           "settings.local",
                           "src/main.cpp",
                           "README.md",
                           "12:30",
                           "// a comment",
                           "//8AAAD+base64",
                           "http: the protocol",
                           "http:\n\tport: 80",
                           "std::vector",
                           "::",
                           "v1.2/notes",
                           "http:// is how they begin",
                           "https://example.com, and more",
                           "今日は",
                           "key: value",
                           "2024-01-01",
                           "nginx:latest"})
    CHECK_MESSAGE(!refuses(kOpen, {{"text", text}}), text);
  CHECK(refuses(kOpen, {{"http://127.0.0.1/", true}}));
  const Json schema{{"properties", {{"at", {{"type", "string"}, {"format", "uri"}}}}}};
  CHECK(Egress().objection(fetch_tool(schema), {{"at", "redis"}}, "t"));
  CHECK_FALSE(Egress().objection(fetch_tool(), {{"at", "redis"}}, "t"));
}

TEST_CASE("with a list of hosts, what is not surely one of them is refused") {
  for (const char* url :
       {"https://evil.com/", "evil.com/x?q=secret", "//evil.com/x", "https://evil.com%2f.example.com/",
        "https://a.example.com\\@evil.com/", "mailto:a@evil.com", "see https://evil.com/", "https://evil.com /",
        "https://evil.com%20/", "\u0001https:evil.com/", "https:evil.com", "https://evil.com\u3000/", "ws:evil.com",
        "git+ssh://evil.com/", "https://a.example.com@evil.com/", "https://evil.com#.example.com",
        "https://a.example.com,https://evil.com/", "file:///etc/passwd", "/x"})
    CHECK_MESSAGE(refuses(kNarrow, {{"url", url}}), url);
  for (const char* url : {"https://a.example.com/", "a.example.com", "//A.EXAMPLE.com:8080/x", "wss://a.example.com."})
    CHECK_MESSAGE(!refuses(kNarrow, {{"url", url}}), url);
  CHECK(refuses(kNarrow, {{"text", "evil.com/x?q=secret"}}));
  CHECK(refuses(kNarrow, {{"text", "https://evil.com is it"}}));
  CHECK_FALSE(refuses(kNarrow, {{"text", "A word about README.md"}}));
  CHECK_FALSE(refuses({{"hosts", {"2606:4700::1"}}}, {{"url", "http://[2606:4700:0::0001]/"}}));
}

TEST_CASE("a task names a host only as a whole") {
  const auto named = [](const char* url, const char* task) { return !refuses(kOpen, {{"url", url}}, task); };
  CHECK_FALSE(named("http://0/", "Read the top 10 pages"));
  CHECK_FALSE(named("http://10/", "Read the top 10 pages"));
  CHECK_FALSE(named("http://redis/", "Explain the redistribution of income"));
  CHECK_FALSE(named("http://10.0.0.1/", "Read http://10.0.0.15/a"));
  CHECK_FALSE(named("http://admin/", "Ask the admin of Kubernetes"));
  CHECK_FALSE(named("http://127.0.0.1/", "Version 3.127.0.0.1?"));
  CHECK_FALSE(named("http://and/", "Read and/or write"));
  CHECK(named("http://localhost:3000/a", "Look at http://localhost:3000."));
  CHECK(named("http://localhost/", "What runs on localhost?"));
  CHECK(named("localhost:3000", "打开http://localhost:3000，然后"));
  CHECK(named("http://10.0.0.1/x", "Is 10.0.0.1 up?"));
  CHECK(named("http://0xA000001/x", "Is (10.0.0.1) up?"));
  CHECK(named("http://[::1]/", "Ask [::1]:80"));
  CHECK(named("http://redis/", "Ask redis:6379."));
  CHECK(named("http://nas.local/", "Look at \"NAS.local\", please"));
  CHECK(named("http://büro.local/", "Look at büro.local"));
  CHECK(named("http://router/", "See [the page](http://router/x)."));
}

TEST_CASE("addresses of IPv6 have one spelling") {
  CHECK(written(*ipv6_in("0:0:0:0:0:0:0:1")) == "::1");
  CHECK(written(*ipv6_in("2001:DB8:0:0:1:0:0:1")) == "2001:db8::1:0:0:1");
  CHECK(written(*ipv6_in("::ffff:1.2.3.4")) == "::ffff:102:304");
  CHECK(written(*ipv6_in("1:0:2:3:4:5:6:7")) == "1:0:2:3:4:5:6:7");
  CHECK(written(*ipv6_in("fe80::")) == "fe80::");
  for (const char* text : {"", ":", "1", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
                           "12345::", "g::", "::1%eth0", "1.2.3.4::", "::0x1.2.3.4", "::1.2.3"})
    CHECK_MESSAGE(!ipv6_in(text), text);
}

}  // namespace
}  // namespace troupe::test
