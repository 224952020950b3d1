// SPDX-License-Identifier: Apache-2.0
#pragma once

// An engine that does as it is told: steps and previews at a pace that tests can watch, then a plain picture of the asked
// size whose colour is the seed's.

#include "app/jobs/engine.h"

#include <QTimer>

#include <atomic>

namespace igneous::test {

class ScriptedEngine : public Engine {
    Q_OBJECT

public:
    explicit ScriptedEngine(int milliseconds_a_step = 5);
    void generate(qint64 job, GenerationRequest const& request, SafetyMeasures const& safety,
        std::filesystem::path const& folder) override;
    void cancel(qint64 job) override;
    void plan(qint64 ticket, GenerationRequest const& request, SafetyMeasures const&) override;
    /// As it really is: there is nothing to wait for in it.
    void match_lora(qint64 ticket, std::string const& model, std::string const& lora) override;
    void free_memory() override { }
    /// How many times the engine is going to die, each at its second step or later.
    static std::atomic<int> deaths;
    /// How many LoRAs it was asked about.
    static std::atomic<int> matches;
    /// While one of these lives, no engine does a step.
    struct Hold {
        Hold() { ++s_holds; }
        ~Hold() { --s_holds; }
        Hold(Hold const&) = delete;
        Hold& operator=(Hold const&) = delete;
    };

private:
    void step();

    static std::atomic<int> s_holds;
    QTimer m_timer;
    qint64 m_job = 0;
    int m_step = 0;
    GenerationRequest m_request;
    std::filesystem::path m_folder;
};

/// The picture that the engine makes of a seed.
Image scripted_picture(int width, int height, std::uint64_t seed);

}
