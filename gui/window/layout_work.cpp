// SPDX-License-Identifier: Apache-2.0
#include "gui/window/layout_work.h"

#include "app/files/file.h"
#include "app/session/session.h"
#include "app/session/setting_commands.h"
#include "app/settings/settings.h"
#include "gui/actions/actions.h"
#include "gui/studio/studio.h"
#include "gui/window/main_window.h"

#include <QDockWidget>
#include <QEvent>
#include <QInputDialog>
#include <QMenu>

namespace igneous {

using namespace std::chrono_literals;

namespace {

constexpr char const* layout_file = "window-layout";

using Lines = std::vector<std::string>;

std::string start_of(QString const& name) { return name.toStdString() + "="; }

/// Without the layout of that name.
Lines without(Lines lines, QString const& name)
{
    std::erase_if(lines, [start = start_of(name)](std::string const& line) { return line.starts_with(start); });
    return lines;
}

}

LayoutWork::LayoutWork(Parts const& parts, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
    , m_usual(parts.window.saveState())
{
    make_actions();
    m_writing.setMaxThreadCount(1);
    m_soon.setSingleShot(true);
    m_soon.setInterval(1s);
    connect(&m_soon, &QTimer::timeout, this, &LayoutWork::keep);
    watch();
}

LayoutWork::~LayoutWork()
{
    keep();
    m_writing.waitForDone();
}

void LayoutWork::watch()
{
    auto const soon = [this] { m_soon.start(); };
    m_parts.window.installEventFilter(this);
    for (QDockWidget* dock : m_parts.window.panels()) {
        dock->installEventFilter(this);
        connect(dock, &QDockWidget::dockLocationChanged, this, soon);
        connect(dock, &QDockWidget::topLevelChanged, this, soon);
        connect(dock, &QDockWidget::visibilityChanged, this, soon);
    }
}

bool LayoutWork::eventFilter(QObject*, QEvent* event)
{
    if (event->type() == QEvent::Resize || event->type() == QEvent::Move || event->type() == QEvent::WindowStateChange)
        m_soon.start();
    return false;
}

void LayoutWork::keep()
{
    QByteArray const layout = m_parts.window.layout();
    if (layout == std::exchange(m_kept, layout))
        return;
    m_writing.start([layout, file = m_parts.studio.data_folder() / layout_file] {
        try {
            write_file(file, std::as_bytes(std::span(layout.constData(), static_cast<std::size_t>(layout.size()))));
        } catch (Error const&) {           // a full disk: panels stand as they come next time
        }
    });
}

bool LayoutWork::bring_back()
{
    try {
        auto const bytes = read_file(m_parts.studio.data_folder() / layout_file, 1 << 20);
        return m_parts.window.restore_layout(
            QByteArray(reinterpret_cast<char const*>(bytes.data()), static_cast<qsizetype>(bytes.size())));
    } catch (Error const&) {               // none yet: as it comes
        return false;
    }
}

void LayoutWork::make_actions()
{
    Actions& actions = m_parts.actions;
    QString const group = QStringLiteral("Window");
    QMenu* menu = actions.menu(group);
    auto const add = [&](char const* id, QString const& title, auto const& done) {
        QAction* action = actions.add(QString::fromLatin1(id), title, group);
        menu->addAction(action);
        connect(action, &QAction::triggered, this, done);
    };
    add("window.painting", tr("Layout: Painting"),
        [this] { arrange({ QStringLiteral("generate"), QStringLiteral("layers") }); });
    add("window.generating", tr("Layout: Generating"), [this] {
        arrange({ QStringLiteral("generate"), QStringLiteral("models"), QStringLiteral("gallery"),
            QStringLiteral("queue") });
    });
    add("window.browsing", tr("Layout: Browsing"),
        [this] { arrange({ QStringLiteral("models"), QStringLiteral("gallery"), QStringLiteral("queue") }); });
    QMenu* own = menu->addMenu(tr("Own layouts"));
    connect(own, &QMenu::aboutToShow, this, [this, own] { list_saved(*own); });
    add("window.save_layout", tr("Save layout…"), [this] { ask_name(); });
    add("window.reset_layout", tr("Reset layout"), [this] { reset(); });
}

QStringList LayoutWork::saved() const
{
    QStringList names;
    for (std::string const& line : m_parts.settings.get(setting::layouts))
        if (auto const sign = line.find('='); sign != line.npos && sign > 0)
            names.append(QString::fromStdString(line.substr(0, sign)));
    return names;
}

void LayoutWork::list_saved(QMenu& menu)
{
    menu.clear();
    QStringList const names = saved();
    for (QString const& name : names) {
        QAction* action = menu.addAction(name);
        connect(action, &QAction::triggered, this, [this, name] { restore(name); });
    }
    if (names.isEmpty()) {
        menu.addAction(tr("None saved yet"))->setEnabled(false);
        return;
    }
    menu.addSeparator();
    QMenu* forgetting = menu.addMenu(tr("Forget"));
    for (QString const& name : names) {
        QAction* action = forgetting->addAction(name);
        connect(action, &QAction::triggered, this, [this, name] { forget(name); });
    }
}

void LayoutWork::ask_name()
{
    auto* dialog = new QInputDialog(&m_parts.window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Save layout"));
    dialog->setLabelText(tr("Name of the layout"));
    connect(dialog, &QInputDialog::textValueSelected, this, &LayoutWork::save);
    dialog->open();
}

void LayoutWork::save(QString const& given)
{
    QString const name = given.trimmed().remove(QLatin1Char('='));
    if (name.isEmpty())
        return;
    Lines lines = without(m_parts.settings.get(setting::layouts), name);
    lines.push_back(start_of(name) + m_parts.window.saveState().toBase64().toStdString());
    m_parts.session.push(change_settings(m_parts.settings, tr("Save layout %1").arg(name).toStdString(),
        { { std::string(setting::layouts.name), std::move(lines) } }));
}

void LayoutWork::restore(QString const& name)
{
    for (std::string const& line : m_parts.settings.get(setting::layouts))
        if (line.starts_with(start_of(name)))
            m_parts.window.restoreState(
                QByteArray::fromBase64(QByteArray::fromStdString(line.substr(start_of(name).size()))));
}

void LayoutWork::forget(QString const& name)
{
    m_parts.session.push(change_settings(m_parts.settings, tr("Forget layout %1").arg(name).toStdString(),
        { { std::string(setting::layouts.name), without(m_parts.settings.get(setting::layouts), name) } }));
}

void LayoutWork::reset() { m_parts.window.restoreState(m_usual); }

void LayoutWork::arrange(QStringList const& panels)
{
    reset();
    for (QDockWidget* dock : m_parts.window.panels())
        dock->setVisible(panels.contains(dock->objectName()));
    for (auto name = panels.rbegin(); name != panels.rend(); ++name)
        if (m_parts.window.findChild<QDockWidget*>(*name))
            m_parts.window.raise_panel(*name);
}

}
