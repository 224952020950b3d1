// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the desktop shows of the program outside of its window: progress and a number on its icon, and a message when a
// long job has ended. All of it is a courtesy: where the desktop has none of this, nothing happens.

#include <QObject>
#include <QString>

class QSystemTrayIcon;

namespace igneous {

class DesktopSigns : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;
    /// 0..1; below 0 takes it away.
    void show_progress(double share);
    /// Of jobs that wait; 0 takes it away.
    void show_count(qint64 count);
    void notify(QString const& title, QString const& text);

private:
    void tell_launcher();

    double m_progress = -1;
    qint64 m_count = 0;
    QSystemTrayIcon* m_tray = nullptr;     // only where messages cannot be sent without it
};

}
