// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/english_plurals.h"

namespace igneous {

QString EnglishPlurals::translate(char const*, char const* text, char const*, int n) const
{
    constexpr QLatin1StringView ending("(s)");
    QString english = QString::fromUtf8(text);
    if (n < 0 || !english.contains(ending))
        return {};                         // as it stands
    return english.replace(ending, n == 1 ? QLatin1StringView() : QLatin1StringView("s"));
}

}
