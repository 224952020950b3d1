// SPDX-License-Identifier: Apache-2.0
#pragma once

// The LoRAs in use, a row each: name, weight by slider and field, what is wrong with it, and out again.

#include "gui/widgets/labels.h"
#include "models/api/request.h"

#include <QHash>
#include <QWidget>

#include <vector>

class QVBoxLayout;

namespace igneous {

/// How a LoRA goes with the model, as sentences. Calm ones show when one points at its name, others have a sign.
struct LoraNote {
    Tone tone = Tone::faint;               // or caution, or danger
    QString text;
    bool operator==(LoraNote const&) const = default;
};

class LoraStrip : public QWidget {
    Q_OBJECT

public:
    explicit LoraStrip(QWidget* parent = nullptr);
    /// Does not emit. Rows of LoRAs that stay keep their focus. Without LoRAs the strip is hidden.
    void show_loras(std::vector<LoraUse> const& loras);
    std::vector<LoraUse> const& loras() const { return m_loras; }
    /// By the LoRA's name.
    void set_notes(QHash<QString, LoraNote> const& notes);

Q_SIGNALS:
    /// By the user's hand: a weight, or one was taken out. `name`: which.
    void changed(std::vector<LoraUse> const& loras, QString const& name);

private:
    class Row;
    void rebuild();

    std::vector<LoraUse> m_loras;
    QHash<QString, LoraNote> m_notes;
    std::vector<Row*> m_rows;
    QVBoxLayout* m_column;
};

}
