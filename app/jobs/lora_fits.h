// SPDX-License-Identifier: Apache-2.0
#pragma once

// How LoRAs go with a model, asked of the engine once for files as they are and one after the other, so that a list of
// ten thousand that is scrolled through never keeps it busy.

#include "app/jobs/engine.h"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace igneous {

class LoraFits : public QObject {
    Q_OBJECT

public:
    /// On the engine's thread.
    explicit LoraFits(Engine& engine, QObject* parent = nullptr);
    /// What is known is told at once, the rest as the engine finds it, in this order. What was asked for before and is
    /// not among these is not looked at any more.
    void ask(std::string model, std::vector<std::string> const& loras);

Q_SIGNALS:
    /// Nothing is told of files that cannot be read, nor for a model that is not run here.
    void told(QString const& model, QString const& lora, LoraFit const& fit);

private:
    /// When the files were changed last.
    struct Stamp {
        std::int64_t model = 0, lora = 0;
        bool operator==(Stamp const&) const = default;
    };
    struct Known {
        Stamp stamp;
        std::optional<LoraFit> fit; // absent: it cannot be told
    };

    void next();
    void engine_died(qint64 ticket);
    void take(qint64 ticket, std::optional<LoraFit> fit);

    Engine& m_engine;
    std::string m_model;
    std::deque<std::string> m_waiting;
    std::string m_asked_model, m_asked_lora; // what m_ticket is about
    Stamp m_asked_stamp;
    std::string m_died_with;               // the LoRA that was asked about when the engine died last
    qint64 m_ticket = 0;
    bool m_asking = false;
    std::map<std::pair<std::string, std::string>, Known> m_known; // by model and LoRA
};

}
