// What servers that have a capability say of themselves.
#pragma once

#include <array>
#include <string_view>

#include "task/outputs.hpp"

namespace troupe {

/// In the order of kCapabilities: the words to look for where a task needs it and does not say so in the words of a
/// server ("删除文件 a.txt").
inline constexpr std::array<std::string_view, kCapabilities.size()> kCapabilityWords = {"file read",
                                                                                        "file write",
                                                                                        "file delete",
                                                                                        "fetch web page url",
                                                                                        "web search",
                                                                                        "database sql query",
                                                                                        "database sql",
                                                                                        "browser",
                                                                                        "git repository code",
                                                                                        "run command shell code",
                                                                                        "email mail",
                                                                                        "email mail send",
                                                                                        "chat message send",
                                                                                        "calendar event",
                                                                                        "calendar event",
                                                                                        "issue ticket task",
                                                                                        "issue ticket task",
                                                                                        "document page note",
                                                                                        "document page note",
                                                                                        "spreadsheet sheet",
                                                                                        "spreadsheet sheet",
                                                                                        "image generate",
                                                                                        "image",
                                                                                        "audio transcribe",
                                                                                        "map place",
                                                                                        "weather",
                                                                                        "price stock",
                                                                                        "payment",
                                                                                        "crm customer",
                                                                                        "crm customer",
                                                                                        "cloud",
                                                                                        "metrics logs",
                                                                                        "social post",
                                                                                        "memory",
                                                                                        "time timezone",
                                                                                        "translate"};

}  // namespace troupe
