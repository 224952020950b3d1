// SPDX-License-Identifier: Apache-2.0
#pragma once

// Width and height in pixels, with the sizes that models are good at and a swap of the two.

#include <QSize>
#include <QWidget>

#include <vector>

class QComboBox;
class QSpinBox;

namespace igneous {

class SizeRow : public QWidget {
    Q_OBJECT

public:
    explicit SizeRow(QWidget* parent = nullptr);
    QSize size() const;
    /// Does not emit.
    void set_size(QSize size);
    /// Sizes offered, of about as many pixels as a square of `side`, which is what the model was trained on.
    void set_best_side(int side);
    /// As the button does.
    void swap_sides();

Q_SIGNALS:
    void edited(QSize size);

private:
    void show_preset();

    QComboBox* m_presets;
    QSpinBox* m_width;
    QSpinBox* m_height;
    std::vector<QSize> m_sizes;
    int m_best = 0;
};

}
