#include <doctest/doctest.h>

#include "base/text.hpp"
#include "llm/offline/clauses.hpp"
#include "llm/offline/extract.hpp"
#include "llm/offline/operations.hpp"
#include "llm/offline/words.hpp"
#include "offline_talk.hpp"

using namespace troupe;
using namespace troupe::offline;

namespace {

const std::string kDocs = "[FILE] a.md\n[FILE] b.md\n[DIR] sub";

std::vector<std::string> texts(std::string_view text) {
  const Task task(text, "");
  std::vector<std::string> found;
  for (const Clause& clause : task.clauses()) found.emplace_back(clause.text);
  return found;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a task is cut where a new verb begins, and at the ends of sentences and lines") {
  CHECK(texts("List the files in docs and read each of them, then tell me the first line of each") ==
        Lines{"List the files in docs", "read each of them", "tell me the first line of each"});
  CHECK(texts("1. List docs\n2) Read a.md; count its lines\n- write 'x' to b.md") ==
        Lines{"List docs", "Read a.md", "count its lines", "write 'x' to b.md"});
}

TEST_CASE("quotes, paths, URLs, decimals and lists of things are not cut") {
  CHECK(texts("Write 'list it. And read; then go' to a.b/c.txt").size() == 1);
  CHECK(texts("Get https://example.org/a;b?c=1,2 and 3.5 apples, 1,000 pears").size() == 1);
  CHECK(texts("Add 17 and 25").size() == 1);
  CHECK(texts("Read a.md and b.md and tell me its name and version").size() == 2);
  CHECK(texts("In docs, find the notes").size() == 1);
}

TEST_CASE("words that mean the same have the same canonical form") {
  CHECK(canonical("files") == canonical("file"));
  CHECK(canonical("show") == canonical("reading"));
  CHECK(canonical("make") == canonical("created"));
  CHECK(canonical("folders") == canonical("directories"));
  CHECK(canonical("running") == canonical("execute"));
  CHECK(canonical("summarise") == canonical("summary"));
  CHECK(canonical("found") != canonical("read"));
}

TEST_CASE("files that a list named are read in one turn and their first lines told") {
  Talk talk{
      files(),
      {{"list_directory docs", kDocs}, {"read_text_file docs/a.md", "# A\nx"}, {"read_text_file docs/b.md", "# B"}},
      {},
      {}};
  const std::string answer =
      talk.ask("List the files in docs and read each of them, then tell me the first line of each");
  CHECK(talk.turns == std::vector<std::size_t>{1, 2});
  CHECK(contains(answer, "docs/a.md: # A"));
  CHECK(contains(answer, "docs/b.md: # B"));
}

TEST_CASE("reading and summarising tells that it extracts") {
  std::string text = "# Demo\n\nThis project shows a demo.\n";
  for (int i = 0; i < 20; ++i) text += "Sentence number " + decimal(i) + " says little and takes its time for it.\n";
  Talk talk{files(), {{"read_text_file README.md", text}}, {}, {}};
  const std::string answer = talk.ask("Read README.md and summarise it");
  CHECK(contains(answer, "This project shows a demo."));
  CHECK(contains(answer, "of 23 lines shown"));
}

TEST_CASE("what is asked of each is answered for each, also after other questions") {
  const std::vector<std::pair<std::string, std::string>> answers = {{"list_directory docs", kDocs},
                                                                    {"read_text_file docs/a.md", "# A\none two"},
                                                                    {"read_text_file docs/b.md", "# B\nthree"}};
  for (const char* count : {"count the words of each", "count its words", "count the words of each file"}) {
    Talk talk{files(), answers, {}, {}};
    const std::string answer = talk.ask(std::string("Read each file in docs, give me the title of each, say which one "
                                                    "is the longest, and ") +
                                        count + ".");
    CAPTURE(answer);
    CHECK(talk.turns == std::vector<std::size_t>{1, 2});
    CHECK(contains(answer, "docs/a.md: A\n- docs/b.md: B"));
    CHECK(contains(answer, "docs/a.md (11 bytes)"));
    CHECK(contains(answer, "docs/a.md: 4 words\n- docs/b.md: 3 words\nTogether: 7 words"));
  }
}

TEST_CASE("the tasks of the demonstrations and of the other tests are done") {
  Talk here{files(), {{"list_directory .", "[FILE] a.md\n[DIR] sub\n[FILE] b.md"}}, {}, {}};
  CHECK(contains(here.ask("List the files here and tell me how many there are."), "3 items"));
  Talk moving{files(), {{"read_text_file b.txt", "first words"}}, {}, {}};
  CHECK(contains(moving.ask("Move a.txt to b.txt, then write \"done\" to c.txt, then read b.txt"), "first words"));
  CHECK(moving.calls == Lines{"move_file b.txt a.txt", "write_file done c.txt", "read_text_file b.txt"});
  Talk reading{files(),
               {{"list_directory docs", "[FILE] a.txt\n[FILE] b.txt"},
                {"read_text_file docs/a.txt", "alpha beta"},
                {"read_text_file docs/b.txt", "gamma"}},
               {},
               {}};
  const std::string read = reading.ask("List the files in docs, then read each of them");
  CHECK(contains(read, "alpha beta"));
  CHECK(contains(read, "gamma"));
  Talk direct{files(), {{"read_text_file docs/a.md", "one two three"}}, {}, {}};
  CHECK(direct.ask("Read docs/a.md") == "one two three");
}

TEST_CASE("the tools of the page and of the edge are found by the tasks that they suggest") {
  const char* kSum =
      R"({"type":"object","properties":{"a":{"type":"number"},"b":{"type":"number"}},"required":["a","b"]})";
  const std::vector<ToolSpec> page = {
      tool("list_documents", "Lists the names of all documents and notes.", R"({"type":"object","properties":{}})",
           true),
      tool("read_document", "Reads one document or note and returns its text.", kPath, true),
      tool(
          "write_note", "Writes a note: a text under a name.",
          R"({"type":"object","properties":{"path":{"type":"string"},"text":{"type":"string"}},"required":["path","text"]})",
          false),
      tool("add", "Adds two numbers and returns their sum.", kSum, true)};
  const std::vector<std::pair<std::string, std::string>> answers = {
      {"add 17 25", "42"},
      {"add 2400 1150", "3550"},
      {"list_documents", R"(["tour.md","budget.csv"])"},
      {"read_document tour.md", "1\n2"},
      {"read_document budget.csv", "1"},
      {"read_document letter.txt", "Ines Maurer"},
      {"write_note truck.txt Truck and fuel: 3550 euros", "Wrote it."}};
  const auto asked = [&](const char* task) { return Talk{page, answers, {}, {}}.ask(task); };
  CHECK(asked("Add 17 and 25") == "42");
  CHECK(asked("Read letter.txt") == "Ines Maurer");
  CHECK(asked("List the documents and count the lines of each") ==
        "Found 2 items.\n\n- tour.md: 2 lines\n- budget.csv: 1 line\nTogether: 3 lines");
  CHECK(asked("Add 2400 and 1150, then write \"Truck and fuel: 3550 euros\" to truck.txt") == "3550\n\nWrote it.");
  Talk both{page, answers, {}, {}};
  both.ask("Read letter.txt and tour.md");
  CHECK(both.turns == std::vector<std::size_t>{2});

  const std::vector<ToolSpec> edge = {
      tool("add", "Adds two numbers and returns their sum.", kSum, true),
      tool("count_words", "Counts the words, lines and characters of a text.",
           R"({"type":"object","properties":{"text":{"type":"string"}},"required":["text"]})", true),
      tool("current_time", "Tells the current date and time in UTC.", R"({"type":"object","properties":{}})", true)};
  CHECK(Talk{edge, {{"add 1 2", "3"}}, {}, {}}.ask("add 1 and 2") == "3");
  CHECK(Talk{edge, {{"count_words one two", "2"}}, {}, {}}.ask("Count the words in 'one two'") == "2");
}

TEST_CASE("markdown files are searched by their ending and their lines counted") {
  Talk talk{files(),
            {{"search_files docs **/*.md", "/w/docs/a.md\n/w/docs/sub/c.md"},
             {"read_text_file /w/docs/a.md", "1\n2\n"},
             {"read_text_file /w/docs/sub/c.md", "1"}},
            {},
            {}};
  const std::string answer = talk.ask("Find all markdown files in docs and count their lines");
  CHECK(contains(answer, "docs/a.md: 2 lines"));
  CHECK(contains(answer, "docs/sub/c.md: 1 line"));
  CHECK(contains(answer, "Together: 3 lines"));
}

TEST_CASE("fields of a JSON file are told by their names") {
  Talk talk{files(), {{"read_text_file package.json", R"({"name":"demo","version":"1.2.3","private":true})"}}, {}, {}};
  const std::string answer = talk.ask("Read package.json and tell me its name and version");
  CHECK(contains(answer, "name: demo\nversion: 1.2.3"));
  CHECK_FALSE(contains(answer, "private"));
}

TEST_CASE("an absolute path outside the allowed directories is reported and not tried elsewhere") {
  Talk talk{
      files(),
      {{"read_text_file /etc/passwd", "!Access denied - path outside allowed directories: /etc/passwd not in /data"}},
      {},
      {}};
  CHECK(contains(talk.ask("Read /etc/passwd"), "`read_text_file` failed for /etc/passwd: Access denied"));
  CHECK(talk.calls.size() == 1);
}

TEST_CASE("the tool is chosen by the words of the clause") {
  const std::pair<const char*, const char*> kCases[] = {
      {"What is in the directory tree?", "directory_tree ."},
      {"Show the sizes of the files in docs", "list_directory_with_sizes docs"},
      {"What's in the docs folder?", "list_directory docs"},
      {"Show me the files in docs/", "list_directory docs"},
      {"ls src", "list_directory src"},
      {"Print docs/a.md", "read_text_file docs/a.md"},
      {"Create a folder named out", "create_directory out"},
      {"Make the directory out/deep", "create_directory out/deep"},
      {"Create a file called x.txt in out with the text \"abc\"", "write_file abc out/x.txt"},
      {"Create an empty file x.txt", "write_file  x.txt"},
      {"Replace 'a' with 'b' in n.txt", "edit_file [{\"newText\":\"b\",\"oldText\":\"a\"}] n.txt"},
      {"Move docs/a.md to out/", "move_file out/a.md docs/a.md"},
      {"Rename a.md to b.md", "move_file b.md a.md"},
      {"When was a.md modified?", "get_file_info a.md"},
      {"Look for files named deep.md", "search_files . **/deep.md"},
      {"Find docs/**/*.py", "search_files docs **/*.py"},
      {"Which directories are allowed?", "list_allowed_directories"},
      {"Please could you list the files in docs, but do not delete anything", "list_directory docs"},
  };
  for (const auto& [task, call] : kCases) {
    CAPTURE(std::string(task));
    Talk talk{files(), {}, {}, {}};
    talk.ask(task);
    CHECK(!talk.calls.empty());
    if (!talk.calls.empty()) CHECK(talk.calls.front() == call);
  }
}

TEST_CASE("nothing is written, moved or deleted unless the clause's verb asks for it") {
  for (const char* task :
       {"Which file was written to docs?", "Delete a.md", "How do I move a.md to b.md?", "Do not write 'x' to a.md",
        "Never move a.md to b.md", "Without changing anything, replace 'a' with 'b' in c.md", "Don’t edit a.md",
        "Write 'x' in docs", "Write 'x' to the files in docs", "Do not write anything. Write 'x' to a.md"}) {
    CAPTURE(std::string(task));
    Talk talk{files(), {{"list_directory docs", kDocs}}, {}, {}};
    talk.ask(task);
    for (const std::string& call : talk.calls) {
      CAPTURE(call);
      CHECK_FALSE((call.starts_with("write") || call.starts_with("move") || call.starts_with("edit") ||
                   call.starts_with("create")));
    }
  }
}

TEST_CASE("arguments that the task does not give are named and no call is made") {
  Talk talk{files(), {}, {}, {}};
  const std::string answer = talk.ask("Write a poem about the sea");
  CHECK(talk.calls.empty());
  CHECK(contains(answer, "`write_file` fits, but it needs path and content"));
  CHECK(contains(answer, "Set OPENAI_API_KEY, or OPENAI_BASE_URL"));
}

TEST_CASE("what takes a language model is declined, and the rest is done") {
  Talk talk{files(), {{"read_text_file a.md", "Some text."}}, {}, {}};
  const std::string answer = talk.ask("Read a.md and translate it into French");
  CHECK(contains(answer, "Some text."));
  CHECK(contains(answer, "Not done: “translate it into French”"));
  CHECK(contains(answer, "rules, not a language model"));
}

TEST_CASE("at most twenty items are gone over at once, and the answer says how many were left out") {
  std::string list;
  Talk talk{files(), {}, {}, {}};
  for (int i = 0; i < 35; ++i) list += "[FILE] f" + decimal(i) + ".txt\n";
  talk.answers.emplace_back("list_directory docs", list);
  for (int i = 0; i < 35; ++i) talk.answers.emplace_back("read_text_file docs/f" + decimal(i) + ".txt", "text");
  const std::string answer = talk.ask("Read all files in docs");
  CHECK(talk.turns == std::vector<std::size_t>{1, 20});
  CHECK(contains(answer, "15 more items left out"));
}

TEST_CASE("an earlier result can be written to a file") {
  Talk talk{
      files(),
      {{"list_directory docs", kDocs}, {"read_text_file docs/a.md", "one two"}, {"read_text_file docs/b.md", "three"}},
      {},
      {}};
  talk.ask("Read the files in docs, count the words in each and write the result to out.txt");
  CHECK(talk.calls.back() == "write_file - docs/a.md: 2 words\n- docs/b.md: 1 word\nTogether: 3 words out.txt");
}

TEST_CASE("calls that another model made before are not made again") {
  std::vector<Message> messages(3);
  messages[0].text = "Write 'x' to a.txt";
  messages[1].role = Message::Role::kAssistant;
  messages[1].calls.push_back({"call_9f", "write_file", R"({"content":"x","path":"a.txt"})", {}});
  messages[2].role = Message::Role::kTool;
  messages[2].call_id = "call_9f";
  messages[2].text = "written";
  const ChatReply reply = offline_reply(messages, files());
  CHECK(reply.calls.empty());
  CHECK(reply.text == "written");
}

TEST_CASE("ids name the clause and the call, and differ from those of an earlier task") {
  std::vector<Message> messages(1);
  messages[0].text = "Hello. Read a.md and b.md";
  CHECK(offline_reply(messages, files()).calls.at(1).id == "c2.2");
  messages.push_back(messages[0]);
  CHECK(offline_reply(messages, files()).calls.at(1).id == "t2.c2.2");
}

TEST_CASE("numbers, enums, flags, e-mail addresses and dates become arguments") {
  const std::vector<ToolSpec> tools = {
      tool("get-sum", "Returns the sum of two numbers",
           R"({"type":"object","properties":{"a":{"type":"number"},"b":{"type":"number"}},"required":["a","b"]})",
           true),
      tool("echo", "Echoes back the input string",
           R"({"type":"object","properties":{"message":{"type":"string"}},"required":["message"]})", true),
      tool("trigger-long-running-operation", "Demonstrates it.",
           R"({"type":"object","properties":{"duration":{"type":"number"},"steps":{"type":"number"}}})", true),
      tool(
          "set_mode", "Sets the mode",
          R"({"type":"object","properties":{"mode":{"type":"string","enum":["fast","slow"]},"verbose":{"type":"boolean"}},"required":["mode"]})",
          false),
      tool(
          "send_invitation", "Sends it",
          R"({"type":"object","properties":{"email":{"type":"string"},"date":{"type":"string","format":"date"}},"required":["email","date"]})",
          false),
      tool("weather", "Weather of a city",
           R"({"type":"object","properties":{"city":{"type":"string"}},"required":["city"]})", false),
      tool("fetch", "Fetches a URL", R"({"type":"object","properties":{"url":{"type":"string"}},"required":["url"]})",
           true),
      tool("get_issue", "Get an issue",
           R"({"type":"object","properties":{"issue_id":{"type":"integer"}},"required":["issue_id"]})", true),
  };
  const std::pair<const char*, const char*> kCases[] = {
      {"Add 17 and 25", "get-sum 17 25"},
      {"What is the sum of 1.5 and -2?", "get-sum 1.5 -2"},
      {"Echo 'hi there'", "echo hi there"},
      {"echo good morning", "echo good morning"},
      {"Run the long running operation with 3 steps and a duration of 2", "trigger-long-running-operation 2 3"},
      {"Set the mode to slow, verbose", "set_mode slow true"},
      {"Send an invitation to ada@example.org for 2027-05-03", "send_invitation 2027-05-03 ada@example.org"},
      {"What is the weather in New York?", "weather New York"},
      {"Download https://example.org/a.", "fetch https://example.org/a"},
      {"Show issue #12", "get_issue 12"},
  };
  for (const auto& [task, call] : kCases) {
    CAPTURE(std::string(task));
    Talk talk{tools, {}, {}, {}};
    talk.ask(task);
    CHECK(!talk.calls.empty());
    if (!talk.calls.empty()) CHECK(talk.calls.front() == call);
  }
}

TEST_CASE("records of a JSON result are gone over by their ids") {
  Talk talk{{tool("list_issues", "List issues", R"({"type":"object","properties":{}})", true),
             tool("get_issue", "Get one issue",
                  R"({"type":"object","properties":{"id":{"type":"string"}},"required":["id"]})", true)},
            {{"list_issues", R"([{"id":"A1","title":"x"},{"id":"A2","title":"y"}])"},
             {"get_issue A1", "first"},
             {"get_issue A2", "second"}},
            {},
            {}};
  const std::string answer = talk.ask("List the issues and get each of them");
  CHECK(talk.turns == std::vector<std::size_t>{1, 2});
  CHECK(contains(answer, "second"));
}

namespace {

inline constexpr std::string_view kName =
    R"({"type":"object","properties":{"name":{"type":"string"}},"required":["name"]})";
inline constexpr std::string_view kNothing = R"({"type":"object","properties":{}})";
inline constexpr std::string_view kMessage =
    R"({"type":"object","properties":{"to":{"type":"string"},"text":{"type":"string"}},"required":["to","text"]})";

/// Files by name, cities, people, and tools that do harm.
std::vector<ToolSpec> harmful() {
  return {
      tool("list_files", "Lists the files", kNothing, true),
      tool("list_cities", "Lists the cities", kNothing, true),
      tool("list_users", "Lists all users", kNothing, true),
      tool("delete_file", "Deletes a file", kName, false),
      tool("move_file", "Moves a file",
           R"({"type":"object","properties":{"destination":{"type":"string"},"source":{"type":"string"}},)"
           R"("required":["destination","source"]})",
           false),
      tool("get_weather", "Weather of a city",
           R"({"type":"object","properties":{"city":{"type":"string"}},"required":["city"]})", true),
      tool("get_user", "Gets a user by id",
           R"({"type":"object","properties":{"id":{"type":"number"}},"required":["id"]})", true),
      tool("greet", "Greets a user by name", kName, true),
      tool("wipe", "Wipes a disk", kName, false),
      tool("reset_database", "Resets the database", kNothing, false),
      tool("send_message", "Sends a message to a person", kMessage, false),
  };
}

const std::vector<std::pair<std::string, std::string>> kLists = {
    {"list_files", R"(["a.txt","b.txt"])"},
    {"list_cities", "Oslo\nRome"},
    {"list_users", R"([{"id":1,"name":"Ann"},{"id":2,"name":"Bob"}])"}};

}  // namespace

TEST_CASE("\"each\" goes over what a list returned, whatever the argument is called") {
  const std::pair<const char*, Lines> kCases[] = {
      {"List the cities and get the weather of each", {"list_cities", "get_weather Oslo", "get_weather Rome"}},
      {"List the cities. Get the weather of each city.", {"list_cities", "get_weather Oslo", "get_weather Rome"}},
      {"List the cities and get the weather of each one", {"list_cities", "get_weather Oslo", "get_weather Rome"}},
      {"List all users, then greet each user", {"list_users", "greet Ann", "greet Bob"}},
      {"List users and greet each", {"list_users", "greet Ann", "greet Bob"}},
      {"List all users, then get each user", {"list_users", "get_user 1", "get_user 2"}},
      {"List the files and delete each", {"list_files", "delete_file a.txt", "delete_file b.txt"}},
      {"List the files and delete them all", {"list_files", "delete_file a.txt", "delete_file b.txt"}},
      {"List the cities and send \"hi\" to each", {"list_cities", "send_message hi Oslo", "send_message hi Rome"}},
  };
  for (const auto& [task, calls] : kCases) {
    CAPTURE(std::string(task));
    Talk talk{harmful(), kLists, {}, {}};
    const std::string answer = talk.ask(task);
    CAPTURE(answer);
    CHECK(talk.calls == calls);
  }
}

TEST_CASE("what would change something is not done on a guess, and the answer says why") {
  for (const char* task : {"Delete everything",
                           "Delete each",
                           "Delete it",
                           "Delete them all",
                           "Delete all",
                           "Wipe everything",
                           "List the files and delete each except a.txt",
                           "Delete all files but a.txt",
                           "List the files and delete the first one",
                           "List the files and delete each that is older than a year",
                           "List the files that are older than a year and delete them",
                           "If a.txt is empty, delete \"b.txt\"",
                           "If so:\n- delete \"a.txt\"\n- delete \"b.txt\"",
                           "Delete \"a.txt\" unless b.txt is there",
                           "Wipe the file \"a.txt\"",
                           "Delete \"a.txt\" or \"b.txt\"",
                           "Delete the user \"Ann\"",
                           "Delete the old reports",
                           "Send \"hi\" to Ann and \"bye\" to Bob",
                           "Send a message to Ann saying hello",
                           "Reset the counter",
                           "Reset the database except the users",
                           "Move a.txt and b.txt to c.txt",
                           "Move to b.txt the file a.txt",
                           "List the files, find the largest, and delete them",
                           "List the users and send \"hi\" to each"}) {
    CAPTURE(std::string(task));
    Talk talk{harmful(), kLists, {}, {}};
    const std::string answer = talk.ask(task);
    CAPTURE(answer);
    CHECK(contains(answer, "Not done: “"));
    for (const std::string& call : talk.calls) CHECK(call.starts_with("list_"));
  }
}

TEST_CASE("what a clause says of the files that it goes over has to be understood, too") {
  std::vector<ToolSpec> tools = files();
  tools.push_back(tool("delete_file", "Deletes a file", kPath, false));
  for (const char* task :
       {"Delete every old file in docs", "Delete all files in docs that are empty",
        "List the files in docs. Keep a.md. Delete the rest.",
        "List the files in docs and delete all of them that are text", "Delete all files like a.md"}) {
    CAPTURE(std::string(task));
    Talk talk{tools, {{"list_directory docs", kDocs}}, {}, {}};
    talk.ask(task);
    for (const std::string& call : talk.calls) CHECK_FALSE(call.starts_with("delete"));
  }
  Talk all{tools, {{"list_directory docs", kDocs}}, {}, {}};
  all.ask("Delete all files in docs");
  CHECK(all.calls == Lines{"list_directory docs", "delete_file docs/a.md", "delete_file docs/b.md"});
  Talk moved{tools, {}, {}, {}};
  moved.ask("Move a.md and b.md to archive/");
  CHECK(moved.calls == Lines{"move_file archive/a.md a.md", "move_file archive/b.md b.md"});
}

TEST_CASE("what would change something is done where the task names all that it takes") {
  const std::pair<const char*, const char*> kCases[] = {
      {"Delete \"a.txt\"", "delete_file a.txt"},
      {"Delete the file a.txt, please", "delete_file a.txt"},
      {"Delete Makefile", "delete_file Makefile"},
      {"Move a.txt to b.txt", "move_file b.txt a.txt"},
      {"Send \"hi\" to Ann", "send_message hi Ann"},
      {"Send \"hi\" to \"Ann\"", "send_message hi Ann"},
      {"Wipe \"sda1\"", "wipe sda1"},
      {"Reset the database", "reset_database"},
  };
  for (const auto& [task, call] : kCases) {
    CAPTURE(std::string(task));
    Talk talk{harmful(), kLists, {}, {}};
    const std::string answer = talk.ask(task);
    CAPTURE(answer);
    CHECK(talk.calls == Lines{call});
  }
}

TEST_CASE("of two tools that fit as well neither is taken where something would change") {
  Talk talk{{tool("delete_file", "Deletes a file", kName, false), tool("delete_user", "Deletes a user", kName, false)},
            {},
            {},
            {}};
  CHECK(contains(talk.ask("Delete \"Ann\""), "`delete_user` fits as well"));
  CHECK(talk.calls.empty());
}

TEST_CASE("quoted texts are given to the arguments behind whose names they stand") {
  Talk talk{{tool("send_mail", "Sends a mail",
                  R"({"type":"object","properties":{"subject":{"type":"string"},"body":{"type":"string"}},)"
                  R"("required":["subject","body"]})",
                  false)},
            {},
            {},
            {}};
  talk.ask("Send a mail with the body \"B\" and the subject \"S\"");
  CHECK(talk.calls == Lines{"send_mail B S"});
}

TEST_CASE("files without an ending, written dates, thousands and switches become arguments") {
  std::vector<ToolSpec> tools = files();
  tools.push_back(tool("create_event", "Create a calendar event on a date",
                       R"({"type":"object","properties":{"title":{"type":"string"},)"
                       R"("date":{"type":"string","format":"date"}},"required":["title","date"]})",
                       false));
  tools.push_back(tool("add", "Add two numbers",
                       R"({"type":"object","properties":{"a":{"type":"number"},"b":{"type":"number"}},)"
                       R"("required":["a","b"]})",
                       true));
  tools.push_back(tool("toggle", "Turn the light on or off",
                       R"({"type":"object","properties":{"state":{"enum":["on","off"]}},"required":["state"]})",
                       false));
  const std::pair<const char*, const char*> kCases[] = {
      {"Read \"Makefile\"", "read_text_file Makefile"},
      {"Read LICENSE", "read_text_file LICENSE"},
      {"Read the file Makefile", "read_text_file Makefile"},
      {"Read LICENSE and tell me its first line", "read_text_file LICENSE"},
      {"Create an event \"Party\" on 3 May 2025", "create_event 2025-05-03 Party"},
      {"Create an event \"Party\" on May 3rd, 2025", "create_event 2025-05-03 Party"},
      {"add 1,000 and 2.5", "add 1000 2.5"},
      {"Turn the light off", "toggle off"},
      {"Write \"x\" to \"Makefile\"", "write_file x Makefile"},
  };
  for (const auto& [task, call] : kCases) {
    CAPTURE(std::string(task));
    Talk talk{tools, {}, {}, {}};
    const std::string answer = talk.ask(task);
    CAPTURE(answer);
    CHECK(!talk.calls.empty());
    if (!talk.calls.empty()) CHECK(talk.calls.front() == call);
  }
  Talk none{tools, {}, {}, {}};
  none.ask("Create an event \"Party\" on 31 June 2025");
  CHECK(none.calls.empty());
}

TEST_CASE("where a server cannot be used, the answer says so beside what was not done") {
  std::vector<Message> messages(2);
  messages[0].role = Message::Role::kSystem;
  messages[0].text = "Help.\nThe server \"files\" cannot be used: No answer from files.\n";
  messages[1].text = "Read a.md";
  const std::string answer = offline_reply(messages, {}).text;
  CHECK(contains(answer, "Not done: “Read a.md”"));
  CHECK(contains(answer, "The server \"files\" cannot be used: No answer from files."));
}

TEST_CASE("without tools it says what it is") {
  const std::vector<ToolSpec> none;
  Talk talk{none, {}, {}, {}};
  CHECK(contains(talk.ask("Hello"), "rules, not a language model"));
  CHECK(contains(talk.ask("Hello"), "Set OPENAI_API_KEY"));
  CHECK(contains(talk.ask(""), "rules, not a language model"));
}

TEST_CASE("an operation whose text could not be read is declined, not invented") {
  Talk talk{files(), {}, {}, {}};
  const std::string answer = talk.ask("How many lines does gone.md have?");
  CHECK(contains(answer, "failed for gone.md"));
  CHECK_FALSE(contains(answer, "0 lines"));
}

TEST_CASE("files are counted from the list, and compared by their texts") {
  Talk talk{
      files(),
      {{"list_directory docs", kDocs}, {"read_text_file docs/a.md", "one"}, {"read_text_file docs/b.md", "three"}},
      {},
      {}};
  CHECK(contains(talk.ask("Which file in docs is the largest?"), "docs/b.md (5 bytes)"));
  CHECK(contains(talk.ask("How many files are in docs?"), "2 files"));
}

TEST_CASE("a long text is cut to its most relevant lines, with a note") {
  std::string text;
  for (int i = 0; i < 500; ++i) text += i == 400 ? "the budget is here\n" : "line " + decimal(i) + " of nothing\n";
  const std::string cut = condensed(text, canonical("budget"), 600);
  CHECK(contains(cut, "the budget is here"));
  CHECK(contains(cut, "of 500 lines shown"));
  CHECK(cut.size() < 1000);
}

TEST_CASE("any bytes give an answer in little time") {
  const std::vector<ToolSpec> tools = files();
  Lines hostile = {std::string(100000, '\''),   std::string(100000, '"'),
                   std::string(100000, '\xff'), std::string(100000, '('),
                   std::string(100000, '.'),    std::string(100000, '/'),
                   std::string(100000, '9'),    std::string(100000, ','),
                   std::string(100000, '\0'),   "read " + std::string(100000, '*') + ".md"};
  for (const char* piece : {"read a.md and ", "' “ ", "don't. ", "1. ", "a@b.c, ", "3 March ", "\xe2\x80\x9c ",
                            "in docs ", "in a and b and ", "find 'x' "}) {
    std::string task;
    while (task.size() < 100000) task += piece;
    hostile.push_back(task);
  }
  for (const std::string& task : hostile) {
    std::vector<Message> messages(1);
    messages[0].text = task;
    const ChatReply reply = offline_reply(messages, tools);
    CHECK(repaired_utf8(reply.text) == reply.text);
    for (const ToolCall& call : reply.calls) CHECK(parse_json(call.arguments)->is_object());
  }
}

TEST_CASE("results of any shape do no harm") {
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += R"([{"name":"x","type":"directory","children":)";
  deep += "[]";
  for (int i = 0; i < 100; ++i) deep += "}]";
  for (const std::string& text :
       {deep, std::string(300000, '['), std::string(300000, '\n'), std::string(300000, '\xc3'), std::string("null"),
        std::string("{\"a\":1}"), std::string("[1,\"\",null,[[]],{}]"), std::string()}) {
    for (const char* task :
         {"List the files in docs and read each of them", "Read a.md and summarise it", "Count the words of a.md",
          "What is in the directory tree?", "Find the markdown files in docs and tell me the titles",
          "Read all files in docs and show their sizes"}) {
      Talk talk{files(), {}, {}, {}};
      for (const char* call :
           {"list_directory docs", "read_text_file a.md", "directory_tree .", "search_files docs **/*.md"})
        talk.answers.emplace_back(call, text);
      CHECK(talk.ask(task) != "it never ends");
    }
  }
}

TEST_CASE("schemas of any shape do no harm") {
  for (const char* schema : {"null", "[]", "{}", R"({"properties":[],"required":["path"]})",
                             R"({"properties":{"path":7},"required":["path",1]})",
                             R"({"properties":{"path":{"type":["string","null"]}},"required":["path"]})",
                             R"({"properties":{"path":{"enum":[]}},"required":["path"]})",
                             R"({"properties":{"p":{"type":"object"}},"required":["p"]})"}) {
    Talk talk{{tool("read_file", "Read a file", schema, true)}, {}, {}, {}};
    CHECK(talk.ask("Read a.md and b.md") != "it never ends");
  }
}
