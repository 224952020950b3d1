// SPDX-License-Identifier: Apache-2.0
#pragma once

// The LoRAs in use, a row each: name, weight by slider and field, what is wrong with it, and out again.

#include "models/api/request.h"

#include <QHash>
#include <QWidget>

#include <vector>

class QVBoxLayout;

namespace igneous {

class LoraStrip : public QWidget {
    Q_OBJECT

public:
    explicit LoraStrip(QWidget* parent = nullptr);
    /// Does not emit. Rows of LoRAs that stay keep their focus. Without LoRAs the strip is hidden.
    void show_loras(std::vector<LoraUse> const& loras);
    std::vector<LoraUse> const& loras() const { return m_loras; }
    /// Why LoRAs may not do what is hoped for, by name, as sentences; those without a sentence are well.
    void set_warnings(QHash<QString, QString> const& warnings);

Q_SIGNALS:
    /// By the user's hand: a weight, or one was taken out. `name`: which.
    void changed(std::vector<LoraUse> const& loras, QString const& name);

private:
    class Row;
    void rebuild();

    std::vector<LoraUse> m_loras;
    QHash<QString, QString> m_warnings;
    std::vector<Row*> m_rows;
    QVBoxLayout* m_column;
};

}
