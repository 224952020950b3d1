// SPDX-License-Identifier: Apache-2.0
#pragma once

// The picture that a request starts from: dropped or chosen or the last one, kept in the session, shown small.

#include "gui/window/parts.h"

#include <QImage>
#include <QObject>

namespace igneous {

class GeneratePanel;

class InitWork : public QObject {
    Q_OBJECT

public:
    explicit InitWork(Parts const& parts, QObject* parent = nullptr);
    void take_file(QString const& path);

private:
    void take(QImage const& picture);
    void clear();
    void show_picture();

    Parts m_parts;
    GeneratePanel& m_panel;
    QImage m_last;                                 // the last picture that was made
    int m_shown = 0;                               // which thumbnail was asked for last
};

}
