// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where the panels stand: three layouts to begin with, those that the user has named, and the way back. How they stood
// last is kept on the disk a second after they were moved, so that a kill takes it from nobody.

#include "gui/window/parts.h"

#include <QByteArray>
#include <QObject>
#include <QStringList>
#include <QThreadPool>
#include <QTimer>

class QMenu;

namespace igneous {

class LayoutWork : public QObject {
    Q_OBJECT

public:
    /// After all panels were added: that is the usual layout.
    explicit LayoutWork(Parts const& parts, QObject* parent = nullptr);
    ~LayoutWork() override;
    /// As they stood last; false where that is not known.
    bool bring_back();

    /// Keeps the panels' places under a name, in place of those that had it.
    void save(QString const& name);
    void restore(QString const& name);
    void forget(QString const& name);
    QStringList saved() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void watch();
    void keep();
    void make_actions();
    void list_saved(QMenu& menu);
    void ask_name();
    void reset();
    /// The usual layout with these panels and no others, the first of each side in front.
    void arrange(QStringList const& panels);

    Parts m_parts;
    QByteArray m_usual, m_kept;
    QTimer m_soon;
    QThreadPool m_writing;                 // one file after the other
};

}
