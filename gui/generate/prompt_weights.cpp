// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/prompt_weights.h"

#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace igneous {

namespace {

QString weight_text(double weight) { return QString::number(std::round(weight * 100) / 100); }

bool in_word(QChar c) { return !c.isSpace() && !QStringLiteral(",.()[]{}<>|:;").contains(c); }

/// <lora:name:0.8> around the cursor.
struct Tag {
    qsizetype number_begin = -1, number_end = -1, end = -1;
};

Tag tag_around(QString const& text, int cursor)
{
    static QRegularExpression const tag(QStringLiteral("<(?:lora|lyco|hypernet):[^<>:]+(?::(-?[0-9.]+))?>"));
    for (auto at = tag.globalMatch(text); at.hasNext();) {
        QRegularExpressionMatch const match = at.next();
        if (match.capturedStart() <= cursor && cursor <= match.capturedEnd())
            return { match.capturedStart(1), match.capturedEnd(1), match.capturedEnd() };
    }
    return {};
}

/// The weighted bracket "(words:1.2)" whose words hold [begin, end).
struct Bracket {
    qsizetype open = -1, colon = -1, close = -1;
    double weight = 1;
};

Bracket bracket_around(QString const& text, int begin, int end)
{
    static QRegularExpression const bracket(QStringLiteral("\\(([^()\\\\]*):(-?[0-9.]+)\\)"));
    for (auto at = bracket.globalMatch(text); at.hasNext();) {
        QRegularExpressionMatch const match = at.next();
        if (match.capturedStart() <= begin && end <= match.capturedEnd()
            && (begin < end || match.capturedStart() < begin))
            return { match.capturedStart(), match.capturedEnd(1), match.capturedEnd() - 1,
                match.captured(2).toDouble() };
    }
    return {};
}

}

WeightedText change_weight(QString const& text, int begin, int end, double by)
{
    QString changed = text;
    if (Tag const tag = tag_around(text, begin); tag.end >= 0) {
        if (tag.number_begin < 0) {
            changed.insert(tag.end - 1, QLatin1Char(':') + weight_text(1 + by));
        } else {
            double const weight = QStringView(text).mid(tag.number_begin, tag.number_end - tag.number_begin).toDouble();
            changed.replace(tag.number_begin, tag.number_end - tag.number_begin, weight_text(weight + by));
        }
        return { changed, begin, end };
    }
    if (Bracket const bracket = bracket_around(text, begin, end); bracket.open >= 0) {
        double const weight = std::max(bracket.weight + by, 0.);
        qsizetype const words = bracket.colon - bracket.open - 1;
        QString const inside = text.mid(bracket.open + 1, words);
        bool const plain = std::abs(weight - 1) < 0.005;
        changed.replace(bracket.open, bracket.close + 1 - bracket.open,
            plain ? inside : QStringLiteral("(%1:%2)").arg(inside, weight_text(weight)));
        int const first = static_cast<int>(bracket.open) + (plain ? 0 : 1);
        return { changed, first, first + static_cast<int>(words) };
    }
    if (begin == end) {
        while (begin > 0 && in_word(text[begin - 1]))
            --begin;
        while (end < text.size() && in_word(text[end]))
            ++end;
    }
    while (begin < end && text[begin].isSpace())
        ++begin;
    while (end > begin && text[end - 1].isSpace())
        --end;
    if (begin == end)
        return { text, begin, end };
    QString const inside = text.mid(begin, end - begin);
    changed.replace(begin, end - begin, QStringLiteral("(%1:%2)").arg(inside, weight_text(1 + by)));
    return { changed, begin + 1, end + 1 };
}

}
