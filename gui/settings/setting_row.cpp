// SPDX-License-Identifier: Apache-2.0
#include "gui/settings/setting_row.h"

#include "gui/settings/folder_list.h"
#include "gui/settings/setting_texts.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>

namespace igneous {

namespace {

constexpr int control_width = 288;
using Names = std::vector<std::string>;

QString text(std::string_view words) { return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size())); }

}

SettingRow::SettingRow(SettingInfo const& info, QWidget* parent)
    : QWidget(parent)
    , m_info(info)
{
    SettingText const words = setting_text(info.name);
    m_title = words.title;
    m_help = words.help;
    QWidget* control = make_control();
    auto* title = label(m_title);
    auto* help = label(m_help, Tone::faint);
    help->setWordWrap(true);
    help->setVisible(!m_help.isEmpty());
    auto* about = new QVBoxLayout;
    about->setSpacing(2);
    about->addWidget(title);
    about->addWidget(help);
    bool const wide = std::holds_alternative<Names>(info.default_value);
    auto* box = wide ? static_cast<QBoxLayout*>(new QVBoxLayout(this)) : new QHBoxLayout(this);
    box->setContentsMargins(0, Measures::gap, 0, Measures::gap);
    box->setSpacing(wide ? Measures::gap : 2 * Measures::margin);
    box->addLayout(about, 1);
    box->addWidget(control, 0, wide ? Qt::Alignment() : Qt::AlignRight | Qt::AlignVCenter);
    title->setBuddy(control);
    control->setAccessibleDescription(m_help);
}

QWidget* SettingRow::make_control()
{
    bool const folder = m_info.page == "folders";
    if (std::holds_alternative<bool>(m_info.default_value))
        return make_switch();
    if (std::holds_alternative<std::int64_t>(m_info.default_value))
        return make_whole_number();
    if (std::holds_alternative<double>(m_info.default_value))
        return make_number();
    if (std::holds_alternative<Names>(m_info.default_value))
        return make_folders();
    return folder ? make_folder() : make_choice();
}

QWidget* SettingRow::make_switch()
{
    auto* box = new QCheckBox;
    box->setAccessibleName(m_title);
    m_show = [box](SettingValue const& value) {
        QSignalBlocker const quiet(box);
        box->setChecked(std::get<bool>(value));
    };
    connect(box, &QCheckBox::toggled, this, [this](bool on) { Q_EMIT edited(on); });
    return box;
}

QWidget* SettingRow::make_choice()
{
    auto* box = m_choice = new QComboBox;
    box->setAccessibleName(m_title);
    box->setFixedWidth(control_width);
    QStringList const titles = setting_text(m_info.name).choices;
    for (std::size_t i = 0; i < m_info.choices.size(); ++i)
        box->addItem(titles.value(static_cast<qsizetype>(i), text(m_info.choices[i])), text(m_info.choices[i]));
    m_show = [box](SettingValue const& value) {
        QSignalBlocker const quiet(box);
        QString const wanted = text(std::get<std::string>(value));
        if (box->findData(wanted) < 0)
            box->addItem(wanted, wanted);  // a card that is not plugged in today
        box->setCurrentIndex(box->findData(wanted));
    };
    connect(box, &QComboBox::activated, this,
        [this, box](int at) { Q_EMIT edited(box->itemData(at).toString().toStdString()); });
    return box;
}

void SettingRow::set_choices(QList<std::pair<QString, QString>> const& choices)
{
    QSignalBlocker const quiet(m_choice);
    QString const now = m_choice->currentData().toString();
    m_choice->clear();
    for (auto const& [title, value] : choices)
        m_choice->addItem(title, value);
    m_show(now.toStdString());
}

QWidget* SettingRow::make_whole_number()
{
    SettingText const words = setting_text(m_info.name);
    auto* field = new QSpinBox;
    field->setAccessibleName(m_title);
    field->setFixedWidth(control_width);
    field->setRange(static_cast<int>(m_info.lowest), static_cast<int>(m_info.highest));
    field->setSuffix(words.unit);
    field->setSpecialValueText(words.zero);
    field->setGroupSeparatorShown(true);
    field->setKeyboardTracking(false);
    field->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    m_show = [field](SettingValue const& value) {
        QSignalBlocker const quiet(field);
        field->setValue(static_cast<int>(std::get<std::int64_t>(value)));
    };
    connect(field, &QSpinBox::valueChanged, this, [this](int value) { Q_EMIT edited(std::int64_t { value }); });
    return field;
}

QWidget* SettingRow::make_number()
{
    SettingText const words = setting_text(m_info.name);
    auto* field = new QDoubleSpinBox;
    field->setAccessibleName(m_title);
    field->setFixedWidth(control_width);
    field->setRange(m_info.lowest, m_info.highest);
    bool const fine = m_info.highest <= 4;
    field->setDecimals(fine ? 2 : 1);
    field->setSingleStep(fine ? 0.05 : 0.5);
    field->setSuffix(words.unit);
    field->setSpecialValueText(words.zero);
    field->setKeyboardTracking(false);
    m_show = [field](SettingValue const& value) {
        QSignalBlocker const quiet(field);
        field->setValue(std::get<double>(value));
    };
    connect(field, &QDoubleSpinBox::valueChanged, this, [this](double value) { Q_EMIT edited(value); });
    return field;
}

QWidget* SettingRow::make_folder()
{
    auto* box = new QWidget;
    auto* field = new QLineEdit;
    field->setAccessibleName(m_title);
    auto* choose = icon_button(QStringLiteral("folder"), tr("Choose the folder"));
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Measures::unit);
    row->addWidget(field, 1);
    row->addWidget(choose);
    box->setFixedWidth(control_width);
    box->setFocusProxy(field);
    m_show = [field](SettingValue const& value) {
        field->setText(text(std::get<std::string>(value)));
        field->setToolTip(field->text());
    };
    connect(field, &QLineEdit::editingFinished, this, [this, field] {
        if (std::exchange(m_written, field->text()) != field->text())
            Q_EMIT edited(field->text().toStdString());
    });
    connect(choose, &QToolButton::clicked, this, [this, field] {
        QString const folder = QFileDialog::getExistingDirectory(this, m_title, field->text());
        if (!folder.isEmpty())
            Q_EMIT edited(folder.toStdString());
    });
    return box;
}

QWidget* SettingRow::make_folders()
{
    auto* list = new FolderList(m_title);
    m_show = [list](SettingValue const& value) {
        QStringList folders;
        for (std::string const& folder : std::get<Names>(value))
            folders.append(text(folder));
        list->show_folders(folders);
    };
    connect(list, &FolderList::edited, this, [this](QStringList const& folders) {
        Names names;
        for (QString const& folder : folders)
            names.push_back(folder.toStdString());
        Q_EMIT edited(names);
    });
    return list;
}

void SettingRow::show_value(SettingValue const& value)
{
    if (auto const* words = std::get_if<std::string>(&value))
        m_written = text(*words);
    m_show(value);
}

bool SettingRow::matches(QString const& wanted) const
{
    QString const said = m_title + QLatin1Char(' ') + m_help;
    for (QString const& word : wanted.split(QLatin1Char(' '), Qt::SkipEmptyParts))
        if (!said.contains(word, Qt::CaseInsensitive))
            return false;
    return true;
}

}
