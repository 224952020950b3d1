// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/style_editor.h"

#include "app/files/file.h"
#include "app/files/places.h"
#include "app/styles/style_file.h"
#include "gui/generate/prompt_highlighter.h"
#include "gui/studio/background.h"
#include "gui/theme/theme.h"
#include "gui/widgets/detail_delegate.h"
#include "gui/widgets/labels.h"
#include "models/api/error.h"

#include <QDialogButtonBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace igneous {

namespace {

constexpr std::uint64_t largest_table = 64u << 20;

QPlainTextEdit* text_field(QString const& name, QString const& hint)
{
    auto* field = new QPlainTextEdit;
    field->setTabChangesFocus(true);
    field->setPlaceholderText(hint);
    field->setAccessibleName(name);
    new PromptHighlighter(field->document());
    return field;
}

}

StyleEditor::StyleEditor(std::vector<Style> styles, QWidget* parent)
    : QDialog(parent)
    , m_styles(std::move(styles))
{
    setWindowTitle(tr("Styles"));
    resize(680, 440);
    auto* buttons = new QDialogButtonBox;
    m_save = primary_button(tr("Save"));
    buttons->addButton(m_save, QDialogButtonBox::AcceptRole);
    buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* halves = new QHBoxLayout;
    halves->setSpacing(Measures::margin);
    halves->addWidget(make_list(), 2);
    halves->addWidget(make_fields(), 3);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(Measures::margin, Measures::margin, Measures::margin, Measures::margin);
    column->setSpacing(Measures::margin);
    column->addLayout(halves, 1);
    column->addWidget(buttons);
    show_list(m_styles.empty() ? -1 : 0);
}

QWidget* StyleEditor::make_list()
{
    auto* half = new QWidget;
    m_list = new QListWidget;
    m_list->setItemDelegate(new DetailDelegate(m_list));
    name_control(*m_list, tr("Styles"));
    m_list->setToolTip(QString());
    auto* add = new QPushButton(tr("New"));
    m_remove = new QPushButton(tr("Delete"));
    auto* import = new QPushButton(tr("Import…"));
    import->setToolTip(tr("The styles.csv of A1111 or Forge"));
    auto* row = new QHBoxLayout;
    row->setSpacing(Measures::unit);
    for (QPushButton* button : { add, m_remove, import }) {
        button->setAutoDefault(false);
        row->addWidget(button, 1);
    }
    auto* column = new QVBoxLayout(half);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Measures::gap);
    column->addWidget(m_list, 1);
    column->addLayout(row);
    connect(m_list, &QListWidget::currentRowChanged, this, &StyleEditor::show_style);
    connect(add, &QPushButton::clicked, this, &StyleEditor::add_style);
    connect(m_remove, &QPushButton::clicked, this, &StyleEditor::remove_style);
    connect(import, &QPushButton::clicked, this, &StyleEditor::choose_csv);
    return half;
}

QWidget* StyleEditor::make_fields()
{
    auto* half = new QWidget;
    m_name = new QLineEdit;
    name_control(*m_name, tr("Name"));
    m_prompt = text_field(tr("Prompt of the style"), tr("watercolour of {prompt}, paper grain"));
    m_negative = text_field(tr("Negative prompt of the style"), tr("photograph, hard outlines"));
    m_problem = label(QString(), Tone::faint);
    m_problem->setWordWrap(true);
    auto* column = new QVBoxLayout(half);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Measures::unit);
    auto const add = [&](QString const& title, QWidget* field, int stretch) {
        auto* above = label(title, Tone::faint);
        above->setBuddy(field);
        column->addWidget(above);
        column->addWidget(field, stretch);
        column->addSpacing(Measures::unit);
    };
    add(tr("Name"), m_name, 0);
    add(tr("Prompt"), m_prompt, 3);
    add(tr("Negative prompt"), m_negative, 2);
    column->addWidget(m_problem);
    connect(m_name, &QLineEdit::textEdited, this, &StyleEditor::take_fields);
    connect(m_prompt, &QPlainTextEdit::textChanged, this, &StyleEditor::take_fields);
    connect(m_negative, &QPlainTextEdit::textChanged, this, &StyleEditor::take_fields);
    return half;
}

