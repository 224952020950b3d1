// SPDX-License-Identifier: Apache-2.0
#pragma once

// From the request that is edited to a job in the queue: panel and session show the same, the plan is asked for as one
// types, Generate puts it in the queue.

#include "app/jobs/job_store.h"
#include "gui/window/parts.h"
#include "models/api/request.h"

#include <QObject>
#include <QTimer>

#include <filesystem>
#include <functional>

namespace igneous {

class GenerateWork : public QObject {
    Q_OBJECT

public:
    /// `starter`: the model that a first start begins with.
    GenerateWork(Parts const& parts, std::filesystem::path starter, QObject* parent = nullptr);
    /// As one step that can be undone, called `name`.
    void use_request(GenerationRequest const& request, QString const& name);
    /// Asked before a picture is made from the prompt alone: true where it does something else.
    using OnCanvas = std::function<bool(GenerationRequest const& request, QueuePlace const& place)>;
    void set_canvas(OnCanvas on_canvas) { m_on_canvas = std::move(on_canvas); }
    /// Gives a request the size that it would run at on the canvas, for the plan.
    void set_shape(std::function<void(GenerationRequest&)> shape) { m_shape = std::move(shape); }
    void ask_plan_soon() { m_plan_soon.start(); }
    std::vector<std::filesystem::path> lora_folders() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void connect_session();
    void connect_engine();
    void make_actions();
    void begin_first();
    void show_history();
    void generate(bool front);

    Parts m_parts;
    std::filesystem::path m_starter;
    OnCanvas m_on_canvas;
    std::function<void(GenerationRequest&)> m_shape;
    QTimer m_plan_soon, m_escape;          // Esc that is held for a while cancels
};

}
