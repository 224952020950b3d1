// SPDX-License-Identifier: Apache-2.0
#pragma once

// Everything that is known about one model, in words: what it is, whether it goes with the chosen model, what is wrong
// with it and what to do about that, its trigger words, and the user's own notes.

#include "app/library/base_match.h"
#include "app/library/library_store.h"
#include "gui/studio/lora_verdicts.h"
#include "gui/widgets/labels.h"
#include "models/api/lora.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QToolButton;

namespace igneous {

class BreakableLabel;
class LoraStrip;

/// What is read about a model when it is chosen.
struct ModelReport {
    LibraryEntry entry;
    std::optional<LoraInfo> lora;
    std::vector<std::filesystem::path> twins;        // the same bytes elsewhere
};

class ModelDetails : public QWidget {
    Q_OBJECT

public:
    explicit ModelDetails(QWidget* parent = nullptr);
    /// `fit`: what becomes of a LoRA's keys in the chosen model, where that is known.
    void show_report(ModelReport const& report, ChosenModel const& chosen, std::optional<LoraVerdict> const& fit,
        QPixmap const& preview);
    void set_preview(QPixmap const& preview);
    /// It became known, or the model is another.
    void set_fit(ChosenModel const& chosen, std::optional<LoraVerdict> const& fit);
    /// Those of the request: the one that is shown gets its weight.
    void set_loras(std::vector<LoraUse> const& loras);
    /// A note that is still being typed is told now.
    void finish_note();
    std::int64_t model() const { return m_report.entry.id; }

Q_SIGNALS:
    void use_asked();
    void preview_asked();
    void words_asked(QString const& words);
    void favourite_asked(qint64 model, bool favourite);
    void noted(qint64 model, QString const& note);
    void weighed(std::vector<LoraUse> const& loras);

private:
    QWidget* make_head();
    void show_verdict();
    QString trouble() const;
    std::pair<QString, Tone> lora_verdict() const;
    void show_words();
    QStringList lines() const;
    void show_strip();

    ModelReport m_report;
    ChosenModel m_chosen;
    std::optional<LoraVerdict> m_fit;
    std::vector<LoraUse> m_loras;
    QLabel* m_preview;
    QLabel* m_title;
    QLabel* m_kind;
    BreakableLabel* m_verdict;
    QLabel* m_words;
    BreakableLabel* m_facts;
    QToolButton* m_favourite = nullptr;
    QToolButton* m_choose_preview = nullptr;
    QPushButton* m_use;
    LoraStrip* m_strip;
    QPlainTextEdit* m_note;
    QTimer m_typing;
};

}
