// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/prompt_highlighter.h"

#include "gui/theme/theme.h"

#include <QRegularExpression>

namespace igneous {

void PromptHighlighter::highlightBlock(QString const& text)
{
    static QRegularExpression const weighted(QStringLiteral("\\(([^()]*):(-?[0-9.]+)\\)"));
    static QRegularExpression const bracket(QStringLiteral("(?<!\\\\)[()\\[\\]{}|]"));
    static QRegularExpression const tag(QStringLiteral("<(?:lora|lyco|hypernet|embedding):[^<>]*>|\\{prompt\\}"));
    static QRegularExpression const word(QStringLiteral("\\b(?:BREAK|AND)\\b"));
    Colours const& c = colours();
    auto const paint = [&](QRegularExpression const& what, auto const& format) {
        for (auto at = what.globalMatch(text); at.hasNext();)
            format(at.next());
    };
    paint(weighted, [&](QRegularExpressionMatch const& match) {
        QTextCharFormat words, number;
        double const weight = match.captured(2).toDouble();
        words.setForeground(weight < 1 ? c.faint : c.accent);
        number.setForeground(c.faint);
        setFormat(static_cast<int>(match.capturedStart(1)), static_cast<int>(match.capturedLength(1)), words);
        setFormat(static_cast<int>(match.capturedEnd(1)), static_cast<int>(match.capturedLength(2)) + 1, number);
    });
    QTextCharFormat faint, chip;
    faint.setForeground(c.faint);
    paint(bracket,
        [&](QRegularExpressionMatch const& match) { setFormat(static_cast<int>(match.capturedStart()), 1, faint); });
    chip.setForeground(c.good);
    chip.setBackground(c.hover);
    auto const as_chip = [&](QRegularExpressionMatch const& match) {
        setFormat(static_cast<int>(match.capturedStart()), static_cast<int>(match.capturedLength()), chip);
    };
    paint(tag, as_chip);
    paint(word, as_chip);
}

}
