// SPDX-License-Identifier: Apache-2.0
#include "gui/window/welcome_work.h"

#include "app/files/places.h"
#include "app/jobs/self_test_run.h"
#include "app/settings/settings.h"
#include "gui/actions/actions.h"
#include "gui/studio/studio.h"
#include "gui/theme/icons.h"
#include "gui/welcome/about_window.h"
#include "gui/welcome/welcome_window.h"
#include "gui/window/main_window.h"

#include <QDir>
#include <QMenu>

#include <algorithm>

namespace igneous {

WelcomeWork::WelcomeWork(Parts const& parts, std::filesystem::path program, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
    , m_program(std::move(program))
{
    make_actions();
    connect(&m_parts.studio, &Studio::engine_introduced, this, [this](EngineFacts const& facts) {
        m_facts = facts;
        if (m_page)
            m_page->show_engine(facts);
        if (m_about)
            m_about->show_engine(facts);
    });
    connect(&m_parts.studio, &Studio::engine_state_changed, this, [this](QString const& state) {
        if (m_page && state == QLatin1String("stopped"))
            m_page->show_no_engine(tr("The engine does not start; the message in the window says why."));
    });
}

void WelcomeWork::make_actions()
{
    Actions& actions = m_parts.actions;
    QString const help = QStringLiteral("Help");
    QAction* welcome = actions.add(QStringLiteral("help.welcome"), tr("Welcome…"), help);
    QAction* about = actions.add(QStringLiteral("help.about"), tr("About Igneous"), help);
    about->setIcon(icon(QStringLiteral("info")));
    about->setMenuRole(QAction::AboutRole);
    actions.menu(help)->addActions({ welcome, about });
    connect(welcome, &QAction::triggered, this, &WelcomeWork::open);
    connect(about, &QAction::triggered, this, &WelcomeWork::open_about);
}

void WelcomeWork::open_once()
{
    if (!m_program.empty() && !m_parts.settings.get(setting::welcomed))
        open();
}

void WelcomeWork::open()
{
    if (!m_page) {
        m_page = new WelcomeWindow(QString::fromStdString(m_parts.settings.get(setting::theme)), &m_parts.window);
        m_page->setAttribute(Qt::WA_DeleteOnClose);
        connect(m_page, &WelcomeWindow::theme_chosen, this,
            [this](QString const& theme) { m_parts.settings.set(setting::theme, theme.toStdString()); });
        connect(m_page, &WelcomeWindow::started, this, &WelcomeWork::begin);
        connect(m_page, &QDialog::finished, this, [this] { m_parts.settings.set(setting::welcomed, true); });
        if (m_facts)
            m_page->show_engine(*m_facts);
        else
            m_parts.studio.introduce_engine();
        test_device(*m_page);
        find_models();
    }
    m_page->show();
    m_page->raise();
    m_page->activateWindow();
}

void WelcomeWork::open_about()
{
    m_about = new AboutWindow(&m_parts.window);
    m_about->setAttribute(Qt::WA_DeleteOnClose);
    if (m_facts)
        m_about->show_engine(*m_facts);
    m_about->show();
}

void WelcomeWork::test_device(WelcomeWindow& page)
{
    if (m_program.empty())
        return page.show_tested(0, 0, tr("the engine's program is not there"));
    auto* test = new SelfTestRun(m_program, QString::fromStdString(m_parts.settings.get(setting::device)), &page);
    connect(test, &SelfTestRun::kernel_tested, &page, [&page, tested = 0]() mutable { page.show_testing(++tested); });
    connect(test, &SelfTestRun::finished, &page, &WelcomeWindow::show_tested);
}

void WelcomeWork::find_models()
{
    m_looking.start([this, home = path_from_utf8(QDir::homePath().toStdString())] {
        std::vector<ProgramFolder> found;
        try {
            found = find_programs(home);
        } catch (std::exception const&) {  // a disk that is away: the user adds folders by hand
        }
        QMetaObject::invokeMethod(this, [this, found] {
            if (m_page)
                m_page->show_found(found);
        });
    });
}

void WelcomeWork::begin(QStringList const& folders)
{
    std::vector<std::string> all = m_parts.settings.get(setting::model_folders);
    for (QString const& folder : folders)
        if (std::ranges::find(all, folder.toStdString()) == all.end())
            all.push_back(folder.toStdString());
    m_parts.settings.set(setting::model_folders, std::move(all));
}

}
