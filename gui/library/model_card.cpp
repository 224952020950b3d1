// SPDX-License-Identifier: Apache-2.0
#include "gui/library/model_card.h"

#include "gui/studio/library_model.h"
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

namespace igneous {

namespace {

constexpr int words_height = 44;

/// The preview fills the upper part; what is too high or wide is cut.
void draw_preview(QPainter& painter, QRectF const& place, QPixmap const& preview)
{
    QSizeF const part = place.size().scaled(QSizeF(preview.size()), Qt::KeepAspectRatio);
    QRectF const from(QPointF((preview.width() - part.width()) / 2, (preview.height() - part.height()) / 2), part);
    painter.drawPixmap(place, preview, from);
}

/// Without a preview: a quiet field of a colour of its own, so that cards can be told apart.
void draw_blank(QPainter& painter, QRectF const& place, QString const& name)
{
    int const hue = static_cast<int>(qHash(name, 7) % 360);
    bool const dark = colours().panel.lightness() < 128;
    QLinearGradient field(place.topLeft(), place.bottomRight());
    field.setColorAt(0, QColor::fromHsl(hue, 46, dark ? 62 : 214));
    field.setColorAt(1, QColor::fromHsl((hue + 40) % 360, 46, dark ? 40 : 190));
    painter.fillRect(place, field);
    QFont font = painter.font();
    font.setPixelSize(static_cast<int>(place.height() * 0.42));
    font.setWeight(QFont::DemiBold);
    painter.save();
    painter.setFont(font);
    painter.setPen(QColor(dark ? 255 : 0, dark ? 255 : 0, dark ? 255 : 0, 70));
    painter.drawText(place, Qt::AlignCenter, name.left(1).toUpper());
    painter.restore();
}

}

void ModelCard::paint(QPainter* painter, QStyleOptionViewItem const& option, QModelIndex const& index) const
{
    Colours const& c = colours();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setRenderHint(QPainter::SmoothPixmapTransform);
    QRectF const card = QRectF(option.rect).adjusted(4, 4, -4, -4);
    QPainterPath shape;
    shape.addRoundedRect(card, Measures::corner, Measures::corner);
    bool const chosen = option.state & QStyle::State_Selected, over = option.state & QStyle::State_MouseOver;
    painter->setClipPath(shape);
    painter->fillRect(card, chosen || over ? c.hover : c.raised);
    QRectF const picture(card.left(), card.top(), card.width(), card.height() - words_height);
    QString const name = index.data().toString();
    if (auto const preview = index.data(Qt::DecorationRole).value<QPixmap>(); !preview.isNull())
        draw_preview(*painter, picture, preview);
    else
        draw_blank(*painter, picture, name);
    painter->setClipping(false);

    bool const here = static_cast<FileState>(index.data(LibraryModel::state).toInt()) == FileState::here;
    QRect const words = QRectF(card.left() + 8, picture.bottom() + 3, card.width() - 16, words_height - 6).toRect();
    QRect const first(words.left(), words.top(), words.width(), words.height() / 2);
    painter->setPen(here ? c.text : c.faint);
    painter->drawText(first, Qt::AlignVCenter | Qt::TextSingleLine,
        option.fontMetrics.elidedText(name, Qt::ElideMiddle, first.width()));
    QString const problem = index.data(LibraryModel::problem).toString();
    QString const warning = index.data(LibraryModel::warning).toString();
    // What the engine says of a LoRA's keys, once it does.
    QVariant const told_fit = index.data(LibraryModel::fit_kind);
    bool const partly = told_fit.isValid() && told_fit.toInt() == static_cast<int>(LoraVerdict::Kind::partly);
    bool const refused = told_fit.isValid() && told_fit.toInt() == static_cast<int>(LoraVerdict::Kind::refused);
    painter->setPen(!problem.isEmpty() || refused ? c.danger : partly ? c.caution : c.faint);
    bool const lora = static_cast<ModelType>(index.data(LibraryModel::type).toInt()) == ModelType::lora;
    int const told = lora ? LibraryModel::base_title : LibraryModel::details;      // most cards are LoRAs: their base counts
    QString const second = !problem.isEmpty()   ? problem
                           : partly || refused ? index.data(LibraryModel::fit).toString()
                                               : index.data(told).toString();
    painter->drawText(first.translated(0, first.height()), Qt::AlignVCenter | Qt::TextSingleLine,
        option.fontMetrics.elidedText(second, Qt::ElideRight, first.width()));

    auto const badge = [&](QIcon const& sign, double right) {
        QRectF const round(right - 24, card.top() + 6, 22, 22);
        painter->setPen(Qt::NoPen);
        painter->setBrush(QColor(0, 0, 0, 150));
        painter->drawEllipse(round);
        sign.paint(painter, round.adjusted(4, 4, -4, -4).toRect(), Qt::AlignCenter, QIcon::Normal, QIcon::On);
        return round.left() - 2;
    };
    double right = card.right() - 6;
    if (!warning.isEmpty() || !problem.isEmpty()) {
        Colours const& on_dark = dark_colours();
        right = badge(icon(QStringLiteral("warning"), partly ? on_dark.caution : on_dark.danger), right);
    }
    if (index.data(LibraryModel::favourite).toBool())
        badge(icon(QStringLiteral("star-full")), right);
    if (chosen || over || (option.state & QStyle::State_HasFocus)) {
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(chosen ? c.accent : c.outline, chosen ? 2 : 1));
        painter->drawPath(shape);
    }
    painter->restore();
}

}
