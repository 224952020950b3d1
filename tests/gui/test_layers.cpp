// SPDX-License-Identifier: Apache-2.0
// Documents and layers through the studio's own commands: menus, panel, files, clipboard.
#include "app/paint/compositing.h"
#include "app/paint/selection.h"
#include "app/picture/picture.h"
#include "gui/actions/actions.h"
#include "gui/canvas/canvas_area.h"
#include "gui/canvas/canvas_options.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/pixel_work.h"
#include "gui/canvas/tool_options.h"
#include "gui/layers/layer_delegate.h"
#include "gui/layers/layers_panel.h"
#include "gui/window/canvas_work.h"
#include "gui/window/main_window.h"
#include "tests/gui/studio_fixture.h"

#include <QComboBox>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QSpinBox>
#include <QTest>
#include <QThreadPool>
#include <QToolButton>
#include <QTreeView>
#include <catch2/catch_test_macros.hpp>

using namespace igneous;
using test::StudioFixture;
using test::wait_for;

namespace {

struct Drawn {
    StudioFixture studio;
    CanvasView& view;
    Drawn()
        : view(*studio->window().findChild<CanvasView*>())
    {}
    Session& session() { return studio->session(); }
    Document const& document() { return *view.document(); }
    void run(char const* action)
    {
        QAction* found = studio->actions().find(QString::fromLatin1(action));
        REQUIRE(found);
        REQUIRE(found->isEnabled());
        found->trigger();
        settle();
    }
    void make(int width, int height)
    {
        run("file.new");
        auto* dialog = studio->window().findChild<QDialog*>();
        REQUIRE(dialog);
        QList<QSpinBox*> const sides = dialog->findChildren<QSpinBox*>();
        sides[0]->setValue(width);
        sides[1]->setValue(height);
        dialog->accept();
        QApplication::processEvents();
        REQUIRE(view.document());
    }
    void settle()
    {
        QThreadPool::globalInstance()->waitForDone();
        QApplication::processEvents();     // a file that was read is work for the canvas now
        REQUIRE(wait_for([this] { return !studio->canvas().pixels().busy(); }));
        QApplication::processEvents();
    }
    void draw(QPointF const& from, QPointF const& to)
    {
        auto const send = [&](QEvent::Type type, QPointF const& at) {
            QPointF const place = view.view().to_widget().map(at);
            QMouseEvent event(type, place, view.mapToGlobal(place), Qt::LeftButton,
                type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton, Qt::NoModifier);
            QApplication::sendEvent(&view, &event);
        };
        send(QEvent::MouseButtonPress, from);
        send(QEvent::MouseMove, to);
        send(QEvent::MouseButtonRelease, to);
        settle();
    }
    LayersPanel& panel() { return *studio->window().findChild<LayersPanel*>(); }
};

}

TEST_CASE("layers: made, named, hidden, moved into a group and deleted, each with a way back", "[gui][layers]")
{
    Drawn drawn;
    drawn.make(300, 200);
    CHECK(drawn.document().layers.size() == 2);
    Document const first = drawn.document();
    std::size_t const begun = drawn.session().history().position();
    drawn.run("layer.add");
    drawn.run("layer.duplicate");
    REQUIRE(drawn.document().layers.size() == 4);
    CHECK(drawn.document().layers[3].properties.name == drawn.document().layers[2].properties.name + " copy");

    LayersModel& model = drawn.panel().model();
    REQUIRE(model.rowCount() == 4);        // the uppermost first
    CHECK(model.layer_at(model.index(0, 0)) == drawn.document().layers[3].id);
    CHECK(drawn.panel().list().currentIndex() == model.index(0, 0));
    CHECK(model.setData(model.index(0, 0), QStringLiteral("Sky"), Qt::EditRole));
    CHECK(drawn.document().layers[3].properties.name == "Sky");

    // The eye, where it is drawn.
    QTreeView& list = drawn.panel().list();
    QRect const row = list.visualRect(model.index(0, 0));
    QTest::mouseClick(list.viewport(), Qt::LeftButton, {}, LayerDelegate::eye_rect(row).center());
    CHECK_FALSE(drawn.document().layers[3].properties.visible);
    QTest::mouseClick(list.viewport(), Qt::LeftButton, {}, LayerDelegate::lock_rect(row).center());
    CHECK(drawn.document().layers[3].properties.locked);

    drawn.run("layer.group");
    REQUIRE(drawn.document().layers[3].kind == LayerKind::group);
    LayerId const group = drawn.document().layers[3].id, below = drawn.document().layers[2].id;
    // Dropped onto the group: it goes on top of what is in it.
    std::unique_ptr<QMimeData> const dragged(model.mimeData({ model.index_of(below) }));
    CHECK(model.dropMimeData(dragged.get(), Qt::MoveAction, -1, 0, model.index_of(group)));
    CHECK(find_layer(drawn.document().layers, group)->children.back().id == below);
    CHECK_FALSE(model.dropMimeData(std::unique_ptr<QMimeData>(model.mimeData({ model.index_of(group) })).get(),
        Qt::MoveAction, 0, 0, model.index_of(group)));
    // And before the lowest row of all: just above the background.
    CHECK(model.dropMimeData(dragged.get(), Qt::MoveAction, model.rowCount() - 1, 0, {}));
    CHECK(drawn.document().layers[1].id == below);
    drawn.run("layer.delete");
    while (drawn.session().history().position() > begun)
        REQUIRE(drawn.session().undo());
    CHECK(drawn.document().layers == first.layers);
}

