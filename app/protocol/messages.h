// SPDX-License-Identifier: Apache-2.0
#pragma once

// JSON-RPC 2.0: requests, notifications and responses as values, and as JSON text. Text from anywhere gives a message or
// the error that answers it; nothing in it crashes, however deep or long it is.

#include "models/api/error.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>

namespace igneous {

using Json = nlohmann::json;

/// Numbers of JSON-RPC itself, and those of ours. The codes of Error have -32001 and below, in their order.
namespace rpc_code {
constexpr int parse_error = -32700, invalid_request = -32600, method_not_found = -32601, invalid_params = -32602;
constexpr int internal_error = -32603;
constexpr int busy = -32000;               // one job at a time
}

/// An id as the other side chose it; none only in answers to what could not be read.
using RpcId = std::variant<std::monostate, std::int64_t, std::string>;

struct RpcError {
    int code = rpc_code::internal_error;
    std::string message;
    std::string name = "internal";         // "data": {"error": "out_of_memory"}: the name of an ErrorCode
    bool operator==(RpcError const&) const = default;
};

/// As it is said to the other side, and back: an unknown name is `internal`.
RpcError to_rpc(ErrorCode code, std::string const& message);
ErrorCode code_of(RpcError const& error);

struct RpcRequest {
    RpcId id;
    std::string method;
    Json params = Json::object();
    bool operator==(RpcRequest const&) const = default;
};

struct RpcNotification {
    std::string method;
    Json params = Json::object();
    bool operator==(RpcNotification const&) const = default;
};

struct RpcResponse {
    RpcId id;
    std::expected<Json, RpcError> result = Json::object();
    bool operator==(RpcResponse const&) const = default;
};

using RpcMessage = std::variant<RpcRequest, RpcNotification, RpcResponse>;

/// What is wrong with a message, and whom to tell.
struct BadMessage {
    RpcId id;
    RpcError error;
};

/// Objects and arrays may lie this deep in one another.
constexpr int deepest_message = 64;

std::expected<RpcMessage, BadMessage> read_message(std::string_view text);
/// One line of JSON; bytes that are no UTF-8 become U+FFFD.
std::string write_message(RpcMessage const& message);

}
