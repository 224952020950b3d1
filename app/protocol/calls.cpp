// SPDX-License-Identifier: Apache-2.0
#include "app/protocol/calls.h"

#include "app/protocol/fields.h"

#include <algorithm>
#include <array>

namespace igneous {

namespace {

constexpr int largest_init_side = 16384;

// One pair of overloads for each call: its name, its params, and the way back.

Json request_json(GenerationRequest const& request) { return Json::parse(to_json(request)); }

GenerationRequest read_request(Fields const& fields)
{
    fields.must_have("request");
    return request_from_json(fields.object("request")->dump(-1, ' ', false, Json::error_handler_t::replace));
}

char const* method_of(HelloCall const&) { return "hello"; }
Json params_of(HelloCall const& call) { return { { "protocol", call.protocol }, { "client", call.client } }; }
void read(Fields const& fields, HelloCall& call)
{
    fields.must_have("protocol");
    fields.read("protocol", call.protocol);
    fields.read("client", call.client);
}

char const* method_of(LoadCall const&) { return "load"; }
Json params_of(LoadCall const& call) { return { { "model", call.model } }; }
void read(Fields const& fields, LoadCall& call)
{
    fields.must_have("model");
    fields.read("model", call.model);
}

Json safety_json(SafetyMeasures const& safety)
{
    return { { "frugal", safety.frugal }, { "tiled", safety.tiled }, { "f32", safety.f32 } };
}

SafetyMeasures read_safety(Fields const& fields, char const* who)
{
    SafetyMeasures safety;
    if (Json const* given = fields.object("safety")) {
        Fields const measures(*given, who);
        measures.read("frugal", safety.frugal);
        measures.read("tiled", safety.tiled);
        measures.read("f32", safety.f32);
    }
    return safety;
}

char const* method_of(PlanCall const&) { return "plan"; }
Json params_of(PlanCall const& call)
{
    Json params { { "request", request_json(call.request) }, { "safety", safety_json(call.safety) } };
    if (call.request.init)
        params["init_size"] = { { "width", call.request.init->image.width }, { "height", call.request.init->image.height },
            { "mask", call.request.init->mask.has_value() } };
    return params;
}
void read(Fields const& fields, PlanCall& call)
{
    call.request = read_request(fields);
    call.safety = read_safety(fields, "plan: safety");
    Json const* size = fields.object("init_size");
    require(!call.request.init == !size, "plan: request.init and init_size go together, but only one is there");
    if (!size)
        return;
    Fields const init(*size, "plan: init_size");
    int width = 0, height = 0;
    bool mask = false;
    init.read("width", width);
    init.read("height", height);
    init.read("mask", mask);
    auto const is_side = [](int side) { return side > 0 && side <= largest_init_side; };
    require(is_side(width) && is_side(height), "plan: init_size: {} x {} is no size; sides go from 1 to {}", width, height,
        largest_init_side);
    call.request.init->image = Image(width, height, 3);
    if (mask)
        call.request.init->mask = Image(width, height, 1);
}

Json metadata_json(MetadataChoice const& choice)
{
    return { { "recipe", choice.recipe }, { "a1111", choice.a1111 }, { "label", choice.label } };
}

MetadataChoice read_metadata(Fields const& fields)
{
    MetadataChoice choice;
    if (Json const* given = fields.object("metadata")) {
        Fields const parts(*given, "generate: metadata");
        parts.read("recipe", choice.recipe);
        parts.read("a1111", choice.a1111);
        parts.read("label", choice.label);
    }
    return choice;
}

char const* method_of(GenerateCall const&) { return "generate"; }
Json params_of(GenerateCall const& call)
{
    Json params { { "job", call.job }, { "request", request_json(call.request) }, { "folder", call.folder },
        { "safety", safety_json(call.safety) }, { "metadata", metadata_json(call.metadata) },
        { "previews_per_second", call.previews_per_second } };
    if (!call.init_image.empty())
        params["init_image"] = call.init_image;
    if (!call.mask.empty())
        params["mask"] = call.mask;
    return params;
}
void read(Fields const& fields, GenerateCall& call)
{
    for (char const* name : { "job", "folder" })
        fields.must_have(name);
    fields.read("job", call.job);
    call.request = read_request(fields);
    fields.read("init_image", call.init_image);
    fields.read("mask", call.mask);
    fields.read("folder", call.folder);
    fields.read("previews_per_second", call.previews_per_second);
    require(call.previews_per_second >= 0 && call.previews_per_second <= most_previews_per_second,
        "generate: previews_per_second: {} is outside 0 to {}", call.previews_per_second, most_previews_per_second);
    call.safety = read_safety(fields, "generate: safety");
    call.metadata = read_metadata(fields);
}

char const* method_of(CancelCall const&) { return "cancel"; }
Json params_of(CancelCall const& call) { return { { "job", call.job } }; }
void read(Fields const& fields, CancelCall& call)
{
    fields.must_have("job");
    fields.read("job", call.job);
}

char const* method_of(InspectCall const&) { return "inspect"; }
Json params_of(InspectCall const& call)
{
    Json params { { "model", call.model } };
    if (!call.lora.empty())
        params["lora"] = call.lora;
    return params;
}
void read(Fields const& fields, InspectCall& call)
{
    fields.must_have("model");
    fields.read("model", call.model);
    fields.read("lora", call.lora);
}

// Without params.
char const* method_of(UnloadCall const&) { return "unload"; }
char const* method_of(FreeMemoryCall const&) { return "free_memory"; }
char const* method_of(ShutdownCall const&) { return "shutdown"; }
template<class T>
Json params_of(T const&)
{
    return Json::object();
}
template<class T>
void read(Fields const&, T&)
{
}

using Reader = Call (*)(Fields const&);

struct Method {
    char const* name;
    Reader read;
};

template<class T>
Method method()
{
    return { method_of(T {}), [](Fields const& fields) {
                T call;
                read(fields, call);
                return Call { std::move(call) };
            } };
}

template<class... Calls>
std::array<Method, sizeof...(Calls)> methods_of(std::variant<Calls...> const*)
{
    return { method<Calls>()... };
}

}

RpcRequest write_call(RpcId id, Call const& call)
{
    return std::visit([&](auto const& c) { return RpcRequest { std::move(id), method_of(c), params_of(c) }; }, call);
}

std::expected<Call, RpcError> read_call(RpcRequest const& request)
{
    static auto const methods = methods_of(static_cast<Call const*>(nullptr));
    auto const found = std::ranges::find_if(methods, [&](Method const& m) { return request.method == m.name; });
    if (found == methods.end())
        return std::unexpected(RpcError { rpc_code::method_not_found,
            std::format("there is no method {}", request.method.substr(0, 100)), "invalid_argument" });
    try {
        return found->read(Fields(request.params, request.method));
    } catch (Error const& error) {
        return std::unexpected(RpcError { rpc_code::invalid_params, error.what(), std::string(error_name(error.code())) });
    }
}

Json write_answer(HelloAnswer const& answer)
{
    Json devices = Json::array();
    for (WorkerDevice const& device : answer.devices)
        devices.push_back({ { "index", device.index }, { "name", device.name }, { "kind", device.kind },
            { "driver", device.driver }, { "vulkan", device.vulkan }, { "memory_bytes", device.memory_bytes },
            { "why_not", device.why_not } });
    ConfinementReport const& held = answer.confinement;
    return { { "protocol", answer.protocol }, { "version", answer.version }, { "device", answer.device },
        { "devices", devices },
        { "confinement", { { "files", held.files }, { "network", held.network }, { "calls", held.calls } } } };
}

HelloAnswer read_hello_answer(Json const& json)
{
    HelloAnswer answer;
    Fields const fields(json, "hello");
    fields.must_have("protocol");
    fields.read("protocol", answer.protocol);
    fields.read("version", answer.version);
    fields.read("device", answer.device);
    fields.each("devices", [&](Fields const& entry) {
        WorkerDevice& device = answer.devices.emplace_back();
        entry.read("index", device.index);
        entry.read("name", device.name);
        entry.read("kind", device.kind);
        entry.read("driver", device.driver);
        entry.read("vulkan", device.vulkan);
        entry.read("memory_bytes", device.memory_bytes);
        entry.read("why_not", device.why_not);
    });
    if (Json const* held = fields.object("confinement")) {
        Fields const report(*held, "hello: confinement");
        report.read("files", answer.confinement.files);
        report.read("network", answer.confinement.network);
        report.read("calls", answer.confinement.calls);
    }
    return answer;
}

Json write_answer(GenerationPlan const& plan)
{
    Json parts = Json::array();
    for (auto const& [part, bytes] : plan.arena_of_part)
        parts.push_back({ { "part", part }, { "bytes", bytes } });
    return { { "weight_bytes", plan.weight_bytes }, { "arena_bytes", plan.arena_bytes },
        { "persistent_bytes", plan.persistent_bytes }, { "latent_bytes", plan.latent_bytes },
        { "total_bytes", plan.total_bytes }, { "streamed_bytes", plan.streamed_bytes },
        { "budget_bytes", plan.budget_bytes }, { "flops", plan.flops },
        { "seconds", plan.seconds }, { "steps", plan.steps }, { "arena_of_part", parts } };
}

GenerationPlan read_plan_answer(Json const& json)
{
    GenerationPlan plan;
    Fields const fields(json, "plan");
    fields.must_have("total_bytes");
    for (auto const& [name, bytes] : { std::pair<char const*, std::uint64_t*> { "weight_bytes", &plan.weight_bytes },
             { "arena_bytes", &plan.arena_bytes }, { "persistent_bytes", &plan.persistent_bytes },
             { "latent_bytes", &plan.latent_bytes }, { "total_bytes", &plan.total_bytes },
             { "streamed_bytes", &plan.streamed_bytes }, { "budget_bytes", &plan.budget_bytes } })
        fields.read(name, *bytes);
    fields.read("flops", plan.flops);
    fields.read("seconds", plan.seconds);
    fields.read("steps", plan.steps);
    fields.each("arena_of_part", [&](Fields const& entry) {
        auto& [part, bytes] = plan.arena_of_part.emplace_back();
        entry.read("part", part);
        entry.read("bytes", bytes);
    });
    return plan;
}

bool is_plain_file_name(std::string_view name)
{
    return !name.empty() && name.size() <= 255 && name != "." && name != ".."
        && std::ranges::none_of(name, [](char c) { return c == '/' || c == '\\' || c == ':' || c == '\0'; });
}

Json write_picture(FinishedPicture const& picture)
{
    return { { "index", picture.index }, { "seed", picture.seed }, { "file", picture.file }, { "width", picture.width },
        { "height", picture.height } };
}

FinishedPicture read_picture(Fields const& fields)
{
    FinishedPicture picture;
    for (char const* name : { "index", "file" })
        fields.must_have(name);
    fields.read("index", picture.index);
    fields.read("seed", picture.seed);
    fields.read("file", picture.file);
    fields.read("width", picture.width);
    fields.read("height", picture.height);
    require(is_plain_file_name(picture.file), "picture: {} is not the name of a file", picture.file);
    return picture;
}

Json write_answer(GenerateAnswer const& answer)
{
    Json pictures = Json::array();
    for (FinishedPicture const& picture : answer.pictures)
        pictures.push_back(write_picture(picture));
    return { { "pictures", pictures },
        { "memory", { { "planned", answer.memory_planned }, { "peak", answer.memory_peak } } } };
}

GenerateAnswer read_generate_answer(Json const& json)
{
    GenerateAnswer answer;
    Fields const fields(json, "generate");
    fields.must_have("pictures");
    fields.each("pictures", [&](Fields const& entry) { answer.pictures.push_back(read_picture(entry)); });
    if (Json const* memory = fields.object("memory")) {
        Fields const bytes(*memory, "generate: memory");
        bytes.read("planned", answer.memory_planned);
        bytes.read("peak", answer.memory_peak);
    }
    return answer;
}

Json write_answer(CancelAnswer const& answer) { return { { "running", answer.running } }; }

CancelAnswer read_cancel_answer(Json const& json)
{
    CancelAnswer answer;
    Fields(json, "cancel").read("running", answer.running);
    return answer;
}

}
