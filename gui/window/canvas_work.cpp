// SPDX-License-Identifier: Apache-2.0
#include "gui/window/canvas_work.h"

#include "app/session/session.h"
#include "gui/actions/actions.h"
#include "gui/canvas/canvas_area.h"
#include "gui/canvas/canvas_options.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/picture_view.h"
#include "gui/canvas/pixel_work.h"
#include "gui/canvas/tool_options.h"
#include "gui/canvas/tool_strip.h"
#include "gui/theme/icons.h"
#include "gui/widgets/notice_bar.h"
#include "gui/window/document_work.h"
#include "gui/window/layer_work.h"
#include "gui/window/main_window.h"
#include "gui/window/mask_work.h"
#include "gui/window/status_bar.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QVBoxLayout>

namespace igneous {

namespace {

QString const canvas_group = QStringLiteral("Canvas");

/// The usual keys of the tools, in their order.
QKeySequence keys_of(ToolId tool)
{
    switch (tool) {
    case ToolId::brush: return Qt::Key_B;
    case ToolId::eraser: return Qt::Key_E;
    case ToolId::mask: return Qt::Key_Q;
    case ToolId::lasso: return Qt::Key_L;
    case ToolId::rectangle: return Qt::Key_R;
    case ToolId::fill: return Qt::Key_G;
    case ToolId::picker: return Qt::Key_I;
    case ToolId::move: return Qt::Key_V;
    case ToolId::transform: return Qt::CTRL | Qt::Key_T;
    case ToolId::frame: break;
    }
    return Qt::Key_C;
}

}

CanvasWork::CanvasWork(Parts const& parts, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
    , m_options(new CanvasOptions(parts.settings, this))
    , m_pixels(new PixelWork(parts.session, this))
    , m_view(new CanvasView(parts.session, *m_options))
    , m_tools(new CanvasTools(context(), this))
{
    make_middle();
    make_brush_actions();
    make_colour_actions();
    make_view_actions();
    m_documents = new DocumentWork(parts, *this, this);
    new LayerWork(parts, *this, *m_documents, this);
    connect(m_tools, &CanvasTools::refused, &parts.window.notices(), &NoticeBar::tell);
    connect(m_pixels, &PixelWork::refused, &parts.window.notices(), &NoticeBar::tell);
    connect(m_pixels, &PixelWork::doing_changed, m_view, &CanvasView::show_doing);
    qApp->installEventFilter(this);
}

void CanvasWork::make_middle()
{
    auto* masks = new MaskWork(m_parts, context(), this);
    make_frame_actions();
    Actions& actions = m_parts.actions;
    auto* strip = new ToolStrip(*m_tools, *m_options);
    auto* options = new ToolOptions(*m_tools, *m_options, *m_view,
        { .mask = masks->mask_commands(),
            .select = masks->select_commands(),
            .frame
            = { actions.find(QStringLiteral("canvas.frame_all")), actions.find(QStringLiteral("canvas.no_frame")) } });
    QWidget* middle = m_parts.window.centralWidget();
    PictureView& picture = m_parts.window.view();
    auto* column = qobject_cast<QVBoxLayout*>(middle->layout());
    int const place = column->indexOf(&picture);
    m_area = new CanvasArea(m_parts.session, &picture, m_view, strip, options);
    column->insertWidget(place, m_area, 1);
    for (int i = 0; i < tool_count; ++i) {
        auto const tool = static_cast<ToolId>(i);
        ToolName const name = name_of(tool);
        QAction* action = actions.add(QStringLiteral("canvas.") + name.id, name.title, canvas_group, keys_of(tool));
        action->setIcon(icon(name.icon));
        action->setAutoRepeat(false);
        connect(action, &QAction::triggered, this, [this, tool] {
            if (m_area->shows_canvas())
                m_tools->choose_by_key(tool, m_last_key);
        });
        strip->set_action(tool, *action);
    }
    connect(m_view, &MovableView::view_changed, this, &CanvasWork::say_where);
    connect(&picture, &MovableView::view_changed, this, &CanvasWork::say_where);
    connect(m_area, &CanvasArea::shown_changed, this, &CanvasWork::say_where);
}

void CanvasWork::say_where()
{
    m_parts.window.status().show_zoom(shown().zoom() * shown().devicePixelRatioF());
}

MovableView& CanvasWork::shown() const
{
    return m_area->shows_canvas() ? static_cast<MovableView&>(*m_view) : m_parts.window.view();
}

bool CanvasWork::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        m_last_key = static_cast<QKeyEvent*>(event)->key();
    } else if (event->type() == QEvent::KeyRelease) {
        auto* key = static_cast<QKeyEvent*>(event);
        if (!key->isAutoRepeat())
            m_tools->key_released(key->key());
    } else if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        auto const* widget = qobject_cast<QWidget*>(watched);
        if (widget && widget->window() == &m_parts.window && !m_view->is_pressed() && m_pixels->cancel())
            return true;
    }
    return QObject::eventFilter(watched, event);
}