void StyleEditor::show_list(int current)
{
    {
        QSignalBlocker const quiet(m_list);
        m_list->clear();
        for (Style const& style : m_styles)
            m_list->addItem(QString::fromStdString(style.name));
        m_list->setCurrentRow(current);
    }
    show_style(current);
}

void StyleEditor::show_style(int row)
{
    bool const there = row >= 0;
    Style const style = there ? m_styles[static_cast<std::size_t>(row)] : Style();
    QSignalBlocker const name(m_name), prompt(m_prompt), negative(m_negative);
    m_name->setText(QString::fromStdString(style.name));
    m_prompt->setPlainText(QString::fromStdString(style.prompt));
    m_negative->setPlainText(QString::fromStdString(style.negative_prompt));
    for (QWidget* field : std::initializer_list<QWidget*> { m_name, m_prompt, m_negative, m_remove })
        field->setEnabled(there);
    check();
}

void StyleEditor::add_style()
{
    std::string name = tr("New style").toStdString();
    for (int i = 2; find_style(m_styles, name); ++i)
        name = tr("New style %1").arg(i).toStdString();
    m_styles.push_back({ .name = name, .prompt = "{prompt}, ", .negative_prompt = {} });
    show_list(static_cast<int>(m_styles.size()) - 1);
    m_name->setFocus();
    m_name->selectAll();
}

void StyleEditor::remove_style()
{
    int const row = m_list->currentRow();
    if (row < 0)
        return;
    m_styles.erase(m_styles.begin() + row);
    show_list(std::min(row, static_cast<int>(m_styles.size()) - 1));
}

void StyleEditor::take_fields()
{
    int const row = m_list->currentRow();
    if (row < 0)
        return;
    m_styles[static_cast<std::size_t>(row)] = { m_name->text().trimmed().toStdString(),
        m_prompt->toPlainText().toStdString(), m_negative->toPlainText().toStdString() };
    m_list->item(row)->setText(m_name->text());
    check();
}

/// What keeps the styles from being saved; else how the place of the prompt is marked.
void StyleEditor::check()
{
    std::string problem;
    for (std::size_t i = 0; i < m_styles.size() && problem.empty(); ++i) {
        Style const& style = m_styles[i];
        if (std::string const objection = objection_to(style); !objection.empty())
            problem = (style.name.empty() ? std::string() : style.name + ": ") + objection;
        else if (find_style(m_styles, style.name) != &style)
            problem = tr("Two styles are called %1").arg(QString::fromStdString(style.name)).toStdString();
    }
    m_save->setEnabled(problem.empty());
    set_tone(*m_problem, problem.empty() ? Tone::faint : Tone::danger);
    m_problem->setText(
        problem.empty()
            ? tr("{prompt} is where your own prompt stands. Without it the style comes behind, after a comma.")
            : QString::fromStdString(problem));
}

void StyleEditor::choose_csv()
{
    QString const file = QFileDialog::getOpenFileName(this, tr("Import styles"), QString(), tr("Styles (*.csv)"));
    if (file.isEmpty())
        return;
    in_background(
        this,
        [file] {
            try {
                auto const bytes = read_file(path_from_utf8(file.toStdString()), largest_table);
                return QByteArray(reinterpret_cast<char const*>(bytes.data()), static_cast<qsizetype>(bytes.size()));
            } catch (Error const&) {                 // an empty text is no table, and said to be none
                return QByteArray();
            }
        },
        [this](QByteArray const& text) { import_csv(text); });
}

void StyleEditor::import_csv(QByteArray const& text)
{
    try {
        for (Style& style : styles_from_csv({ text.constData(), static_cast<std::size_t>(text.size()) })) {
            auto const same = std::ranges::find(m_styles, style.name, &Style::name);
            if (same != m_styles.end())
                *same = std::move(style);
            else
                m_styles.push_back(std::move(style));
        }
        show_list(static_cast<int>(m_styles.size()) - 1);
    } catch (Error const& error) {
        set_tone(*m_problem, Tone::danger);
        m_problem->setText(QString::fromUtf8(error.what()));
    }
}

}
