// SPDX-License-Identifier: Apache-2.0
// `igneous plan`: the memory and work of a request, before it runs and without a GPU.
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/fit.h"
#include "app/files/places.h"
#include "app/cli/request_options.h"
#include "app/cli/tune_option.h"
#include "models/pipeline/generate.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace igneous {

namespace {

std::string work_text(double flops)
{
    return flops >= 1e12 ? std::format("{:.2f} TFLOP", flops / 1e12) : std::format("{:.2f} GFLOP", flops / 1e9);
}

void show(GenerationPlan const& plan, Console& console)
{
    nlohmann::ordered_json parts = nlohmann::ordered_json::object();
    for (auto const& [part, bytes] : plan.arena_of_part)
        parts[part] = bytes;
    console.object({ { "plan",
        { { "weight_bytes", plan.weight_bytes }, { "arena_bytes", plan.arena_bytes },
            { "persistent_bytes", plan.persistent_bytes }, { "latent_bytes", plan.latent_bytes },
            { "total_bytes", plan.total_bytes }, { "streamed_bytes", plan.streamed_bytes },
            { "budget_bytes", plan.budget_bytes }, { "flops", plan.flops },
            { "seconds", plan.seconds }, { "block_bytes", plan.block_bytes }, { "fits", plan.fits() }, { "steps", plan.steps }, { "arena_of_part", parts } } } });

    auto const row = [](std::string what, std::uint64_t bytes) {
        return std::vector<std::string> { std::move(what), std::to_string(bytes), size_text(bytes) };
    };
    std::vector<std::vector<std::string>> rows { row("weights", plan.weight_bytes),
        row("activations, the largest part's", plan.arena_bytes) };
    for (auto const& [part, bytes] : plan.arena_of_part)
        rows.push_back(row("  " + part, bytes));
    rows.push_back(row("inputs, outputs, hoisted values", plan.persistent_bytes));
    rows.push_back(row("sampler", plan.latent_bytes));
    rows.push_back(row("together", plan.total_bytes));
    console.print(table({ "device memory", ">bytes", ">" }, rows));
    if (plan.streamed_bytes > 0)
        console.print(std::format("weights that stay in the computer's memory and are brought while their part runs: {}",
            size_text(plan.streamed_bytes)));
    console.print(std::format("work: {} in {} steps", work_text(plan.flops), plan.steps));
    if (plan.seconds > 0)
        console.print("time: about " + duration_text(plan.seconds));
    if (plan.budget_bytes == 0)
        console.print("device: none; planned for a generic one");
    else
        console.print(std::format("device: {} may be used, it {}", size_text(plan.budget_bytes),
            plan.fits() ? "fits" : "does not fit; ask for a smaller size or batch"));
}

}

CliCommand add_plan(CLI::App& program)
{
    CLI::App& app = *program.add_subcommand("plan", "Memory and work of a request, without running it; needs no GPU");
    auto const options = std::make_shared<RequestOptions>();
    auto const tune = std::make_shared<std::string>();
    options->add_to(app, PromptIs::optional);
    add_tune_option(app, *tune)->group("Model");
    return { &app, [options, tune](Console& console) {
                DeviceSelection const device { .name_or_index = options->device(), .tuning = tuning_from(*tune) };
                auto const generator = make_generator({ .device = device,
                    .memory_limit = options->memory_limit(),
                    .clip_vocabulary = utf8_name(clip_vocabulary()) });
                SafetyMeasures const measures = measures_that_fit(*generator, options->request());
                GenerationPlan const plan = generator->plan(options->request(), measures);
                if (measures != SafetyMeasures {})
                    console.note(text_of(measures, plan));
                show(plan, console);
            } };
}

}
