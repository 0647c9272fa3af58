#include "servers/text_index.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace troupe {
namespace {

// BM25+'s constants: k1 in 1/8 of a field of weight 1, b and delta in 1/256. That a document has a term at all counts
// for something, however long it is.
constexpr std::uint32_t kSaturation = 16;
constexpr std::uint32_t kLength = 150;
constexpr std::uint32_t kPresence = 32;
constexpr std::uint32_t kMostCount = 4095;

/// What a term scores that is so telling.
std::uint32_t scored(std::uint32_t telling, std::uint32_t count, std::uint32_t saturation) {
  return telling * count / (count + saturation) + telling * kPresence / 256;
}

/// log2 of numerator / denominator in 1/256, at least 0.
std::uint32_t binary_log(std::uint64_t numerator, std::uint64_t denominator) {
  // Shifted so that the quotient has 16 bits behind the point.
  const std::uint64_t quotient = (numerator << 16) / std::max<std::uint64_t>(1, denominator);
  if (quotient <= 65536) return 0;
  const auto bits = static_cast<std::uint32_t>(std::bit_width(quotient)) - 1;
  // Between two powers the logarithm is nearly straight: off by less than 0.09.
  const auto fraction = static_cast<std::uint32_t>((quotient << 8 >> bits) & 0xFFU);
  return (bits - 16) * 256 + fraction;
}

template <class T>
void put(std::string& out, const std::vector<T>& values) {
  const auto count = static_cast<std::uint32_t>(values.size());
  out.append(reinterpret_cast<const char*>(&count), sizeof count);
  out.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

template <class T>
bool take(std::string_view& in, std::vector<T>& values) {
  std::uint32_t count = 0;
  if (in.size() < sizeof count) return false;
  std::memcpy(&count, in.data(), sizeof count);
  in.remove_prefix(sizeof count);
  if (in.size() / sizeof(T) < count) return false;
  values.resize(count);
  if (count > 0) std::memcpy(values.data(), in.data(), count * sizeof(T));
  in.remove_prefix(count * sizeof(T));
  return true;
}

constexpr std::string_view kMagic = "TRI1";

}  // namespace

std::uint32_t TextIndex::add(std::vector<TermCount> counts, std::uint32_t length) {
  const auto document = static_cast<std::uint32_t>(lengths_.size());
  std::ranges::sort(counts, {}, &TermCount::term);
  for (std::size_t i = 0; i < counts.size();) {
    std::uint32_t count = 0;
    const std::uint32_t term = counts[i].term;
    for (; i < counts.size() && counts[i].term == term; ++i) count += counts[i].count;
    pending_.push_back({term, document << 12 | std::min(count, kMostCount)});
  }
  lengths_.push_back(length);
  length_ += length;
  return document;
}

/// Takes the pending postings over: the terms stay sorted, and the postings of one stand together.
void TextIndex::settle() {
  if (pending_.empty() && saturation_.size() == lengths_.size()) return;
  std::ranges::stable_sort(pending_, {}, &Pending::term);
  std::vector<Term> terms;
  std::vector<std::uint32_t> postings;
  terms.reserve(terms_.size() + pending_.size() / 8);
  postings.reserve(postings_.size() + pending_.size());
  std::size_t at = 0;
  const auto add_pending = [&](Term& term) {
    for (; at < pending_.size() && pending_[at].term == term.hash; ++at) postings.push_back(pending_[at].posting);
    term.count = static_cast<std::uint32_t>(postings.size()) - term.first;
  };
  const auto add_new_before = [&](std::uint64_t hash) {
    while (at < pending_.size() && pending_[at].term < hash) {
      Term& term = terms.emplace_back(Term{pending_[at].term, static_cast<std::uint32_t>(postings.size()), 0});
      add_pending(term);
    }
  };
  for (const Term& old : terms_) {
    add_new_before(old.hash);
    Term& term = terms.emplace_back(Term{old.hash, static_cast<std::uint32_t>(postings.size()), 0});
    postings.insert(postings.end(), postings_.begin() + old.first, postings_.begin() + old.first + old.count);
    add_pending(term);
  }
  add_new_before(std::uint64_t{1} << 32);
  terms.shrink_to_fit();
  postings.shrink_to_fit();
  terms_ = std::move(terms);
  postings_ = std::move(postings);
  pending_ = {};
  saturation_.resize(lengths_.size());
  const std::uint64_t mean = std::max<std::uint64_t>(1, length_ / std::max<std::size_t>(1, lengths_.size()));
  for (std::size_t i = 0; i < lengths_.size(); ++i) {
    const std::uint64_t share = 256 - kLength + kLength * std::uint64_t{lengths_[i]} / mean;
    saturation_[i] = static_cast<std::uint32_t>(std::max<std::uint64_t>(1, kSaturation * share / 256));
  }
  scores_.assign(lengths_.size(), 0);
}

const TextIndex::Term* TextIndex::find(std::uint32_t term) const {
  const auto found = std::ranges::lower_bound(terms_, term, {}, &Term::hash);
  return found != terms_.end() && found->hash == term ? &*found : nullptr;
}

const std::uint32_t* TextIndex::posting(const Term& term, std::uint32_t document) const {
  const std::uint32_t* first = postings_.data() + term.first;
  const std::uint32_t* found = std::lower_bound(first, first + term.count, document << 12);
  return found != first + term.count && *found >> 12 == document ? found : nullptr;
}

std::uint32_t TextIndex::rarity(const Term& term) const {
  return binary_log(2 * lengths_.size() + 2, 2 * std::uint64_t{term.count} + 1);
}

std::uint32_t TextIndex::highest_rarity() const { return std::max(1U, rarity(Term{.count = 1})); }

std::uint32_t TextIndex::score(const Term& term, std::uint32_t posting, std::uint32_t weight) const {
  return scored(rarity(term) * weight / 16, posting & 0xFFFU, saturation_[posting >> 12]);
}

std::vector<TextIndex::Hit> TextIndex::search(std::span<const WeightedTerm> question, std::size_t most) {
  settle();
  std::ranges::fill(scores_, 0);
  for (const WeightedTerm& each : question) {
    const Term* term = find(each.term);
    if (term == nullptr) continue;
    const std::uint32_t telling = rarity(*term) * each.weight / 16;
    const std::uint32_t* posting = postings_.data() + term->first;
    for (const std::uint32_t* end = posting + term->count; posting != end; ++posting) {
      const std::uint32_t document = *posting >> 12;
      scores_[document] += scored(telling, *posting & 0xFFFU, saturation_[document]);
    }
  }
  std::vector<Hit> hits;
  if (most == 0) return hits;
  const auto better = [](const Hit& a, const Hit& b) {
    return a.score != b.score ? a.score > b.score : a.document < b.document;
  };
  std::uint32_t least = 0;  // that still counts
  for (std::uint32_t document = 0; document < scores_.size(); ++document) {
    if (scores_[document] <= least) continue;
    hits.push_back({document, scores_[document]});
    std::ranges::push_heap(hits, better);
    if (hits.size() > most) {
      std::ranges::pop_heap(hits, better);
      hits.pop_back();
    }
    if (hits.size() == most) least = hits.front().score;
  }
  std::ranges::sort_heap(hits, better);
  return hits;
}

std::uint32_t TextIndex::score(std::uint32_t document, std::span<const WeightedTerm> question) {
  settle();
  std::uint32_t sum = 0;
  for (const WeightedTerm& each : question) {
    const Term* term = find(each.term);
    const std::uint32_t* found = term == nullptr ? nullptr : posting(*term, document);
    if (found != nullptr) sum += score(*term, *found, each.weight);
  }
  return sum;
}

bool TextIndex::has(std::uint32_t document, std::uint32_t term) {
  settle();
  const Term* found = find(term);
  return found != nullptr && posting(*found, document) != nullptr;
}

std::uint32_t TextIndex::rarity(std::uint32_t term) {
  settle();
  const Term* found = find(term);
  return found == nullptr ? 0 : rarity(*found);
}

std::size_t TextIndex::memory() const {
  const std::size_t numbers = postings_.capacity() + lengths_.capacity() + saturation_.capacity() + scores_.capacity();
  return terms_.capacity() * sizeof(Term) + pending_.capacity() * sizeof(Pending) + numbers * sizeof(std::uint32_t);
}

std::string TextIndex::serialise() {
  settle();
  std::string out(kMagic);
  put(out, terms_);
  put(out, postings_);
  put(out, lengths_);
  return out;
}

Result<TextIndex> TextIndex::read(std::string_view bytes) {
  const auto broken = [] {
    return failure(Code::kInvalidInput, "The index is damaged or of another release: build it again.");
  };
  TextIndex index;
  if (!bytes.starts_with(kMagic)) return broken();
  bytes.remove_prefix(kMagic.size());
  if (!take(bytes, index.terms_) || !take(bytes, index.postings_) || !take(bytes, index.lengths_) || !bytes.empty())
    return broken();
  std::uint64_t expected = 0;
  for (std::size_t i = 0; i < index.terms_.size(); ++i) {
    const Term& term = index.terms_[i];
    if (term.first != expected || (i > 0 && index.terms_[i - 1].hash >= term.hash)) return broken();
    expected += term.count;
  }
  if (expected != index.postings_.size()) return broken();
  for (const std::uint32_t posting : index.postings_) {
    if (posting >> 12 >= index.lengths_.size()) return broken();
  }
  for (const std::uint32_t length : index.lengths_) index.length_ += length;
  return index;
}

}  // namespace troupe
