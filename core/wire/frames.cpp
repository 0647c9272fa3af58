#include "wire/frames.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

void append_u32(std::string& out, std::size_t value) {
  const char bytes[4] = {static_cast<char>(value), static_cast<char>(value >> 8U), static_cast<char>(value >> 16U),
                         static_cast<char>(value >> 24U)};
  out.append(bytes, 4);
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
  if (!fields_.read(*head)) return failure(Code::kProtocol, "A frame's head is not a JSON object.");
  std::string_view kind = fields_.raw("kind");
  if (kind.size() < 3 || !kind.starts_with('"')) return failure(Code::kProtocol, "A frame's head has no \"kind\".");
  kind = kind.substr(1, kind.size() - 2);
  return Frame{kind, *head, fields_, *body};
}

void FrameWriter::write(const ObjectText& head, std::initializer_list<std::string_view> body) {
  std::size_t length = 0;
  for (const std::string_view piece : body) length += piece.size();
  append_u32(bytes_, head.open().size() + 1);
  append(bytes_, {head.open(), "}"});
  append_u32(bytes_, length);
  for (const std::string_view piece : body) bytes_ += piece;
}

}  // namespace troupe
