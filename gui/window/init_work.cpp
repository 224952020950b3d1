// SPDX-License-Identifier: Apache-2.0
#include "gui/window/init_work.h"

#include "app/files/places.h"
#include "app/picture/picture.h"
#include "app/session/session.h"
#include "gui/actions/actions.h"
#include "gui/generate/generate_panel.h"
#include "gui/studio/background.h"
#include "gui/studio/images.h"
#include "gui/studio/way_back.h"
#include "gui/studio/studio.h"
#include "gui/window/main_window.h"

#include <QMenu>

namespace igneous {

constexpr int thumbnail_side = 128;                  // pixels: twice what is shown

InitWork::InitWork(Parts const& parts, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
    , m_panel(parts.window.generate_panel())
{
    connect(&m_panel, &GeneratePanel::init_file_chosen, this, &InitWork::take_file);
    connect(&m_panel, &GeneratePanel::init_picture_dropped, this, &InitWork::take);
    connect(&m_panel, &GeneratePanel::init_cleared, this, &InitWork::clear);
    connect(&m_panel, &GeneratePanel::init_last_asked, this, [this] { take(m_last); });
    connect(&m_parts.studio, &Studio::picture_stored, this, [this](qint64, QString const&, QImage const& picture) {
        m_last = picture;
        m_panel.set_last_there(true);
    });
    connect(&m_parts.session, &Session::request_changed, this, &InitWork::show_picture);
    QString const group = QStringLiteral("Generate");
    QAction* last
        = parts.actions.add(QStringLiteral("prompt.start_from_last"), tr("Start from the last picture"), group);
    QAction* none = parts.actions.add(QStringLiteral("prompt.start_from_nothing"), tr("Start from nothing"), group);
    parts.actions.menu(group)->addSeparator();
    parts.actions.menu(group)->addActions({ last, none });
    connect(last, &QAction::triggered, this, [this] { take(m_last); });
    connect(none, &QAction::triggered, this, &InitWork::clear);
    show_picture();
}

void InitWork::take_file(QString const& path)
{
    m_parts.studio.post([this, path, back = WayBack(this, &m_parts.studio)](Services&) {
        Image image = to_rgb(read_picture(path_from_utf8(path.toStdString())));
        back([this, picture = to_qimage(image)] { take(picture); });
    });
}

void InitWork::take(QImage const& picture)
{
    if (picture.isNull())
        return;
    in_background(
        this, [picture] { return std::make_shared<Image const>(to_rgb(from_qimage(picture))); },
        [this](std::shared_ptr<Image const> image) {
            Session& session = m_parts.session;
            session.begin_group(tr("Picture to start from").toStdString());
            session.push(set_init_pictures(image, nullptr));
            session.push(
                edit_request(session.workspace(), tr("Strength").toStdString(), [](GenerationRequest& request) {
                    if (!request.init)
                        request.init.emplace();
                }));
            session.end_group();
        });
}

void InitWork::clear()
{
    if (m_parts.session.workspace().init_image)
        m_parts.session.push(set_init_pictures(nullptr, nullptr));
}

void InitWork::show_picture()
{
    std::shared_ptr<Image const> const image = m_parts.session.workspace().init_image;
    int const shown = ++m_shown;
    if (!image)
        return m_panel.show_init({}, {});
    in_background(
        this,
        [image] {
            return to_qimage(*image).scaled(
                thumbnail_side, thumbnail_side, Qt::KeepAspectRatioByExpanding, Qt::SmoothTransformation);
        },
        [this, shown, size = QSize(image->width, image->height)](QImage const& small) {
            if (m_shown == shown)
                m_panel.show_init(small, size);
        });
}

}
