// SPDX-License-Identifier: Apache-2.0
// Settings of pictures that were made before, here or elsewhere, for the request that is edited.
#include "app/files/places.h"
#include "app/library/place_models.h"
#include "app/recipes/recipe.h"
#include "app/recipes/write_recipe.h"
#include "app/session/session.h"
#include "gui/generate/generate_panel.h"
#include "gui/studio/library_model.h"
#include "gui/studio/picture_files.h"
#include "gui/studio/studio.h"
#include "gui/window/collection_work.h"
#include "gui/window/main_window.h"

#include <QDropEvent>
#include <QMimeData>
#include <QPlainTextEdit>

namespace igneous {

void CollectionWork::recall(GenerationRequest request, Recall what)
{
    auto const& now = m_parts.session.workspace().request;
    if (model_name(request.model) == model_name(utf8_name(m_starter)))
        request.model = utf8_name(m_starter);
    m_library->with_store([this, request, what, usual = now.model](LibraryStore& store) mutable {
        auto const notes = place_models(store, request, usual);
        QMetaObject::invokeMethod(this, [this, request, what, notes] {
            m_parts.session.push(edit_request(m_parts.session.workspace(), tr("Use settings").toStdString(),
                [&](GenerationRequest& edited) { edited = recalled(edited, request, what); }));
            if (what != Recall::seed && what != Recall::size && !notes.empty())
                trouble(QString::fromStdString(notes.front()));
        });
    });
}

void CollectionWork::recall_picture(qint64 picture, Recall what)
{
    m_parts.studio.post([this, picture, what, back = way_back()](Services& services) {
        auto const found = services.gallery.picture(picture);
        if (!found)
            return;
        auto request = request_of(found->facts);
        require(request.has_value(), "{} holds no recipe that is known here", utf8_name(found->path.filename()));
        back([this, request = std::move(*request), what] { recall(request, what); });
    });
}

void CollectionWork::recall_file(QString const& path, Recall what)
{
    m_parts.studio.post([this, path, what, back = way_back()](Services&) {
        std::filesystem::path const file = path_from_utf8(path.toStdString());
        auto const recipe = read_recipe(file);
        require(recipe.has_value(), "{} holds no recipe that is known here: it came without one, or a program took it out",
            utf8_name(file.filename()));
        back([this, request = alone(*recipe), notes = recipe->notes, what] {
            recall(request, what);
            if (!notes.empty())
                trouble(QString::fromStdString(notes.front()));
        });
    });
}

/// A picture that is dropped where prompts are written brings its settings.
void CollectionWork::accept_drops()
{
    GeneratePanel& panel = m_parts.window.generate_panel();
    panel.setAcceptDrops(true);
    panel.installEventFilter(this);
    for (QPlainTextEdit* edit : panel.findChildren<QPlainTextEdit*>())
        edit->viewport()->installEventFilter(this);
}

bool CollectionWork::eventFilter(QObject* watched, QEvent* event)
{
    bool const entering = event->type() == QEvent::DragEnter || event->type() == QEvent::DragMove;
    if (!entering && event->type() != QEvent::Drop)
        return QObject::eventFilter(watched, event);
    auto* drop = static_cast<QDropEvent*>(event);
    QStringList const files = picture_files(*drop->mimeData());
    if (files.isEmpty())
        return QObject::eventFilter(watched, event);
    drop->setDropAction(Qt::CopyAction);
    drop->accept();
    if (!entering)
        recall_file(files.front(), Recall::all);
    return true;
}

}
