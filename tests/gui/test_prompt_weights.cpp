// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/prompt_weights.h"

#include <catch2/catch_test_macros.hpp>

using namespace igneous;

namespace {

/// `marked` has its selection between bars: "a |red| house". One bar is a cursor.
WeightedText at(char const* marked)
{
    QString text = QString::fromUtf8(marked);
    int const begin = static_cast<int>(text.indexOf(QLatin1Char('|')));
    text.remove(begin, 1);
    int end = static_cast<int>(text.indexOf(QLatin1Char('|')));
    if (end < 0)
        end = begin;
    else
        text.remove(end, 1);
    return { text, begin, end };
}

QString after(char const* marked, double by)
{
    WeightedText const start = at(marked);
    WeightedText end = change_weight(start.text, start.begin, start.end, by);
    end.text.insert(end.end, QLatin1Char('|'));
    return end.text.insert(end.begin, QLatin1Char('|'));
}

}

TEST_CASE("prompt weights: what is selected, or the word under the cursor", "[gui]")
{
    CHECK(after("a |red house| here", 0.1) == QStringLiteral("a (|red house|:1.1) here"));
    CHECK(after("a re|d house", 0.1) == QStringLiteral("a (|red|:1.1) house"));
    CHECK(after("a |red | house", -0.1) == QStringLiteral("a (|red|:0.9)  house"));
    CHECK(after("nothing  |  here", 0.1) == QStringLiteral("nothing  ||  here"));
}

TEST_CASE("prompt weights: a bracket that is there changes, and goes at one", "[gui]")
{
    CHECK(after("a (|red house|:1.1) here", 0.1) == QStringLiteral("a (|red house|:1.2) here"));
    CHECK(after("a (red hou|se:1.1) here", -0.1) == QStringLiteral("a |red house| here"));
    CHECK(after("(x|:0.05)", -0.1) == QStringLiteral("(|x|:0)"));
}

TEST_CASE("prompt weights: LoRA tags change their own number", "[gui]")
{
    CHECK(after("sea <lora:in|k:0.8>", 0.1) == QStringLiteral("sea <lora:in||k:0.9>"));
    CHECK(after("sea <lora:in|k>", -0.1) == QStringLiteral("sea <lora:in||k:0.9>"));
}
