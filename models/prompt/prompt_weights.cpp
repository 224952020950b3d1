// SPDX-License-Identifier: Apache-2.0
#include "models/prompt/prompt_weights.h"

#include "models/api/error.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace igneous {

constexpr size_t deepest = 256;
constexpr std::string_view spaces = " \t\n\r\f\v";

Weighting weighting_from_name(std::string_view name)
{
    if (name == "a1111")
        return Weighting::a1111;
    if (name == "comfy")
        return Weighting::comfy;
    fail(ErrorCode::invalid_argument, "weighting: expected a1111 or comfy but got {}", name);
}

static std::string_view trimmed(std::string_view text)
{
    size_t const begin = std::min(text.find_first_not_of(spaces), text.size());
    return text.substr(begin, text.find_last_not_of(spaces) + 1 - begin);
}

/// A finite decimal number that is the whole of `text` but for spaces and a plus sign, or nothing.
static std::optional<double> number(std::string_view text)
{
    text = trimmed(text);
    if (text.starts_with('+') && !text.starts_with("+-"))
        text.remove_prefix(1);
    double value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return {};
    return value;
}

static bool is_word_character(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// Appends plain text, cut at each BREAK that stands as a word of its own; the spaces around it go with it.
static void append_with_breaks(std::vector<PromptSegment>& segments, std::string_view text)
{
    constexpr std::string_view word = "BREAK";
    size_t begin = 0;
    for (size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
        size_t const end = at + word.size();
        if ((at > 0 && is_word_character(text[at - 1])) || (end < text.size() && is_word_character(text[end])))
            continue;
        std::string_view before = text.substr(begin, at - begin);
        before = before.substr(0, before.find_last_not_of(spaces) + 1);
        segments.push_back({ std::string(before) });
        segments.push_back({ std::string(word), -1, true });
        begin = std::min(text.find_first_not_of(spaces, end), text.size());
    }
    segments.push_back({ std::string(text.substr(begin)) });
}

/// The number of ":1.2)" at the beginning of `text`, and how long it is; nothing for other texts.
static std::optional<std::pair<double, size_t>> closing_weight(std::string_view text)
{
    size_t const begin = text.find_first_not_of(spaces, 1);
    size_t const end = text.find_first_not_of("+-.0123456789", begin);
    size_t const bracket = text.find_first_not_of(spaces, end);
    if (begin == text.npos || end == text.npos || end == begin || bracket == text.npos || text[bracket] != ')')
        return {};
    auto const weight = number(text.substr(begin, end - begin));
    if (!weight)
        return {};
    return std::pair { *weight, bracket + 1 };
}

static std::vector<PromptSegment> parse_a1111(std::string_view prompt)
{
    std::vector<PromptSegment> segments;
    std::vector<size_t> round, square;                           // where the open brackets' text begins
    auto const multiply_from = [&](size_t begin, double factor) {
        for (size_t i = begin; i < segments.size(); ++i)
            segments[i].weight *= factor;
    };
    auto const close = [&](std::vector<size_t>& open, double factor) {
        multiply_from(open.back(), factor);
        open.pop_back();
    };
    for (size_t at = 0; at < prompt.size();) {
        std::string_view const rest = prompt.substr(at);
        bool const shallow = round.size() + square.size() < deepest;
        size_t length = 1;
        if (rest[0] == '\\') {
            bool const escape = rest.size() > 1 && std::string_view("()[]\\").contains(rest[1]);
            length = escape ? 2 : 1;
            segments.push_back({ std::string(rest.substr(1, length - 1)) });    // a lone backslash vanishes
        } else if (rest[0] == '(' && shallow) {
            round.push_back(segments.size());
        } else if (rest[0] == '[' && shallow) {
            square.push_back(segments.size());
        } else if (auto const weight = rest[0] == ':' && !round.empty() ? closing_weight(rest) : std::nullopt) {
            close(round, weight->first);
            length = weight->second;
        } else if (rest[0] == ')' && !round.empty()) {
            close(round, 1.1);
        } else if (rest[0] == ']' && !square.empty()) {
            close(square, 1 / 1.1);
        } else {
            if (!std::string_view("()[]:").contains(rest[0]))
                length = std::min(rest.find_first_of("\\()[]:"), rest.size());
            append_with_breaks(segments, rest.substr(0, length));
        }
        at += length;
    }
    for (size_t const begin : round)                              // never closed: as if closed at the end
        multiply_from(begin, 1.1);
    for (size_t const begin : square)
        multiply_from(begin, 1 / 1.1);

    std::vector<PromptSegment> merged;
    for (auto& segment : segments) {
        if (!merged.empty() && merged.back().weight == segment.weight && !merged.back().is_break && !segment.is_break)
            merged.back().text += segment.text;
        else
            merged.push_back(std::move(segment));
    }
    if (merged.empty())
        merged.push_back({});
    return merged;
}

/// Cuts a text into its outermost "(...)" and what is between them. A text that never closes is one piece from its "(".
static std::vector<std::string_view> outer_parentheses(std::string_view text)
{
    std::vector<std::string_view> pieces;
    size_t begin = 0;
    long depth = 0;
    for (size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '(') {
            if (depth == 0 && at > begin) {
                pieces.push_back(text.substr(begin, at - begin));
                begin = at;
            }
            ++depth;
        } else if (text[at] == ')') {
            --depth;
            if (depth == 0) {
                pieces.push_back(text.substr(begin, at + 1 - begin));
                begin = at + 1;
            }
        }
    }
    if (begin < text.size())
        pieces.push_back(text.substr(begin));
    return pieces;
}

