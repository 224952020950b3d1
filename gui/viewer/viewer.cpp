// SPDX-License-Identifier: Apache-2.0
#include "gui/viewer/viewer.h"

#include "gui/studio/collection_edits.h"
#include "gui/studio/gallery_model.h"
#include "gui/studio/picture_files.h"
#include "gui/studio/picture_loader.h"
#include "gui/theme/theme.h"
#include "gui/viewer/facts_table.h"

#include <QEvent>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

#include <algorithm>

namespace igneous {

Viewer::Viewer(GalleryModel& model, PictureLoader& loader, CollectionEdits& edits, QWidget* window)
    : QWidget(window)
    , m_model(model)
    , m_loader(loader)
    , m_edits(edits)
    , m_view(new CompareView)
    , m_facts(new FactsTable)
{
    build();
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Viewer"));
    hide();
    window->installEventFilter(this);
    connect(&loader, &PictureLoader::loaded, this, &Viewer::show_loaded);
    connect(&loader, &PictureLoader::failed, this, [this](QString const& path, QString const& why) {
        if (path == this->path())
            m_view->set_message(tr("This picture cannot be shown: %1").arg(why));
    });
    connect(&model, &GalleryModel::answered, this, &Viewer::follow_model);
    connect(&model, &QAbstractItemModel::dataChanged, this, [this] {
        if (isVisible())
            show_facts();
    });
}

void Viewer::open(qint64 picture)
{
    m_other = 0;
    m_view->set_other({});
    set_mode(CompareMode::one);
    if (!isVisible())
        m_before = window()->focusWidget();
    setGeometry(parentWidget()->rect());
    show();
    raise();
    setFocus();
    show_id(picture);
}

void Viewer::open_two(qint64 one, qint64 other)
{
    open(one);
    toggle_compare();
    show_id(other);
}

void Viewer::close_view()
{
    hide();
    m_view->set_mode(CompareMode::one);
    if (m_before)
        m_before->setFocus();
    Q_EMIT closed();
}

QString Viewer::path_of(qint64 id) const { return m_model.index_of(id).data(GalleryModel::path).toString(); }
QString Viewer::path() const { return path_of(m_id); }

void Viewer::show_id(qint64 id)
{
    QModelIndex const at = m_model.index_of(id);
    if (!at.isValid())
        return;
    m_id = id;
    m_row = at.row();
    if (QImage const whole = m_loader.load(path()); !whole.isNull())
        m_view->set_picture(whole);
    else
        m_view->set_picture(at.data(Qt::DecorationRole).value<QPixmap>().toImage(), false);
    for (int beside : { m_row + 1, m_row - 1 })
        if (beside >= 0 && beside < m_model.rowCount())
            m_loader.prepare(m_model.index(beside).data(GalleryModel::path).toString());
    show_facts();
}

void Viewer::show_loaded(QString const& path, QImage const& picture)
{
    if (path == this->path())
        m_view->set_picture(picture);
    if (m_other != 0 && path == path_of(m_other))
        m_view->set_other(picture);
}

void Viewer::show_facts()
{
    auto const picture = m_model.picture_at(m_model.index_of(m_id));
    if (!picture)
        return;                            // it is being read, and told about
    if (m_view->picture().isNull())        // its path was not known yet
        if (QImage const whole = m_loader.load(path()); !whole.isNull())
            m_view->set_picture(whole);
    m_place->setText(tr("%1 of %2").arg(m_row + 1).arg(m_model.rowCount()));
    auto const shown = [](QLabel& label, std::string const& text) {
        label.setText(QString::fromStdString(text));
        label.setVisible(!text.empty());
    };
    shown(*m_prompt, picture->facts.prompt);
    shown(*m_negative, picture->facts.negative_prompt);
    fit_words();
    show_stars(picture->stars);
    auto const other = m_other == 0 ? std::nullopt : m_model.picture_at(m_model.index_of(m_other));
    if (other && m_other != m_id)
        m_facts->show_differences(*other, *picture);
    else
        m_facts->show_recipe(*picture);
}

void Viewer::follow_model()
{
    if (!isVisible())
        return;
    QModelIndex const at = m_model.index_of(m_id);
    if (at.isValid())
        m_row = at.row();
    else if (m_model.rowCount() == 0)
        return close_view();
    else                                   // it went to the trash: the one that took its place
        show_id(m_model.id_at(std::min(m_row, m_model.rowCount() - 1)));
    show_facts();
}

void Viewer::walk(int by)
{
    int row = m_row + by;
    if (row >= 0 && row < m_model.rowCount() && m_model.id_at(row) == m_other)
        row += by > 0 ? 1 : -1;            // nobody compares a picture with itself
    if (row >= 0 && row < m_model.rowCount())
        show_id(m_model.id_at(row));
}

void Viewer::set_stars(int stars)
{
    show_stars(stars);                     // at once; the list follows
    m_edits.apply(star_pictures({ m_id }, stars));
}

void Viewer::trash()
{
    bool const in_trash = m_model.shown().shelf == GalleryShelf::trashed;
    m_edits.apply(in_trash ? restore_pictures({ m_id }) : trash_pictures({ m_id }));
}

void Viewer::toggle_compare()
{
    bool const begin = m_other == 0;
    m_other = begin ? m_id : 0;
    m_view->set_other(begin ? m_view->picture() : QImage());
    set_mode(begin ? CompareMode::slider : CompareMode::one);
    if (begin)
        walk(m_row + 1 < m_model.rowCount() ? 1 : -1);
    show_facts();
}

void Viewer::set_mode(CompareMode mode)
{
    if (m_other == 0 && mode != CompareMode::one)
        return toggle_compare();           // with the one beside it
    m_view->set_mode(mode);
    for (int i = 0; i < m_modes.size(); ++i)
        m_modes[i]->setChecked(i == static_cast<int>(mode));
    m_compare->setChecked(m_other != 0);
}

void Viewer::copy() { copy_picture(path(), m_view->picture()); }
void Viewer::show_folder() { show_in_folder(path()); }

bool Viewer::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible())
        setGeometry(parentWidget()->rect());
    return QWidget::eventFilter(watched, event);
}

void Viewer::paintEvent(QPaintEvent*) { QPainter(this).fillRect(rect(), colours().panel); }

}
