// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/canvas_area.h"

#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace igneous {

CanvasArea::CanvasArea(
    Session& session, QWidget* picture, QWidget* canvas, QWidget* strip, QWidget* options, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_tabs(new QTabBar)
    , m_pages(new QStackedWidget)
    , m_canvas(canvas)
    , m_strip(strip)
    , m_options(options)
{
    m_tabs->setAccessibleName(tr("Open documents"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setElideMode(Qt::ElideMiddle);
    m_tabs->setDocumentMode(true);
    m_pages->addWidget(with_edit_button(picture));
    m_pages->addWidget(canvas);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_tabs);
    column->addWidget(m_options);
    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    row->addWidget(m_strip);
    row->addWidget(m_pages, 1);
    column->addLayout(row, 1);
    connect(m_tabs, &QTabBar::currentChanged, this, &CanvasArea::choose);
    connect(&session, &Session::documents_changed, this, &CanvasArea::show_documents);
    connect(&session, &Session::document_properties_changed, this, &CanvasArea::show_names);
    connect(&session, &Session::history_changed, this, &CanvasArea::show_names);
    show_documents();
}

/// In the picture's corner, over it.
QWidget* CanvasArea::with_edit_button(QWidget* picture)
{
    auto* page = new QWidget;
    auto* grid = new QGridLayout(page);
    grid->setContentsMargins(0, 0, 0, 0);
    auto* button = new QPushButton(icon(QStringLiteral("brush")), tr("Edit on the canvas"));
    name_control(*button, tr("Make a document of this picture and edit it on the canvas"));
    auto* corner = m_edit = new QWidget;
    corner->hide();
    auto* inset = new QHBoxLayout(corner);
    inset->setContentsMargins(Measures::margin, Measures::margin, Measures::margin, Measures::margin);
    inset->addWidget(button);
    grid->addWidget(picture, 0, 0);
    grid->addWidget(corner, 0, 0, Qt::AlignTop | Qt::AlignRight);
    connect(button, &QPushButton::clicked, this, &CanvasArea::edit_asked);
    return page;
}

void CanvasArea::set_editable(bool editable) { m_edit->setVisible(editable); }

bool CanvasArea::shows_canvas() const { return m_pages->currentIndex() == 1; }
void CanvasArea::show_picture() { m_tabs->setCurrentIndex(0); }

void CanvasArea::show_canvas()
{
    DocumentId const active = m_session.workspace().active_document;
    auto const found = std::ranges::find(m_documents, active);
    if (found != m_documents.end())
        m_tabs->setCurrentIndex(static_cast<int>(found - m_documents.begin()) + 1);
}

void CanvasArea::show_documents()
{
    {
        QScopedValueRollback const filling(m_filling, true);
        std::vector<DocumentId> documents;
        for (Document const& document : m_session.workspace().documents)
            documents.push_back(document.id);
        if (documents != m_documents || m_tabs->count() == 0) {
            while (m_tabs->count() > 0)
                m_tabs->removeTab(0);
            m_tabs->addTab(tr("Last picture"));
            for (DocumentId id : documents) {
                int const tab = m_tabs->addTab(QString());
                QToolButton* close = icon_button(QStringLiteral("close"), tr("Close this document"));
                close->setFixedSize(20, 20);
                close->setIconSize(QSize(12, 12));
                close->setFocusPolicy(Qt::NoFocus);
                connect(close, &QToolButton::clicked, this, [this, id] { Q_EMIT close_asked(id); });
                m_tabs->setTabButton(tab, QTabBar::RightSide, close);
            }
            m_documents = std::move(documents);
        }
        show_names();
        show_canvas();
        if (!find_document(m_session.workspace(), m_session.workspace().active_document))
            m_tabs->setCurrentIndex(0);
    }
    m_tabs->setVisible(!m_documents.empty());
    choose(m_tabs->currentIndex());
}

/// With a dot before what is not as its file.
void CanvasArea::show_names()
{
    for (std::size_t i = 0; i < m_documents.size(); ++i) {
        Document const* document = find_document(m_session.workspace(), m_documents[i]);
        if (!document)
            continue;
        QString const name = QString::fromStdString(document->properties.name);
        bool const saved = m_session.is_saved(document->id);
        int const tab = static_cast<int>(i) + 1;
        m_tabs->setTabText(tab, saved ? name : QStringLiteral("• ") + name);
        QString const file = document->file.empty() ? tr("not in a file yet") : QString::fromStdString(document->file);
        m_tabs->setTabToolTip(tab, saved ? file : tr("%1, with changes that are not saved there").arg(file));
    }
}

void CanvasArea::choose(int tab)
{
    if (m_filling)
        return;
    bool const canvas = tab > 0 && static_cast<std::size_t>(tab) <= m_documents.size();
    if (canvas)
        m_session.set_active_document(m_documents[static_cast<std::size_t>(tab) - 1]);
    bool const comes = canvas && !shows_canvas();
    m_pages->setCurrentIndex(canvas ? 1 : 0);
    if (comes)                             // its keys work at once
        m_canvas->setFocus();
    m_strip->setVisible(canvas);
    m_options->setVisible(canvas);
    Q_EMIT shown_changed();
}

}
