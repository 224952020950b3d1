// SPDX-License-Identifier: Apache-2.0
#include "gui/gallery/boards_bar.h"

#include "gui/studio/gallery_model.h"
#include "gui/theme/theme.h"

#include <QDropEvent>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QSignalBlocker>
#include <QStyledItemDelegate>

namespace igneous {

namespace {

enum Role { board_name = Qt::UserRole, count_of, kind_of };
enum Kind { all_pictures, a_board, new_board };

constexpr int most_lines = 3, chip_height = 26;

class ChipDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(QStyleOptionViewItem const& option, QModelIndex const& index) const override
    {
        constexpr int widest = 180;
        int const count = option.fontMetrics.horizontalAdvance(index.data(count_of).toString());
        int const name = option.fontMetrics.horizontalAdvance(index.data().toString());
        return { std::min(widest, name) + (count > 0 ? count + Measures::unit : 0) + 22, chip_height };
    }

    void paint(QPainter* painter, QStyleOptionViewItem const& option, QModelIndex const& index) const override
    {
        Colours const& c = colours();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        QRectF const chip = QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5);
        bool const chosen = option.state & QStyle::State_Selected, over = option.state & QStyle::State_MouseOver;
        bool const outlined = chosen || (option.state & QStyle::State_HasFocus);
        painter->setPen(outlined ? QPen(c.accent, 1.2) : QPen(c.line, 1));
        painter->setBrush(chosen || over ? c.hover : c.raised);
        painter->drawRoundedRect(chip, chip.height() / 2, chip.height() / 2);
        QRect words = option.rect.adjusted(11, 0, -10, 0);
        QString const count = index.data(count_of).toString();
        painter->setPen(c.faint);
        painter->drawText(words, Qt::AlignVCenter | Qt::AlignRight, count);
        words.setRight(words.right() - option.fontMetrics.horizontalAdvance(count));
        painter->setPen(chosen ? c.text : c.faint);
        painter->drawText(words, Qt::AlignVCenter | Qt::AlignLeft,
            option.fontMetrics.elidedText(index.data().toString(), Qt::ElideRight, words.width()));
        painter->restore();
    }
};

}

BoardsBar::BoardsBar(QWidget* parent)
    : QListWidget(parent)
{
    setFlow(LeftToRight);
    setWrapping(true);
    setResizeMode(Adjust);
    setMovement(Static);
    setFrameShape(NoFrame);
    setSelectionMode(SingleSelection);
    setEditTriggers(EditKeyPressed | DoubleClicked);
    setItemDelegate(new ChipDelegate(this));
    setMouseTracking(true);
    setAcceptDrops(true);
    setDropIndicatorShown(false);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Boards"));
    setStyleSheet(QStringLiteral("QListWidget { background: transparent; }"));
    connect(this, &QListWidget::customContextMenuRequested, this, &BoardsBar::show_menu);
    connect(this, &QListWidget::itemChanged, this, &BoardsBar::take_edit);
    connect(this, &QListWidget::itemClicked, this, [this](QListWidgetItem const* item) {
        if (item->data(kind_of).toInt() == new_board)
            begin_new();
    });
    connect(this, &QListWidget::currentItemChanged, this, [this](QListWidgetItem const* item) {
        if (item && item->data(kind_of).toInt() != new_board)
            Q_EMIT board_chosen(board());
    });
    show_boards({});
}

QListWidgetItem* BoardsBar::add_chip(QString const& text, QString const& board)
{
    auto* item = new QListWidgetItem(text, this);
    item->setData(board_name, board);
    item->setToolTip(text);
    return item;
}

