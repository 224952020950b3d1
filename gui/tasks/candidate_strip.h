// SPDX-License-Identifier: Apache-2.0
#pragma once

// The bar with the candidates: small pictures, which of how many, and what can be done with the one that is seen. It
// lies over the lower edge of the canvas and is there only while there are candidates.

#include <QWidget>

class QAction;
class QLabel;
class QToolButton;

namespace igneous {

class Candidates;

/// The commands that the bar has buttons for.
struct CandidateActions {
    QAction* previous = nullptr;
    QAction* next = nullptr;
    QAction* accept = nullptr;
    QAction* remove = nullptr;
    QAction* hide = nullptr;
};

class CandidateStrip : public QWidget {
    Q_OBJECT

public:
    /// Lies over `canvas`, whose child it becomes.
    CandidateStrip(Candidates& candidates, CandidateActions const& actions, QWidget& canvas);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QToolButton* button(QAction* action, QString const& icon);
    void show_candidates();
    void place();

    Candidates& m_candidates;
    QLabel* m_count;
};

}
