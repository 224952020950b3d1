// SPDX-License-Identifier: Apache-2.0
#pragma once

// One picture, or two under one another's eyes: with a divider to draw across, side by side, or in turns. Both are
// zoomed and moved together; pictures of other sizes are shown as large as each other.

#include <QImage>
#include <QPixmap>
#include <QTimer>
#include <QWidget>

namespace igneous {

enum class CompareMode { one, slider, side_by_side, blink };

class CompareView : public QWidget {
    Q_OBJECT

public:
    explicit CompareView(QWidget* parent = nullptr);

    /// `whole`: false for a thumbnail that stands in until the picture is read.
    void set_picture(QImage const& picture, bool whole = true);
    /// What it is compared with; null for nothing.
    void set_other(QImage const& picture);
    void set_mode(CompareMode mode);
    CompareMode mode() const { return m_mode; }
    /// Where the slider stands, 0..1 of the picture's width: left of it is the other one.
    double divider() const { return m_divider; }
    void set_divider(double share);
    void set_message(QString const& message);
    void fit();
    /// A pixel for a pixel, or back.
    void toggle_actual_size(QPointF const& at);
    QImage const& picture() const { return m_picture.image; }
    /// Whether the other one is shown now: it blinks.
    bool shows_other() const { return m_blink_other; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    struct Side {
        QImage image;
        QPixmap scaled;                    // as it is drawn, where it is drawn smaller than it is
    };
    QRectF half(bool other) const;
    QRectF place(Side const& side, QRectF const& within) const;
    double fitting(QSize size, QRectF const& within) const;
    void draw(QPainter& painter, Side& side, QRectF const& within);
    void draw_slider(QPainter& painter);
    void draw_name(QPainter& painter, QString const& name, QRectF const& within, Qt::Alignment where) const;
    void zoom_at(double factor, QPointF const& at);
    bool on_divider(QPointF const& at) const;

    Side m_picture, m_other;
    bool m_whole = true, m_blink_other = false, m_dragging_divider = false;
    CompareMode m_mode = CompareMode::one;
    double m_zoom = 1;                     // 1: fits
    QPointF m_shift;                       // of the middle, in pixels of the widget
    QPointF m_pressed;
    double m_divider = 0.5;
    QString m_message;
    QTimer m_blink;
};

}
