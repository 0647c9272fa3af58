// A journal that is gone through again.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "run/journal.hpp"

namespace troupe {

/// The text, and the entry that comes next. It does not move: the reader looks into the text.
class Recording {
 public:
  /// Reads the header and checks all lines. Fails with kJournal when this core does not understand them, or when they
  /// are not as they were written.
  static Result<std::unique_ptr<Recording>> open(std::string text);
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  const std::string& text() const { return text_; }
  const JournalReader& reader() const { return *reader_; }
  const Header& header() const { return reader_->header(); }

  /// Goes on to the next entry, the first one at first.
  Result<> read();
  /// Whether there is an entry, and which.
  bool more() const { return more_; }
  Entry& entry() { return entry_; }

 private:
  explicit Recording(std::string text) : text_(std::move(text)) {}

  std::string text_;
  std::optional<JournalReader> reader_;
  Entry entry_;
  bool more_ = false;
};

}  // namespace troupe