void CanvasWork::change_size(double factor)
{
    double const size = m_options->get(setting::brush_size);
    m_options->set(setting::brush_size, factor > 1 ? std::ceil(size * factor) : std::floor(size * factor));
}

void CanvasWork::make_brush_actions()
{
    Actions& actions = m_parts.actions;
    auto const add = [&](char const* id, QString const& title, QKeySequence const& keys, auto const& done) {
        connect(actions.add(QString::fromLatin1(id), title, canvas_group, keys), &QAction::triggered, this, done);
    };
    add("canvas.smaller", tr("Smaller brush"), Qt::Key_BracketLeft, [this] { change_size(1 / 1.15); });
    add("canvas.larger", tr("Larger brush"), Qt::Key_BracketRight, [this] { change_size(1.15); });
    auto const harder
        = [this](double by) { m_options->set(setting::brush_hardness, m_options->get(setting::brush_hardness) + by); };
    add("canvas.softer", tr("Softer brush"), Qt::SHIFT | Qt::Key_BracketLeft, [harder] { harder(-0.1); });
    add("canvas.harder", tr("Harder brush"), Qt::SHIFT | Qt::Key_BracketRight, [harder] { harder(0.1); });
    // Where Shift makes another letter of the key, that is what arrives.
    actions.also(QStringLiteral("canvas.softer"), Qt::SHIFT | Qt::Key_BraceLeft);
    actions.also(QStringLiteral("canvas.harder"), Qt::SHIFT | Qt::Key_BraceRight);
    add("canvas.pressure", tr("Pen pressure on or off"), {},
        [this] { m_options->set(setting::brush_pressure, !m_options->get(setting::brush_pressure)); });
    for (int tenths = 1; tenths <= 10; ++tenths) {
        QString const id = QStringLiteral("canvas.opacity_%1").arg(tenths * 10);
        QAction* action = actions.add(id, tr("Opacity %1 %").arg(tenths * 10), canvas_group,
            static_cast<Qt::Key>(Qt::Key_0 + tenths % 10), m_view);
        connect(action, &QAction::triggered, this,
            [this, tenths] { m_options->set(setting::brush_opacity, tenths / 10.); });
    }
    struct Step {
        char const* id;
        QString title;
        Qt::Key key;
        int x, y;
    };
    for (Step const& step : { Step { "left", tr("Layer to the left"), Qt::Key_Left, -1, 0 },
             { "right", tr("Layer to the right"), Qt::Key_Right, 1, 0 }, { "up", tr("Layer up"), Qt::Key_Up, 0, -1 },
             { "down", tr("Layer down"), Qt::Key_Down, 0, 1 } })
        for (int by : { 1, 10 }) {
            QAction* action
                = actions.add(QStringLiteral("canvas.nudge_%1%2")
                                  .arg(QString::fromLatin1(step.id), by == 1 ? QString() : QStringLiteral("_far")),
                    by == 1 ? tr("%1 by one pixel").arg(step.title) : tr("%1 by ten pixels").arg(step.title),
                    canvas_group, QKeyCombination(by == 1 ? Qt::NoModifier : Qt::ShiftModifier, step.key), m_view);
            connect(action, &QAction::triggered, this, [this, step, by] {
                if (m_tools->chosen() == ToolId::move)
                    m_tools->move_tool().nudge(step.x * by, step.y * by);
            });
        }
}

