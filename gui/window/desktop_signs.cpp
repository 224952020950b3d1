// SPDX-License-Identifier: Apache-2.0
#include "gui/window/desktop_signs.h"

#include <QApplication>
#include <QSystemTrayIcon>
#include <QTimer>

#ifdef IGNEOUS_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#endif

namespace igneous {

namespace {

constexpr int message_time = 10'000;       // ms

}

void DesktopSigns::show_progress(double share)
{
    double const shown = share < 0 ? -1 : std::round(share * 100) / 100; // a hundred messages a job, not thousands
    if (std::exchange(m_progress, shown) != shown)
        tell_launcher();
}

void DesktopSigns::show_count(qint64 count)
{
    if (std::exchange(m_count, count) != count)
        tell_launcher();
}

#ifdef IGNEOUS_DBUS

/// Where there is none, libdbus would try to start one, and that takes its time.
static bool has_session_bus() { return qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS"); }

// The launchers of GNOME (with its dock), KDE and Unity listen to this; it is sent to nobody in particular and nothing
// is waited for.
void DesktopSigns::tell_launcher()
{
    if (!has_session_bus())
        return;
    QDBusMessage message = QDBusMessage::createSignal(QStringLiteral("/org/igneous/studio"),
        QStringLiteral("com.canonical.Unity.LauncherEntry"), QStringLiteral("Update"));
    QVariantMap const values { { QStringLiteral("progress"), std::max(m_progress, 0.0) },
        { QStringLiteral("progress-visible"), m_progress >= 0 }, { QStringLiteral("count"), m_count },
        { QStringLiteral("count-visible"), m_count > 0 } };
    message.setArguments({ QStringLiteral("application://igneous-studio.desktop"), values });
    QDBusConnection::sessionBus().send(message);
}

void DesktopSigns::notify(QString const& title, QString const& text)
{
    if (!has_session_bus())
        return;
    QDBusMessage message = QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.Notifications"),
        QStringLiteral("/org/freedesktop/Notifications"), QStringLiteral("org.freedesktop.Notifications"),
        QStringLiteral("Notify"));
    message.setArguments({ QApplication::applicationDisplayName(), 0u, QStringLiteral("igneous-studio"), title,
        text.toHtmlEscaped(), QStringList(), QVariantMap(), message_time });
    QDBusConnection::sessionBus().send(message);
}

#else

/// The number goes onto the Dock's icon or the task bar's; for progress Qt has nothing there.
void DesktopSigns::tell_launcher()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    qApp->setBadgeNumber(m_count);
#endif
}

void DesktopSigns::notify(QString const& title, QString const& text)
{
    if (!QSystemTrayIcon::isSystemTrayAvailable())
        return;
    if (!m_tray)
        m_tray = new QSystemTrayIcon(QApplication::windowIcon(), this);
    m_tray->show();
    m_tray->showMessage(title, text, QApplication::windowIcon(), message_time);
    QTimer::singleShot(message_time, m_tray, &QSystemTrayIcon::hide);
}

#endif

}