TEST_CASE("layers: several are chosen, and what is done is done to all of them in one step", "[gui][layers]")
{
    Drawn drawn;
    drawn.make(300, 200);
    for (int i = 0; i < 3; ++i)
        drawn.run("layer.add");
    REQUIRE(drawn.document().layers.size() == 5);
    Session& session = drawn.session();
    LayersModel& model = drawn.panel().model();
    QTreeView& list = drawn.panel().list();
    auto const click = [&](int row, Qt::KeyboardModifiers modifiers) {
        QRect const at = list.visualRect(model.index(row, 0));
        QTest::mouseClick(list.viewport(), Qt::LeftButton, modifiers, QPoint(at.left() + 100, at.center().y()));
    };
    auto const id = [&](std::size_t place) { return drawn.document().layers[place].id; };
    Document before = drawn.document();
    std::size_t steps = session.history().position();
    // One step, that takes everything back.
    auto const taken_back = [&] {
        CHECK(session.history().position() == steps + 1);
        CHECK(session.undo());
        CHECK(drawn.document().layers == before.layers);
    };
    click(0, Qt::NoModifier);
    click(2, Qt::ShiftModifier);
    CHECK(model.chosen() == std::vector { id(2), id(3), id(4) });
    CHECK(drawn.document().active_layer == id(2));
    click(1, Qt::ControlModifier);         // not that one
    CHECK(model.chosen() == std::vector { id(2), id(4) });
    CHECK(std::ranges::contains(model.chosen(), drawn.document().active_layer));   // what is painted on is one of them

    QRect const top = list.visualRect(model.index(0, 0));
    QTest::mouseClick(list.viewport(), Qt::LeftButton, {}, LayerDelegate::eye_rect(top).center());
    CHECK_FALSE(drawn.document().layers[2].properties.visible);
    CHECK_FALSE(drawn.document().layers[4].properties.visible);
    CHECK(drawn.document().layers[3].properties.visible);
    CHECK(model.chosen().size() == 2);
    taken_back();
    drawn.run("layer.lock");
    CHECK(drawn.document().layers[2].properties.locked);
    CHECK(drawn.document().layers[4].properties.locked);
    taken_back();
    auto* opacity = drawn.panel().findChild<QDoubleSpinBox*>();
    REQUIRE(opacity);
    for (double value : { 80., 60., 40. })
        opacity->setValue(value);
    CHECK(drawn.document().layers[2].properties.opacity == 0.4);
    CHECK(drawn.document().layers[4].properties.opacity == 0.4);
    CHECK(drawn.document().layers[3].properties.opacity == 1);
    taken_back();
    drawn.run("layer.down");
    CHECK(id(1) == before.layers[2].id);
    CHECK(id(3) == before.layers[4].id);
    taken_back();
    std::unique_ptr<QMimeData> const dragged(model.mimeData(list.selectionModel()->selectedRows()));
    CHECK(model.dropMimeData(dragged.get(), Qt::MoveAction, model.rowCount(), 0, {}));
    CHECK(id(0) == before.layers[2].id);
    CHECK(id(1) == before.layers[4].id);
    taken_back();
    drawn.run("layer.duplicate");
    REQUIRE(drawn.document().layers.size() == 7);
    CHECK(model.chosen() == std::vector { id(3), id(6) });
    CHECK(drawn.document().layers[6].properties.name == before.layers[4].properties.name + " copy");
    taken_back();
    click(0, Qt::NoModifier);
    click(2, Qt::ControlModifier);
    drawn.run("layer.group");
    REQUIRE(drawn.document().layers.size() == 4);
    CHECK(drawn.document().layers[3].children.size() == 2);
    CHECK(model.chosen() == std::vector { id(3) });
    taken_back();
    click(0, Qt::NoModifier);
    click(2, Qt::ControlModifier);
    drawn.run("canvas.move");
    drawn.draw({ 100, 100 }, { 130, 90 });
    CHECK(drawn.document().layers[2].properties.x == 30);
    CHECK(drawn.document().layers[4].properties.y == -10);
    CHECK(drawn.document().layers[3].properties.x == 0);
    taken_back();
    drawn.run("layer.delete");
    CHECK(drawn.document().layers.size() == 3);
    taken_back();
}