void CanvasWork::make_colour_actions()
{
    Actions& actions = m_parts.actions;
    connect(actions.add(QStringLiteral("canvas.swap_colours"), tr("Swap the colours"), canvas_group, Qt::Key_X),
        &QAction::triggered, m_options, &CanvasOptions::swap_colours);
    connect(actions.add(QStringLiteral("canvas.usual_colours"), tr("Black and white"), canvas_group, Qt::Key_D),
        &QAction::triggered, m_options, &CanvasOptions::usual_colours);
}

void CanvasWork::make_view_actions()
{
    Actions& actions = m_parts.actions;
    QMenu* menu = actions.menu(QStringLiteral("View"));
    QAction* before = menu->insertSeparator(menu->actions().value(0));
    auto const add = [&](char const* id, QString const& title, QKeySequence const& keys, auto const& done) {
        QAction* action = actions.add(QString::fromLatin1(id), title, canvas_group, keys);
        menu->insertAction(before, action);
        connect(action, &QAction::triggered, this, done);
    };
    add("view.fit", tr("Fit in the window"), Qt::CTRL | Qt::Key_0, [this] { shown().fit(); });
    add("view.actual_size", tr("Actual pixels"), Qt::CTRL | Qt::Key_1, [this] { shown().actual_size(); });
    add("canvas.zoom_in", tr("Zoom in"), Qt::CTRL | Qt::Key_Plus, [this] { shown().zoom_by(1.25); });
    actions.also(QStringLiteral("canvas.zoom_in"), Qt::CTRL | Qt::Key_Equal);
    add("canvas.zoom_out", tr("Zoom out"), Qt::CTRL | Qt::Key_Minus, [this] { shown().zoom_by(0.8); });
    add("canvas.mirror", tr("Mirror the view"), Qt::Key_M,
        [this] { shown().mirror(); });
    add("canvas.rotate_left", tr("Turn the view left"), Qt::CTRL | Qt::Key_BracketLeft,
        [this] { shown().rotate_by(-15); });
    add("canvas.rotate_right", tr("Turn the view right"), Qt::CTRL | Qt::Key_BracketRight,
        [this] { shown().rotate_by(15); });
    add("canvas.reset_rotation", tr("Turn the view upright"), {}, [this] { shown().reset_rotation(); });
    add("canvas.picture", tr("Show the last picture or the canvas"), Qt::CTRL | Qt::Key_Space,
        [this] { m_area->shows_canvas() ? m_area->show_picture() : m_area->show_canvas(); });
}

void CanvasWork::make_frame_actions()
{
    Actions& actions = m_parts.actions;
    Session& session = m_parts.session;
    auto const set = [this, &session](Rect const& frame) {
        if (Document const* document = context().document(); document && document->properties.frame != frame) {
            session.stop_merging();
            session.push(set_frame(*document, frame));
        }
    };
    QAction* all = actions.add(QStringLiteral("canvas.frame_all"), tr("Frame everything"), canvas_group);
    connect(all, &QAction::triggered, this, [this, set] { set(m_view->document_area()); });
    QAction* none = actions.add(QStringLiteral("canvas.no_frame"), tr("No frame"), canvas_group);
    none->setToolTip(tr("Without a frame the whole document is generated"));
    connect(none, &QAction::triggered, this, [set] { set({}); });
}

}
