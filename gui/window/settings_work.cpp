// SPDX-License-Identifier: Apache-2.0
#include "gui/window/settings_work.h"

#include "app/files/places.h"
#include "app/library/library_store.h"
#include "app/session/session.h"
#include "app/session/setting_commands.h"
#include "app/settings/settings.h"
#include "gui/actions/actions.h"
#include "gui/settings/settings_window.h"
#include "gui/studio/library_model.h"
#include "gui/studio/studio.h"
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/notice_bar.h"
#include "gui/window/collection_work.h"
#include "gui/window/main_window.h"
#include "gui/window/status_bar.h"

#include <QApplication>
#include <QMenu>

#include <algorithm>

namespace igneous {

namespace {

constexpr std::int64_t day = 24ll * 60 * 60 * 1000;        // ms

std::vector<std::string> watched(LibraryStore& store)
{
    std::vector<std::string> folders;
    for (WatchedFolder const& folder : store.folders())
        folders.push_back(utf8_name(folder.path));
    return folders;
}

}

SettingsWork::SettingsWork(Parts const& parts, CollectionWork& collections, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
    , m_collections(collections)
{
    make_actions();
    tell_found();
    Settings* settings = &m_parts.settings;
    connect(settings, &Settings::changed, this, &SettingsWork::take_effect);
    connect(settings, &Settings::not_saved, this, [this](QString const& why) {
        m_parts.window.notices().tell(
            tr("The settings hold, but could not be written: %1. They are tried again with the next change.").arg(why));
    });
    connect(&m_parts.studio, &Studio::started, this, &SettingsWork::begin_queue);
    connect(&m_parts.studio, &Studio::engine_introduced, this, [this](EngineFacts const& facts) {
        m_facts = facts;
        if (m_dialog)
            m_dialog->show_engine(facts);
    });
    connect(&m_collections, &CollectionWork::looked_through, this, &SettingsWork::read_folders);
    connect(&m_autosave, &QTimer::timeout, this, &SettingsWork::save_documents);
    for (std::string_view name :
        { setting::undo_memory.name, setting::autosave_minutes.name, setting::output_folder.name })
        take_effect(QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())));
    m_folders = settings->get(setting::model_folders);
    choose_engine();
    read_folders();
}

void SettingsWork::make_actions()
{
    Actions& actions = m_parts.actions;
    QAction* open_settings = actions.add(
        QStringLiteral("settings.open"), tr("Settings…"), QStringLiteral("Edit"), Qt::CTRL | Qt::Key_Comma);
    open_settings->setIcon(icon(QStringLiteral("gear")));
    open_settings->setMenuRole(QAction::PreferencesRole);
    QAction* keys = actions.add(QStringLiteral("settings.keys"), tr("Keyboard shortcuts…"), QStringLiteral("Edit"));
    actions.menu(QStringLiteral("Edit"))->addActions({ open_settings, keys });
    connect(open_settings, &QAction::triggered, this, [this] { open(QStringLiteral("appearance")); });
    connect(keys, &QAction::triggered, this, [this] { open(QStringLiteral("keys")); });
    connect(&m_parts.window.status(), &StatusBar::engine_asked, this, [this] { open(QStringLiteral("engine")); });
    QMenu* themes = actions.menu(QStringLiteral("View"))->addMenu(tr("Theme"));
    for (auto const& [value, title] : { std::pair { "system", tr("Theme as the system") },
             std::pair { "dark", tr("Dark theme") }, std::pair { "light", tr("Light theme") } }) {
        QAction* action
            = actions.add(QStringLiteral("view.theme_%1").arg(QLatin1String(value)), title, QStringLiteral("View"));
        themes->addAction(action);
        connect(action, &QAction::triggered, this, [this, title, value = std::string(value)] {
            m_parts.session.push(change_settings(
                m_parts.settings, title.toStdString(), { { std::string(setting::theme.name), value } }));
        });
    }
}

void SettingsWork::open(QString const& page)
{
    if (!m_dialog) {
        m_dialog = new SettingsWindow(m_parts.settings, m_parts.session, m_parts.actions, &m_parts.window);
        if (m_facts)
            m_dialog->show_engine(*m_facts);
        else
            m_parts.studio.introduce_engine();
    }
    m_dialog->show_page(page);
    m_dialog->show();
    m_dialog->raise();
    m_dialog->activateWindow();
}

/// What the file was found to be; see SettingsReport.
void SettingsWork::tell_found()
{
    SettingsReport const& report = m_parts.settings.report();
    if (report.notes.empty())
        return;
    QString const first = QString::fromStdString(report.notes.front());
    m_parts.window.notices().tell(
        report.kept_copy.empty()
            ? first
            : tr("The settings were damaged: %1. What was whole is used; the damaged file is kept as %2.")
                  .arg(first, QString::fromStdString(utf8_name(report.kept_copy))));
}

void SettingsWork::take_effect(QString const& name)
{
    std::string const changed = name.toStdString();
    auto const is = [&](auto const& key) { return changed == key.name; };
    Settings const& settings = m_parts.settings;
    if (is(setting::theme) || is(setting::font_size))
        show_looks();
    else if (is(setting::undo_memory))
        m_parts.session.set_undo_memory(static_cast<std::size_t>(settings.get(setting::undo_memory)) << 20);
    else if (is(setting::precision))
        use_precision();
    else if (is(setting::model_folders))
        write_folders();
    else if (is(setting::output_folder))
        m_parts.studio.set_output_folder(path_from_utf8(settings.get(setting::output_folder)));
    else if (is(setting::queue_retry))
        m_parts.studio.post([retry = settings.get(setting::queue_retry)](Services& s) { s.runner.set_retry(retry); });
    else if (is(setting::autosave_minutes)) {
        m_autosave.setInterval(std::chrono::minutes(settings.get(setting::autosave_minutes)));
        settings.get(setting::autosave_minutes) > 0 ? m_autosave.start() : m_autosave.stop();
    }
    if (is(setting::device) || is(setting::memory_limit) || is(setting::model_folders)
        || is(setting::previews_per_second) || is(setting::write_recipe) || is(setting::write_a1111)
        || is(setting::write_label))
        choose_engine();
}

