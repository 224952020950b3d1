// SPDX-License-Identifier: Apache-2.0
#pragma once

// The line below the picture: engine and its memory at the left; what is being made, how many wait, and the zoom at the
// right.

#include <QStatusBar>

class QLabel;
class QProgressBar;
class QToolButton;

namespace igneous {

class StatusBar : public QStatusBar {
    Q_OBJECT

public:
    explicit StatusBar(QWidget* parent = nullptr);

    void show_engine(QString const& state, QString const& device);
    /// Bytes of device memory: what the request takes, and what the device gives. `of` 0 hides it.
    void show_memory(quint64 bytes, quint64 of);
    /// How far the job is, 0..1, what it does, and the seconds that are left (0: unknown).
    void show_progress(double share, QString const& doing, double seconds_left);
    void hide_progress();
    void show_queue(qint64 waiting, bool paused);
    void show_zoom(double share);

Q_SIGNALS:
    void queue_asked();
    void engine_asked();

private:
    QToolButton* m_engine;
    QLabel* m_memory;
    QLabel* m_doing;
    QProgressBar* m_progress;
    QToolButton* m_queue;
    QLabel* m_zoom;
};

/// "40 s", "3 min 20 s", "2 h 5 min".
QString time_text(double seconds);

}
