// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the user has to be told, in one place: how things were found at the start, an engine or a graphics card that is
// not there, a disk that is full. Each says what happened, that nothing was lost, and what to do.

#include "gui/window/parts.h"

#include <QObject>
#include <QString>

namespace igneous {

struct EngineFacts;

class TroubleWork : public QObject {
    Q_OBJECT

public:
    explicit TroubleWork(Parts const& parts, QObject* parent = nullptr);

private:
    void tell_found();
    void connect_engine();
    void engine_state(QString const& state);
    void engine_facts(EngineFacts const& facts);
    void tell(QString const& message);

    Parts m_parts;
    QString m_engine_trouble;              // told; taken back once the engine is up
    QString m_saving_trouble;
    bool m_engine_stopped = false;
};

}
