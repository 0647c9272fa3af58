#include "wire/frames.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

void append_u32(std::string& out, std::size_t value) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>((value >> shift) & 0xff);
}

std::uint32_t read_u32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value |= std::uint32_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return value;
}

}  // namespace

Result<std::string_view> FrameReader::take(std::string_view what) {
  const std::size_t at = size_ - rest_.size();
  const auto broken = [&](std::string_view why) {
    return failure(Code::kProtocol, joined({"The frame's ", what, " at byte ", decimal(static_cast<std::int64_t>(at)),
                                            " of the batch ", why}));
  };
  if (rest_.size() < 4) return broken("is cut: its length needs 4 bytes.");
  const std::uint32_t length = read_u32(rest_);
  if (length > rest_.size() - 4) {
    return broken(joined({"says it has ", decimal(length), " bytes, but only ",
                          decimal(static_cast<std::int64_t>(rest_.size() - 4)), " are left."}));
  }
  const std::string_view part = rest_.substr(4, length);
  rest_.remove_prefix(4 + length);
  return part;
}

Result<std::optional<Frame>> FrameReader::next() {
  if (rest_.empty()) return std::nullopt;
  const Result<std::string_view> head = take("head");
  if (!head) return failure(head.error());
  const Result<std::string_view> body = take("body");
  if (!body) return failure(body.error());
  std::optional<Json> parsed = parse_json(*head);
  if (!parsed || !parsed->is_object()) return failure(Code::kProtocol, "A frame's head is not a JSON object.");
  Frame frame{{}, std::move(*parsed), *body};
  frame.kind = text_field(frame.head, "kind");
  if (frame.kind.empty()) return failure(Code::kProtocol, "A frame's head has no \"kind\".");
  return frame;
}

Head::Head(std::string_view kind) {
  text_.reserve(128);
  text_ += "{\"kind\":\"";
  text_ += kind;
  text_ += '"';
}

void Head::name(std::string_view name) {
  text_ += ",\"";
  text_ += name;
  text_ += "\":";
}

Head& Head::text(std::string_view name, std::string_view value) {
  this->name(name);
  append_quoted(text_, value);
  return *this;
}

Head& Head::number(std::string_view name, std::int64_t value) { return raw(name, decimal(value)); }

Head& Head::flag(std::string_view name, bool value) { return raw(name, value ? "true" : "false"); }

Head& Head::raw(std::string_view name, std::string_view value) {
  this->name(name);
  text_ += value;
  return *this;
}

std::string Head::finish() && {
  text_ += '}';
  return std::move(text_);
}

void FrameWriter::write(Head head, std::initializer_list<std::string_view> body) {
  const std::string text = std::move(head).finish();
  std::size_t length = 0;
  for (const std::string_view piece : body) length += piece.size();
  append_u32(bytes_, text.size());
  bytes_ += text;
  append_u32(bytes_, length);
  for (const std::string_view piece : body) bytes_ += piece;
}

}  // namespace troupe
