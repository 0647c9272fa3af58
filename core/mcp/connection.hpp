// One server and the way to it. Both transports look like this from above.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "mcp/background.hpp"
#include "mcp/legacy.hpp"
#include "mcp/modern.hpp"
#include "mcp/server_config.hpp"
#include "run/host.hpp"
#include "run/task.hpp"

namespace troupe {

/// Connects when first used, and again after it was lost. It outlives the tasks that it gave out.
class Connection {
 public:
  Connection(Host& host, const ServerConfig& server);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  /// Waits until calls can be made; the era is known then.
  Task<> ready() { return established_.wait(); }

  /// One request and what it comes to. Fails when it comes to nothing. Leaving it tells the server.
  virtual Task<Answer> call(std::string method, Json params) = 0;

  /// Ends the session or the process. The next call begins anew.
  virtual void close() = 0;

  /// Whether arguments are mirrored into headers, for which the tools must be learnt first.
  bool mirrors() const { return era_ == Era::kModern && !server_.is_process(); }
  Modern& modern() { return modern_; }

  /// Told when the server says that its list of tools changed.
  std::function<void()> on_tools_changed;

  void log(std::string_view level, std::string_view text);

 protected:
  /// Connects: done when it returns.
  virtual Task<> establish() = 0;

  /// The params as the era and the call want them.
  Json dressed(Era era, std::string_view method, Json params, std::int64_t id) const;
  /// What is no answer to us: notifications.
  void hear(const RpcMessage& message);
  Error trouble(Code code, std::string_view what) const;
  Error late(std::string_view method, std::int64_t after_ms) const;
  /// Takes the result of initialize. Fails with kProtocol.
  Result<> begin(const RpcMessage& reply, std::string_view session);

  Host& host_;
  const ServerConfig& server_;
  std::optional<Era> era_;
  Legacy legacy_;
  Modern modern_;
  std::int64_t last_id_ = 0;
  Background background_;
  Joint established_;
};

}  // namespace troupe
