// SPDX-License-Identifier: Apache-2.0
#include "gui/actions/actions.h"

#include "app/settings/settings.h"
#include "gui/actions/presets.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMainWindow>
#include <QMenuBar>

#include <algorithm>
#include <array>

namespace igneous {

namespace {

constexpr char const* group_property = "igneous_group";
constexpr char const* title_property = "igneous_title";

// With the letter that opens the menu.
constexpr std::array menu_titles { QT_TRANSLATE_NOOP("igneous::Actions", "&File"),
    QT_TRANSLATE_NOOP("igneous::Actions", "&Edit"), QT_TRANSLATE_NOOP("igneous::Actions", "&View"),
    QT_TRANSLATE_NOOP("igneous::Actions", "&Generate"), QT_TRANSLATE_NOOP("igneous::Actions", "&Select"),
    QT_TRANSLATE_NOOP("igneous::Actions", "&Layer"), QT_TRANSLATE_NOOP("igneous::Actions", "G&allery"),
    QT_TRANSLATE_NOOP("igneous::Actions", "&Window"), QT_TRANSLATE_NOOP("igneous::Actions", "&Help") };

std::size_t place_in_bar(QString const& group)
{
    return static_cast<std::size_t>(std::ranges::find_if(menu_titles, [&](char const* title) {
        return QString::fromLatin1(title).remove(QLatin1Char('&')) == group;
    }) - menu_titles.begin());
}

/// Keys with which controls are gone through and worked: without a modifier they are theirs.
bool works_controls(QKeyEvent const& event)
{
    if (event.modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier))
        return false;
    switch (event.key()) {
    case Qt::Key_Tab:
    case Qt::Key_Backtab:
    case Qt::Key_Space:
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Home:
    case Qt::Key_End:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
    case Qt::Key_Delete:
    case Qt::Key_Backspace: return true;
    default: return false;
    }
}

bool lies_in(QWidget const& widget, QWidget const* where)
{
    return where && (&widget == where || where->isAncestorOf(&widget));
}

bool collide(QKeySequence const& one, QKeySequence const& other)
{
    return !one.isEmpty() && !other.isEmpty()
           && (one.matches(other) != QKeySequence::NoMatch || other.matches(one) != QKeySequence::NoMatch);
}

}

Actions::Actions(QMainWindow& window, Settings& settings, QObject* parent)
    : QObject(parent)
    , m_window(window)
    , m_settings(settings)
{
    read_settings();
    connect(&settings, &Settings::changed, this, [this](QString const& name) {
        if (!name.startsWith(QLatin1String("keys.")))
            return;
        read_settings();
        for (QAction* action : m_all)
            show_keys(id(*action));
        Q_EMIT keys_changed();
    });
    qApp->installEventFilter(this);
}

QAction* Actions::add(
    QString const& id, QString const& title, QString const& group, QKeySequence const& usual, QWidget* where)
{
    Q_ASSERT_X(!m_entries.contains(id), "Actions::add", qPrintable(id));
    auto* action = new QAction(title, this);
    action->setObjectName(id);
    action->setProperty(group_property, group);
    action->setProperty(title_property, QString(title).remove(QLatin1Char('&')));
    action->setShortcutContext(Qt::WindowShortcut);
    Entry entry { action, {}, where, where != nullptr };
    if (!usual.isEmpty())
        entry.usual.append(usual);
    m_entries.insert(id, entry);
    m_all.insert(place_for(group), action);
    show_keys(id);
    if (!where) // Qt finds keys of the window's actions; the others are found in eventFilter()
        m_window.addAction(action);
    return action;
}

void Actions::also(QString const& id, QKeySequence const& usual)
{
    m_entries[id].usual.append(usual);
    show_keys(id);
}

/// Behind the others of the group; groups as the menus stand, then those without a menu.
qsizetype Actions::place_for(QString const& group) const
{
    for (qsizetype i = m_all.size(); i > 0; --i)
        if (Actions::group(*m_all[i - 1]) == group)
            return i;
    auto const after = std::ranges::find_if(
        m_all, [&](QAction const* other) { return place_in_bar(Actions::group(*other)) > place_in_bar(group); });
    return after - m_all.begin();
}

QAction* Actions::find(QString const& id) const { return m_entries.value(id).action; }

QString Actions::title(QAction const& action) { return action.property(title_property).toString(); }

QString Actions::group(QAction const& action) { return action.property(group_property).toString(); }

bool Actions::is_reachable(QString const& id) const
{
    Entry const entry = m_entries.value(id);
    return !entry.local || (entry.where && entry.where->isVisible());
}

