// SPDX-License-Identifier: Apache-2.0
// `igneous eval`: one component of a model on given tensors, to compare with other programs.
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/files/places.h"
#include "app/cli/request_options.h"
#include "app/cli/tune_option.h"
#include "app/files/file.h"
#include "models/families/component.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace igneous {

namespace {

struct EvalOptions {
    std::string model, device, tune, component, inputs, outputs, tier = "f16";
};

std::string component_list()
{
    std::string list;
    for (std::string const& name : component_names())
        list += (list.empty() ? "" : ", ") + name;
    return list;
}

void run(EvalOptions const& options, Console& console)
{
    DType const tier = tier_from(options.tier) == Tier::f32 ? DType::f32 : DType::f16;
    require(std::ranges::find(component_names(), options.component) != component_names().end(),
        "--component: expected one of {}, got {}", component_list(), options.component);
    require_writable_folder(path_from_utf8(options.outputs).parent_path());
    NamedTensors const inputs = read_tensors(path_from_utf8(options.inputs));
    auto const model = options.model.empty() ? starter_model() : path_from_utf8(options.model);
    auto const device = Device::open({ .name_or_index = options.device, .tuning = tuning_from(options.tune) });
    NamedTensors const outputs = evaluate_component(device, model, options.component, inputs, tier);
    write_safetensors(path_from_utf8(options.outputs), outputs);
    for (auto const& [name, tensor] : outputs) {
        console.print(std::format("{} {} {}", name, name_of(tensor.dtype), tensor.shape));
        console.object({ { "output", { { "name", name }, { "dtype", name_of(tensor.dtype) },
            { "shape", std::vector<std::int64_t>(tensor.shape.extents().begin(), tensor.shape.extents().end()) } } } });
    }
}

}

CliCommand add_eval(CLI::App& program)
{
    CLI::App& app = *program.add_subcommand("eval", "Run one component of a model on given tensors");
    auto const options = std::make_shared<EvalOptions>();
    app.add_option("--model", options->model, "Folder of a diffusers model [the starter model]");
    app.add_option("--component", options->component, component_list())->required();
    app.add_option("--inputs", options->inputs, "safetensors file with the tensors of the forward call")->required();
    app.add_option("--outputs", options->outputs, "safetensors file to write")->required();
    app.add_option("--tier", options->tier, "f16, or f32 to compare with references")->capture_default_str();
    app.add_option("--device", options->device, "Index or part of the name of a Vulkan device");
    add_tune_option(app, options->tune);
    return { &app, [options](Console& console) { run(*options, console); } };
}

}