void BoardsBar::show_boards(std::vector<Board> const& boards)
{
    if (state() == EditingState)
        return;                            // somebody types a name: the next answer comes
    QString const chosen = board();
    QSignalBlocker const quiet(this);
    m_boards = boards;
    clear();
    add_chip(tr("All"), QString())->setData(kind_of, all_pictures);
    int now = 0;
    for (Board const& one : boards) {
        QString const name = QString::fromStdString(one.name);
        QListWidgetItem* item = add_chip(name, name);
        item->setData(kind_of, a_board);
        item->setData(count_of, QString::number(one.pictures));
        item->setFlags(item->flags() | Qt::ItemIsEditable);
        if (name == chosen)
            now = count() - 1;
    }
    QListWidgetItem* more = add_chip(tr("+ Board"), QString());
    more->setData(kind_of, new_board);
    more->setFlags(Qt::ItemIsEnabled | Qt::ItemIsEditable);
    setCurrentRow(now);
    fit_height();
}

QString BoardsBar::board() const
{
    QListWidgetItem const* item = currentItem();
    return item && item->data(kind_of).toInt() == a_board ? item->data(board_name).toString() : QString();
}

void BoardsBar::begin_new()
{
    QListWidgetItem* item = this->item(count() - 1);
    {
        QSignalBlocker const quiet(this);
        item->setText(QString());
    }
    scrollToItem(item);
    editItem(item);
}

void BoardsBar::take_edit(QListWidgetItem* item)
{
    QString const name = item->text().simplified(), before = item->data(board_name).toString();
    bool const is_new = item->data(kind_of).toInt() == new_board;
    if (name.isEmpty() || name == before) {
        QSignalBlocker const quiet(this);
        item->setText(is_new ? tr("+ Board") : before);
    } else if (is_new) {
        Q_EMIT board_made(name);
    } else {
        Q_EMIT renamed(before, name);
    }
}

void BoardsBar::show_menu(QPoint const& at)
{
    QMenu menu(this);
    QListWidgetItem* item = itemAt(at);
    if (item && item->data(kind_of).toInt() == a_board) {
        QString const name = item->data(board_name).toString();
        menu.addAction(tr("Rename"), this, [this, item] { editItem(item); });
        menu.addAction(tr("Delete the board; its pictures stay"), this, [this, name] { Q_EMIT delete_asked(name); });
        menu.addSeparator();
    }
    menu.addAction(tr("New board"), this, &BoardsBar::begin_new);
    menu.exec(viewport()->mapToGlobal(at));
}

void BoardsBar::fit_height()
{
    doItemsLayout();
    int const needed = count() > 0 ? visualItemRect(item(count() - 1)).bottom() + 1 + verticalOffset() : chip_height;
    setFixedHeight(std::clamp(needed, chip_height, most_lines * chip_height));
}

void BoardsBar::resizeEvent(QResizeEvent* event)
{
    QListWidget::resizeEvent(event);
    fit_height();
}

QStringList BoardsBar::mimeTypes() const { return { QString::fromLatin1(GalleryModel::picture_mime) }; }

QListWidgetItem* BoardsBar::board_under(QDropEvent const& event) const
{
    QListWidgetItem* item = itemAt(event.position().toPoint());
    bool const pictures = event.mimeData()->hasFormat(QString::fromLatin1(GalleryModel::picture_mime));
    return pictures && item && item->data(kind_of).toInt() == a_board ? item : nullptr;
}

void BoardsBar::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasFormat(QString::fromLatin1(GalleryModel::picture_mime)))
        event->acceptProposedAction();
}

void BoardsBar::dragMoveEvent(QDragMoveEvent* event) { event->setAccepted(board_under(*event) != nullptr); }

void BoardsBar::dropEvent(QDropEvent* event)
{
    QListWidgetItem const* item = board_under(*event);
    if (!item)
        return;
    std::vector<qint64> pictures;
    for (QByteArray const& line : event->mimeData()->data(QString::fromLatin1(GalleryModel::picture_mime)).split('\n'))
        if (!line.isEmpty())
            pictures.push_back(line.toLongLong());
    event->setDropAction(Qt::CopyAction);
    event->accept();
    Q_EMIT pictures_dropped(item->data(board_name).toString(), pictures);
}

}
