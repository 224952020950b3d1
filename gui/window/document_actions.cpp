// SPDX-License-Identifier: Apache-2.0
// The File menu, and what it asks.
#include "app/files/file.h"
#include "app/files/places.h"
#include "app/picture/picture.h"
#include "app/session/session.h"
#include "gui/actions/actions.h"
#include "gui/canvas/canvas_area.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/picture_view.h"
#include "gui/window/canvas_work.h"
#include "gui/window/document_work.h"
#include "gui/window/main_window.h"
#include "gui/window/new_document_dialog.h"

#include <QFileDialog>
#include <QMenu>

namespace igneous {

namespace {

QString const pictures = QStringLiteral("*.png *.jpg *.jpeg *.webp");

std::filesystem::path path_of(QString const& name) { return path_from_utf8(name.toStdString()); }

}

void DocumentWork::make_actions()
{
    Actions& actions = m_parts.actions;
    QString const file = QStringLiteral("File");
    QMenu* menu = actions.menu(file);
    QAction* const before = menu->actions().isEmpty() ? nullptr : menu->actions().front();
    auto const add = [&](char const* id, QString const& title, QKeySequence const& keys, auto const& done) {
        QAction* action = actions.add(QString::fromLatin1(id), title, file, keys);
        menu->insertAction(before, action);
        connect(action, &QAction::triggered, this, done);
        return action;
    };
    add("file.new", tr("New document…"), Qt::CTRL | Qt::Key_N, [this] { ask_new(); });
    add("file.open", tr("Open…"), Qt::CTRL | Qt::Key_O, [this] { ask_open(false); });
    QAction* edit = add("file.edit_picture", tr("Edit the picture on the canvas"), Qt::CTRL | Qt::Key_E,
        [this] { edit_picture(m_parts.window.view().picture(), free_name()); });
    edit->setToolTip(tr("Makes a document of the last picture"));
    menu->insertSeparator(before);
    QList<QAction*> const with_document {
        add("file.save", tr("Save"), Qt::CTRL | Qt::Key_S, [this] { save_active(false); }),
        add("file.save_as", tr("Save as…"), Qt::CTRL | Qt::SHIFT | Qt::Key_S, [this] { save_active(true); }),
        add("file.import", tr("Import a picture as a layer…"), Qt::CTRL | Qt::SHIFT | Qt::Key_O,
            [this] { ask_open(true); }),
        add("file.export", tr("Export as a picture…"), Qt::CTRL | Qt::SHIFT | Qt::Key_E, [this] { ask_export(); }),
        add("file.close", tr("Close the document"), Qt::CTRL | Qt::Key_W,
            [this] { close(m_parts.session.workspace().active_document); }),
    };
    menu->insertSeparator(before);
    auto const enable = [this, with_document] {
        for (QAction* action : with_document)
            action->setEnabled(m_canvas.context().document());
    };
    connect(&m_parts.session, &Session::documents_changed, this, enable);
    enable();
}

void DocumentWork::ask_new()
{
    auto* dialog = new NewDocumentDialog(free_name(), &m_parts.window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this,
        [this, dialog] { make_document(dialog->name(), dialog->size(), dialog->background()); });
    dialog->open();
}

void DocumentWork::ask_open(bool import)
{
    auto* dialog = new QFileDialog(&m_parts.window, import ? tr("Import a picture as a layer") : tr("Open"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(import ? QFileDialog::ExistingFiles : QFileDialog::ExistingFile);
    QString const documents = QStringLiteral("*.igneous ");
    dialog->setNameFilter(
        import ? tr("Pictures (%1)").arg(pictures) : tr("Documents and pictures (%1)").arg(documents + pictures));
    connect(dialog, &QFileDialog::filesSelected, this, [this, import](QStringList const& files) {
        for (QString const& file : files)
            import ? import_file(path_of(file)) : open(path_of(file));
    });
    dialog->open();
}

void DocumentWork::save_active(bool ask)
{
    Document const* const document = m_canvas.context().document();
    if (!document)
        return;
    if (!ask && !document->file.empty())
        return save(document->id, path_from_utf8(document->file));
    auto* dialog = new QFileDialog(&m_parts.window, tr("Save the document"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("igneous"));
    dialog->setNameFilter(tr("Igneous documents (%1)").arg(QStringLiteral("*.igneous")));
    dialog->selectFile(QString::fromStdString(document->properties.name) + QStringLiteral(".igneous"));
    connect(dialog, &QFileDialog::fileSelected, this,
        [this, id = document->id](QString const& file) { save(id, path_of(file)); });
    dialog->open();
}

void DocumentWork::ask_export()
{
    Document const* const document = m_canvas.context().document();
    if (!document)
        return;
    auto* dialog = new QFileDialog(&m_parts.window, tr("Export as a picture"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("png"));
    dialog->setNameFilters({ tr("PNG, every pixel (%1)").arg(QStringLiteral("*.png")),
        tr("JPEG, small (%1)").arg(QStringLiteral("*.jpg *.jpeg")),
        tr("WebP, every pixel (%1)").arg(QStringLiteral("*.webp")) });
    dialog->selectFile(QString::fromStdString(document->properties.name) + QStringLiteral(".png"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](QString const& filter) {
        bool const jpeg = filter.contains(QLatin1String("*.jpg")), webp = filter.contains(QLatin1String("*.webp"));
        dialog->setDefaultSuffix(jpeg ? QStringLiteral("jpg") : webp ? QStringLiteral("webp") : QStringLiteral("png"));
    });
    connect(dialog, &QFileDialog::fileSelected, this, [this](QString const& file) { export_to(path_of(file), 0); });
    dialog->open();
}

}
