// SPDX-License-Identifier: Apache-2.0
#include "gui/theme/icons.h"

#include "gui/theme/theme.h"

#include <QDir>
#include <QFile>
#include <QIconEngine>
#include <QImage>
#include <QPainter>
#include <QSvgRenderer>
#include <QTemporaryDir>

namespace igneous {

namespace {

QByteArray svg(QString const& name, QColor const& colour)
{
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    Q_ASSERT_X(file.exists(), "icon", qPrintable(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll().replace("currentColor", colour.name().toLatin1())
                                          : QByteArray();
}

/// Draws when asked, so that a change of theme or screen needs no new icons.
class ThemedIcon final : public QIconEngine {
public:
    /// `colour`: instead of the theme's; may be invalid.
    ThemedIcon(QString name, QColor colour)
        : m_name(std::move(name))
        , m_colour(colour)
    {}
    void paint(QPainter* painter, QRect const& rect, QIcon::Mode mode, QIcon::State state) override
    {
        Colours const& c = colours();
        QColor const colour = m_colour.isValid()        ? m_colour
                              : mode == QIcon::Disabled ? c.outline
                              : mode == QIcon::Selected ? c.on_accent
                              : state == QIcon::On      ? c.accent
                                                        : c.text;
        QSvgRenderer(svg(m_name, colour)).render(painter, rect);
    }
    QPixmap pixmap(QSize const& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }
    QIconEngine* clone() const override { return new ThemedIcon(m_name, m_colour); }

private:
    QString m_name;
    QColor m_colour;
};

}

QIcon icon(QString const& name) { return icon(name, {}); }

QIcon icon(QString const& name, QColor const& colour) { return QIcon(new ThemedIcon(name, colour)); }

QString icon_file(QString const& name, QColor const& colour)
{
    static QTemporaryDir const folder;
    QString const stem = folder.filePath(name + QLatin1Char('-') + colour.name().mid(1));
    if (!QFile::exists(stem + QStringLiteral(".png")))
        for (int scale : { 1, 2, 3 }) {                      // style sheets take "@2x" by themselves
            QImage image(12 * scale, 12 * scale, QImage::Format_ARGB32_Premultiplied);
            image.fill(Qt::transparent);
            QPainter painter(&image);
            QSvgRenderer(svg(name, colour)).render(&painter);
            image.save(stem + (scale == 1 ? QString() : QStringLiteral("@%1x").arg(scale)) + QStringLiteral(".png"));
        }
    return stem + QStringLiteral(".png");
}

}
