// SPDX-License-Identifier: Apache-2.0
#pragma once

// The candidates as small pictures in a row, the one that is seen with a frame around it. Only those in sight are
// drawn, scaled once each.

#include <QPixmap>
#include <QWidget>

#include <map>

namespace igneous {

class Candidates;

class ThumbnailRow : public QWidget {
    Q_OBJECT

public:
    explicit ThumbnailRow(Candidates& candidates, QWidget* parent = nullptr);
    QSize sizeHint() const override;

Q_SIGNALS:
    /// By the hand.
    void chosen();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    bool event(QEvent* event) override;

private:
    int first() const;
    int in_sight() const;
    QRect place(int position) const;
    int position_at(QPoint const& at) const;
    QPixmap thumbnail(int position);

    Candidates& m_candidates;
    std::map<std::pair<qint64, int>, QPixmap> m_thumbnails;    // by job and index
};

}