void SettingsWork::show_looks()
{
    auto& application = *qobject_cast<QApplication*>(QApplication::instance());
    apply_font_size(application, static_cast<int>(m_parts.settings.get(setting::font_size)));
    apply_theme(application, QString::fromStdString(m_parts.settings.get(setting::theme)));
}

void SettingsWork::choose_engine()
{
    Settings const& settings = m_parts.settings;
    EngineChoices choices { .device = QString::fromStdString(settings.get(setting::device)),
        .memory_limit = static_cast<std::uint64_t>(settings.get(setting::memory_limit)) << 20,
        .model_folders = {},
        .previews_per_second = settings.get(setting::previews_per_second),
        .metadata = { settings.get(setting::write_recipe), settings.get(setting::write_a1111),
            settings.get(setting::write_label) } };
    for (std::string const& folder : settings.get(setting::model_folders))
        choices.model_folders.push_back(path_from_utf8(folder));
    m_parts.studio.choose(std::move(choices));
}

void SettingsWork::use_precision()
{
    Session& session = m_parts.session;
    Tier const tier = m_parts.settings.get(setting::precision) == "f32" ? Tier::f32 : Tier::f16;
    if (session.workspace().request.tier != tier)
        session.push(edit_request(session.workspace(), tr("Precision").toStdString(),
            [tier](GenerationRequest& request) { request.tier = tier; }));
}

void SettingsWork::begin_queue()
{
    Settings const& settings = m_parts.settings;
    m_parts.studio.post([retry = settings.get(setting::queue_retry), days = settings.get(setting::queue_keep_days),
                            pause = settings.get(setting::queue_at_start) == "paused",
                            reason = tr("as the settings ask for at the start").toStdString()](Services& services) {
        services.runner.set_retry(retry);
        if (pause && services.queue.count(JobState::queued) > 0)
            services.queue.pause(RunningJob::finishes, reason);
        constexpr JobState ended[] = { JobState::done, JobState::failed, JobState::cancelled };
        services.queue.clear(ended, JobStore::clock_on_the_wall() - days * day);
        services.runner.look();
    });
}

/// The library knows what is watched, also when the command or the models' panel has changed it. Where it watches
/// nothing yet, the settings say what it shall.
void SettingsWork::read_folders()
{
    m_collections.library().with_store(
        [this, wanted = m_parts.settings.get(setting::model_folders)](LibraryStore& store) {
            std::vector<std::string> now = watched(store);
            QStringList away;
            for (WatchedFolder const& folder : store.folders())
                if (folder.away)
                    away.append(QString::fromStdString(utf8_name(folder.path)));
            QMetaObject::invokeMethod(this, [this, away] { tell_away(away); });
            bool const begin = now.empty() && !wanted.empty();
            QMetaObject::invokeMethod(this, [this, wanted, now = std::move(now), begin] {
                if (m_writing_folders > 0 || wanted != m_parts.settings.get(setting::model_folders))
                    return;
                m_folders = now;
                if (begin)
                    return write_folders();
                if (m_parts.settings.get(setting::model_folders) != now)
                    m_parts.settings.set(setting::model_folders, now);
            });
        });
}

void SettingsWork::tell_away(QStringList const& folders)
{
    QString const now = folders.isEmpty()
        ? QString()
        : tr("%1 is not there now. Its models stay in the list and come back with it; connect its disk, or take the "
             "folder out in Settings.")
              .arg(folders.join(tr(" and ")));
    if (now == m_away)
        return;
    m_parts.window.notices().forget(std::exchange(m_away, now));
    m_parts.window.notices().tell(now);
}

void SettingsWork::write_folders()
{
    std::vector<std::string> const wanted = m_parts.settings.get(setting::model_folders);
    if (m_writing_folders == 0 && wanted == m_folders)
        return;
    ++m_writing_folders;
    m_collections.library().with_store([this, wanted](LibraryStore& store) {
        QString gone;
        for (std::string const& folder : watched(store))
            if (std::ranges::find(wanted, folder) == wanted.end())
                store.remove_folder(path_from_utf8(folder));
        for (std::string const& folder : wanted)
            try {
                store.add_folder(path_from_utf8(folder));
            } catch (Error const& error) {
                gone = QString::fromStdString(error.what());
            }
        QMetaObject::invokeMethod(this, [this, gone, now = watched(store)] {
            if (!gone.isEmpty())
                m_parts.window.notices().tell(gone);
            m_folders = now;
            m_collections.look_again();
            if (--m_writing_folders > 0)
                return;
            if (m_parts.settings.get(setting::model_folders) != now)
                m_parts.settings.set(setting::model_folders, now);
        });
    });
}

void SettingsWork::save_documents()
{
    Session& session = m_parts.session;
    for (Document const& document : session.workspace().documents)
        if (!document.file.empty() && !session.is_saved(document.id))
            session.save_document_later(document.id, path_from_utf8(document.file), [this](QString const& problem) {
                if (!problem.isEmpty())
                    m_parts.window.notices().tell(
                        tr("A document could not be saved by itself: %1. Nothing is lost: it is kept in the session.")
                            .arg(problem));
            });
}

}
