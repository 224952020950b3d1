// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/init_row.h"

#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QMimeData>
#include <QPainter>
#include <QPainterPath>
#include <QToolButton>
#include <QUrl>

namespace igneous {

namespace {

constexpr int side = 44;                             // of the thumbnail

QString dropped_file(QMimeData const& data)
{
    for (QUrl const& url : data.urls())
        if (url.isLocalFile())
            return url.toLocalFile();
    return {};
}

}

InitRow::InitRow(QWidget* parent)
    : QWidget(parent)
    , m_text(label(QString(), Tone::faint))
    , m_last(icon_button(QStringLiteral("image"), tr("Start from the last picture that was made")))
    , m_clear(icon_button(QStringLiteral("close"), tr("Start from nothing")))
{
    setAcceptDrops(true);
    setAccessibleName(tr("Picture to start from"));
    setFixedHeight(side + 2 * Measures::unit);
    auto* open = icon_button(QStringLiteral("folder"), tr("Choose a picture to start from"));
    m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(side + 2 * Measures::gap, Measures::unit, Measures::unit, Measures::unit);
    row->setSpacing(Measures::unit);
    row->addWidget(m_text, 1);
    row->addWidget(m_last);
    row->addWidget(open);
    row->addWidget(m_clear);
    connect(m_last, &QToolButton::clicked, this, &InitRow::last_asked);
    connect(open, &QToolButton::clicked, this, &InitRow::choose_file);
    connect(m_clear, &QToolButton::clicked, this, &InitRow::cleared);
    set_last_there(false);
    show_picture({}, {});
}

void InitRow::show_picture(QImage const& thumbnail, QSize size)
{
    m_thumbnail = thumbnail;
    m_clear->setVisible(!thumbnail.isNull());
    m_text->setText(thumbnail.isNull()
                        ? tr("Drop a picture to start from")
                        : tr("Starts from this picture\n%1 × %2 pixels").arg(size.width()).arg(size.height()));
    update();
}

void InitRow::set_last_there(bool there) { m_last->setEnabled(there); }

void InitRow::choose_file()
{
    QString const file = QFileDialog::getOpenFileName(
        this, tr("Picture to start from"), QString(), tr("Pictures (*.png *.jpg *.jpeg *.webp)"));
    if (!file.isEmpty())
        Q_EMIT file_chosen(file);
}

void InitRow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!event->mimeData()->hasImage() && dropped_file(*event->mimeData()).isEmpty())
        return;
    m_under_drag = true;
    update();
    event->acceptProposedAction();
}

void InitRow::dragLeaveEvent(QDragLeaveEvent*)
{
    m_under_drag = false;
    update();
}

void InitRow::dropEvent(QDropEvent* event)
{
    m_under_drag = false;
    update();
    event->acceptProposedAction();
    if (QString const file = dropped_file(*event->mimeData()); !file.isEmpty())
        Q_EMIT file_chosen(file);
    else if (event->mimeData()->hasImage())
        Q_EMIT picture_dropped(qvariant_cast<QImage>(event->mimeData()->imageData()));
}

void InitRow::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    QRectF const frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QPen pen(m_under_drag ? colours().accent : colours().outline, 1);
    if (m_thumbnail.isNull() && !m_under_drag)
        pen.setStyle(Qt::DashLine);
    painter.setPen(pen);
    painter.drawRoundedRect(frame, Measures::corner, Measures::corner);
    QRect const place(Measures::unit, Measures::unit, side, side);
    if (m_thumbnail.isNull()) {
        QRect const middle(place.center() - QPoint(10, 10), QSize(20, 20));
        icon(QStringLiteral("image")).paint(&painter, middle, Qt::AlignCenter, QIcon::Disabled);
        return;
    }
    QPainterPath corners;
    corners.addRoundedRect(place, Measures::unit, Measures::unit);
    painter.setClipPath(corners);
    QSize const filled = m_thumbnail.size().scaled(place.size(), Qt::KeepAspectRatioByExpanding);
    painter.drawImage(QRect(place.center() - QPoint(filled.width() / 2, filled.height() / 2), filled), m_thumbnail);
}

}
