// SPDX-License-Identifier: Apache-2.0
// What the worker and its user say to each other: framing, messages, calls, answers, notes, pixels, folders.
#include "app/protocol/allowed_folders.h"
#include "app/protocol/framing.h"
#include "app/protocol/lora_fit.h"
#include "app/protocol/notifications.h"
#include "app/protocol/pixels.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstring>

using namespace igneous;

namespace {

int code_answered(std::string_view text)
{
    auto const message = read_message(text);
    return message ? 0 : message.error().error.code;
}

template<class T>
std::expected<Call, RpcError> call_with(T params, char const* method)
{
    return read_call({ RpcId { 1 }, method, std::move(params) });
}

GenerateCall full_call()
{
    GenerateCall call { .job = 1234567890123, .init_image = "init.pam", .mask = "mask.pam",
        .safety = { .frugal = true, .tiled = true, .f32 = true }, .previews_per_second = 2.5, .folder = "/jobs/7" };
    call.request.model = "/models/m";
    call.request.prompt = "a \"quoted\" \n line, \xe5\xb1\xb1";
    call.request.seed = ~0ull;
    call.request.loras = { { "name", "/loras/name.safetensors", "abc", 0.5 } };
    call.request.sampling.sigmas = { 14.5, 1, 0 };
    call.request.init = InitImage { .strength = 0.25, .steps_mode = "a1111" };
    return call;
}

}

TEST_CASE("framing: bodies come out whole, however the bytes come in", "[protocol]")
{
    std::string const first = "{}", second(100000, 'x'), third;
    std::string const stream = frame(first) + "content-length:100000\r\nContent-Type: x; charset=utf-8\r\n\r\n" + second + frame(third);
    for (std::size_t const piece : { std::size_t { 1 }, std::size_t { 7 }, std::size_t { 4096 }, stream.size() }) {
        FrameReader reader;
        std::vector<std::string> bodies;
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            reader.feed(std::string_view(stream).substr(at, piece));
            while (auto body = reader.next())
                bodies.push_back(*std::move(body));
        }
        CHECK(bodies == std::vector { first, second, third });
        CHECK_FALSE(reader.inside_message());
    }
    FrameReader reader;
    reader.feed(stream.substr(0, 30));
    CHECK(reader.next() == first);
    CHECK_FALSE(reader.next());
    CHECK(reader.inside_message());
}

