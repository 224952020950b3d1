// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/layer_tools.h"

#include "app/session/layer_commands.h"
#include "gui/canvas/brush_tool.h"
#include "gui/canvas/canvas_view.h"
#include "gui/theme/theme.h"

#include <QCoreApplication>
#include <QPainter>

#include <cmath>

namespace igneous {

namespace {

QString tr(char const* text) { return QCoreApplication::translate("LayerTools", text); }
constexpr double handle_reach = 9, handle_side = 9;    // widget pixels

/// Moving a group moves what is in it, so it has no objection there.
QString objection_to_moving(Layer const* layer)
{
    return layer && layer->kind == LayerKind::group && !layer->properties.locked ? QString()
                                                                                 : objection_to_painting(layer);
}

}

std::vector<LayerId> MoveTool::layers() const
{
    Layer const* const layer = m_context.layer();
    return m_chosen ? m_chosen() : layer ? std::vector { layer->id } : std::vector<LayerId>();
}

/// What is chosen, where all of it may be moved; else why not is said.
std::vector<LayerId> MoveTool::movable_layers() const
{
    std::vector<LayerId> const all = layers();
    for (LayerId const id : all)
        if (QString const objection = objection_to_moving(find_layer(m_context.document()->layers, id));
            !objection.isEmpty()) {
            m_tell(objection);
            return {};
        }
    if (all.empty())
        m_tell(objection_to_painting(nullptr));
    return all;
}

void MoveTool::move(std::vector<LayerId> const& layers, QPoint const& by)
{
    m_context.session.push(edit_layers(*m_context.document(), layers,
        (layers.size() == 1 ? tr("Move layer") : tr("Move layers")).toStdString(), [&](LayerProperties& has) {
            has.x += by.x();
            has.y += by.y();
        }));
}

void MoveTool::press(Pointer const& pointer)
{
    Document const* const document = m_context.document();
    m_from = pointer.at;
    if (document && !document->selection.empty()) {
        if (QString const objection = objection_to_painting(m_context.layer()); !objection.isEmpty())
            return m_tell(objection);
        m_by = QPoint();
        m_piece.take([this] {
            if (m_by)
                m_piece.show(m_piece.place_before() * QTransform::fromTranslate(m_by->x(), m_by->y()));
        });
        return;
    }
    m_layers = movable_layers();
    m_moved = {};
    if (!m_layers.empty())
        m_context.session.begin_group((m_layers.size() == 1 ? tr("Move layer") : tr("Move layers")).toStdString());
}

void MoveTool::drag(Pointer const& pointer)
{
    QPointF by = pointer.at - m_from;
    if (pointer.modifiers & Qt::ShiftModifier)
        (std::abs(by.x()) > std::abs(by.y()) ? by.ry() : by.rx()) = 0;
    if (m_by) {
        m_by = by.toPoint();
        if (m_piece.is_held())
            m_piece.show(m_piece.place_before() * QTransform::fromTranslate(m_by->x(), m_by->y()));
        return;
    }
    if (!m_layers.empty() && m_context.document())
        move(m_layers, by.toPoint() - std::exchange(m_moved, by.toPoint()));
}

bool MoveTool::confirm()
{
    if (auto const by = std::exchange(m_by, {})) {
        if (m_piece.is_held() && !by->isNull()) {
            m_piece.put(m_piece.place_before() * QTransform::fromTranslate(by->x(), by->y()), tr("Move selection"));
            return true;
        }
        m_piece.drop();
        if (!by->isNull())                 // it was faster than the lifting
            m_piece.shift(*by, tr("Move selection"));
        return true;
    }
    if (std::exchange(m_layers, {}).empty())
        return false;
    m_context.session.end_group();
    return true;
}

bool MoveTool::cancel()
{
    if (std::exchange(m_by, {})) {
        m_piece.drop();
        return true;
    }
    if (std::exchange(m_layers, {}).empty())
        return false;
    m_context.session.cancel_group();
    return true;
}

void MoveTool::nudge(int x, int y)
{
    Document const* const document = m_context.document();
    if (document && !document->selection.empty()) {
        if (QString const objection = objection_to_painting(m_context.layer()); !objection.isEmpty())
            return m_tell(objection);
        m_piece.shift({ x, y }, tr("Move selection"));
    } else if (std::vector<LayerId> const all = movable_layers(); !all.empty()) {
        move(all, { x, y });
    }
}

void TransformTool::begin()
{
    m_piece.take([this] {
        m_middle = m_piece.place_before().map(m_piece.box().center());
        m_scale = { 1, 1 };
        m_degrees = 0;
        for (auto const& [what, pointer] : std::exchange(m_waiting, {}))
            (this->*what)(pointer);
        m_context.view.update();
    });
}

/// What is done before the pixels are there is done when they are; false where they are.
bool TransformTool::wait(void (TransformTool::*what)(Pointer const&), Pointer const& pointer)
{
    if (m_piece.is_held())
        return false;
    m_waiting.push_back({ what, pointer });
    return true;
}

QTransform TransformTool::to_document() const
{
    QTransform transform;
    transform.translate(m_middle.x(), m_middle.y());
    transform.rotate(m_degrees);
    transform.scale(m_scale.x(), m_scale.y());
    transform.translate(-m_piece.box().center().x(), -m_piece.box().center().y());
    return transform;
}

QPolygonF TransformTool::handles() const
{
    QRectF const& box = m_piece.box();
    QPolygonF points;
    for (int y = -1; y <= 1; ++y)
        for (int x = -1; x <= 1; ++x)
            if (x || y)
                points.append(box.center() + QPointF(x * box.width() / 2, y * box.height() / 2));
    return (to_document() * m_context.view.view().to_widget()).map(points);
}

void TransformTool::press(Pointer const& pointer)
{
    if (!m_piece.is_held() && !m_piece.is_taking()) {
        m_waiting.clear();
        begin();
    }
    if (wait(&TransformTool::press, pointer))
        return;
    m_from = pointer.at;
    m_middle_before = m_middle;
    m_scale_before = m_scale;
    m_degrees_before = m_degrees;
    QPolygonF const all = handles();
    int number = 0;
    for (int y = -1; y <= 1; ++y)
        for (int x = -1; x <= 1; ++x)
            if ((x || y) && QLineF(all[number++], pointer.in_widget).length() <= handle_reach) {
                m_grip = Grip::scale;
                m_handle = QPointF(x, y);
                return;
            }
    QPolygonF const outline = to_document().map(QPolygonF(m_piece.box()));
    m_grip = outline.containsPoint(pointer.at, Qt::OddEvenFill) ? Grip::move : Grip::rotate;
}

void TransformTool::drag(Pointer const& pointer)
{
    if (wait(&TransformTool::drag, pointer))
        return;
    auto const angle = [this](QPointF const& at) { return QLineF(m_middle, at).angle(); };
    switch (m_grip) {
    case Grip::none: return;
    case Grip::move: m_middle = m_middle_before + pointer.at - m_from; break;
    case Grip::scale: scale_to(pointer); break;
    case Grip::rotate:
        m_degrees = m_degrees_before + angle(m_from) - angle(pointer.at);
        if (pointer.modifiers & Qt::ShiftModifier)
            m_degrees = std::round(m_degrees / 15) * 15;
        break;
    }
    m_piece.show(to_document());
}

/// The side or corner across stays where it is; corners keep the proportions unless Shift is held.
void TransformTool::scale_to(Pointer const& pointer)
{
    QTransform turn;
    turn.rotate(m_degrees);
    QPointF const half(m_piece.box().width() / 2 * m_scale_before.x(), m_piece.box().height() / 2 * m_scale_before.y());
    QPointF const across = m_middle_before - turn.map(QPointF(m_handle.x() * half.x(), m_handle.y() * half.y()));
    QPointF const reach = turn.inverted().map(pointer.at - across);
    auto const factor = [](double handle, double reached, double before) {
        if (handle == 0 || before == 0)
            return 1.;
        double const found = handle * reached / (2 * before);
        return std::abs(found) < 0.005 ? 0.005 : found;
    };
    double x = factor(m_handle.x(), reach.x(), half.x()), y = factor(m_handle.y(), reach.y(), half.y());
    bool const corner = m_handle.x() != 0 && m_handle.y() != 0;
    if (corner && !(pointer.modifiers & Qt::ShiftModifier))
        x = y = std::max(x, y);
    m_scale = { m_scale_before.x() * x, m_scale_before.y() * y };
    m_middle = across + turn.map(QPointF(m_handle.x() * half.x() * x, m_handle.y() * half.y() * y));
}

void TransformTool::release(Pointer const& pointer)
{
    if (!wait(&TransformTool::release, pointer))
        m_grip = Grip::none;
}

bool TransformTool::cancel()
{
    bool const was = m_piece.is_held() || m_piece.is_taking();
    m_grip = Grip::none;
    m_waiting.clear();
    m_piece.drop();
    m_context.view.update();
    return was;
}

bool TransformTool::confirm()
{
    if (!m_piece.is_held() || to_document() == m_piece.place_before())
        return cancel();
    m_grip = Grip::none;
    m_piece.put(to_document(), tr("Transform"));
    m_context.view.update();
    return true;
}

void TransformTool::paint(QPainter& painter)
{
    if (!m_piece.is_held())
        return;
    QTransform const shown = to_document() * m_context.view.view().to_widget();
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(dark_colours().accent, 1.5));
    painter.drawPolygon(shown.map(QPolygonF(m_piece.box())));
    painter.setBrush(Qt::white);
    for (QPointF const& at : handles())
        painter.drawRect(QRectF(at.x() - handle_side / 2, at.y() - handle_side / 2, handle_side, handle_side));
}

}
