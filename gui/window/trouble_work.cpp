// SPDX-License-Identifier: Apache-2.0
#include "gui/window/trouble_work.h"

#include "app/files/places.h"
#include "app/session/session.h"
#include "app/settings/settings.h"
#include "gui/studio/studio.h"
#include "gui/widgets/notice_bar.h"
#include "gui/window/main_window.h"

namespace igneous {

TroubleWork::TroubleWork(Parts const& parts, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
{
    connect(&m_parts.studio, &Studio::trouble, this, &TroubleWork::tell);
    connect(&m_parts.studio, &Studio::job_ended, this, [this](qint64, int state, QString const& message) {
        if (static_cast<JobState>(state) == JobState::failed)
            tell(message);
    });
    connect(&m_parts.session, &Session::saving_changed, this, [this](bool saving, QString const& why) {
        m_parts.window.notices().forget(m_saving_trouble);
        m_saving_trouble
            = saving ? QString()
                     : tr("What you do is not being kept on the disk: %1. Make room on it or bring it back; it "
                          "goes on by itself. Until then do not close Igneous.")
                           .arg(why);
        tell(m_saving_trouble);
    });
    connect_engine();
    tell_found();
}

void TroubleWork::tell(QString const& message) { m_parts.window.notices().tell(message); }

void TroubleWork::tell_found()
{
    SessionReport const& report = m_parts.session.report();
    for (std::string const& note : report.notes)
        tell(QString::fromStdString(note));
    for (std::filesystem::path const& copy : report.kept_copies)
        tell(tr("The session was damaged. What was whole of it is open; the damaged file is kept as %1.")
                .arg(QString::fromStdString(utf8_name(copy))));
    if (report.session > 1)
        tell(tr(
            "Igneous is open already. This window has a canvas and a prompt of its own (session %1); queue, gallery, "
            "models and settings are the same in both.")
                .arg(report.session));
    if (report.adopted_documents > 0)
        tell(tr("%n document(s) of a window that ended without closing are open here again.", nullptr,
            static_cast<int>(report.adopted_documents)));
}

void TroubleWork::connect_engine()
{
    Studio* studio = &m_parts.studio;
    connect(studio, &Studio::started, studio, &Studio::introduce_engine);
    connect(studio, &Studio::engine_state_changed, this, [this](QString const& state) { engine_state(state); });
    connect(studio, &Studio::engine_introduced, this, &TroubleWork::engine_facts);
    connect(studio, &Studio::plan_failed, this, [this](QString const& why) {
        if (!m_engine_stopped || !m_engine_trouble.isEmpty())
            return;
        m_engine_trouble
            = tr("The engine does not start: %1. Pictures wait in the queue until it does; everything else "
                 "works.")
                  .arg(why);
        tell(m_engine_trouble);
    });
}

void TroubleWork::engine_state(QString const& state)
{
    m_engine_stopped = state == QLatin1String("stopped");
    if (state == QLatin1String("ready"))
        m_parts.window.notices().forget(std::exchange(m_engine_trouble, QString()));
}

void TroubleWork::engine_facts(EngineFacts const& facts)
{
    if (!facts.device.isEmpty())
        return;
    QString why = tr("no graphics card with Vulkan was found");
    bool usable = false;
    for (EngineDevice const& device : facts.devices) {
        usable = usable || device.why_not.isEmpty();
        why = tr("%1 cannot be used: %2").arg(device.name, device.why_not);
    }
    if (usable)
        m_engine_trouble
            = tr("The graphics card that the settings name (%1) is not there. Choose another in Settings, Engine; "
                 "pictures wait in the queue until then.")
                  .arg(QString::fromStdString(m_parts.settings.get(setting::device)));
    else
        m_engine_trouble
            = tr("Pictures cannot be made on this computer now: %1. Install the driver of your graphics card (for AMD "
                 "and Intel: Mesa), then start Igneous again. Everything else works.")
                  .arg(why);
    tell(m_engine_trouble);
}

}
