// SPDX-License-Identifier: Apache-2.0
#include "gui/actions/fuzzy.h"

#include <algorithm>
#include <vector>

namespace igneous {

namespace {

constexpr int none = -1'000'000, letter = 4, at_word = 12, beside = 10;

bool begins_word(QStringView text, qsizetype at)
{
    return at == 0 || !text[at - 1].isLetterOrNumber() || (text[at].isUpper() && text[at - 1].isLower());
}

}

int fuzzy_score(QStringView pattern, QStringView text)
{
    std::vector<QChar> letters;
    for (QChar c : pattern)
        if (!c.isSpace())
            letters.push_back(c.toCaseFolded());
    if (letters.empty())
        return 1;
    // best[j]: the best score with the letters so far, the last of them at text[j].
    auto const length = static_cast<std::size_t>(text.size());
    std::vector<int> best(length, none);
    for (std::size_t i = 0; i < letters.size(); ++i) {
        std::vector<int> next(length, none);
        int before = i == 0 ? 0 : none;    // the best that ends anywhere before j
        for (std::size_t j = 0; j < length; ++j) {
            auto const at = static_cast<qsizetype>(j);
            int const adjoining = i > 0 && j > 0 && best[j - 1] > none ? best[j - 1] + beside : none;
            int const from = std::max(before, adjoining);
            if (text[at].toCaseFolded() == letters[i] && from > none)
                next[j] = from + letter + (begins_word(text, at) ? at_word : 0);
            if (i > 0)
                before = std::max(before, best[j]);
        }
        best = std::move(next);
    }
    int const score = best.empty() ? none : *std::ranges::max_element(best);
    // Of two that fit as well the shorter one is meant.
    return score <= 0 ? 0 : std::max(1, score * 8 - static_cast<int>(std::min<std::size_t>(length, 100)));
}

}