constexpr char hidden_open = '\1', hidden_close = '\2';           // after '\0': a bracket that was escaped

static void parse_comfy(std::string_view text, double weight, size_t depth, std::vector<PromptSegment>& segments)
{
    for (std::string_view piece : outer_parentheses(text)) {
        if (piece.size() < 2 || !piece.starts_with('(') || !piece.ends_with(')') || depth == deepest) {
            segments.push_back({ std::string(piece), weight });
            continue;
        }
        piece = piece.substr(1, piece.size() - 2);
        double inner = weight * 1.1;
        size_t const colon = piece.rfind(':');
        if (colon != piece.npos && colon > 0) {
            if (auto const own = number(piece.substr(colon + 1))) {
                inner = *own;
                piece = piece.substr(0, colon);
            }
        }
        parse_comfy(piece, inner, depth + 1, segments);
    }
}

static std::vector<PromptSegment> parse_comfy(std::string_view prompt)
{
    std::string hidden;
    for (size_t at = 0; at < prompt.size(); ++at) {
        bool const escaped =
            prompt[at] == '\\' && at + 1 < prompt.size() && (prompt[at + 1] == '(' || prompt[at + 1] == ')');
        if (!escaped) {
            hidden += prompt[at];
            continue;
        }
        hidden += '\0';
        hidden += prompt[++at] == '(' ? hidden_open : hidden_close;
    }
    std::vector<PromptSegment> segments;
    parse_comfy(hidden, 1, 0, segments);
    for (auto& segment : segments) {
        std::string shown;
        for (size_t at = 0; at < segment.text.size(); ++at) {
            char const next = at + 1 < segment.text.size() ? segment.text[at + 1] : '\0';
            bool const bracket = segment.text[at] == '\0' && (next == hidden_open || next == hidden_close);
            shown += bracket ? (next == hidden_open ? '(' : ')') : segment.text[at];
            at += bracket ? 1 : 0;
        }
        segment.text = std::move(shown);
    }
    return segments;
}

std::vector<PromptSegment> parse_prompt(std::string_view prompt, Weighting dialect)
{
    return dialect == Weighting::a1111 ? parse_a1111(prompt) : parse_comfy(prompt);
}

}
