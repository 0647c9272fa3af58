// One server and the way to it. All transports look like this from above.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "mcp/background.hpp"
#include "mcp/legacy.hpp"
#include "mcp/modern.hpp"
#include "mcp/open_call.hpp"
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

  /// One request, its params JSON of an object, and what it comes to. Fails when it comes to nothing. Leaving it tells
  /// the server, unless it came to questions: then go_on() or give_up() has the last word.
  /// `run`: for which; empty: for none.
  Task<RpcAnswer> call(std::string method, std::string params, OnProgress on_progress = {}, std::string run = {});

  /// Answers what a legacy server asked during a request, key -> {"result"} or {"error"}, and waits for what that comes
  /// to. Fails with kNotFound when the request is not open any more.
  Task<RpcAnswer> go_on(std::int64_t token, Json responses, std::string run);
  /// Nobody will answer. A token that is not known here is nothing.
  void give_up(std::int64_t token, std::string_view run);

  /// Whether the server refused to begin in a way that servers of 2024-11-05 do over HTTP.
  virtual bool may_be_older() const { return false; }

  /// Ends the session or the process. The next call begins anew.
  virtual void close() = 0;

  /// Whether arguments are mirrored into headers, for which the tools must be learnt first.
  bool mirrors() const { return era_ == Era::kModern && !server_.is_process(); }
  /// REQUIRES that ready() returned.
  Era era() const { return *era_; }
  Modern& modern() { return modern_; }
  /// What the server said of itself when it was connected: JSON {"capabilities","serverInfo","instructions"}, empty
  /// before.
  const std::string& about() const { return about_; }

  /// Told each notification that is about no request.
  std::function<void(const RpcMessage&)> on_notification;

  /// Resources that a legacy server was asked to tell of: while there are any, what it says is listened to.
  void subscribed(int more) { subscriptions_ += more; }

  /// Whether the server said that it has this: "tools", "resources", "prompts", "completions", "logging".
  bool offers(std::string_view capability) const {
    return !Fields(Fields(about_).raw("capabilities")).raw(capability).empty();
  }
  std::int64_t now_ms() const { return host_.now_ms(); }
  Pause pause(std::int64_t ms) const { return Pause(host_, ms); }
  void log(std::string_view level, std::string_view text);
  /// Hands a notification of the server on to the host.
  void notify(std::string_view method, std::string_view params);

 protected:
  /// Connects: done when it returns.
  virtual Task<> establish() = 0;
  /// One request and the reply to it; sets `call`'s id. The pointer is good while the task lives.
  virtual Task<RpcReply> exchange(OpenCall* call, Era era, std::string method, std::string params) = 0;
  /// Sends a message that has no answer.
  virtual void tell(std::string message) = 0;
  /// Whether what was established still stands.
  virtual bool alive() const { return true; }

  /// The params as the era and the call want them.
  std::string dressed(Era era, std::string_view method, std::string params, std::int64_t id) const;
  /// What is no reply to us. `during`: the request in whose stream it came; null: it is not known.
  void hear(RpcMessage message, OpenCall* during);
  Error trouble(Code code, std::string_view what) const;
  Error late(std::string_view method, std::int64_t after_ms) const;
  /// Takes the result of initialize. Fails with kProtocol.
  Result<> begin(const RpcMessage& reply, std::string_view session);
  /// The same of server/discover.
  void discovered(const RpcMessage& reply) { about_ = reply.content; }
  /// Whether nothing is under way, and nothing is to be heard.
  bool idle() const { return calls_.empty() && subscriptions_ == 0 && arriving_ == 0; }
  /// What a destructor calls before anything that calls refer to goes.
  void end_calls() {
    background_.clear();
    calls_.clear();
  }

  /// The params of a request, of whatever era, that takes this one back.
  static std::string taking_back(std::int64_t id) {
    return ObjectText().text("reason", "The client stopped waiting.").number("requestId", id).finish();
  }

  Host& host_;
  const ServerConfig& server_;
  const std::string offers_;  // what this client can do for the server, as the protocol's ClientCapabilities say it
  std::optional<Era> era_;
  Legacy legacy_;
  Modern modern_;
  std::int64_t last_id_ = 0;
  std::int64_t sessions_ = 0;  // begun so far
  Background background_;
  Joint established_;

 private:
  struct Kept;

  OpenCall* open(Era era, const std::string& method, const std::string& params, OnProgress on_progress,
                 const std::string& run);
  /// The run's call with this token, for which nobody waits; null: there is none.
  OpenCall* parked(std::int64_t token, std::string_view run) const;
  OpenCall* likeliest() const;
  /// Leaves the server, which the next call begins anew with, once nobody has called it for long enough.
  Task<> rest();
  Task<> work(OpenCall* call, Era era, std::string method, std::string params);
  /// The server's questions so far, for the caller to take away.
  InputRequired asked_in(OpenCall& call);
  Outcome outcome(RpcReply& reply, bool in_session) const;
  /// What a caller gets. Fails when the outcome is no answer.
  Result<RpcAnswer> answer_of(Outcome came, std::string_view method, const RpcReply& reply) const;
  void ask(RpcMessage request, OpenCall* during);

  std::string about_;
  std::map<std::int64_t, std::unique_ptr<OpenCall>> calls_;
  std::int64_t last_call_ = 0;
  int subscriptions_ = 0;
  int arriving_ = 0;  // callers that wait until calls can be made
  bool resting_ = false;
};

}  // namespace troupe
