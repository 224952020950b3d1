// SPDX-License-Identifier: Apache-2.0
#pragma once

// How far pictures are on their way into the gallery, then what came of it.

#include <QTimer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace igneous {

class GalleryImport;

class ImportBar : public QWidget {
    Q_OBJECT

public:
    explicit ImportBar(GalleryImport& import, QWidget* parent = nullptr);

private:
    void tell(QString const& text);

    QLabel* m_text;
    QProgressBar* m_progress;
    QToolButton* m_stop;
    QTimer m_away;
};

}
