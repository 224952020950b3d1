// SPDX-License-Identifier: Apache-2.0
#include "app/cli/generate.h"

#include "app/cli/cancel.h"
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/fit.h"
#include "app/cli/inspection.h"
#include "app/cli/output_names.h"
#include "app/files/places.h"
#include "app/cli/progress.h"
#include "app/cli/request_options.h"
#include "app/cli/tune_option.h"
#include "app/files/file.h"
#include "app/picture/picture.h"
#include "app/recipes/request_hashes.h"
#include "app/recipes/write_recipe.h"
#include "app/worker/confinement.h"
#include "models/pipeline/generate.h"
#include "models/prompt/lora_tags.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr int most_numbers = 100000;

/// What lies in the picture: the request with the size that it came to.
std::vector<PictureText> texts_of(GenerationRequest request, ImageReady const& ready)
{
    request.width = ready.image.width;
    request.height = ready.image.height;
    return recipe_texts(request, ready.index);
}

fs::path write_picture(OutputNames const& names, ImageReady const& ready, std::span<std::byte const> bytes)
{
    for (int attempt = 0; attempt < most_numbers; ++attempt) {
        fs::path const path = names.name(ready.index, ready.seed, attempt);
        if (write_file(path, bytes, names.chosen() ? Existing::replace : Existing::keep))
            return path;
    }
    fail(ErrorCode::invalid_argument, "{} and {} more names are taken; choose another with --out",
        utf8_name(names.name(ready.index, ready.seed, 0)), most_numbers);
}

struct GenerateOptions {
    RequestOptions request;
    GenerationExtras extras;
    std::string out, tune, inspect, inspect_folder = "igneous-inspect";
    std::optional<int> quality;
    bool profile = false;
};

/// Texts that do not fit are to be refused before the work, not behind it.
void check_texts(OutputNames const& names, GenerateJob const& job)
{
    GenerationRequest longest = job.request;
    longest.width = longest.height = largest_picture_side;
    encode_picture(names.format(), Image(8, 8, 3), recipe_texts(longest, longest.batch), job.quality);
}

void show(Notice const& notice, Console& console)
{
    console.object({ { "notice", notice.text } });
    console.note(notice.text);
}

void check_tensor_path(std::string const& option, std::string const& name)
{
    if (name.empty())
        return;
    try {
        require_writable_folder(path_from_utf8(name).parent_path());
    } catch (Error const& error) {
        fail(error.code(), "{}: {}", option, error.what());
    }
}

/// What does not fit as it is may do so with less on the device at a time; else the run says what would.
void make_fit(Generator& generator, GenerateJob& job, Console& console)
{
    bool const tensors = !job.extras.latents_in.empty() || !job.extras.tensors_out.empty();
    SafetyMeasures const measures = tensors ? SafetyMeasures {} : measures_that_fit(generator, job.request);
    if (measures == SafetyMeasures {})
        return;
    show(Notice { text_of(measures, generator.plan(job.request, measures)) }, console);
    job.extras.safety = measures;
    job.request = under(measures, job.request);
}

void run(GenerateOptions const& options, Console& console)
{
    std::stop_token const stop = stop_on_signals();
    RequestedPicture const requested = options.request.requested();
    for (std::string const& note : requested.notes)
        show(Notice { note }, console);
    GenerateJob job { .request = requested.request, .extras = options.extras, .out = options.out,
        .quality = options.quality, .only = requested.only };
    check_tensor_path("--save-tensors", options.extras.tensors_out);
    require(!options.extras.save_steps || !options.extras.tensors_out.empty(),
        "--save-steps needs --save-tensors: the file to write to");
    GeneratorOptions engine { .device
                              = { .name_or_index = options.request.device(), .tuning = tuning_from(options.tune) },
        .memory_limit = options.request.memory_limit(),
        .profile = options.profile,
        .clip_vocabulary = utf8_name(clip_vocabulary()) };
    Inspection inspection(console, options.inspect, options.inspect_folder);
    inspection.attach(engine);
    auto const generator = make_generator(std::move(engine));
    make_fit(*generator, job, console);
    generate_pictures(*generator, job, console, stop);
}

}

void generate_pictures(Generator& generator, GenerateJob const& job, Console& console, std::stop_token stop)
{
    HashBook book(cache_home().empty() ? fs::path() : cache_home() / "igneous/hashes");
    RequestHashes hashes(job.request, book);
    OutputNames const names(job.out, without_lora_tags(job.request.prompt), job.only ? 1 : job.request.batch);
    check_texts(names, job);
    Progress progress(console);
    auto const on_image = [&](ImageReady const& ready) {
        if (job.only && *job.only != ready.index)
            return;
        auto const bytes = encode_picture(names.format(), ready.image, texts_of(hashes.filled(job.request), ready), job.quality);
        std::string const path = utf8_name(write_picture(names, ready, bytes));
        console.print(path);
        console.object({ { "image", { { "index", ready.index }, { "path", path }, { "seed", ready.seed },
            { "width", ready.image.width }, { "height", ready.image.height } } } });
    };
    EventSink const sink = [&](GenerationEvent const& event) {
        if (auto const* phase = std::get_if<PhaseStarted>(&event))
            progress.show(*phase);
        else if (auto const* step = std::get_if<StepDone>(&event))
            progress.show(*step);
        else if (auto const* ready = std::get_if<ImageReady>(&event))
            on_image(*ready);
        else if (auto const* notice = std::get_if<Notice>(&event))
            show(*notice, console);
    };
    MemoryReport const memory = generator.generate(job.request, sink, stop, job.extras);
    for (std::string const& sentence : hashes.differences(job.request))
        show(Notice { sentence }, console);
    console.object({ { "memory", { { "planned", memory.planned }, { "peak", memory.peak } } } });
    console.note("device memory: " + size_text(memory.peak) + " used, " + size_text(memory.planned) + " planned");
}

CliCommand add_generate(CLI::App& program)
{
    CLI::App& app = *program.add_subcommand("generate", "Make pictures from a prompt");
    auto const options = std::make_shared<GenerateOptions>();
    options->request.add_to(app, PromptIs::required);
    add_tune_option(app, options->tune)->group("Model");
    app.add_option("--out", options->out,
           "Picture to write (.png, .jpg or .webp), or a folder; {index} and {seed} are filled in. Without it: a "
           "name from the prompt in this folder, numbered where it is taken")
        ->group("Output");
    app.add_option("--quality", options->quality,
           "1 to 100: how good a JPEG [95] or WebP is; a WebP without it keeps every pixel")
        ->group("Output");
    app.add_option("--save-tensors", options->extras.tensors_out,
           "safetensors file: latents, and image in [0, 1] before rounding")
        ->group("Output");
    app.add_flag("--save-steps", options->extras.save_steps, "Also the latents after every step")->group("Output");
    app.add_option(
           "--latents-in", options->extras.latents_in, "safetensors file: latents (unit noise) and noise.<i> to use")
        ->group("Developers");
    app.add_option("--inspect", options->inspect,
           "Run op by op. nan: name the first op with NaN or Inf; stats: print ranges; "
           "dump: write every intermediate tensor")
        ->group("Developers");
    app.add_option("--inspect-folder", options->inspect_folder, "Where --inspect dump writes")
        ->capture_default_str()
        ->group("Developers");
    app.add_flag("--profile", options->profile, "Print where the time went, op by op")->group("Developers");
    return { &app, [options](Console& console) { run(*options, console); } };
}

}
