// A person looks at the plan before it is carried out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agents/context.hpp"
#include "patterns/pattern.hpp"

namespace troupe {

/// What a person is asked about.
struct ToConfirm {
  std::string why;  // empty: nobody has to agree
  NanoUsd nano_usd = 0;
  std::int64_t tokens = 0;
};

/// Whether the run's option "confirm" wants a person to agree, by analysis and strategy as the journal has them.
ToConfirm to_confirm(const Confirm& confirm, std::string_view analysis, std::string_view strategy);

/// Shows the plan to a person, if one has to agree. The stop is the answer "no".
Task<std::optional<Stop>> confirmed(Context context, ToConfirm plan, std::shared_ptr<const Pattern> pattern);

}  // namespace troupe
