// SPDX-License-Identifier: Apache-2.0
#pragma once

// Ctrl+Up and Ctrl+Down: more or less weight for what is selected or what the cursor is in, as A1111 does it.

#include <QString>

namespace igneous {

struct WeightedText {
    QString text;
    int begin = 0, end = 0;                // what is selected then: the words, without brackets
    bool operator==(WeightedText const&) const = default;
};

/// The weight of [begin, end) changed by `by`: "(words:1.1)". An empty selection means the bracket around the cursor,
/// else the word under it. LoRA tags change their own number. A weight of 1 needs no brackets.
WeightedText change_weight(QString const& text, int begin, int end, double by);

}