QString Actions::group_title(QString const& group)
{
    std::size_t const place = place_in_bar(group);
    return place < menu_titles.size() ? tr(menu_titles[place]).remove(QLatin1Char('&'))
                                      : QCoreApplication::translate("igneous::Actions", group.toUtf8().constData());
}

QMenu* Actions::menu(QString const& group)
{
    if (QMenu* known = m_menus.value(group))
        return known;
    std::size_t const place = place_in_bar(group);
    Q_ASSERT_X(place < menu_titles.size(), "Actions::menu", qPrintable(group));
    auto* made = new QMenu(tr(menu_titles[place]), &m_window);
    made->setToolTipsVisible(true);
    QAction* before = nullptr;
    for (auto [other, menu] : m_menus.asKeyValueRange()) {
        std::size_t const at = place_in_bar(other);
        if (at > place && (!before || at < place_in_bar(m_menus.key(before->menu()))))
            before = menu->menuAction();
    }
    m_window.menuBar()->insertMenu(before, made);
    m_menus.insert(group, made);
    return made;
}

QList<QKeySequence> Actions::usual_keys(QString const& id) const
{
    if (auto keys = preset_keys(m_preset, id))
        return *keys;
    return m_entries.value(id).usual;
}

bool Actions::is_changed(QString const& id) const { return m_own.contains(id); }

QList<QAction*> Actions::sharing(QString const& id, QKeySequence const& keys) const
{
    Entry const mine = m_entries.value(id);
    QList<QAction*> found;
    for (QAction* other : m_all) {
        Entry const entry = m_entries.value(Actions::id(*other));
        if (other == mine.action || entry.local != mine.local || entry.where != mine.where)
            continue;
        QList<QKeySequence> const theirs = other->shortcuts();
        if (std::ranges::any_of(theirs, [&](QKeySequence const& one) { return collide(one, keys); }))
            found.append(other);
    }
    return found;
}

std::vector<std::string> Actions::with_own_keys(
    std::vector<std::string> own, QString const& id, QList<QKeySequence> const& keys) const
{
    std::string const start = id.toStdString() + "=";
    std::erase_if(own, [&](std::string const& line) { return line.starts_with(start); });
    if (keys != usual_keys(id))
        own.push_back(start + QKeySequence::listToString(keys, QKeySequence::PortableText).toStdString());
    return own;
}

void Actions::read_settings()
{
    m_preset = QString::fromStdString(m_settings.get(setting::key_preset));
    m_own.clear();
    for (std::string const& text : m_settings.get(setting::own_keys)) {
        QString const line = QString::fromStdString(text);
        if (qsizetype const sign = line.indexOf(QLatin1Char('=')); sign > 0)
            m_own.insert(line.first(sign), key_list(line.mid(sign + 1)));
    }
}

void Actions::show_keys(QString const& id)
{
    QAction* action = m_entries.value(id).action;
    auto const own = m_own.constFind(id);
    action->setShortcuts(own != m_own.cend() ? *own : usual_keys(id));
}

QAction* Actions::local_action(QWidget const& focus, QKeyEvent const& event) const
{
    QKeySequence const pressed(event.keyCombination());
    QAction* found = nullptr;
    for (QAction* action : m_all) {
        Entry const entry = m_entries.value(id(*action));
        bool const meant = entry.local && action->isEnabled() && lies_in(focus, entry.where)
                           && action->shortcuts().contains(pressed);
        if (meant && (!found || action->priority() > found->priority()))
            found = action;
    }
    return found;
}

/// What Tab reaches is worked with these keys: lists, sliders, buttons. The canvas, which it does not, leaves them to
/// the window.
static bool belongs_to_control(QWidget const& focus, QKeyEvent const& event)
{
    return works_controls(event) && (focus.focusPolicy() & Qt::TabFocus) == Qt::TabFocus;
}

// Before Qt looks for shortcuts it asks the focused widget whether it wants the key itself (ShortcutOverride). An
// accepted one comes back as a KeyPress.
bool Actions::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::ShortcutOverride && event->type() != QEvent::KeyPress)
        return false;
    auto* focus = qobject_cast<QWidget*>(watched);
    if (!focus || focus != QApplication::focusWidget() || !m_window.isAncestorOf(focus))
        return false;
    auto* key = static_cast<QKeyEvent*>(event);
    QAction* local = local_action(*focus, *key);
    if (event->type() == QEvent::ShortcutOverride) {
        if (local || belongs_to_control(*focus, *key))
            event->accept();
        return local != nullptr;
    }
    // A text field takes what it can write.
    bool const writes = focus->testAttribute(Qt::WA_InputMethodEnabled) && !key->text().isEmpty()
                        && key->text().front().isPrint()
                        && !(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier));
    if (!local || writes)
        return false;
    local->trigger();
    return true;
}

}
