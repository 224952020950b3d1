// SPDX-License-Identifier: Apache-2.0
#pragma once

// What becomes of LoRAs' keys in the chosen model, in words, as far as the engine has told. It is asked about those in
// use, the one that is chosen and those in sight, and about no others.

#include "models/api/lora_fit.h"

#include <QHash>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include <optional>

namespace igneous {

class Studio;

struct LoraVerdict {
    enum class Kind : std::uint8_t { fits, partly, refused };
    Kind kind = Kind::fits;
    QString brief;                         // "312 of 318 keys fit", for a card
    QString sentence;                      // "312 of 318 keys fit Starter. The others change nothing."
    QString reasons;                       // which do not and why, a line for each reason; may be empty
};

/// `model`: its name for people.
LoraVerdict verdict_of(LoraFit const& fit, QString const& model);

class LoraVerdicts : public QObject {
    Q_OBJECT

public:
    explicit LoraVerdicts(Studio& studio, QObject* parent = nullptr);
    /// What was said for another model is forgotten.
    void set_model(QString const& file, QString const& name);
    /// Their files.
    void set_in_use(QStringList loras);
    void set_in_sight(QStringList loras);
    /// Files may be others by now.
    void look_again();
    /// Nothing where it is not known, or not yet.
    std::optional<LoraVerdict> of(QString const& lora) const;

Q_SIGNALS:
    void changed();

private:
    void ask();

    Studio& m_studio;
    QString m_model, m_name;
    QStringList m_in_use, m_in_sight;
    QHash<QString, LoraVerdict> m_verdicts;
    QTimer m_asking, m_telling;            // many changes at once are one question, many answers one change
};

}
