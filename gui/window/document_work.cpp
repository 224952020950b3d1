// SPDX-License-Identifier: Apache-2.0
#include "gui/window/document_work.h"

#include "app/files/file.h"
#include "app/files/places.h"
#include "app/paint/compositing.h"
#include "app/paint/ink.h"
#include "app/paint/selection.h"
#include "app/picture/picture.h"
#include "app/session/document_file.h"
#include "app/settings/settings.h"
#include "gui/canvas/brush_tool.h"
#include "gui/canvas/canvas_area.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/picture_view.h"
#include "gui/studio/background.h"
#include "gui/studio/images.h"
#include "gui/widgets/notice_bar.h"
#include "gui/window/canvas_work.h"
#include "gui/window/main_window.h"

namespace igneous {

using namespace std::chrono_literals;

namespace {

bool is_document(std::filesystem::path const& file)
{
    return QString::fromStdString(utf8_name(file)).endsWith(QLatin1String(".igneous"), Qt::CaseInsensitive);
}

QString stem(std::filesystem::path const& file) { return QString::fromStdString(utf8_name(file.stem())); }

}

DocumentWork::DocumentWork(Parts const& parts, CanvasWork& canvas, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
    , m_canvas(canvas)
{
    make_actions();
    connect(&canvas.area(), &CanvasArea::close_asked, this, &DocumentWork::close);
    PictureView* last = &parts.window.view();
    connect(
        &canvas.area(), &CanvasArea::edit_asked, this, [this, last] { edit_picture(last->picture(), free_name()); });
    connect(last, &PictureView::view_changed, this,
        [this, last] { m_canvas.area().set_editable(!last->picture().isNull()); });
    connect(&canvas.view(), &CanvasView::files_dropped, this, [this](QList<QUrl> const& files, QPointF const& at) {
        for (QUrl const& file : files)
            if (file.isLocalFile())
                import_file(path_from_utf8(file.toLocalFile().toStdString()), at);
    });
    connect(&canvas.view(), &CanvasView::picture_dropped, this,
        [this](QImage const& picture, QPointF const& at) { add_picture_layer(picture, tr("Dropped picture"), at); });
    m_autosave.setInterval(1min);
    connect(&m_autosave, &QTimer::timeout, this, &DocumentWork::autosave);
    m_autosave.start();
}

void DocumentWork::tell(QString const& message) { m_parts.window.notices().tell(message); }

void DocumentWork::in_background_telling(auto work, auto done)
{
    using Result = decltype(work());
    struct Outcome {
        std::optional<Result> result;
        QString problem;
    };
    in_background(
        this,
        [work = std::move(work)] {
            Outcome outcome;
            try {
                outcome.result.emplace(work());
            } catch (std::exception const& error) {
                outcome.problem = QString::fromUtf8(error.what());
            }
            return outcome;
        },
        [this, done = std::move(done)](Outcome outcome) mutable {
            if (outcome.result)
                done(std::move(*outcome.result));
            else
                tell(outcome.problem);
        });
}

QString DocumentWork::free_name() const
{
    auto const& documents = m_parts.session.workspace().documents;
    for (int number = 1;; ++number) {
        QString const name = number == 1 ? tr("Untitled") : tr("Untitled %1").arg(number);
        if (std::ranges::none_of(
                documents, [&](Document const& one) { return one.properties.name == name.toStdString(); }))
            return name;
    }
}

DocumentId DocumentWork::make_document(QString const& name, QSize size, QColor const& background)
{
    Session& session = m_parts.session;
    std::vector<Layer> layers;
    if (background.isValid()) {
        Layer paper = make_layer(session.new_id(), LayerKind::paint, tr("Background").toStdString());
        TileGrid const all = rectangle_mask({ 0, 0, size.width(), size.height() });
        for (PlacedTile const& placed : ink_through(paper.pixels, all, Allowed(TileGrid(1)), ink_of(background), 1))
            paper.pixels.put(placed.position, placed.tile);
        layers.push_back(std::move(paper));
    }
    layers.push_back(make_layer(session.new_id(), LayerKind::paint, tr("Layer 1").toStdString()));
    return add_with_layers(name, size, std::move(layers));
}

DocumentId DocumentWork::add_with_layers(QString const& name, QSize size, std::vector<Layer> layers)
{
    Session& session = m_parts.session;
    Document document { .id = session.new_id() };
    document.properties.name = name.toStdString();
    document.properties.width = size.width();
    document.properties.height = size.height();
    document.active_layer = layers.back().id;
    document.layers = std::move(layers);
    DocumentId const id = document.id;
    session.push(add_document(session.workspace(), std::move(document)));
    session.set_active_document(id);
    m_canvas.area().show_canvas();
    return id;
}

void DocumentWork::open(std::filesystem::path const& file)
{
    if (is_document(file)) {
        in_background_telling([file] { return read_document(file); },
            [this, file](ReadDocument found) {
                std::vector<std::string> notes;
                m_parts.session.add_opened(std::move(found), file, notes);
                m_canvas.area().show_canvas();
                for (std::string const& note : notes)
                    tell(QString::fromStdString(note));
            });
    } else {
        in_background_telling([file] { return to_qimage(read_picture(file)); },
            [this, file](QImage const& picture) { edit_picture(picture, stem(file)); });
    }
}

void DocumentWork::import_file(std::filesystem::path const& file, std::optional<QPointF> at)
{
    if (is_document(file) || !m_canvas.context().document())
        return open(file);
    in_background_telling([file] { return to_qimage(read_picture(file)); },
        [this, file, at](QImage const& picture) { add_picture_layer(picture, stem(file), at); });
}

void DocumentWork::save(DocumentId id, std::filesystem::path const& file)
{
    Document const* const document = find_document(m_parts.session.workspace(), id);
    if (!document || !m_writing.insert(id).second)
        return;
    in_background(
        this,
        [document = *document, file]() -> QString {
            try {
                write_document(document, file);
                return {};
            } catch (std::exception const& error) {
                return QString::fromUtf8(error.what());
            }
        },
        [this, document = *document, file](QString const& problem) {
            m_writing.erase(document.id);
            if (!problem.isEmpty())
                return tell(tr("The document could not be saved: %1. It is kept here all the same.").arg(problem));
            m_parts.session.document_saved(document, file);
        });
}

void DocumentWork::export_to(std::filesystem::path const& file, int quality)
{
    Document const* const document = m_canvas.context().document();
    auto const format = format_of_name(file);
    if (!document)
        return;
    if (!format)
        return tell(tr("A picture's name ends with .png, .jpg or .webp, but %1 does not.")
                .arg(QString::fromStdString(utf8_name(file.filename()))));
    in_background_telling(
        [document = *document, file, format = *format, quality] {
            Image image = flatten(document, { 0, 0, document.properties.width, document.properties.height });
            if (format == PictureFormat::jpeg)
                image = to_rgb(image);
            bool const lossy = quality > 0 && format != PictureFormat::png;
            write_file(file, encode_picture(format, image, {}, lossy ? std::optional(quality) : std::nullopt));
            return QString::fromStdString(utf8_name(file));
        },
        [this](QString const& name) { tell(tr("Exported to %1.").arg(name)); });
}

void DocumentWork::close(DocumentId id)
{
    Document const* const document = find_document(m_parts.session.workspace(), id);
    if (!document)
        return;
    QString const name = QString::fromStdString(document->properties.name);
    bool const saved = m_parts.session.is_saved(id);
    Workspace const& workspace = m_parts.session.workspace();
    DocumentId next = 0;
    for (Document const& other : workspace.documents)
        if (other.id != id)
            next = other.id;
    bool const active = workspace.active_document == id;
    m_parts.session.push(remove_document(*document));
    if (active && next)
        m_parts.session.set_active_document(next);
    if (!saved)
        tell(tr("%1 was closed with changes that are in no file. Undo opens it again.").arg(name));
}

void DocumentWork::autosave()
{
    auto const every = m_parts.settings.get(setting::autosave_minutes);
    if (every == 0 || ++m_minutes % every != 0)
        return;
    for (Document const& document : m_parts.session.workspace().documents)
        if (!document.file.empty() && !m_parts.session.is_saved(document.id))
            save(document.id, path_from_utf8(document.file));
}

}
