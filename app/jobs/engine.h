// SPDX-License-Identifier: Apache-2.0
#pragma once

// What runs jobs, seen from the queue: the worker process, or a scripted engine in tests. It may die at any moment; the
// queue survives it. Everything happens on the thread that the object lives on, nothing blocks.

#include "models/api/generator.h"
#include "models/api/lora_fit.h"
#include "models/api/metadata_choice.h"

#include <QObject>

#include <filesystem>

namespace igneous {

/// A picture that lies finished in the job's folder, recipe included.
struct EnginePicture {
    int index = 0;                         // in the batch
    std::uint64_t seed = 0;
    std::filesystem::path file;
    int width = 0, height = 0;
};

/// Why a job ended without its pictures.
struct EngineFailure {
    ErrorCode code = ErrorCode::internal;
    QString message;
    bool engine_died = false;              // the process is gone or hung, rather than refusing
    bool no_engine = false;                // it cannot be started at all, whatever the job
};

/// What the user has chosen about the engine.
struct EngineChoices {
    QString device;                        // index or part of the name; empty: the engine chooses
    std::uint64_t memory_limit = 0;        // bytes of device memory; 0: what the driver gives
    std::vector<std::filesystem::path> model_folders;   // to read from, beside those that requests name
    double previews_per_second = 2;
    MetadataChoice metadata;
    bool operator==(EngineChoices const&) const = default;
};

struct EngineDevice {
    int index = 0;
    QString name, kind, driver, vulkan;    // kind: "discrete", "integrated", "cpu"
    std::uint64_t memory_bytes = 0;
    QString why_not;                       // empty: usable
};

/// What the engine has said of itself and the machine.
struct EngineFacts {
    QString version;                       // of its program
    QString device;                        // that jobs run on; empty: none
    std::vector<EngineDevice> devices;
};

class Engine : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    /// Begins a job; only one at a time. `folder` exists and is the job's own: pictures are written into it, whole or not
    /// at all. Ends with finished() or failed(), also when the engine dies. An engine that is not up yet is started.
    virtual void generate(qint64 job, GenerationRequest const& request, SafetyMeasures const& safety, std::filesystem::path const& folder) = 0;
    /// Ends the job with failed(cancelled) within 250 ms; nothing when it is not the running one.
    virtual void cancel(qint64 job) = 0;
    /// Answered with planned(), or plan_failed(): bytes, seconds, what would fit. Tickets tell answers apart; those below
    /// zero belong to JobRunner.
    virtual void plan(qint64 ticket, GenerationRequest const& request, SafetyMeasures const& safety) = 0;
    /// Answered with lora_matched() or lora_match_failed(): how the LoRA's file goes with the model. Tickets as for plan().
    virtual void match_lora(qint64 ticket, std::string const& model, std::string const& lora) = 0;
    /// Gives device memory back; the next job loads again.
    virtual void free_memory() = 0;
    /// Holds from the next job on; what needs another process waits until the engine has nothing to do.
    virtual void choose(EngineChoices const&) { }
    /// Answered with introduced() once the engine is up; it is started where it is not.
    virtual void introduce() { }

Q_SIGNALS:
    void phase_started(qint64 job, QString const& phase);
    void step_done(qint64 job, int step, int total, double seconds_left);
    void preview_ready(qint64 job, Image const& image, int step);
    void picture_ready(qint64 job, EnginePicture const& picture);
    void finished(qint64 job);
    void failed(qint64 job, EngineFailure const& failure);
    void planned(qint64 ticket, GenerationPlan const& plan);
    void plan_failed(qint64 ticket, EngineFailure const& failure);
    void lora_matched(qint64 ticket, LoraFit const& fit);
    void lora_match_failed(qint64 ticket, EngineFailure const& failure);
    /// For the status bar: "starting", "ready", "restarting in 2 s", with the device's name when it is known.
    void state_changed(QString const& state, QString const& device);
    void introduced(EngineFacts const& facts);
    void logged(QString const& line);
};

}
