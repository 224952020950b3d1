// SPDX-License-Identifier: Apache-2.0
#include "gui/viewer/facts_table.h"

#include "app/files/places.h"
#include "app/gallery/differences.h"
#include "app/gallery/recall.h"
#include "app/recipes/write_recipe.h"
#include "gui/theme/theme.h"

#include <QClipboard>
#include <QDateTime>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLocale>

#include <algorithm>

namespace igneous {

namespace {

QString text_of(std::string const& text) { return QString::fromStdString(text); }

/// Models are told by their names.
QString value_of(std::string const& field, std::string const& value)
{
    return text_of(field == "model" || field == "vae" ? model_name(value) : value);
}

/// Prompts stand elsewhere, sizes are the picture's; of the finer settings those that are not as usual.
bool worth_telling(std::string const& field, std::string const& value)
{
    static auto const usual = request_fields({});
    static constexpr std::string_view elsewhere[] = { "prompt", "negative prompt", "size" };
    static constexpr std::string_view always[] = { "seed", "sampler", "schedule", "steps", "cfg" };
    auto const among = [&](auto const& names) { return std::ranges::find(names, field) != std::end(names); };
    return !among(elsewhere) && (among(always) || !std::ranges::contains(usual, std::pair(field, value)));
}

QString title_of(std::string const& field)
{
    QString title = text_of(field);
    title.replace(QStringLiteral("lora"), QStringLiteral("LoRA"));
    title.replace(QStringLiteral("cfg"), QStringLiteral("CFG")).replace(QStringLiteral("rng"), QStringLiteral("RNG"));
    if (!title.isEmpty())
        title[0] = title[0].toUpper();
    return title;
}

}

FactsTable::FactsTable(QWidget* parent)
    : QTableWidget(parent)
{
    setAccessibleName(tr("How it was made"));
    setEditTriggers(NoEditTriggers);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setShowGrid(false);
    setWordWrap(true);
    setTabKeyNavigation(false);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(22);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setFixedHeight(Measures::control + Measures::unit);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    setFrameShape(NoFrame);
}

void FactsTable::begin(QStringList const& columns)
{
    clear();
    setRowCount(0);
    setColumnCount(static_cast<int>(columns.size()));
    setHorizontalHeaderLabels(columns);
    horizontalHeader()->setVisible(!columns.front().isEmpty());
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    horizontalHeader()->setSectionResizeMode(0, QHeaderView::Fixed);
    constexpr int field_width = 104;
    horizontalHeader()->resizeSection(0, field_width);
}

void FactsTable::add(QStringList const& cells)
{
    int const row = rowCount();
    insertRow(row);
    for (int column = 0; column < cells.size(); ++column) {
        auto* item = new QTableWidgetItem(cells[column]);
        item->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        item->setToolTip(cells[column]);
        if (column == 0)
            item->setForeground(colours().faint);
        setItem(row, column, item);
    }
}

void FactsTable::finish() { resizeRowsToContents(); }

void FactsTable::resizeEvent(QResizeEvent* event)
{
    QTableWidget::resizeEvent(event);
    resizeRowsToContents();
}

void FactsTable::show_recipe(GalleryPicture const& picture)
{
    setAccessibleName(tr("How it was made"));
    begin({ QString(), QString() });
    PictureFacts const& facts = picture.facts;
    add({ tr("File"), text_of(utf8_name(picture.path.filename())) });
    if (facts.made > 0)
        add({ tr("Made"),
            QLocale().toString(QDateTime::fromMSecsSinceEpoch(facts.made), QLocale::ShortFormat) });
    add({ tr("Pixels"), QStringLiteral("%1 × %2").arg(facts.width).arg(facts.height) });
    if (!facts.program.empty())
        add({ tr("Program"), text_of(facts.program) });
    if (auto const request = request_of(facts)) {
        for (auto const& [field, value] : request_fields(*request))
            if (worth_telling(field, value))
                add({ title_of(field), value_of(field, value) });
    } else {
        add({ tr("Recipe"), tr("It came without one, or a program took it out.") });
    }
    finish();
}

int FactsTable::show_differences(GalleryPicture const& one, GalleryPicture const& other)
{
    setAccessibleName(tr("What differs between these two"));
    begin({ tr("What differs"), tr("A"), tr("B") });
    auto const found = differences(one, other);
    for (Difference const& difference : found)
        add({ title_of(difference.field), value_of(difference.field, difference.one),
            value_of(difference.field, difference.other) });
    if (found.empty())
        add({ tr("Nothing"), tr("their recipes are the same"), QString() });
    finish();
    return static_cast<int>(found.size());
}

void FactsTable::keyPressEvent(QKeyEvent* event)
{
    if (!event->matches(QKeySequence::Copy))
        return QTableWidget::keyPressEvent(event);
    QStringList lines;
    for (int row = 0; row < rowCount(); ++row) {
        if (!selectionModel()->isRowSelected(row))
            continue;
        QStringList cells;
        for (int column = 0; column < columnCount(); ++column)
            cells.append(item(row, column) ? item(row, column)->text() : QString());
        lines.append(cells.join(QLatin1Char('\t')));
    }
    QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

}
