// SPDX-License-Identifier: Apache-2.0
#pragma once

// How well what one types fits a name: its letters must occur in that order; beginnings of words and letters side by
// side count most.

#include <QStringView>

namespace igneous {

/// Above 0: the better the higher. 0 where it does not fit; an empty pattern fits everything alike.
int fuzzy_score(QStringView pattern, QStringView text);

}
