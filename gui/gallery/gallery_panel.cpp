// SPDX-License-Identifier: Apache-2.0
#include "gui/gallery/gallery_panel.h"

#include "app/files/places.h"
#include "app/gallery/search_text.h"
#include "gui/gallery/boards_bar.h"
#include "gui/gallery/import_bar.h"
#include "gui/gallery/picture_delegate.h"
#include "gui/studio/collection_edits.h"
#include "gui/studio/gallery_import.h"
#include "gui/studio/gallery_model.h"
#include "gui/studio/picture_files.h"
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"
#include "gui/widgets/tile_view.h"

#include <QComboBox>
#include <QDropEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMessageBox>
#include <QMimeData>
#include <QToolButton>

namespace igneous {

using namespace std::chrono_literals;

namespace {

constexpr QSize tile_size { 128, 128 };

QString counted(int count) { return QLocale().toString(count); }

}

GalleryPanel::GalleryPanel(GalleryModel& model, CollectionEdits& edits, GalleryImport& import, QWidget* parent)
    : QWidget(parent)
    , m_model(model)
    , m_edits(edits)
    , m_import(import)
    , m_text(new QLineEdit)
    , m_hints(label(QString(), Tone::faint))
    , m_boards(new BoardsBar)
    , m_order(new QComboBox)
    , m_trash(icon_button(QStringLiteral("trash"), tr("Show the trash")))
    , m_remove(icon_button(QStringLiteral("close"), tr("Move what is chosen to the trash")))
    , m_grid(new TileView)
    , m_count(label(QString(), Tone::faint))
{
    make_search();
    make_grid();
    auto* bring = icon_button(QStringLiteral("folder"), tr("Bring a folder of pictures in"));
    connect(bring, &QToolButton::clicked, this, &GalleryPanel::ask_import);
    auto* first = new QHBoxLayout;
    first->setSpacing(Measures::unit);
    first->addWidget(m_text, 1);
    first->addWidget(bring);
    first->addWidget(m_trash);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(Measures::gap, Measures::gap, Measures::gap, 0);
    column->setSpacing(Measures::gap);
    column->addLayout(first);
    column->addWidget(m_hints);
    column->addWidget(m_boards);
    column->addWidget(make_bar());
    column->addWidget(m_grid, 1);
    column->addWidget(new ImportBar(import));
    setMinimumWidth(300);
    setAcceptDrops(true);
    connect_boards();
    connect(&model, &GalleryModel::answered, this, &GalleryPanel::show_answer);
    show_answer();
}

void GalleryPanel::make_search()
{
    m_text->setPlaceholderText(tr("Search pictures"));
    m_text->setClearButtonEnabled(true);
    m_text->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_text->setAccessibleName(tr("Search the gallery"));
    m_text->installEventFilter(this);
    // Hints that write themselves into the field.
    QStringList hints;
    for (char const* word : { "model:", "lora:", "stars:>=3", "after:2026-11", "seed:", "negative:", "-without" })
        hints.append(QStringLiteral("<a href=\"%1\" style=\"text-decoration:none\">%2</a>")
                         .arg(QString::fromLatin1(word), QString::fromLatin1(word).toHtmlEscaped()));
    m_hints->setText(tr("Words, or %1").arg(hints.join(QStringLiteral("&nbsp; "))));
    m_hints->setWordWrap(true);
    m_hints->setAccessibleName(tr("What can be searched for"));
    m_hints->setTextInteractionFlags(Qt::LinksAccessibleByMouse);
    m_hints->hide();
    connect(m_hints, &QLabel::linkActivated, this, [this](QString const& hint) {
        QString const text = m_text->text();
        m_text->setText(text.isEmpty() || text.endsWith(QLatin1Char(' ')) ? text + hint : text + QLatin1Char(' ') + hint);
        m_text->setFocus();
    });
    m_typing.setSingleShot(true);
    m_typing.setInterval(80ms);
    connect(m_text, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(&m_typing, &QTimer::timeout, this, &GalleryPanel::search);
}

void GalleryPanel::make_grid()
{
    m_grid->setModel(&m_model);
    m_grid->setItemDelegate(new PictureDelegate(m_grid));
    m_grid->set_tile(tile_size);
    m_grid->setDragEnabled(true);
    m_grid->setDragDropMode(QAbstractItemView::DragOnly);
    m_grid->setContextMenuPolicy(Qt::CustomContextMenu);
    m_grid->setAccessibleName(tr("Pictures"));
    connect(m_grid, &TileView::visible_changed, this, [this](int first, int last) {
        if (m_grid->model())               // not while it is being destroyed
            m_model.set_visible(first, last);
    });
    connect(m_grid, &QWidget::customContextMenuRequested, this, &GalleryPanel::show_menu);
    connect(m_grid, &QAbstractItemView::activated, this,
        [this](QModelIndex const& index) { Q_EMIT view_asked(index.data(GalleryModel::picture_id).toLongLong()); });
    connect(m_grid->selectionModel(), &QItemSelectionModel::selectionChanged, this, &GalleryPanel::show_answer);
}

QWidget* GalleryPanel::make_bar()
{
    struct Order {
        QString name;
        GalleryOrder order;
    };
    for (Order const& order : { Order { tr("Newest"), GalleryOrder::newest }, { tr("Oldest"), GalleryOrder::oldest },
             { tr("Stars"), GalleryOrder::stars }, { tr("Name"), GalleryOrder::name },
             { tr("As in the board"), GalleryOrder::board } })
        m_order->addItem(order.name, static_cast<int>(order.order));
    name_control(*m_order, tr("Order"));
    m_trash->setCheckable(true);
    connect(m_order, &QComboBox::activated, this, &GalleryPanel::search);
    connect(m_trash, &QToolButton::toggled, this, [this](bool trash) {
        m_remove->setIcon(icon(trash ? QStringLiteral("undo") : QStringLiteral("close")));
        m_remove->setToolTip(trash ? tr("Restore what is chosen") : tr("Move what is chosen to the trash"));
        m_remove->setAccessibleName(m_remove->toolTip());
        m_boards->setVisible(!trash);
        search();
    });
    connect(m_remove, &QToolButton::clicked, this, &GalleryPanel::trash_or_restore);
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Measures::unit);
    row->addWidget(m_count, 1);
    row->addWidget(m_remove);
    row->addWidget(m_order);
    return bar;
}

void GalleryPanel::connect_boards()
{
    auto const name = [](QString const& board) { return board.toStdString(); };
    connect(m_boards, &BoardsBar::board_chosen, this, &GalleryPanel::search);
    connect(m_boards, &BoardsBar::board_made, this,
        [this, name](QString const& board) { m_edits.apply(add_to_board(name(board), {})); });
    connect(m_boards, &BoardsBar::renamed, this, [this, name](QString const& board, QString const& now) {
        m_edits.apply(rename_board(name(board), name(now)));
    });
    connect(m_boards, &BoardsBar::delete_asked, this,
        [this, name](QString const& board) { m_edits.apply(delete_board(name(board))); });
    connect(m_boards, &BoardsBar::pictures_dropped, this,
        [this, name](QString const& board, std::vector<qint64> const& pictures) {
            m_edits.apply(add_to_board(name(board), PictureIds(pictures.begin(), pictures.end())));
        });
}

void GalleryPanel::focus_search()
{
    m_text->setFocus();
    m_text->selectAll();
}

void GalleryPanel::search_for(QString const& text) { m_text->setText(text); }
bool GalleryPanel::in_trash() const { return m_trash->isChecked(); }

void GalleryPanel::search()
{
    QString text = m_text->text();
    if (QString const board = m_boards->board(); !board.isEmpty() && !in_trash())
        text += QLatin1Char(' ') + QString::fromStdString(board_search(board.toStdString()));
    m_model.search({ .text = text.toStdString(),
        .order = static_cast<GalleryOrder>(m_order->currentData().toInt()),
        .shelf = in_trash() ? GalleryShelf::trashed : GalleryShelf::present });
}

void GalleryPanel::show_answer()
{
    int const count = m_model.rowCount(), chosen = static_cast<int>(selected().size());
    m_boards->show_boards(m_model.boards());
    m_remove->setEnabled(chosen > 0);
    m_count->setToolTip(m_model.remarks());
    set_tone(*m_count, m_model.remarks().isEmpty() ? Tone::faint : Tone::danger);
    m_count->setText(!m_model.remarks().isEmpty() ? m_model.remarks().section(QLatin1Char('\n'), 0, 0)
                     : chosen > 1                 ? tr("%1 of %2 chosen").arg(counted(chosen), counted(count))
                     : in_trash()                 ? tr("%1 in the trash").arg(counted(count))
                     : count == 1                 ? tr("1 picture")
                                                  : tr("%1 pictures").arg(counted(count)));
    bool const narrowed = !m_text->text().isEmpty();
    m_grid->set_empty_text(narrowed ? tr("Nothing found. Fewer words find more.")
                           : in_trash()
                               ? tr("The trash is empty.")
                               : tr("Pictures that you make come here. Drop others in, or bring a folder in with the "
                                    "button above."));
}

std::vector<PictureId> GalleryPanel::selected() const
{
    QModelIndexList chosen = m_grid->selectionModel()->selectedIndexes();
    std::ranges::sort(chosen, {}, &QModelIndex::row);
    std::vector<PictureId> ids;
    for (QModelIndex const& index : chosen)
        ids.push_back(index.data(GalleryModel::picture_id).toLongLong());
    return ids;
}

void GalleryPanel::set_stars(int stars)
{
    if (auto ids = selected(); !ids.empty())
        m_edits.apply(star_pictures(std::move(ids), stars));
}

void GalleryPanel::trash_or_restore()
{
    if (auto ids = selected(); !ids.empty())
        m_edits.apply(in_trash() ? restore_pictures(std::move(ids)) : trash_pictures(std::move(ids)));
}

void GalleryPanel::erase_for_good()
{
    auto ids = selected();
    if (!in_trash() || ids.empty())
        return;
    int const count = static_cast<int>(ids.size());
    auto const answer = QMessageBox::question(this, tr("Delete for good"),
        count == 1 ? tr("Delete this picture for good? This cannot be undone.")
                   : tr("Delete %1 pictures for good? This cannot be undone.").arg(counted(count)),
        QMessageBox::Yes | QMessageBox::Cancel, QMessageBox::Cancel);
    if (answer == QMessageBox::Yes)
        m_edits.erase(std::move(ids));
}

void GalleryPanel::begin_board() { m_boards->begin_new(); }

void GalleryPanel::ask_import()
{
    QString const folder = QFileDialog::getExistingDirectory(this, tr("Which folder of pictures?"));
    if (!folder.isEmpty())
        m_import.add_folder(path_from_utf8(folder.toStdString()));
}

void GalleryPanel::dragEnterEvent(QDragEnterEvent* event)
{
    bool const ours = event->source() && isAncestorOf(qobject_cast<QWidget*>(event->source()));
    if (!ours && !(picture_files(*event->mimeData()).isEmpty() && folders_in(*event->mimeData()).isEmpty()))
        event->acceptProposedAction();
}

void GalleryPanel::dropEvent(QDropEvent* event)
{
    QStringList const files = picture_files(*event->mimeData());
    for (QString const& folder : folders_in(*event->mimeData()))
        m_import.add_folder(path_from_utf8(folder.toStdString()));
    if (!files.isEmpty()) {
        std::vector<std::filesystem::path> paths;
        for (QString const& file : files)
            paths.push_back(path_from_utf8(file.toStdString()));
        m_import.add_files(std::move(paths));
    }
    event->setDropAction(Qt::CopyAction);
    event->accept();
}

bool GalleryPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_text && (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut))
        m_hints->setVisible(event->type() == QEvent::FocusIn || m_hints->underMouse());
    return QWidget::eventFilter(watched, event);
}

}
