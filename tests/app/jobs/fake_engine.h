// SPDX-License-Identifier: Apache-2.0
#pragma once

// An engine that does what a test tells it: paints small files that only look like pictures, or fails in every way that
// a real one may.

#include "app/jobs/engine.h"
#include "app/jobs/job.h"

#include <functional>
#include <map>
#include <set>

namespace igneous::test {

class FakeEngine final : public Engine {
public:
    enum class Does : std::uint8_t {
        paints,
        dies,
        hangs,
        loses_the_device,
        runs_out_of_memory,
        makes_nan,
        cannot_start,
        stays_busy,
        forgets_one
    };

    struct Run {
        JobId job = 0;
        GenerationRequest request;
        SafetyMeasures safety;
        std::filesystem::path folder;
    };

    std::function<Does(Run const&)> script = [](Run const&) { return Does::paints; };
    /// Bytes that a request needs; what is above `budget` does not fit. 0: everything fits.
    std::function<std::uint64_t(GenerationRequest const&)> bytes_of = [](GenerationRequest const&) { return 0; };
    std::uint64_t frugal_divisor = 1, tiled_divisor = 1;
    std::uint64_t budget = 0;
    std::function<void()> before_picture = [] { };
    std::vector<Run> runs;
    int plans = 0;
    /// What is said of a LoRA by its file: without keys it is damaged; of those that are not here the engine dies.
    std::map<std::string, LoraFit> lora_fits;
    std::vector<std::string> matched;      // files of LoRAs, as they were asked about

    using Engine::Engine;
    void generate(qint64 job, GenerationRequest const& request, SafetyMeasures const& safety,
        std::filesystem::path const& folder) override;
    void cancel(qint64 job) override;
    void plan(qint64 ticket, GenerationRequest const& request, SafetyMeasures const& safety) override;
    void match_lora(qint64 ticket, std::string const& model, std::string const& lora) override;
    void free_memory() override { }

private:
    void paint(int index);
    void fail_soon(ErrorCode code, char const* message, bool died, bool no_engine = false);
    bool m_busy = false;
    int m_run = 0;                         // what is said later about an earlier one does not count
};

/// What a painted file holds: told apart by prompt, seed and number.
std::string painting(GenerationRequest const& request, int index);

/// The one application object of the process, made at the first call.
void need_application();
/// Runs the event loop until `done`; false when that took longer than ten seconds.
bool spin_until(std::function<bool()> const& done);

}
