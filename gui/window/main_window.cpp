// SPDX-License-Identifier: Apache-2.0
#include "gui/window/main_window.h"

#include "gui/canvas/picture_view.h"
#include "gui/generate/generate_panel.h"
#include "gui/widgets/notice_bar.h"
#include "gui/window/status_bar.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace igneous {

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent)
    , m_generate(new GeneratePanel)
    , m_view(new PictureView)
    , m_notices(new NoticeBar)
    , m_status(new StatusBar)
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
    setStatusBar(m_status);
    m_view->set_hint(tr("Write what you want to see, then press Generate."));
    add_panel(QStringLiteral("generate"), tr("Generate"), m_generate, Qt::LeftDockWidgetArea);
    resize(1360, 860);
}

QDockWidget* MainWindow::add_panel(QString const& id, QString const& title, QWidget* panel, Qt::DockWidgetArea area)
{
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(id);
    dock->setAccessibleName(title);
    dock->setWidget(panel);
    QDockWidget* beside = nullptr;
    for (QDockWidget* other : panels())
        if (other != dock && dockWidgetArea(other) == area)
            beside = other;
    addDockWidget(area, dock);
    if (beside)
        tabifyDockWidget(beside, dock);
    for (QTabBar* tabs : findChildren<QTabBar*>(Qt::FindDirectChildrenOnly)) {
        tabs->setDrawBase(false);                    // a light line in dark themes, whatever the style sheet says
        tabs->setAccessibleName(tr("Panels"));
    }
    return dock;
}

QList<QDockWidget*> MainWindow::panels() const
{
    return findChildren<QDockWidget*>(Qt::FindDirectChildrenOnly);
}

QByteArray MainWindow::layout() const
{
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream << saveGeometry() << saveState();
    return bytes;
}

bool MainWindow::restore_layout(QByteArray const& layout)
{
    QByteArray geometry, state;
    QDataStream stream(layout);
    stream >> geometry >> state;
    m_hidden.clear();
    return stream.status() == QDataStream::Ok && restoreGeometry(geometry) && restoreState(state);
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
        for (QDockWidget* dock : panels())
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

void MainWindow::closeEvent(QCloseEvent* event)
{
    event->accept();
    Q_EMIT close_asked(event);
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::ActivationChange)
        Q_EMIT activation_changed();
}

}
