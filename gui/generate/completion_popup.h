// SPDX-License-Identifier: Apache-2.0
#pragma once

// The list that opens below the cursor while one types. It never has the focus: who types goes on typing.

#include "gui/generate/completion.h"

#include <QFrame>

class QListWidget;
class QPlainTextEdit;

namespace igneous {

class CompletionPopup : public QFrame {
    Q_OBJECT

public:
    /// Hidden. Stands in the window that `edit` is in.
    explicit CompletionPopup(QPlainTextEdit& edit);
    /// Opens with what fits, or closes where nothing does.
    void offer(std::shared_ptr<Completions const> const& all, std::optional<Unfinished> const& what);
    void close_list();
    Unfinished const& what() const { return m_what; }
    void step(int rows);
    /// The chosen row. Among words nothing is chosen until the arrows were used, so that Enter stays Enter; null then.
    Completion const* chosen() const;
    /// As chosen(), and the first row where nothing is.
    Completion const* best() const;

Q_SIGNALS:
    void clicked(igneous::Completion const& choice);

private:
    void place();

    QPlainTextEdit& m_edit;
    QListWidget* m_list;
    std::shared_ptr<Completions const> m_all; // what m_rows points into
    std::vector<Completion const*> m_rows;
    Unfinished m_what;
};

}