TEST_CASE("framing: what is no frame ends the stream", "[protocol]")
{
    for (std::string const& bytes : { std::string("GET / HTTP/1.1\r\n\r\n"), std::string("Content-Length: -1\r\n\r\n"),
             std::string("Content-Length: 12x\r\n\r\n"), std::string("Content-Length:\r\n\r\n"), std::string("\r\n\r\n"),
             std::string("X: 1\r\n\r\n"), std::string("Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
             std::string("Content-Length: 99999999999999999999\r\n\r\n"),
             std::string("Content-Length: 67108865\r\n\r\n"), std::string(9000, 'a') }) {
        FrameReader reader;
        reader.feed(bytes);
        CHECK_THROWS_AS(reader.next(), Error);
    }
    FrameReader reader;
    reader.feed("Content-Length: 67108864\r\n\r\n");   // allowed, and nothing is set aside for it
    CHECK_FALSE(reader.next());
}

TEST_CASE("messages: written and read again they are the same", "[protocol]")
{
    std::vector<RpcMessage> const messages { RpcRequest { 7, "plan", { { "a", 1 } } }, RpcRequest { "x-1", "plan" },
        RpcNotification { "log", { { "text", "\xe5\xb1\xb1" } } }, RpcResponse { 9, Json { { "b", nullptr } } },
        RpcResponse { {}, std::unexpected(RpcError { -32601, "no", "invalid_argument" }) } };
    for (RpcMessage const& message : messages) {
        auto const again = read_message(write_message(message));
        REQUIRE(again);
        CHECK(*again == message);
    }
    RpcNotification const broken { "log", { { "text", "\xff\xfe" } } };
    REQUIRE(read_message(write_message(broken)));
}

TEST_CASE("messages: broken ones are answered by the standard errors", "[protocol]")
{
    CHECK(code_answered("") == rpc_code::parse_error);
    CHECK(code_answered("{\"jsonrpc\": \"2.0\",") == rpc_code::parse_error);
    CHECK(code_answered("{\"a\": \"\xff\"}") == rpc_code::parse_error);
    CHECK(code_answered(std::string(70, '[') + std::string(70, ']')) == rpc_code::parse_error);
    CHECK(code_answered(std::string(5'000'000, '[')) == rpc_code::parse_error);
    CHECK(code_answered("[{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"hello\"}]") == rpc_code::invalid_request);
    CHECK(code_answered("3") == rpc_code::invalid_request);
    CHECK(code_answered("{\"id\": 1, \"method\": \"hello\"}") == rpc_code::invalid_request);
    CHECK(code_answered("{\"jsonrpc\": \"2.0\", \"id\": 1}") == rpc_code::invalid_request);
    CHECK(code_answered("{\"jsonrpc\": \"2.0\", \"id\": 1.5, \"method\": \"hello\"}") == rpc_code::invalid_request);
    CHECK(code_answered("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": 5}") == rpc_code::invalid_request);
    CHECK(code_answered("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"hello\", \"params\": [1]}") == rpc_code::invalid_request);
    auto const bad = read_message("{\"jsonrpc\": \"2.0\", \"id\": \"mine\", \"params\": 1, \"method\": \"x\"}");
    REQUIRE_FALSE(bad);
    CHECK(bad.error().id == RpcId { "mine" });
    // Unknown fields are passed over, brackets in texts are no depth.
    CHECK(code_answered("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"" + std::string(200, '[') + "\\\"\", \"more\": {}}") == 0);
}

TEST_CASE("messages: every error code has a name and a number of its own", "[protocol]")
{
    std::vector<int> numbers;
    for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i) {
        auto const code = static_cast<ErrorCode>(i);
        RpcError const error = to_rpc(code, "why");
        CHECK(code_of(error) == code);
        CHECK(error.code <= -32001);
        CHECK(error.code >= -32099);
        numbers.push_back(error.code);
    }
    std::ranges::sort(numbers);
    CHECK(std::ranges::adjacent_find(numbers) == numbers.end());
    CHECK(code_of({ -1, "", "of a later version" }) == ErrorCode::internal);
}

TEST_CASE("calls: written and read again they are the same", "[protocol]")
{
    PlanCall plan { full_call().request };
    plan.request.init->image = Image(24, 16, 3);
    plan.request.init->mask = Image(24, 16, 1);
    std::vector<Call> const calls { HelloCall { 1, "studio 2" }, LoadCall { "/m" }, UnloadCall {}, plan, full_call(),
        CancelCall { -5 }, FreeMemoryCall {}, InspectCall { "/m", "/l" }, ShutdownCall {} };
    CHECK(calls.size() == std::variant_size_v<Call>);
    for (Call const& call : calls) {
        auto const message = read_message(write_message(write_call(3, call)));
        REQUIRE(message);
        auto const again = read_call(std::get<RpcRequest>(*message));
        REQUIRE(again);
        CHECK(*again == call);
    }
}

TEST_CASE("calls: unknown methods and wrong params are told", "[protocol]")
{
    auto const code = [](std::expected<Call, RpcError> const& call) { return call ? 0 : call.error().code; };
    CHECK(code(call_with(Json::object(), "format_disk")) == rpc_code::method_not_found);
    CHECK(code(call_with(Json { { "protocol", 1 }, { "later", { 1, 2 } } }, "hello")) == 0);
    CHECK(code(call_with(Json::object(), "hello")) == rpc_code::invalid_params);
    CHECK(code(call_with(Json { { "protocol", 1.5 } }, "hello")) == rpc_code::invalid_params);
    CHECK(code(call_with(Json { { "protocol", 1ll << 40 } }, "hello")) == rpc_code::invalid_params);
    CHECK(code(call_with(Json { { "protocol", "1" } }, "hello")) == rpc_code::invalid_params);

    RpcRequest const good = write_call(1, full_call());
    auto const changed = [&](char const* field, Json value) {
        RpcRequest request = good;
        request.params[field] = std::move(value);
        return code(read_call(request));
    };
    CHECK(changed("job", "7") == rpc_code::invalid_params);
    CHECK(changed("job", ~0ull) == rpc_code::invalid_params);
    CHECK(changed("previews_per_second", 6) == rpc_code::invalid_params);
    CHECK(changed("previews_per_second", -1) == rpc_code::invalid_params);
    CHECK(changed("safety", Json::array()) == rpc_code::invalid_params);
    CHECK(changed("safety", { { "frugal", 1 } }) == rpc_code::invalid_params);
    CHECK(changed("request", "{}") == rpc_code::invalid_params);
    CHECK(changed("request", { { "seed", "x" } }) == rpc_code::invalid_params);
    CHECK(changed("request", { { "loras", 3 } }) == rpc_code::invalid_params);
    CHECK(changed("request", { { "of_a_later_version", { 1 } } }) == 0);

    RpcRequest plan = write_call(1, PlanCall {});
    plan.params["init_size"] = { { "width", 10 }, { "height", 10 } };
    CHECK(code(read_call(plan)) == rpc_code::invalid_params);   // no request.init
    plan.params["request"]["init"] = Json::object();
    CHECK(code(read_call(plan)) == 0);
    plan.params["init_size"]["width"] = 1'000'000;
    CHECK(code(read_call(plan)) == rpc_code::invalid_params);
}

TEST_CASE("answers: written and read again they are the same", "[protocol]")
{
    HelloAnswer const hello { 3, "igneous 9", "Radeon", { { 0, "Radeon", "discrete", "radv", "1.4", ~0ull, "" } }, { "landlock 7", "seccomp", "no: x" } };
    CHECK(read_hello_answer(write_answer(hello)) == hello);
    GenerateAnswer const made { { { 1, 8, "picture-1.png", 64, 48 } }, 5, 6 };
    CHECK(read_generate_answer(write_answer(made)) == made);
    CHECK(read_cancel_answer(write_answer(CancelAnswer { true })).running);
    GenerationPlan plan { .weight_bytes = 1, .arena_bytes = 2, .persistent_bytes = 3, .latent_bytes = 4, .total_bytes = 5,
        .streamed_bytes = 9, .flops = 1e15, .seconds = 2.5, .budget_bytes = 6, .steps = 7, .arena_of_part = { { "unet", 8 } } };
    GenerationPlan const again = read_plan_answer(write_answer(plan));
    CHECK(write_answer(again) == write_answer(plan));
    CHECK(again.arena_of_part == plan.arena_of_part);
    CHECK_THROWS_AS(read_hello_answer(Json(3)), Error);
    CHECK_THROWS_AS(read_hello_answer(Json::object()), Error);
    CHECK_THROWS_AS(read_plan_answer({ { "total_bytes", -1 } }), Error);
    CHECK_THROWS_AS(read_generate_answer({ { "pictures", { 1 } } }), Error);
}

TEST_CASE("lora fit: written and read again it is the same; another type is told", "[protocol]")
{
    LoraFit const fit { .keys = 9, .matched = 2, .no_such_layer = { 3, { "a", "b" } },
        .wrong_shape = { 3, { "c is [4, 2], expected [4, 3]" } }, .not_understood = { 1, { "d" } }, .refusal = "why" };
    CHECK(read_lora_fit(lora_fit_json(fit)) == fit);
    CHECK(read_lora_fit(lora_fit_json({})) == LoraFit());
    Json json = lora_fit_json(fit);
    json["no_such_layer"]["examples"] = { 1 };
    CHECK_THROWS_AS(read_lora_fit(json), Error);
    json = lora_fit_json(fit);
    json.erase("matched");
    CHECK_THROWS_AS(read_lora_fit(json), Error);
}

TEST_CASE("notes: written and read again they are the same; files stay in their folder", "[protocol]")
{
    std::vector<Note> const notes { ProgressNote { 1, "denoise", 2, 20, 3.5 }, PreviewNote { 1, 0, 2, 20, "preview-1.pam" },
        PictureNote { 1, { 0, 7, "picture-0.png", 64, 64 } }, LogNote { "words" }, HeartbeatNote {}, HeartbeatNote { 5 } };
    for (Note const& note : notes)
        CHECK(read_note(write_note(note)) == note);
    CHECK_FALSE(read_note({ "of_a_later_version", { { "x", 1 } } }));
    CHECK_THROWS_AS(read_note({ "progress", Json::object() }), Error);
    for (char const* name : { "", ".", "..", "../x.png", "/etc/passwd", "a/b.png", "a\\b.png", "C:x.png" }) {
        CHECK_THROWS_AS(read_note({ "picture", { { "job", 1 }, { "picture", { { "index", 0 }, { "file", name } } } } }), Error);
        CHECK_THROWS_AS(read_note({ "preview", { { "job", 1 }, { "file", name } } }), Error);
    }
}

TEST_CASE("pixels: a PAM picture comes back, a damaged one is refused", "[protocol]")
{
    for (int const channels : { 1, 3, 4 }) {
        Image image(5, 3, channels);
        for (std::size_t i = 0; i < image.pixels.size(); ++i)
            image.pixels[i] = static_cast<std::uint8_t>(i * 17);
        CHECK(decode_pam(encode_pam(image), "x") == image);
    }
    auto const refused = [](std::string_view text) {
        std::vector<std::byte> bytes(text.size());
        std::memcpy(bytes.data(), text.data(), text.size());
        CHECK_THROWS_AS(decode_pam(bytes, "x"), Error);
    };
    refused("");
    refused("P6\n1 1\n255\nabc");
    refused("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 3\nMAXVAL 255\n");
    refused("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 3\nMAXVAL 255\nENDHDR\nab");
    refused("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 3\nMAXVAL 255\nENDHDR\nabcd");
    refused("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 2\nMAXVAL 255\nENDHDR\nab");
    refused("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nMAXVAL 65535\nENDHDR\nab");
    refused("P7\nWIDTH 99999\nHEIGHT 99999\nDEPTH 3\nMAXVAL 255\nENDHDR\nab");
    refused("P7\nWIDTH -1\nHEIGHT -1\nDEPTH 1\nMAXVAL 255\nENDHDR\na");
}

TEST_CASE("folders: only what lies in them is allowed, by whichever way", "[protocol]")
{
    test::TemporaryFolder const folder;
    namespace fs = std::filesystem;
    fs::create_directories(folder / "models" / "one");
    fs::create_directories(folder / "models-other");
    fs::create_directories(folder / "blobs");
    test::write_text(folder / "blobs" / "x", "weights");
    fs::create_symlink(folder / "blobs" / "x", folder / "models" / "one" / "model.safetensors");
    fs::create_directory_symlink(folder / "blobs", folder / "models" / "away");
    AllowedFolders const allowed({ folder / "models" / "" });
    CHECK(allowed.allow(folder / "models"));
    CHECK(allowed.allow(folder / "models" / "one" / ""));
    CHECK(allowed.allow(folder / "models" / "not" / "there"));
    CHECK_FALSE(allowed.allow(folder / "models-other"));
    CHECK_FALSE(allowed.allow(folder / "models" / ".." / "blobs"));
    CHECK_FALSE(allowed.allow(folder / "models" / "away"));
    CHECK_FALSE(allowed.allow("/"));
    CHECK_FALSE(allowed.allow(""));
    CHECK(AllowedFolders({}).allow("/anywhere"));
    auto const real = allowed.with_links();
    CHECK(std::ranges::find(real, fs::canonical(folder / "blobs" / "x")) != real.end());
    CHECK(std::ranges::find(real, fs::canonical(folder / "blobs")) != real.end());
}
