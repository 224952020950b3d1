// SPDX-License-Identifier: Apache-2.0
#pragma once

// Colours of a prompt: brackets and weights, LoRA tags, BREAK. What has a weight above 1 is warmer, below 1 fainter.

#include <QSyntaxHighlighter>

namespace igneous {

class PromptHighlighter : public QSyntaxHighlighter {
    Q_OBJECT

public:
    using QSyntaxHighlighter::QSyntaxHighlighter;

protected:
    void highlightBlock(QString const& text) override;
};

}
