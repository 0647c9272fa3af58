#include "llm/offline/things.hpp"

#include "base/text.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

void add(Things& things, std::string_view name, std::string_view folder, bool is_folder) {
  if (name.empty() || things.size() == kMostThings) return;
  const bool whole = is_url(name) || (name.starts_with(folder) && name.substr(folder.size(), 1) == "/");
  add_thing(things, join_path(whole ? "" : folder, name));
  things.back().folder = is_folder;
}

Json record_of(const Json& object) {
  Json record = Json::object();
  for (const auto& [key, value] : members(object)) {
    if (value.is_string() || value.is_number_integer()) record[key] = value;
  }
  return record;
}

void add_json(Things& things, const Json& value, std::string_view folder) {
  if (value.is_string()) add(things, value.get_ref<const std::string&>(), folder, false);
  if (value.is_number_integer()) add(things, dump_json(value), {}, false);
  if (value.is_array())
    for (const Json& element : value) add_json(things, element, folder);
  for (const char* key : {"path", "url", "uri", "name", "filename", "id", "number", "title"}) {
    const Json& name = field(value, key);
    if (!name.is_number_integer() && !name.is_string()) continue;
    const std::string_view type = text_field(value, "type");
    const bool is_folder = type == "directory" || type == "dir" || type == "folder";
    const std::size_t before = things.size();
    if (name.is_string()) add(things, text_field(value, key), folder, is_folder);
    else add(things, dump_json(name), {}, false);
    if (things.size() > before) things.back().record = record_of(value);
    return;
  }
  // A wrapper such as {"items": [...]} lists what it wraps.
  for (const auto& [key, part] : members(value)) {
    if (part.is_array()) add_json(things, part, folder);
  }
}

/// "[FILE] alpha.md     27 B", "- alpha.md", a path, a URL, one word.
void add_line(Things& things, std::string_view line, std::string_view folder, bool tagged) {
  line = trim(line);
  if (tagged) {
    const bool is_folder = line.starts_with("[DIR] ");
    if (!is_folder && !line.starts_with("[FILE] ")) return;
    line.remove_prefix(line.find(' ') + 1);
    return add(things, trim(line.substr(0, line.find("   "))), folder, is_folder);
  }
  if (line.starts_with("- ") || line.starts_with("* ")) line = trim(line.substr(2));
  const bool sentence = contains(line, " ") && (!has_extension(line) || contains(line, ". "));
  if (line.size() > 400 || line.ends_with(':') || (sentence && !line.starts_with('/'))) return;
  add(things, line, folder, line.ends_with('/'));
}

}  // namespace

void add_thing(Things& things, std::string_view name) { things.emplace_back().name = name; }

void learn(Things& things, const Things& from) {
  for (Thing& thing : things) {
    for (const Thing& known : from) {
      if (thing.name != known.name) continue;
      thing.text = known.text;
      thing.read = known.read;
    }
  }
}

void add_things(Things& things, std::string_view result, std::string_view folder) {
  result = trim(result);
  if (const std::optional<Json> value = parse_json(result)) return add_json(things, *value, folder);
  const bool tagged = contains(result, "[FILE] ") || contains(result, "[DIR] ");
  for (const std::string_view line : split(result, '\n')) add_line(things, line, folder, tagged);
}

bool means_thing(const Clause& clause, const Thing& thing) {
  const bool folders = clause.says("folders directories subfolders") ||
                       (clause.says("all each every both") && clause.says("folder directory"));
  const bool both = clause.says("entries items everything");
  const bool wanted = folders && !clause.says("file files");
  if (!both && thing.folder != wanted) return false;
  return thing.name.ends_with(std::string_view(clause.pattern).substr(clause.pattern.rfind('*') + 1));
}

const Json::object_t& members(const Json& value) {
  static const Json::object_t kNone;
  return value.is_object() ? value.get_ref<const Json::object_t&>() : kNone;
}

std::string fields_named(const Clause& clause, std::string_view text) {
  std::string out;
  text = trim(text);
  if (!text.starts_with('{')) return out;
  const std::optional<Json> value = parse_json(text);
  if (!value) return out;
  for (const auto& [key, part] : members(*value)) {
    if (!clause.means(canonical_words(key, 4))) continue;
    out += joined({out.empty() ? "" : "\n", key, ": ", part.is_string() ? text_field(*value, key) : dump_json(part)});
  }
  return out;
}

}  // namespace troupe::offline
