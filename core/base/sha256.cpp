#include "base/sha256.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace troupe {
namespace {

constexpr std::array<std::uint32_t, 64> kRound = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/// Four words side by side, as all machines have them that troupe runs on.
using Words = std::uint32_t __attribute__((vector_size(16)));
using Bytes = unsigned char __attribute__((vector_size(16)));
static_assert(std::endian::native == std::endian::little);

Words rotated(Words words, int bits) { return words >> bits | words << (32 - bits); }
Words sigma0(Words words) { return rotated(words, 7) ^ rotated(words, 18) ^ words >> 3; }
Words sigma1(Words words) { return rotated(words, 17) ^ rotated(words, 19) ^ words >> 10; }

Words big_endian(const char* bytes) {
  Bytes raw;
  std::memcpy(&raw, bytes, sizeof raw);
  return reinterpret_cast<Words>(
      __builtin_shufflevector(raw, raw, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
}

/// The message schedule of a block, each word with its round's constant added (FIPS 180-4, 6.2.2, steps 1 and 3).
std::array<std::uint32_t, 64> schedule(const char* block) {
  std::array<std::uint32_t, 64> out;
  std::array<Words, 4> w;  // the last sixteen words
  const auto add = [&](std::size_t at, Words words) {
    Words round;
    std::memcpy(&round, &kRound[at], sizeof round);
    words += round;
    std::memcpy(&out[at], &words, sizeof words);
  };
  for (std::size_t i = 0; i < 4; ++i) {
    w[i] = big_endian(block + 16 * i);
    add(4 * i, w[i]);
  }
  for (std::size_t at = 16; at < 64; at += 4) {
    constexpr Words kNone = {};
    Words next = w[0] + sigma0(__builtin_shufflevector(w[0], w[1], 1, 2, 3, 4)) +
                 __builtin_shufflevector(w[2], w[3], 1, 2, 3, 4);
    // The last two of these words rest on the first two.
    next += sigma1(__builtin_shufflevector(w[3], kNone, 2, 3, 4, 5));
    next += sigma1(__builtin_shufflevector(kNone, next, 0, 1, 4, 5));
    add(at, next);
    w = {w[1], w[2], w[3], next};
  }
  return out;
}

/// Takes bytes piece by piece; finish() is called once.
class Sha256 {
 public:
  void take(std::string_view bytes) {
    length_ += bytes.size();
    while (!bytes.empty()) {
      if (used_ == 0 && bytes.size() >= block_.size()) {
        compress(bytes.data());
        bytes.remove_prefix(block_.size());
        continue;
      }
      const std::size_t room = std::min(block_.size() - used_, bytes.size());
      std::memcpy(block_.data() + used_, bytes.data(), room);
      used_ += room;
      bytes.remove_prefix(room);
      if (used_ == block_.size()) compress_block();
    }
  }

  Digest finish() {
    const std::uint64_t bits = length_ * 8;
    block_[used_++] = static_cast<char>(0x80);
    if (used_ > 56) {
      std::memset(block_.data() + used_, 0, block_.size() - used_);
      compress_block();
    }
    std::memset(block_.data() + used_, 0, 56 - used_);
    for (std::size_t i = 0; i < 8; ++i) block_[56 + i] = static_cast<char>(bits >> (56 - 8 * i));
    compress_block();
    Digest digest;
    for (std::size_t i = 0; i < 32; ++i) digest[i] = static_cast<std::uint8_t>(state_[i / 4] >> (24 - 8 * (i % 4)));
    return digest;
  }

 private:
  void compress_block() {
    compress(block_.data());
    used_ = 0;
  }

  void compress(const char* block) {
    const std::array<std::uint32_t, 64> w = schedule(block);
    auto [a, b, c, d, e, f, g, h] = state_;
    std::size_t i = 0;
    // Eight rounds that pass the variables on by name: no round moves them all.
    const auto round = [&](std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t& d, std::uint32_t e,
                           std::uint32_t f, std::uint32_t g, std::uint32_t& h) {
      const std::uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
      const std::uint32_t t1 = h + s1 + (g ^ (e & (f ^ g))) + w[i];
      const std::uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
      d += t1;
      h = t1 + s0 + ((a & b) | (c & (a | b)));
      ++i;
    };
    while (i < 64) {
      round(a, b, c, d, e, f, g, h);
      round(h, a, b, c, d, e, f, g);
      round(g, h, a, b, c, d, e, f);
      round(f, g, h, a, b, c, d, e);
      round(e, f, g, h, a, b, c, d);
      round(d, e, f, g, h, a, b, c);
      round(c, d, e, f, g, h, a, b);
      round(b, c, d, e, f, g, h, a);
    }
    const std::array<std::uint32_t, 8> add = {a, b, c, d, e, f, g, h};
    for (std::size_t j = 0; j < 8; ++j) state_[j] += add[j];
  }

  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<char, 64> block_;
  std::size_t used_ = 0;
  std::uint64_t length_ = 0;
};

}  // namespace

Digest sha256(std::string_view bytes) { return sha256(bytes, {}); }

Digest sha256(std::string_view first, std::string_view second) {
  Sha256 hash;
  hash.take(first);
  hash.take(second);
  return hash.finish();
}

std::string hex(const Digest& digest, std::size_t bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  char text[64];
  for (std::size_t i = 0; i < bytes; ++i) {
    text[2 * i] = kHex[digest[i] >> 4];
    text[2 * i + 1] = kHex[digest[i] & 15];
  }
  return {text, 2 * bytes};
}

}  // namespace troupe
