// A request that is under way, and what the server asks meanwhile.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mcp/outcome.hpp"
#include "run/exchange.hpp"
#include "run/task.hpp"

namespace troupe {

/// Told the params (JSON) of each notifications/progress of a request.
using OnProgress = std::function<void(std::string_view)>;

/// It outlives those who wait for its news one after another: a legacy server's question ends a caller's wait, and its
/// answer begins the next one's. Destroying it cancels the request.
struct OpenCall {
  const std::int64_t number;  // in its connection
  const std::string method;
  const std::string run;   // for which it is made; empty: for none
  std::int64_t token = 0;  // by which it is answered, while nobody waits for it: no other host has one like it
  std::int64_t id = 0;     // on the wire, once it was sent
  OnProgress on_progress;
  Gate news;
  std::optional<Result<RpcReply>> reply;
  std::vector<RpcMessage> asked;  // by the server, and not given out yet
  std::vector<RpcMessage> given;  // out, and not answered yet
  std::optional<Task<>> work;

  OpenCall(std::int64_t number, std::string method, std::string run, OnProgress on_progress)
      : number(number), method(std::move(method)), run(std::move(run)), on_progress(std::move(on_progress)) {}
  OpenCall(const OpenCall&) = delete;
  OpenCall& operator=(const OpenCall&) = delete;

  /// The server's silence is no fault of its: it is our turn, or it speaks only when something happens.
  bool may_be_silent() const { return !asked.empty() || !given.empty() || method == "subscriptions/listen"; }
};

}  // namespace troupe