TEST_CASE("layers: merged down, nothing looks different", "[gui][layers]")
{
    Drawn drawn;
    drawn.make(300, 200);
    drawn.run("layer.add");
    drawn.draw({ 20, 20 }, { 200, 150 });
    LayerId const layer = drawn.document().active_layer;
    drawn.session().push(edit_layer(drawn.document(), layer, "Blend", [](LayerProperties& has) {
        has.opacity = 0.6;
        has.x = 7;
    }));
    Image const before = flatten(drawn.document(), { 0, 0, 300, 200 });
    drawn.run("layer.merge_down");
    CHECK(drawn.document().layers.size() == 2);
    Image const after = flatten(drawn.document(), { 0, 0, 300, 200 });
    int worst = 0;
    for (std::size_t i = 0; i < before.pixels.size(); ++i)
        worst = std::max(worst, std::abs(before.pixels[i] - after.pixels[i]));
    CHECK(worst <= 1);
    CHECK(drawn.session().undo());
    CHECK(drawn.document().layers.size() == 3);
}

TEST_CASE("documents: saved, closed, opened again, exported", "[gui][documents]")
{
    Drawn drawn;
    drawn.make(300, 200);
    drawn.draw({ 20, 20 }, { 200, 150 });
    DocumentId const id = drawn.document().id;
    CHECK_FALSE(drawn.session().is_saved(id));
    std::vector<Layer> const layers = drawn.document().layers;
    auto const file = [&](char const* name) { return drawn.studio.data() / name; };
    auto const answer = [&](char const* action, char const* name) {
        drawn.run(action);
        auto* dialog = drawn.studio->window().findChild<QFileDialog*>();
        REQUIRE(dialog);
        Q_EMIT dialog->fileSelected(QString::fromStdString(file(name).string()));
        Q_EMIT dialog->filesSelected({ QString::fromStdString(file(name).string()) });
        dialog->close();
        drawn.settle();
        QApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QApplication::processEvents();
    };
    answer("file.save", "picture.igneous");
    CHECK(drawn.session().is_saved(id));
    answer("file.export", "picture.png");
    CHECK(read_picture(file("picture.png")) == flatten(drawn.document(), { 0, 0, 300, 200 }));
    answer("file.export", "picture.jpg");
    CHECK(read_picture(file("picture.jpg")).width == 300);

    drawn.run("file.close");
    CHECK_FALSE(drawn.view.document());
    CHECK_FALSE(drawn.studio->window().findChild<CanvasArea*>()->shows_canvas());
    answer("file.open", "picture.igneous");
    REQUIRE(drawn.view.document());
    CHECK(drawn.document().layers == layers);
    CHECK(drawn.session().is_saved(drawn.document().id));
    answer("file.import", "picture.png");
    CHECK(drawn.document().layers.size() == layers.size() + 1);
    CHECK_FALSE(drawn.session().is_saved(drawn.document().id));
}

TEST_CASE("documents: cut, copy and paste come back to their place", "[gui][documents]")
{
    Drawn drawn;
    drawn.make(300, 200);
    drawn.draw({ 50, 100 }, { 250, 100 });
    Image const before = flatten(drawn.document(), { 0, 0, 300, 200 });
    drawn.run("select.all");
    drawn.run("edit.cut");
    CHECK(drawn.document().layers[1].pixels.empty());
    drawn.run("edit.paste");
    REQUIRE(drawn.document().layers.size() == 3);
    CHECK(flatten(drawn.document(), { 0, 0, 300, 200 }) == before);
    // Faster than any of it is done, and only what is selected.
    while (drawn.document().layers[1].pixels.empty())
        REQUIRE(drawn.session().undo());
    drawn.session().set_active_layer(drawn.document().id, drawn.document().layers[1].id);
    drawn.run("canvas.rectangle");
    drawn.draw({ 100, 50 }, { 200, 150 });
    for (char const* action : { "edit.cut", "edit.paste", "edit.clear" })
        drawn.studio->actions().find(QString::fromLatin1(action))->trigger();
    drawn.settle();
    REQUIRE(drawn.document().layers.size() == 3);
    CHECK(tight_bounds(drawn.document().layers[2].pixels).width == 100);
    CHECK(flatten(drawn.document(), { 0, 0, 300, 200 }) == before);
}

