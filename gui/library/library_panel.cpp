// SPDX-License-Identifier: Apache-2.0
#include "gui/library/library_panel.h"

#include "app/files/places.h"
#include "app/library/library_watcher.h"
#include "gui/library/folders_dialog.h"
#include "gui/library/model_card.h"
#include "gui/library/model_delegate.h"
#include "gui/library/model_details.h"
#include "gui/studio/collection_edits.h"
#include "gui/studio/library_model.h"
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"
#include "gui/widgets/tile_view.h"
#include "gui/widgets/vertical_scroll.h"

#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QLocale>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace igneous {

using namespace std::chrono_literals;

namespace {

constexpr QSize card_size { 150, 168 };

}

LibraryPanel::LibraryPanel(LibraryModel& model, CollectionEdits& edits, LibraryWatcher& watcher, QWidget* parent)
    : QWidget(parent)
    , m_model(model)
    , m_edits(edits)
    , m_text(new QLineEdit)
    , m_type(new QComboBox)
    , m_base(new QComboBox)
    , m_filter(new QComboBox)
    , m_order(new QComboBox)
    , m_views(new QStackedWidget)
    , m_list(new QListView)
    , m_cards(new TileView)
    , m_count(label(QString(), Tone::faint))
    , m_work(label(QString(), Tone::faint))
    , m_details(new ModelDetails)
{
    make_views();
    auto* scroll = new VerticalScroll(m_details);
    scroll->setAccessibleName(tr("About the chosen model"));
    scroll->hide();
    m_details_place = scroll;
    auto* parts = new QSplitter(Qt::Vertical);
    parts->setChildrenCollapsible(false);
    parts->addWidget(m_views);
    parts->addWidget(scroll);
    parts->setStretchFactor(0, 3);
    parts->setStretchFactor(1, 2);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(Measures::gap, Measures::gap, Measures::gap, 0);
    column->setSpacing(Measures::gap);
    column->addWidget(make_filters());
    column->addWidget(parts, 1);
    setMinimumWidth(300);
    set_cards(true);

    m_typing.setSingleShot(true);
    m_typing.setInterval(60ms);
    connect(m_text, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(&m_typing, &QTimer::timeout, this, &LibraryPanel::find);
    m_choosing.setSingleShot(true);                  // arrows that are held read nothing on the way
    m_choosing.setInterval(60ms);
    connect(&m_choosing, &QTimer::timeout, this, &LibraryPanel::read_chosen);
    m_looking.setSingleShot(true);                   // nor does what is scrolled past
    m_looking.setInterval(150ms);
    connect(&m_looking, &QTimer::timeout, this, &LibraryPanel::tell_sight);
    connect(&model, &LibraryModel::dataChanged, &m_looking, qOverload<>(&QTimer::start));      // rows were read
    connect(&model, &LibraryModel::dataChanged, this,
        [this](QModelIndex const& first, QModelIndex const&, QList<int> const& roles) {
            if (first == m_list->currentIndex() && roles.contains(Qt::DecorationRole))
                m_details->set_preview(first.data(Qt::DecorationRole).value<QPixmap>());
        });
    connect(&model, &LibraryModel::answered, this, &LibraryPanel::show_answer);
    connect(&model, &LibraryModel::verdicts_changed, this, &LibraryPanel::show_fit);
    connect_details();
    connect_watcher(watcher);
    show_answer();
}

LibraryPanel::~LibraryPanel() = default;

void LibraryPanel::make_views()
{
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setItemDelegate(new ModelDelegate(m_list));
    m_cards->set_tile(card_size);
    m_cards->setItemDelegate(new ModelCard(m_cards));
    m_cards->setSelectionMode(QAbstractItemView::SingleSelection);
    for (QAbstractItemView* view : { static_cast<QAbstractItemView*>(m_list), static_cast<QAbstractItemView*>(m_cards) }) {
        view->setModel(&m_model);
        view->setMouseTracking(true);
        view->setDragEnabled(true);
        view->setDragDropMode(QAbstractItemView::DragOnly);
        view->setContextMenuPolicy(Qt::CustomContextMenu);
        view->setAccessibleName(tr("Models"));
        m_views->addWidget(view);
        connect(view, &QWidget::customContextMenuRequested, this, [this, view](QPoint const& at) { show_menu(*view, at); });
        connect(view, &QAbstractItemView::activated, this, &LibraryPanel::use);
    }
    m_cards->setSelectionModel(m_list->selectionModel());      // both show the same one chosen
    for (QTimer* timer : { &m_choosing, &m_looking })
        connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, timer, qOverload<>(&QTimer::start));
}

void LibraryPanel::connect_details()
{
    connect(m_details, &ModelDetails::use_asked, this, [this] { use(m_list->currentIndex()); });
    connect(m_details, &ModelDetails::preview_asked, this, [this] {
        if (auto const entry = m_model.entry_at(m_model.index_of(m_details->model())))
            choose_preview(*entry);
    });
    connect(m_details, &ModelDetails::words_asked, this, &LibraryPanel::words_chosen);
    connect(m_details, &ModelDetails::weighed, this, &LibraryPanel::loras_weighed);
    connect(m_details, &ModelDetails::favourite_asked, this, [this](qint64 id, bool favourite) {
        UserMarks marks;
        marks.favourite = favourite;
        m_edits.apply(mark_model(id, marks));
    });
    connect(m_details, &ModelDetails::noted, this, [this](qint64 id, QString const& note) {
        UserMarks marks;
        marks.note = note.toStdString();
        m_edits.apply(mark_model(id, marks));
    });
}

