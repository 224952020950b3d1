// SPDX-License-Identifier: Apache-2.0
#include "gui/window/main_window.h"

#include "gui/canvas/picture_view.h"
#include "gui/generate/generate_panel.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QDockWidget>
#include <QLabel>
#include <QMenuBar>
#include <QStatusBar>

namespace igneous {

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent)
    , m_generate(new GeneratePanel)
    , m_view(new PictureView)
{
    setWindowTitle(QStringLiteral("Igneous Studio"));
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    setCentralWidget(m_view);
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

    QMenu* picture = menuBar()->addMenu(tr("&Picture"));
    add(picture, tr("&Generate"), QKeySequence(Qt::CTRL | Qt::Key_Return), [this] { Q_EMIT m_generate->generate_asked(false); });
    add(picture, tr("Generate &next"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Return),
        [this] { Q_EMIT m_generate->generate_asked(true); });

    QMenu* view = menuBar()->addMenu(tr("&View"));
    add(view, tr("&Fit"), QKeySequence(Qt::CTRL | Qt::Key_0), [this] { m_view->fit(); });
    add(view, tr("&Actual pixels"), QKeySequence(Qt::CTRL | Qt::Key_1), [this] { m_view->actual_size(); });
    view->addSeparator();
    add(view, tr("&Hide panels"), QKeySequence(Qt::CTRL | Qt::Key_Tab), [this] { toggle_panels(); });
    add(view, tr("F&ull screen"), QKeySequence(Qt::Key_F11), [this] { isFullScreen() ? showNormal() : showFullScreen(); });
    m_panels = view->addMenu(tr("&Panels"));
}

void MainWindow::make_status_bar()
{
    auto* zoom = label(QString(), Tone::faint);
    zoom->setAccessibleName(tr("Zoom"));
    statusBar()->addPermanentWidget(zoom);
    connect(m_view, &PictureView::view_changed, this,
        [this, zoom] { zoom->setText(QStringLiteral("%1 %").arg(qRound(m_view->zoom() * m_view->devicePixelRatioF() * 100))); });
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
