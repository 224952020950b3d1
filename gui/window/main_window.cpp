// SPDX-License-Identifier: Apache-2.0
#include "gui/window/main_window.h"

#include "gui/canvas/picture_view.h"
#include "gui/generate/generate_panel.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"
#include "gui/widgets/notice_bar.h"

#include <QDockWidget>
#include <QLabel>
#include <QMenuBar>
#include <QProgressBar>
#include <QStatusBar>
#include <QVBoxLayout>

namespace igneous {

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent)
    , m_generate(new GeneratePanel)
    , m_view(new PictureView)
    , m_notices(new NoticeBar)
{
    setWindowTitle(QStringLiteral("Igneous Studio"));
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    auto* middle = new QWidget;
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_notices);
    column->addWidget(m_view, 1);
    setCentralWidget(middle);
    m_view->set_hint(tr("Write what you want to see, then press Generate."));
    make_menus();
    make_status_bar();
    add_panel(QStringLiteral("generate"), tr("Generate"), m_generate, Qt::LeftDockWidgetArea);
    resize(1360, 860);
}

QDockWidget* MainWindow::add_panel(QString const& id, QString const& title, QWidget* panel, Qt::DockWidgetArea area)
{
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(id);
    dock->setWidget(panel);
    QDockWidget* beside = nullptr;
    for (QDockWidget* other : findChildren<QDockWidget*>())
        if (other != dock && dockWidgetArea(other) == area)
            beside = other;
    addDockWidget(area, dock);
    if (beside)
        tabifyDockWidget(beside, dock);
    for (QTabBar* tabs : findChildren<QTabBar*>(Qt::FindDirectChildrenOnly))
        tabs->setDrawBase(false);                    // a light line in dark themes, whatever the style sheet says
    m_panels->addAction(dock->toggleViewAction());
    return dock;
}

void MainWindow::make_menus()
{
    auto const add = [](QMenu* menu, QString const& text, QKeySequence const& keys, auto const& done) {
        QAction* action = menu->addAction(text);
        action->setShortcut(keys);
        QObject::connect(action, &QAction::triggered, menu, done);
        return action;
    };
    QMenu* file = menuBar()->addMenu(tr("&File"));
    add(file, tr("&Quit"), QKeySequence::Quit, [this] { close(); });

    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    m_undo = add(edit, tr("&Undo"), QKeySequence(Qt::CTRL | Qt::Key_Z), [this] { Q_EMIT undo_asked(); });
    m_redo = add(edit, tr("&Redo"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), [this] { Q_EMIT redo_asked(); });
    m_redo->setShortcuts({ QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y) });

    QMenu* picture = menuBar()->addMenu(tr("&Picture"));
    add(picture, tr("&Generate"), QKeySequence(Qt::CTRL | Qt::Key_Return),
        [this] { Q_EMIT m_generate->generate_asked(false); });
    add(picture, tr("Generate &next"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Return),
        [this] { Q_EMIT m_generate->generate_asked(true); });

    QMenu* view = menuBar()->addMenu(tr("&View"));
    add(view, tr("&Fit"), QKeySequence(Qt::CTRL | Qt::Key_0), [this] { m_view->fit(); });
    add(view, tr("&Actual pixels"), QKeySequence(Qt::CTRL | Qt::Key_1), [this] { m_view->actual_size(); });
    view->addSeparator();
    add(view, tr("&Hide panels"), QKeySequence(Qt::CTRL | Qt::Key_Tab), [this] { toggle_panels(); });
    add(view, tr("F&ull screen"), QKeySequence(Qt::Key_F11),
        [this] { isFullScreen() ? showNormal() : showFullScreen(); });
    m_panels = view->addMenu(tr("&Panels"));
}

void MainWindow::make_status_bar()
{
    m_engine = label(QString(), Tone::faint);
    m_engine->setAccessibleName(tr("Engine"));
    statusBar()->addWidget(m_engine);
    m_left = label(QString(), Tone::faint);
    m_progress = new QProgressBar;
    m_progress->setTextVisible(false);
    m_progress->setRange(0, 1000);
    m_progress->setFixedWidth(180);
    m_progress->setAccessibleName(tr("How far the picture is"));
    statusBar()->addPermanentWidget(m_left);
    statusBar()->addPermanentWidget(m_progress);
    show_progress(1, 0);
    auto* zoom = label(QString(), Tone::faint);
    zoom->setAccessibleName(tr("Zoom"));
    statusBar()->addPermanentWidget(zoom);
    connect(m_view, &PictureView::view_changed, this, [this, zoom] {
        zoom->setText(QStringLiteral("%1 %").arg(qRound(m_view->zoom() * m_view->devicePixelRatioF() * 100)));
    });
}

void MainWindow::show_progress(double share, double seconds_left)
{
    bool const running = share < 1;
    m_progress->setVisible(running);
    m_progress->setValue(qRound(share * 1000));
    m_left->setText(running && seconds_left > 0 ? tr("%1 s left").arg(qCeil(seconds_left)) : QString());
}

void MainWindow::show_engine(QString const& state, QString const& device)
{
    m_engine->setText(device.isEmpty() ? state : QStringLiteral("%1: %2").arg(device, state));
}

void MainWindow::set_can_undo(bool undo, bool redo)
{
    m_undo->setEnabled(undo);
    m_redo->setEnabled(redo);
}

QByteArray MainWindow::layout() const
{
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream << saveGeometry() << saveState();
    return bytes;
}

void MainWindow::restore_layout(QByteArray const& layout)
{
    QByteArray geometry, state;
    QDataStream stream(layout);
    stream >> geometry >> state;
    restoreGeometry(geometry);
    restoreState(state);
}

void MainWindow::raise_panel(QString const& id)
{
    if (auto* dock = findChild<QDockWidget*>(id)) {
        dock->show();
        dock->raise();
    }
}

void MainWindow::toggle_panels()
{
    if (m_hidden.isEmpty()) {
        for (QDockWidget* dock : findChildren<QDockWidget*>())
            if (!dock->isHidden())
                m_hidden.append(dock);
        for (QDockWidget* dock : m_hidden)
            dock->hide();
    } else {
        for (QDockWidget* dock : m_hidden)
            dock->show();
        m_hidden.clear();
    }
}

}
