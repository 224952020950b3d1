// SPDX-License-Identifier: Apache-2.0
#pragma once

// The services behind the window, on a thread of their own: the queue, what runs it, the gallery. The window posts work
// there and hears of it through signals; it never waits for a disk or for the engine.

#include "app/gallery/gallery_store.h"
#include "app/jobs/job_runner.h"
#include "app/jobs/job_store.h"
#include "app/styles/style.h"

#include <QImage>
#include <QObject>
#include <QThread>

#include <filesystem>
#include <functional>
#include <memory>

namespace igneous {

/// What lives on the services' thread.
struct Services {
    JobStore& queue;
    GalleryStore& gallery;
    Engine& engine;
    JobRunner& runner;
};

struct StudioOptions {
    std::filesystem::path data_folder;
    /// Makes the engine, on the services' thread.
    std::function<std::unique_ptr<Engine>()> make_engine;
    /// igneous, to test the graphics card with at the first start; empty: there is no such page.
    std::filesystem::path program {};
};

class Studio : public QObject {
    Q_OBJECT

public:
    explicit Studio(StudioOptions options, QObject* parent = nullptr);
    /// Puts a running job back into the queue, ends the engine, waits for both.
    ~Studio() override;

    /// Opens queue and gallery and begins to work through what waits. started() or trouble() follows.
    void start();
    /// Runs on the services' thread; what it throws becomes trouble().
    void post(std::function<void(Services&)> work);

    /// LoRAs that the prompt names are looked for in `lora_folders`; one that is nowhere is trouble(), and nothing is queued.
    void add_job(GenerationRequest request, QueuePlace place, std::vector<std::filesystem::path> lora_folders);
    /// job_added() with the ticket follows, before anything else is heard of the job.
    void add_job(NewJob job, std::vector<std::filesystem::path> lora_folders, quint64 ticket);
    void cancel_running();
    /// Those that requests may name; add_job() and ask_plan() put them around the prompts.
    void set_styles(std::vector<Style> styles) { m_styles = std::move(styles); }
    /// Looks for the nearest request to this one, which does not fit, that does; fit_found() follows, unless there is none
    /// or another plan is asked for meanwhile.
    void find_fit(GenerationRequest request);
    /// Answered with planned() or plan_failed(); only the answer to the last question comes. What does not fit is planned
    /// again as the queue would run it, with less on the device at a time.
    void ask_plan(GenerationRequest request);
    /// How these LoRAs go with the model, by their files; lora_fit_known() follows for each of which it can be told. The
    /// next question takes the place of what is not answered yet.
    void ask_lora_fits(QString const& model, QStringList const& loras);
    /// Before start() too.
    void choose(EngineChoices choices);
    /// Where the pictures of jobs go that name no folder; empty: the data folder's own.
    void set_output_folder(std::filesystem::path folder) { m_output_folder = std::move(folder); }
    /// Answered with engine_introduced() once the engine is up.
    void introduce_engine();

    std::filesystem::path const& data_folder() const { return m_options.data_folder; }
    std::filesystem::path const& program() const { return m_options.program; }

Q_SIGNALS:
    void started();
    /// Something went wrong that the user should read. Nothing was lost.
    void trouble(QString const& message);
    void job_added(qint64 job, quint64 ticket);
    void job_started(qint64 job);
    void phase_started(qint64 job, QString const& phase);
    void step_done(qint64 job, int step, int total, double seconds_left);
    void preview_ready(qint64 job, QImage const& preview, QSize full);
    void picture_stored(qint64 job, QString const& path, QImage const& picture);
    void job_ended(qint64 job, int state, QString const& message);
    void queue_changed();
    void gallery_changed();
    /// Its database was damaged and lost rows; its folders are to be looked through again.
    void gallery_lost();
    void engine_state_changed(QString const& state, QString const& device);
    void engine_introduced(EngineFacts const& facts);
    /// `measures`: what it fits with; where nothing fits, the plan is that of none.
    void planned(GenerationPlan const& plan, SafetyMeasures const& measures);
    void plan_failed(QString const& reason);
    void lora_fit_known(QString const& model, QString const& lora, LoraFit const& fit);
    /// Of the request only batch and size are to be believed. `words` say which, for the user.
    void fit_found(GenerationRequest const& request, QString const& words);

private:
    class Room;                            // the objects of the other thread
    void call(std::function<void(Room&)> work);

    StudioOptions m_options;
    QThread m_thread;
    Room* m_room;
    std::filesystem::path m_output_folder;
    qint64 m_plan = 0;
    std::vector<Style> m_styles;
};

}
