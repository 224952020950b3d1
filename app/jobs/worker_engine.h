// SPDX-License-Identifier: Apache-2.0
#pragma once

// The engine in a process of its own: starts `igneous worker`, tells it what to do, and starts another when it dies, hangs
// or speaks nonsense. Jobs never wait for a broken worker: they fail with engine_died, and the next one gets a new process
// after a pause that grows with every death.

#include "app/jobs/engine.h"
#include "app/protocol/framing.h"
#include "app/protocol/notifications.h"

#include <QProcess>
#include <QTimer>

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>

namespace igneous {

struct WorkerEngineOptions {
    std::filesystem::path program;                 // igneous
    QString device;                                // index or part of the name; empty: the worker chooses
    std::vector<std::filesystem::path> model_folders;   // the library's; more are added as requests name them
    std::filesystem::path job_folder;              // jobs' folders lie in it; empty: wherever the first job's lies
    QString confine = QStringLiteral("on");
    double previews_per_second = 2;
    std::uint64_t memory_limit = 0;                // bytes of device memory; 0: what the driver gives
    MetadataChoice metadata;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    std::chrono::milliseconds silence_limit { 10000 };  // without a heartbeat; then it hangs
    std::chrono::milliseconds start_limit { 60000 };    // until it has said hello
    std::chrono::milliseconds cancel_grace { 5000 };    // for a job to stop by itself; then the process is killed
    std::chrono::milliseconds first_pause { 500 }, longest_pause { 30000 };   // before a restart, doubling
};

class WorkerEngine final : public Engine {
    Q_OBJECT

public:
    explicit WorkerEngine(WorkerEngineOptions options, QObject* parent = nullptr);
    /// Ends the worker; a job that runs ends with it, without a signal.
    ~WorkerEngine() override;

    void generate(qint64 job, GenerationRequest const& request, SafetyMeasures const& safety,
        std::filesystem::path const& folder) override;
    void cancel(qint64 job) override;
    void plan(qint64 ticket, GenerationRequest const& request, SafetyMeasures const& safety) override;
    void match_lora(qint64 ticket, std::string const& model, std::string const& lora) override;
    void free_memory() override;
    void choose(EngineChoices const& choices) override;
    void introduce() override;

    /// Of the running process; 0 when there is none.
    qint64 process_id() const { return m_process ? m_process->processId() : 0; }
    /// How the running worker is held in; nothing before it has said hello.
    std::optional<ConfinementReport> confinement() const { return m_confinement; }

private:
    enum class State { down, starting, ready, leaving };   // leaving: its input is closed, it ends by itself

    /// What is answered whether a job runs or not: a plan, or how a LoRA goes with a model.
    struct Question {
        qint64 ticket = 0;
        Call call;
    };

    struct Job {
        qint64 number = 0;
        GenerateCall call;
        std::filesystem::path folder;
        bool sent = false;
        std::size_t pictures = 0;                  // that were told
    };

    void advance();
    void start();
    void leave();
    void stop_process();
    void replace();
    void died(QString const& why);
    void refused(QString const& why);
    void give_up(EngineFailure const& failure);
    void fail_job(qint64 job, EngineFailure const& failure);
    void process_ended();
    void read_output();
    void read_errors();
    void check_silence();
    void out_of_patience();
    std::int64_t send(Call const& call);
    void take(RpcResponse const& response);
    void take(RpcNotification const& notification);
    void take(ProgressNote const& note);
    void take(PreviewNote const& note);
    void take(PictureNote const& note);
    void take(LogNote const& note);
    void take(HeartbeatNote const&) { }            // that anything came is what counts
    void take_hello(RpcResponse const& response);
    void take_generated(RpcResponse const& response);
    void take_answer(Question const& question, RpcResponse const& response);
    void fail_question(Question const& question, EngineFailure const& failure);
    bool runs(qint64 job) const;
    void ask(Question question, std::function<void()> const& need);
    void need_model(std::string const& model);
    void need_file(std::string const& file);
    void need_folder(std::string const& name, std::filesystem::path const& folder);
    void need_folders(GenerationRequest const& request);
    void write_init(GenerationRequest const& request, Job& job);
    void tell_state(QString const& state);

    WorkerEngineOptions m_options;
    State m_state = State::down;
    std::optional<EngineFacts> m_facts;            // as the process that runs said
    bool m_introduce = false;                      // somebody waits for them
    bool m_outgrown = false;                       // the process may not read or write where the next job lies
    QProcess* m_process = nullptr;                 // a child of this object
    FrameReader m_frames;
    QByteArray m_error_line;                       // what the worker prints, as far as its line goes
    QString m_device;
    std::optional<ConfinementReport> m_confinement;
    std::int64_t m_last_id = 0, m_hello_id = 0, m_generate_id = 0;
    std::optional<Job> m_job;
    bool m_cancelled_runs = false;                 // a job was cancelled and the worker has not answered it yet
    std::deque<Question> m_questions;              // not sent yet
    std::map<std::int64_t, Question> m_asked;      // by the id of the call
    int m_deaths = 0;                              // since the last answer to a job
    QTimer m_silence { this }, m_patience { this }, m_pause { this };   // children: they move to another thread with it
};

}
