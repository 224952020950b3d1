// SPDX-License-Identifier: Apache-2.0
#include "gui/settings/shortcut_page.h"

#include "app/session/session.h"
#include "app/session/setting_commands.h"
#include "app/settings/settings.h"
#include "gui/actions/actions.h"
#include "gui/settings/shortcut_model.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableView>

#include <algorithm>

namespace igneous {

namespace {

constexpr int row_height = 30, editor_width = 190;

}

ShortcutPage::ShortcutPage(Actions& actions, Settings& settings, Session& session, QWidget* parent)
    : QWidget(parent)
    , m_actions(actions)
    , m_settings(settings)
    , m_session(session)
    , m_model(new ShortcutModel(actions, this))
    , m_table(new QTableView)
    , m_preset(new QComboBox)
    , m_name(label(QString()))
    , m_keys(new QKeySequenceEdit)
    , m_set(new QPushButton(tr("Set")))
    , m_usual(new QPushButton(tr("Usual")))
    , m_collision(label(QString(), Tone::danger))
{
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Commands and their keys"));
    m_table->setProperty("framed", true);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(row_height);
    m_table->horizontalHeader()->setSectionResizeMode(ShortcutModel::title, QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(ShortcutModel::place, QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(ShortcutModel::keys, QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Measures::gap);
    column->addWidget(make_top());
    column->addWidget(m_table, 1);
    column->addWidget(make_editor());
    column->addWidget(m_collision);
    m_collision->setWordWrap(true);
    setMinimumHeight(420);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ShortcutPage::show_chosen);
    connect(&actions, &Actions::keys_changed, this, &ShortcutPage::show_chosen);
    show_chosen();
}

QWidget* ShortcutPage::make_top()
{
    auto* search = new QLineEdit;
    search->setPlaceholderText(tr("Search commands or keys"));
    search->setAccessibleName(search->placeholderText());
    search->setClearButtonEnabled(true);
    m_preset->setAccessibleName(tr("Keys as in"));
    m_preset->addItem(tr("Keys of Igneous"), QStringLiteral("igneous"));
    m_preset->addItem(tr("Keys as in Krita"), QStringLiteral("krita"));
    m_preset->addItem(tr("Keys as in Photoshop"), QStringLiteral("photoshop"));
    auto* top = new QWidget;
    auto* row = new QHBoxLayout(top);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Measures::gap);
    row->addWidget(search, 1);
    row->addWidget(m_preset);
    connect(search, &QLineEdit::textChanged, m_model, &ShortcutModel::find);
    connect(m_preset, &QComboBox::activated, this, [this](int at) {
        m_session.push(change_settings(m_settings, m_preset->itemText(at).toStdString(),
            { { std::string(setting::key_preset.name), m_preset->itemData(at).toString().toStdString() } }));
    });
    return top;
}

QWidget* ShortcutPage::make_editor()
{
    m_keys->setAccessibleName(tr("New keys"));
    m_keys->setFixedWidth(editor_width);
    name_control(*m_set, tr("Give the command these keys"));
    name_control(*m_usual, tr("Give the command its usual keys"));
    auto* editor = new QWidget;
    auto* row = new QHBoxLayout(editor);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Measures::gap);
    row->addWidget(m_name, 1);
    row->addWidget(m_keys);
    row->addWidget(m_set);
    row->addWidget(m_usual);
    connect(m_keys, &QKeySequenceEdit::keySequenceChanged, this, &ShortcutPage::show_collision);
    connect(m_set, &QPushButton::clicked, this, &ShortcutPage::set_keys);
    connect(m_usual, &QPushButton::clicked, this, &ShortcutPage::use_usual);
    return editor;
}

QString ShortcutPage::chosen() const { return m_model->id_at(m_table->currentIndex()); }

void ShortcutPage::show_chosen()
{
    m_preset->setCurrentIndex(m_preset->findData(QString::fromStdString(m_settings.get(setting::key_preset))));
    QAction const* action = m_actions.find(chosen());
    m_name->setText(action ? Actions::title(*action) : tr("Choose a command to change its keys."));
    m_keys->setEnabled(action);
    m_usual->setEnabled(action && m_actions.is_changed(chosen()));
    QSignalBlocker const quiet(m_keys);
    m_keys->setKeySequence(action ? action->shortcut() : QKeySequence());
    show_collision();
}

void ShortcutPage::show_collision()
{
    QAction const* action = m_actions.find(chosen());
    QKeySequence const keys = m_keys->keySequence();
    QStringList names;
    if (action)
        for (QAction const* other : m_actions.sharing(chosen(), keys))
            names.append(tr("\"%1\"").arg(Actions::title(*other)));
    m_collision->setVisible(!names.isEmpty());
    m_collision->setText(tr("%1 is taken by %2. Take over gives it to this command alone.")
            .arg(keys.toString(QKeySequence::NativeText), names.join(tr(" and "))));
    m_set->setText(names.isEmpty() ? tr("Set") : tr("Take over"));
    m_set->setEnabled(action && (keys != action->shortcut() || !names.isEmpty()));
}

void ShortcutPage::set_keys()
{
    QString const id = chosen();
    QKeySequence const keys = m_keys->keySequence();
    std::vector<std::string> own = m_settings.get(setting::own_keys);
    for (QAction* other : m_actions.sharing(id, keys)) {
        QList<QKeySequence> left = other->shortcuts();
        left.removeIf([&](QKeySequence const& one) {
            return one.matches(keys) != QKeySequence::NoMatch || keys.matches(one) != QKeySequence::NoMatch;
        });
        own = m_actions.with_own_keys(std::move(own), Actions::id(*other), left);
    }
    QList<QKeySequence> const wanted = keys.isEmpty() ? QList<QKeySequence>() : QList { keys };
    push(tr("Keys: %1").arg(m_name->text()), m_actions.with_own_keys(std::move(own), id, wanted));
}

void ShortcutPage::use_usual()
{
    push(tr("Usual keys: %1").arg(m_name->text()),
        m_actions.with_own_keys(m_settings.get(setting::own_keys), chosen(), m_actions.usual_keys(chosen())));
}

void ShortcutPage::push(QString const& what, std::vector<std::string> own_keys)
{
    m_session.push(change_settings(
        m_settings, what.toStdString(), { { std::string(setting::own_keys.name), std::move(own_keys) } }));
}

}
