#include "run/recording.hpp"

#include <utility>

namespace troupe {

Result<std::unique_ptr<Recording>> Recording::open(std::string text) {
  std::unique_ptr<Recording> recording(new Recording(std::move(text)));
  Result<JournalReader> reader = JournalReader::open(recording->text_);
  if (!reader) return failure(reader.error());
  if (const Result<> checked = reader->check(); !checked) return failure(checked.error());
  recording->reader_.emplace(std::move(*reader));
  return recording;
}

Result<> Recording::read() {
  const Result<bool> next = reader_->next(entry_);
  if (!next) return failure(next.error());
  more_ = *next;
  return {};
}

}  // namespace troupe