void LibraryPanel::connect_watcher(LibraryWatcher& watcher)
{
    connect(m_cards, &TileView::visible_changed, &watcher, [this, &watcher](int first, int last) {
        std::vector<std::int64_t> seen;    // what one looks at is hashed before the rest
        for (int row = first; m_cards->model() && row <= last; ++row)
            seen.push_back(m_model.id_at(row));
        watcher.hash_first(std::move(seen));
        m_first_seen = first;
        m_last_seen = last;
        m_looking.start();
    });
    auto const number = [](qint64 count) { return QLocale().toString(count); };
    connect(&watcher, &LibraryWatcher::scanning, this, [this, number](qint64 read, qint64 all) {
        m_work->setText(tr("Reading %1 of %2").arg(number(read), number(all)));
        m_work->setVisible(read < all);
    });
    connect(&watcher, &LibraryWatcher::scanned, m_work, &QWidget::hide);
    connect(&watcher, &LibraryWatcher::hashing, this,
        [this, number](QString const& file, qint64 done, qint64 size, qint64 left) {
            m_work->setText(tr("Hashing, %1 left").arg(number(left)));
            m_work->setToolTip(QFileInfo(file).fileName());
            m_work->setVisible(left > 1 || done < size);
        });
}

void LibraryPanel::set_cards(bool cards)
{
    m_views->setCurrentWidget(cards ? static_cast<QWidget*>(m_cards) : m_list);
    m_as_cards->setChecked(cards);
}

void LibraryPanel::focus_search()
{
    m_text->setFocus();
    m_text->selectAll();
}

void LibraryPanel::ask_folders()
{
    auto* dialog = new FoldersDialog(m_model, m_edits, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void LibraryPanel::set_loras(std::vector<LoraUse> const& loras) { m_details->set_loras(loras); }

void LibraryPanel::choose(int row)
{
    m_list->setCurrentIndex(m_model.index(row));
    m_cards->scrollTo(m_model.index(row));
}

void LibraryPanel::find()
{
    LibraryQuery query;
    query.text = m_text->text().toStdString();
    if (int const type = m_type->currentData().toInt(); type >= 0)
        query.type = static_cast<ModelType>(type);
    if (int const base = m_base->currentData().toInt(); base >= 0)
        query.base = static_cast<ModelBase>(base);
    query.filter = static_cast<LibraryFilter>(m_filter->currentData().toInt());
    query.order = static_cast<LibraryOrder>(m_order->currentData().toInt());
    m_model.find(query);
}

void LibraryPanel::show_answer()
{
    int const count = m_model.rowCount();
    bool const nothing_watched = count == 0 && m_model.folders().empty();
    m_count->setText(count == 1 ? tr("1 model") : tr("%1 models").arg(QLocale().toString(count)));
    m_cards->set_empty_text(nothing_watched ? tr("Say where your models are with the folder button above. ComfyUI's, "
                                                 "AUTOMATIC1111's and InvokeAI's are found by themselves.")
                                            : tr("Nothing found. Fewer words find more."));
    m_choosing.start();
    m_looking.start();
}

/// What lists do not know is read where the library is.
void LibraryPanel::read_chosen()
{
    QModelIndex const index = m_list->currentIndex();
    if (!index.isValid())
        return m_details_place->hide();
    qint64 const id = index.data(LibraryModel::model_id).toLongLong();
    m_model.with_store([this, id, &model = m_model](LibraryStore& store) {
        auto const entry = store.entry(id);
        if (!entry)
            return;
        ModelReport report { *entry, {}, {} };
        if (!entry->sha256.empty())
            for (LibraryEntry const& twin : store.with_hash(entry->sha256))
                if (twin.id != id)
                    report.twins.push_back(twin.path);
        try {
            if (entry->facts.type == ModelType::lora && entry->state == FileState::here)
                report.lora = inspect_lora(entry->path);
        } catch (Error const&) {           // its damage is known already, or will be with the next scan
        }
        QMetaObject::invokeMethod(&model, [this, report] { show_report(report); });
    });
}

void LibraryPanel::show_report(ModelReport const& report)
{
    QModelIndex const index = m_model.index_of(report.entry.id);
    if (index != m_list->currentIndex())
        return;                            // another is chosen by now
    m_details->show_report(report, m_model.chosen(), m_model.verdict(report.entry),
        index.data(Qt::DecorationRole).value<QPixmap>());
    m_details_place->show();
}

/// Of the one whose details are open.
void LibraryPanel::show_fit()
{
    auto const entry = m_model.entry_at(m_model.index_of(m_details->model()));
    if (entry && !m_details_place->isHidden())
        m_details->set_fit(m_model.chosen(), m_model.verdict(*entry));
}

void LibraryPanel::tell_sight()
{
    QStringList files;
    auto const add = [&](QModelIndex const& index) {
        bool const lora = index.data(LibraryModel::type).toInt() == static_cast<int>(ModelType::lora);
        bool const here = index.data(LibraryModel::state).toInt() == static_cast<int>(FileState::here);
        if (index.isValid() && lora && here)
            files.append(index.data(LibraryModel::path).toString());
    };
    add(m_list->currentIndex());
    for (int row = m_first_seen; m_cards->isVisible() && row <= m_last_seen && row < m_model.rowCount(); ++row)
        add(m_model.index(row));
    Q_EMIT loras_in_sight(files);
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

}
