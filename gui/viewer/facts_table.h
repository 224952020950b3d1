// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a picture was made, or what differs between two, as a table that can be read and copied from.

#include "app/gallery/gallery_picture.h"

#include <QTableWidget>

namespace igneous {

class FactsTable : public QTableWidget {
    Q_OBJECT

public:
    explicit FactsTable(QWidget* parent = nullptr);
    void show_recipe(GalleryPicture const& picture);
    /// How many rows there are.
    int show_differences(GalleryPicture const& one, GalleryPicture const& other);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void begin(QStringList const& columns);
    void add(QStringList const& cells);
    void finish();
};

}
