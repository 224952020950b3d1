// SPDX-License-Identifier: Apache-2.0
#include "gui/studio/picture_files.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QFileInfo>
#include <QGuiApplication>
#include <QImage>
#include <QMimeData>
#include <QUrl>

namespace igneous {

void show_in_folder(QString const& path)
{
    QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(path).absolutePath()));
}

void copy_picture(QString const& path, QImage const& pixels)
{
    auto* mime = new QMimeData;
    mime->setUrls({ QUrl::fromLocalFile(path) });
    if (!pixels.isNull())
        mime->setImageData(pixels);
    QGuiApplication::clipboard()->setMimeData(mime);
}

QStringList picture_files(QMimeData const& mime)
{
    static QStringList const endings { QStringLiteral("png"), QStringLiteral("jpg"), QStringLiteral("jpeg"),
        QStringLiteral("webp") };
    QStringList files;
    for (QUrl const& url : mime.urls())
        if (url.isLocalFile() && endings.contains(QFileInfo(url.toLocalFile()).suffix().toLower()))
            files.append(url.toLocalFile());
    return files;
}

QStringList folders_in(QMimeData const& mime)
{
    QStringList folders;
    for (QUrl const& url : mime.urls())
        if (url.isLocalFile() && QFileInfo(url.toLocalFile()).isDir())
            folders.append(url.toLocalFile());
    return folders;
}

}
