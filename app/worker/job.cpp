// SPDX-License-Identifier: Apache-2.0
#include "app/worker/job.h"

#include "app/files/file.h"
#include "app/files/places.h"
#include "app/picture/picture.h"
#include "app/protocol/pixels.h"
#include "app/recipes/request_hashes.h"
#include "app/recipes/write_recipe.h"

#include <chrono>
#include <fstream>

namespace igneous {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t longest_picture_file = 1u << 30;
constexpr int preview_files = 4;           // written in turn, so that one is whole while the next is written

/// Removes the previews when the job is over, however it ends.
class Previews {
public:
    Previews(fs::path folder, double per_second)
        : m_folder(std::move(folder))
        , m_between(per_second > 0 ? 1 / per_second : 0)
    {
    }
    ~Previews()
    {
        std::error_code ignored;
        for (int i = 0; i < preview_files; ++i)
            fs::remove(m_folder / name(i), ignored);
    }
    Previews(Previews const&) = delete;
    Previews& operator=(Previews const&) = delete;

    /// The file's name; empty when it comes too soon after the last or could not be written: it is only for the eye.
    std::string write(Image const& image)
    {
        auto const now = Clock::now();
        if (m_written > 0 && std::chrono::duration<double>(now - m_last).count() < m_between)
            return {};
        m_last = now;
        std::string const file = name(m_written++ % preview_files);
        auto const bytes = encode_pam(image);
        std::ofstream out(m_folder / file, std::ios::binary | std::ios::trunc);
        out.write(reinterpret_cast<char const*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        out.close();
        return out ? file : std::string();
    }

private:
    static std::string name(int i) { return std::format("preview-{}.pam", i); }

    fs::path m_folder;
    double m_between;
    int m_written = 0;
    Clock::time_point m_last;
};

Image read_given(fs::path const& folder, std::string const& name, char const* what)
{
    require(is_plain_file_name(name), "{}: {} is not the name of a file in the job's folder", what, name);
    fs::path const path = folder / path_from_utf8(name);
    auto const bytes = read_file(path, longest_picture_file);
    return is_pam(bytes) ? decode_pam(bytes, utf8_name(path)) : read_picture(path);
}

void read_init(GenerateCall const& call, fs::path const& folder, GenerationRequest& request)
{
    require(request.init.has_value() == !call.init_image.empty(),
        "generate: request.init and init_image go together, but only one is there");
    require(call.mask.empty() || request.init, "generate: mask needs init_image: the picture to paint into");
    if (!request.init)
        return;
    Image const& image = request.init->image = to_rgb(read_given(folder, call.init_image, "init_image"));
    if (!call.mask.empty())
        request.init->mask = resize_mask(to_grey(read_given(folder, call.mask, "mask")), image.width, image.height);
}

FinishedPicture write_picture(
    GenerationRequest request, ImageReady const& ready, fs::path const& folder, MetadataChoice const& metadata)
{
    request.width = ready.image.width;
    request.height = ready.image.height;
    std::string const file = std::format("picture-{}.png", ready.index);
    write_file(folder / file, encode_png(ready.image, recipe_texts(request, ready.index, metadata)));
    return { ready.index, ready.seed, file, ready.image.width, ready.image.height };
}

}

GenerateAnswer run_job(GenerateCall const& call, Generator& generator, HashBook& book, NoteSink const& tell,
    std::stop_token stop, Faults const& faults)
{
    fs::path const folder = path_from_utf8(call.folder);
    require_writable_folder(folder);
    GenerationRequest request = call.request;
    read_init(call, folder, request);
    GenerationExtras const extras { .previews_per_second = call.previews_per_second, .safety = call.safety };
    GenerationRequest const made = under(call.safety, request);
    RequestHashes hashes(request, book);

    Previews previews(folder, call.previews_per_second);
    GenerateAnswer answer;
    std::string phase;
    EventSink const events = [&](GenerationEvent const& event) {
        if (auto const* begun = std::get_if<PhaseStarted>(&event)) {
            phase = begun->phase;
            tell(ProgressNote { .job = call.job, .phase = phase });
            faults.at(phase);
        } else if (auto const* step = std::get_if<StepDone>(&event)) {
            tell(ProgressNote { call.job, phase, step->step, step->total, step->seconds_left });
            faults.at_step(step->step);
        } else if (auto const* preview = std::get_if<PreviewReady>(&event)) {
            std::string const file = extras.previews_per_second > 0 ? previews.write(preview->image) : "";
            if (!file.empty())
                tell(PreviewNote { call.job, preview->index, preview->step, preview->total, file });
        } else if (auto const* ready = std::get_if<ImageReady>(&event)) {
            answer.pictures.push_back(write_picture(hashes.filled(made), *ready, folder, call.metadata));
            tell(PictureNote { call.job, answer.pictures.back() });
        } else if (auto const* notice = std::get_if<Notice>(&event)) {
            tell(LogNote { notice->text });
        }
    };
    MemoryReport const memory = generator.generate(request, events, stop, extras);
    answer.memory_planned = memory.planned;
    answer.memory_peak = memory.peak;
    return answer;
}

}
