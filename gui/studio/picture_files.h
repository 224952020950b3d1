// SPDX-License-Identifier: Apache-2.0
#pragma once

// Picture files on their way to and from other programs.

#include <QString>
#include <QStringList>

class QImage;
class QMimeData;

namespace igneous {

/// Opens the folder of the file in the system's file manager.
void show_in_folder(QString const& path);
/// The file and, where it is given, its pixels, for whoever pastes.
void copy_picture(QString const& path, QImage const& pixels);
/// The local files among what is dragged that are pictures by their names.
QStringList picture_files(QMimeData const& mime);
/// The folders among it.
QStringList folders_in(QMimeData const& mime);

}
