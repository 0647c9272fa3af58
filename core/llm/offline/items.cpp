#include "llm/offline/items.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "llm/offline/extract.hpp"

namespace troupe::offline {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view folder) : folder_(folder) {}

  void json(const Json& value, std::string_view folder) {
    if (value.is_object()) record(value, folder);
    if (value.is_string()) add(value.get_ref<const std::string&>(), folder, false, -1);
    if (value.is_number_integer()) add(dump_json(value), {}, false, -1);
    if (value.is_array())
      for (const Json& element : value) json(element, folder);
  }

  void lines(std::string_view text) {
    const std::vector<std::string_view> all = split(text, '\n');
    const bool tagged = std::ranges::any_of(
        all, [](std::string_view line) { return line.starts_with("[FILE] ") || line.starts_with("[DIR] "); });
    for (std::string_view line : all) {
      if (items_.size() == kMostItems) return;
      line = trim(line);
      if (tagged) entry(line);
      else if (line.starts_with("- ") || line.starts_with("* ")) plain(trim(line.substr(2)));
      else plain(line);
    }
  }

  std::vector<Item> take() { return std::move(items_); }

 private:
  void record(const Json& value, std::string_view folder) {
    // A wrapper such as {"items": [...]} lists what it wraps.
    std::string_view name;
    for (const char* key : {"path", "url", "uri", "name", "filename", "id", "title"}) {
      const Json& found = field(value, key);
      if (name.empty() && found.is_string()) name = found.get_ref<const std::string&>();
      if (name.empty() && found.is_number_integer()) return add(dump_json(found), {}, false, -1);
    }
    const std::string_view type = text_field(value, "type");
    const Json& children = field(value, "children");
    const bool below = children.is_array();
    if (!name.empty()) {
      add(name, folder, below || type == "directory" || type == "dir", integer_field(value, "size", -1));
      if (below) json(children, join_path(folder, name));
      return;
    }
    for (const auto& [key, part] : members(value)) {
      if (part.is_array()) json(part, folder);
    }
  }

  /// "[FILE] alpha.md     27 B"
  void entry(std::string_view line) {
    const bool folder = line.starts_with("[DIR] ");
    if (!folder && !line.starts_with("[FILE] ")) return;
    line = trim(line.substr(line.find(' ')));
    const std::size_t gap = line.find("   ");
    const std::string_view size = gap == std::string_view::npos ? "" : trim(line.substr(gap));
    add(trim(line.substr(0, gap)), folder_, folder, bytes_of(size));
  }

  /// A line that is a path, a URL or one word.
  void plain(std::string_view line) {
    if (line.empty() || line.size() > 400 || line.ends_with(':')) return;
    const bool spaced = contains(line, " ");
    if (spaced && !line.starts_with('/') && !(has_extension(line) && !contains(line, ". "))) return;
    add(line, folder_, line.ends_with('/'), -1);
  }

  /// "27 B", "1.50 KB"
  static std::int64_t bytes_of(std::string_view size) {
    std::int64_t whole = 0, hundredths = 0, scale = 100;
    std::size_t i = 0;
    for (; i < size.size() && i < 12 && size[i] >= '0' && size[i] <= '9'; ++i) whole = whole * 10 + (size[i] - '0');
    if (i == 0) return -1;
    if (i < size.size() && size[i] == '.') {
      for (++i; i < size.size() && size[i] >= '0' && size[i] <= '9'; ++i) {
        scale /= 10;
        hundredths += (size[i] - '0') * scale;
      }
    }
    const std::string_view unit = trim(size.substr(i));
    const std::int64_t factor = unit.starts_with('K')   ? 1LL << 10
                                : unit.starts_with('M') ? 1LL << 20
                                : unit.starts_with('G') ? 1LL << 30
                                                        : 1;
    return whole * factor + hundredths * factor / 100;
  }

  void add(std::string_view name, std::string_view folder, bool is_folder, std::int64_t bytes) {
    if (name.empty() || items_.size() == kMostItems) return;
    const bool whole = contains(name, "://") || (!folder.empty() && name.starts_with(std::string(folder) + '/'));
    items_.push_back({whole ? std::string(name) : join_path(folder, name), is_folder, bytes});
  }

  std::string_view folder_;
  std::vector<Item> items_;
};

}  // namespace

std::vector<Item> items_of(std::string_view result, std::string_view folder) {
  Reader reader(folder);
  const std::string_view text = trim(result);
  const bool json = text.starts_with('[') || text.starts_with('{');
  const std::optional<Json> value = json ? parse_json(text) : std::nullopt;
  if (value) reader.json(*value, folder);
  else reader.lines(text);
  return reader.take();
}

std::vector<Item> meant_by(const Clause& clause, const std::vector<Item>& items) {
  const bool folders = (clause.says("folders directories subfolders subdirectories") ||
                        (clause.says_all() && clause.says("folder directory"))) &&
                       !clause.says("file files");
  const bool both = clause.says("entries items everything");
  const std::string pattern = clause.pattern();
  const std::size_t star = pattern.rfind('*');
  const std::string ending = star == std::string::npos ? "" : pattern.substr(star + 1);
  std::vector<Item> meant;
  for (const Item& item : items) {
    if ((both || item.folder == folders) && item.name.ends_with(ending)) meant.push_back(item);
  }
  return meant;
}

}  // namespace troupe::offline
