// SPDX-License-Identifier: Apache-2.0
#include "gui/library/library_panel.h"

#include "app/files/places.h"
#include "app/library/library_watcher.h"
#include "gui/library/model_delegate.h"
#include "gui/studio/library_model.h"
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QLocale>
#include <QToolButton>
#include <QVBoxLayout>

namespace igneous {

using namespace std::chrono_literals;

LibraryPanel::LibraryPanel(LibraryModel& model, LibraryWatcher& watcher, QWidget* parent)
    : QWidget(parent)
    , m_model(model)
    , m_watcher(watcher)
    , m_text(new QLineEdit)
    , m_type(new QComboBox)
    , m_filter(new QComboBox)
    , m_list(new QListView)
    , m_count(label(QString(), Tone::faint))
    , m_facts(label(QString()))
{
    m_list->setModel(&model);
    m_list->setItemDelegate(new ModelDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setAccessibleName(tr("Models"));
    m_facts->setWordWrap(true);
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_facts->setTextFormat(Qt::PlainText);
    m_facts->setAccessibleName(tr("About the chosen model"));
    m_facts->setContentsMargins(Measures::gap, Measures::gap, Measures::gap, Measures::gap);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(Measures::gap, Measures::gap, Measures::gap, 0);
    column->setSpacing(Measures::gap);
    column->addWidget(make_filters());
    column->addWidget(m_list, 1);
    column->addWidget(m_facts);
    setMinimumWidth(300);

    m_typing.setSingleShot(true);
    m_typing.setInterval(60ms);
    connect(m_text, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(&m_typing, &QTimer::timeout, this, &LibraryPanel::find);
    connect(m_type, &QComboBox::activated, this, &LibraryPanel::find);
    connect(m_filter, &QComboBox::activated, this, &LibraryPanel::find);
    connect(&watcher, &LibraryWatcher::changed, &model, &LibraryModel::refresh);
    connect(&model, &LibraryModel::answered, this, &LibraryPanel::show_count);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &LibraryPanel::show_chosen);
    connect(m_list, &QListView::doubleClicked, this, &LibraryPanel::use);
    show_count();
}

QWidget* LibraryPanel::make_filters()
{
    m_text->setPlaceholderText(tr("Find models"));
    m_text->setClearButtonEnabled(true);
    m_text->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_text->setAccessibleName(tr("Find models"));
    m_type->addItem(tr("All kinds"), -1);
    for (ModelType type : { ModelType::checkpoint, ModelType::lora, ModelType::embedding, ModelType::vae,
             ModelType::controlnet, ModelType::upscaler, ModelType::text_encoder })
        m_type->addItem(QString::fromUtf8(title_of(type)), static_cast<int>(type));
    name_control(*m_type, tr("Kind of model"));
    struct Filter {
        QString name;
        LibraryFilter filter;
    };
    for (Filter const& filter : { Filter { tr("Everything"), LibraryFilter::everything },
             { tr("Favourites"), LibraryFilter::favourites }, { tr("Duplicates"), LibraryFilter::duplicates },
             { tr("Damaged"), LibraryFilter::damaged }, { tr("Misplaced"), LibraryFilter::misplaced },
             { tr("Parts missing"), LibraryFilter::incomplete }, { tr("Gone"), LibraryFilter::missing } })
        m_filter->addItem(filter.name, static_cast<int>(filter.filter));
    name_control(*m_filter, tr("Which models"));
    auto* add = icon_button(QStringLiteral("folder"), tr("Watch a folder of models"));
    connect(add, &QToolButton::clicked, this, &LibraryPanel::add_folder);

    auto* filters = new QWidget;
    auto* column = new QVBoxLayout(filters);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Measures::gap);
    auto* first = new QHBoxLayout;
    first->addWidget(m_text, 1);
    first->addWidget(add);
    auto* second = new QHBoxLayout;
    second->addWidget(m_type, 1);
    second->addWidget(m_filter, 1);
    column->addLayout(first);
    column->addLayout(second);
    column->addWidget(m_count);
    return filters;
}

void LibraryPanel::find()
{
    LibraryQuery query;
    query.text = m_text->text().toStdString();
    if (int const type = m_type->currentData().toInt(); type >= 0)
        query.type = static_cast<ModelType>(type);
    query.filter = static_cast<LibraryFilter>(m_filter->currentData().toInt());
    m_model.find(std::move(query));
}

void LibraryPanel::show_count()
{
    int const count = m_model.rowCount();
    bool const nothing_watched = count == 0 && m_text->text().isEmpty() && m_model.folders().empty();
    m_count->setText(nothing_watched ? tr("Say where your models are: the folder button above.")
                     : count == 1    ? tr("1 model")
                                     : tr("%Ln models", nullptr, count));
    show_chosen();
}

void LibraryPanel::show_chosen()
{
    auto const entry = m_model.entry_at(m_list->currentIndex());
    m_facts->setVisible(entry.has_value());
    if (!entry)
        return;
    QStringList lines;
    auto const add = [&](QString const& name, QString const& value) {
        if (!value.isEmpty())
            lines.append(QStringLiteral("%1: %2").arg(name, value));
    };
    auto const joined = [](std::vector<std::string> const& words) {
        QStringList all;
        for (std::string const& word : words)
            all.append(QString::fromStdString(word));
        return all.join(QStringLiteral(", "));
    };
    ModelFacts const& facts = entry->facts;
    add(tr("Precision"), QString::fromStdString(facts.precision));
    if (facts.rank > 0)
        add(tr("Rank"), QString::number(facts.rank));
    add(tr("Trigger words"), joined(facts.trigger_words));
    add(tr("Missing"), joined(facts.missing_parts));
    add(tr("Damaged"), QString::fromStdString(facts.damage));
    add(tr("Better in"), QString::fromStdString(utf8_name(entry->better_folder)));
    add(tr("Author"), QString::fromStdString(facts.author));
    add(tr("Licence"), QString::fromStdString(facts.licence));
    add(tr("Note"), QString::fromStdString(entry->note));
    add(tr("Hash (AutoV2)"), QString::fromStdString(entry->auto_v2()));
    add(tr("File"), QString::fromStdString(utf8_name(entry->path)));
    m_facts->setText(lines.join(QLatin1Char('\n')));
}

void LibraryPanel::use(QModelIndex const& index)
{
    auto const entry = m_model.entry_at(index);
    if (!entry || entry->state != FileState::here)
        return;
    QString const file = QString::fromStdString(utf8_name(entry->path));
    if (entry->facts.type == ModelType::lora)
        Q_EMIT lora_chosen(QString::fromStdString(utf8_name(entry->path.stem())), file);
    else if (entry->facts.type == ModelType::checkpoint)
        Q_EMIT checkpoint_chosen(file);
}

void LibraryPanel::add_folder()
{
    QString const folder = QFileDialog::getExistingDirectory(this, tr("Where are your models?"));
    if (folder.isEmpty())
        return;
    m_model.with_store([this, folder](LibraryStore& store) {
        store.add_folder(path_from_utf8(folder.toStdString()));
        m_watcher.rescan();
    });
}

}
