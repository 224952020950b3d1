// SPDX-License-Identifier: Apache-2.0
#include "gui/settings/settings_window.h"

#include "app/jobs/engine.h"
#include "app/session/session.h"
#include "app/session/setting_commands.h"
#include "app/settings/settings.h"
#include "gui/actions/actions.h"
#include "gui/settings/setting_row.h"
#include "gui/settings/setting_texts.h"
#include "gui/settings/shortcut_page.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>

namespace igneous {

namespace {

constexpr int side_width = 196;

QFrame* thin_line()
{
    auto* line = new QFrame;
    line->setProperty("line", true);
    line->setFixedHeight(1);
    return line;
}

}

SettingsWindow::SettingsWindow(Settings& settings, Session& session, Actions& actions, QWidget* parent)
    : QDialog(parent)
    , m_settings(settings)
    , m_session(session)
    , m_actions(actions)
    , m_text(new QLineEdit)
    , m_list(new QListWidget)
    , m_scroll(new QScrollArea)
    , m_nothing(label(tr("No setting has such words."), Tone::faint))
{
    setWindowTitle(tr("Settings"));
    resize(880, 640);
    auto* inside = new QWidget;
    auto* column = new QVBoxLayout(inside);
    column->setContentsMargins(2 * Measures::margin, Measures::margin, 2 * Measures::margin, 2 * Measures::margin);
    column->setSpacing(2 * Measures::margin);
    for (SettingsPage const& page : settings_pages())
        column->addWidget(make_page(page.id, page.title), page.id == QLatin1String("keys") ? 1 : 0);
    column->addWidget(m_nothing);
    column->addStretch();
    m_scroll->setWidget(inside);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* sides = new QHBoxLayout(this);
    sides->setContentsMargins(0, 0, 0, 0);
    sides->setSpacing(0);
    sides->addWidget(make_side());
    sides->addWidget(m_scroll, 1);
    for (char const* id : { "edit.undo", "edit.redo" })
        if (QAction* action = actions.find(QString::fromLatin1(id)))
            addAction(action);             // here too
    connect(&settings, &Settings::changed, this, &SettingsWindow::show_values);
    show_page(m_pages.front().id);
}

QWidget* SettingsWindow::make_side()
{
    m_text->setPlaceholderText(tr("Search settings"));
    m_text->setAccessibleName(tr("Search settings"));
    m_text->setClearButtonEnabled(true);
    m_list->setAccessibleName(tr("Pages"));
    for (SettingsPage const& page : settings_pages()) {
        auto* item = new QListWidgetItem(page.title, m_list);
        item->setData(Qt::UserRole, page.id);
        item->setSizeHint(QSize(0, 34));
    }
    auto* side = new QFrame;
    side->setProperty("side", true);
    side->setFixedWidth(side_width);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(Measures::margin, Measures::margin, Measures::margin, Measures::margin);
    column->setSpacing(Measures::margin);
    column->addWidget(m_text);
    column->addWidget(m_list, 1);
    connect(m_text, &QLineEdit::textChanged, this, &SettingsWindow::find);
    connect(m_list, &QListWidget::currentItemChanged, this, [this](QListWidgetItem* item) {
        if (item)
            show_page(item->data(Qt::UserRole).toString());
    });
    return side;
}

QWidget* SettingsWindow::make_page(QString const& id, QString const& title)
{
    Page page { id, new QWidget, {} };
    auto* column = new QVBoxLayout(page.whole);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* reset_button = new QPushButton(tr("Reset page"));
    name_control(*reset_button, tr("Reset the page %1").arg(title));
    auto* head = new QHBoxLayout;
    head->setContentsMargins(0, Measures::unit, 0, Measures::gap);
    head->addWidget(label(title, Tone::title));
    head->addStretch();
    head->addWidget(reset_button);
    column->addLayout(head);
    connect(reset_button, &QPushButton::clicked, this, [this, id, title] { reset(id, title); });
    if (id == QLatin1String("keys"))
        column->addWidget(new ShortcutPage(m_actions, m_settings, m_session), 1);
    else
        for (SettingInfo const& setting : m_settings.schema().settings)
            if (QString::fromUtf8(setting.page.data(), static_cast<qsizetype>(setting.page.size())) == id
                && !setting_text(setting.name).title.isEmpty())
                add_row(page, setting.name);
    m_pages.append(page);
    return page.whole;
}

void SettingsWindow::add_row(Page& page, std::string_view setting)
{
    auto* row = new SettingRow(*m_settings.schema().find(setting));
    if (!page.rows.isEmpty()) {
        page.lines.append(thin_line());
        page.whole->layout()->addWidget(page.lines.back());
    }
    page.whole->layout()->addWidget(row);
    page.rows.append(row);
    if (setting == setting::device.name)
        row->set_choices({ { tr("Automatic"), QString() } });
    else if (setting == setting::language.name)
        row->set_choices(
            { { tr("As the system"), QStringLiteral("system") }, { tr("English"), QStringLiteral("en") } });
    row->show_value(m_settings.value(setting));
    connect(row, &SettingRow::edited, this, [this, row](SettingValue const& value) {
        std::string const name(row->name());
        m_session.push(change_settings(
            m_settings, tr("Setting: %1").arg(row->title()).toStdString(), { { name, value } }, "setting " + name));
    });
}

void SettingsWindow::reset(QString const& page, QString const& title)
{
    m_session.push(
        reset_settings_page(m_settings, tr("Reset settings: %1").arg(title).toStdString(), page.toStdString()));
}

SettingRow* SettingsWindow::row(std::string_view name) const
{
    for (Page const& page : m_pages)
        for (SettingRow* row : page.rows)
            if (row->name() == name)
                return row;
    return nullptr;
}

void SettingsWindow::show_values(QString const& name)
{
    std::string const setting = name.toStdString();
    if (SettingRow* shown = row(setting))
        shown->show_value(m_settings.value(setting));
}

void SettingsWindow::show_engine(EngineFacts const& facts)
{
    QList<std::pair<QString, QString>> choices {
        { facts.device.isEmpty() ? tr("Automatic") : tr("Automatic (%1)").arg(facts.device), QString() }
    };
    for (EngineDevice const& device : facts.devices)
        if (device.why_not.isEmpty())
            choices.append({ device.name, device.name });
    SettingRow* device = row(setting::device.name);
    device->set_choices(choices);
    device->show_value(m_settings.value(setting::device.name));
}

void SettingsWindow::show_page(QString const& id)
{
    if (!m_text->text().isEmpty())
        m_text->clear();
    m_nothing->hide();
    for (Page const& page : m_pages) {
        show_rows(page, {});
        page.whole->setVisible(page.id == id);
    }
    for (int i = 0; i < m_list->count(); ++i)
        if (m_list->item(i)->data(Qt::UserRole) == id && m_list->currentRow() != i)
            m_list->setCurrentRow(i);
}

bool SettingsWindow::show_rows(Page const& page, QString const& text)
{
    bool some = false;
    for (qsizetype i = 0; i < page.rows.size(); ++i) {
        bool const fits = page.rows[i]->matches(text);
        page.rows[i]->setVisible(fits);
        if (i > 0)
            page.lines[i - 1]->setVisible(fits && some);
        some = some || fits;
    }
    return some;
}

void SettingsWindow::find(QString const& text)
{
    if (text.trimmed().isEmpty()) {
        if (QListWidgetItem* item = m_list->currentItem())
            show_page(item->data(Qt::UserRole).toString());
        else
            show_page(m_pages.front().id);
        return;
    }
    m_list->setCurrentItem(nullptr);
    bool any = false;
    for (Page const& page : m_pages) {
        bool const keys = page.id == QLatin1String("keys")
                          && tr("keyboard shortcuts keys").contains(text.trimmed(), Qt::CaseInsensitive);
        bool const some = show_rows(page, text) || keys;
        page.whole->setVisible(some);
        any = any || some;
    }
    m_nothing->setVisible(!any);
}

}
