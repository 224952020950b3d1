// SPDX-License-Identifier: Apache-2.0
#include "app/protocol/messages.h"

#include <algorithm>
#include <array>

namespace igneous {

namespace {

constexpr std::array error_codes { ErrorCode::invalid_argument, ErrorCode::file_missing, ErrorCode::file_damaged,
    ErrorCode::unsupported_model, ErrorCode::weights_mismatch, ErrorCode::out_of_memory, ErrorCode::device_lost,
    ErrorCode::no_device, ErrorCode::numeric, ErrorCode::disk_full, ErrorCode::cancelled, ErrorCode::internal };
constexpr int first_error = -32001;        // of error_codes, downwards

/// Before parsing, because a parsed value that deep is slow to walk and to write.
int depth_of(std::string_view text)
{
    int depth = 0, deepest = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (quoted) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            deepest = std::max(deepest, ++depth);
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return deepest;
}

/// Nothing where it is neither a whole number nor a text.
std::expected<RpcId, std::string> read_id(Json const& object)
{
    auto const found = object.find("id");
    if (found == object.end() || found->is_null())
        return RpcId {};
    if (found->is_number_integer())
        return RpcId { found->get<std::int64_t>() };
    if (found->is_string())
        return RpcId { found->get<std::string>() };
    return std::unexpected("an id must be a whole number or a text");
}

Json write_id(RpcId const& id)
{
    if (auto const* number = std::get_if<std::int64_t>(&id))
        return *number;
    if (auto const* text = std::get_if<std::string>(&id))
        return *text;
    return nullptr;
}

RpcError read_error(Json const& object)
{
    RpcError error;
    if (auto const code = object.find("code"); code != object.end() && code->is_number_integer())
        error.code = static_cast<int>(std::clamp<std::int64_t>(code->get<std::int64_t>(), -40000, 40000));
    if (auto const message = object.find("message"); message != object.end() && message->is_string())
        error.message = message->get<std::string>();
    if (auto const data = object.find("data"); data != object.end() && data->is_object())
        if (auto const name = data->find("error"); name != data->end() && name->is_string())
            error.name = name->get<std::string>();
    return error;
}

std::expected<RpcMessage, std::string> read_object(Json& object, RpcId const& id)
{
    auto const version = object.find("jsonrpc");
    if (version == object.end() || *version != "2.0")
        return std::unexpected("expected \"jsonrpc\": \"2.0\"");
    if (auto const method = object.find("method"); method != object.end()) {
        if (!method->is_string())
            return std::unexpected("the method must be a text");
        Json params = Json::object();
        if (auto const given = object.find("params"); given != object.end())
            params = std::move(*given);
        if (!params.is_object())
            return std::unexpected("params must be an object");
        if (object.contains("id"))
            return RpcRequest { id, method->get<std::string>(), std::move(params) };
        return RpcNotification { method->get<std::string>(), std::move(params) };
    }
    if (auto const error = object.find("error"); error != object.end() && error->is_object())
        return RpcResponse { id, std::unexpected(read_error(*error)) };
    if (auto const result = object.find("result"); result != object.end())
        return RpcResponse { id, std::move(*result) };
    return std::unexpected("a message must have a method, a result or an error");
}

}

RpcError to_rpc(ErrorCode code, std::string const& message)
{
    auto const place = std::ranges::find(error_codes, code) - error_codes.begin();
    return { first_error - static_cast<int>(place), message, std::string(error_name(code)) };
}

ErrorCode code_of(RpcError const& error)
{
    auto const found = std::ranges::find(error_codes, error.name, [](ErrorCode code) { return error_name(code); });
    return found == error_codes.end() ? ErrorCode::internal : *found;
}

std::expected<RpcMessage, BadMessage> read_message(std::string_view text)
{
    auto const bad = [](int code, std::string message, RpcId id = {}) {
        return std::unexpected(BadMessage { std::move(id), { code, std::move(message), "invalid_argument" } });
    };
    if (depth_of(text) > deepest_message)
        return bad(rpc_code::parse_error, std::format("the message is nested more than {} deep", deepest_message));
    Json object = Json::parse(text, nullptr, false);
    if (object.is_discarded())
        return bad(rpc_code::parse_error, "the message is no JSON");
    if (object.is_array())
        return bad(rpc_code::invalid_request, "batches are not taken; send one message after the other");
    if (!object.is_object())
        return bad(rpc_code::invalid_request, "a message must be an object");
    auto const id = read_id(object);
    if (!id)
        return bad(rpc_code::invalid_request, id.error());
    auto message = read_object(object, *id);
    if (!message)
        return bad(rpc_code::invalid_request, message.error(), *id);
    return *std::move(message);
}

std::string write_message(RpcMessage const& message)
{
    Json object { { "jsonrpc", "2.0" } };
    if (auto const* request = std::get_if<RpcRequest>(&message)) {
        object["id"] = write_id(request->id);
        object["method"] = request->method;
        object["params"] = request->params;
    } else if (auto const* notification = std::get_if<RpcNotification>(&message)) {
        object["method"] = notification->method;
        object["params"] = notification->params;
    } else {
        auto const& response = std::get<RpcResponse>(message);
        object["id"] = write_id(response.id);
        if (response.result)
            object["result"] = *response.result;
        else
            object["error"] = { { "code", response.result.error().code }, { "message", response.result.error().message },
                { "data", { { "error", response.result.error().name } } } };
    }
    return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}