TEST_CASE("documents: masks are inverted, grown and feathered by the menu", "[gui][documents]")
{
    Drawn drawn;
    drawn.make(300, 200);
    drawn.run("canvas.mask");
    drawn.draw({ 100, 100 }, { 101, 100 });
    auto const at = [&](int x, int y) { return mask_of(drawn.document(), { x, y, 1, 1 }).pixels[0]; };
    REQUIRE(at(100, 100) == 255);
    REQUIRE(at(100, 120) == 0);
    drawn.run("select.invert");
    CHECK(at(100, 100) == 0);
    CHECK(at(100, 120) == 255);
    CHECK(at(299, 199) == 255);
    CHECK(drawn.session().undo());
    CHECK(at(100, 100) == 255);
    auto const with_pixels = [&](char const* action, int pixels) {
        drawn.run(action);
        auto* dialog = drawn.studio->window().findChild<QInputDialog*>();
        REQUIRE(dialog);
        dialog->setIntValue(pixels);
        dialog->accept();
        drawn.settle();
        QApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QApplication::processEvents();
    };
    with_pixels("select.grow", 20);
    CHECK(at(100, 120) == 255);
    with_pixels("select.shrink", 20);
    CHECK(at(100, 120) == 0);
    with_pixels("select.grow", 30);
    with_pixels("select.feather", 12);
    int const edge = at(142, 100);
    CHECK(edge > 0);
    CHECK(edge < 255);
    drawn.run("select.from_mask");
    CHECK_FALSE(drawn.document().selection.empty());
    CHECK(drawn.session().history().names().back() == "Selection from mask");
}

TEST_CASE("documents: what a tool can be set to is in reach where the window is narrow", "[gui][documents]")
{
    Drawn drawn;
    drawn.make(300, 200);
    MainWindow& window = drawn.studio->window();
    auto const resize = [&](int width) {
        window.resize(width, 700);
        QTest::qWait(50);
    };
    resize(1100);
    drawn.run("canvas.mask");
    auto const button = [&](QString const& name) {
        for (QToolButton* one : window.findChild<ToolOptions*>()->findChildren<QToolButton*>())
            if (one->accessibleName() == name && (one->isVisible() || one->defaultAction() == nullptr))
                return one;
        return static_cast<QToolButton*>(nullptr);
    };
    QToolButton* const feather = button(QStringLiteral("Feather…"));
    QToolButton* const back = button(QStringLiteral("Show what is on the left"));
    QToolButton* const on = button(QStringLiteral("Show what is on the right"));
    REQUIRE((feather && back && on));
    auto const in_sight = [&] { return feather->visibleRegion().boundingRect() == feather->rect(); };
    CHECK_FALSE(in_sight());
    CHECK_FALSE(back->isEnabled());
    REQUIRE(on->isVisible());
    for (int i = 0; i < 10 && on->isEnabled(); ++i)
        on->click();
    CHECK(in_sight());
    CHECK_FALSE(on->isEnabled());
    CHECK(back->isEnabled());
    drawn.run("canvas.eyedropper");        // has little to be set to
    QTest::qWait(50);
    CHECK_FALSE(on->isVisible());
    drawn.run("canvas.mask");
    resize(2200);
    CHECK_FALSE(on->isVisible());
    CHECK(in_sight());
}

TEST_CASE("documents: keys choose tools, colours and sizes, and a held one is given back", "[gui][documents]")
{
    Drawn drawn;
    drawn.make(300, 200);
    MainWindow& window = drawn.studio->window();
    window.activateWindow();
    REQUIRE(QTest::qWaitForWindowActive(&window));
    drawn.view.setFocus();
    CanvasTools& tools = drawn.studio->canvas().tools();
    QTest::keyClick(&drawn.view, Qt::Key_E);
    CHECK(tools.chosen() == ToolId::eraser);
    QTest::keyClick(&drawn.view, Qt::Key_B);
    CHECK(tools.chosen() == ToolId::brush);
    QTest::keyPress(&drawn.view, Qt::Key_I);
    CHECK(tools.chosen() == ToolId::picker);
    drawn.draw({ 20, 20 }, { 30, 20 });
    QTest::keyRelease(&drawn.view, Qt::Key_I);
    CHECK(tools.chosen() == ToolId::brush);
    CanvasOptions& options = drawn.studio->canvas().context().options;
    CHECK(options.colour() == QColor(Qt::white));          // picked from the background
    QTest::keyClick(&drawn.view, Qt::Key_D);
    CHECK(options.colour() == QColor(Qt::black));
    QTest::keyClick(&drawn.view, Qt::Key_X);
    CHECK(options.colour() == QColor(Qt::white));
    double const size = options.get(setting::brush_size);
    QTest::keyClick(&drawn.view, Qt::Key_BracketRight);
    CHECK(options.get(setting::brush_size) > size);
    QTest::keyClick(&drawn.view, Qt::Key_4);
    CHECK(options.get(setting::brush_opacity) == 0.4);
    QTest::keyClick(&drawn.view, Qt::Key_M);
    CHECK(drawn.view.view().mirrored());
}
