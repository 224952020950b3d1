// SPDX-License-Identifier: Apache-2.0
#include "app/gallery/search_text.h"

#include "app/picture/text_encoding.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <ctime>
#include <format>
#include <optional>

namespace igneous {

namespace {

constexpr std::size_t most_terms = 64;     // a whole prompt; each costs a pass over its pictures
constexpr std::size_t longest_term = 1000;

enum class Kind : std::uint8_t { words, number, seed, name, board, day, since, until };

/// A word before a colon: what it asks for, and in which column.
struct Field {
    std::string_view word;
    Kind kind;
    std::string_view column;
};

constexpr Field fields[] = {
    { "prompt", Kind::words, "prompt" },
    { "negative", Kind::words, "negative" },
    { "model", Kind::words, "model" },
    { "lora", Kind::words, "loras" },
    { "note", Kind::words, "note" },
    { "name", Kind::words, "name" },
    { "sampler", Kind::name, "sampler" },
    { "program", Kind::name, "program" },
    { "board", Kind::board, "" },
    { "stars", Kind::number, "stars" },
    { "steps", Kind::number, "steps" },
    { "cfg", Kind::number, "cfg" },
    { "width", Kind::number, "width" },
    { "height", Kind::number, "height" },
    { "seed", Kind::seed, "seed" },
    { "date", Kind::day, "" },
    { "after", Kind::since, "" },
    { "before", Kind::until, "" },
};

enum class Ends : std::uint8_t { open, closed };   // whether more letters may follow the last word

struct Term {
    Field const* field = nullptr;          // nothing: anywhere
    std::string_view text;
    Ends ends = Ends::open;
    bool excluded = false;
};

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0'; }

/// A quoted text behind the opening quote, or a word; taken off `rest`.
std::string_view take(std::string_view& rest, Ends& ends)
{
    bool const quoted = rest.starts_with('"');
    ends = quoted ? Ends::closed : Ends::open;
    if (quoted)
        rest.remove_prefix(1);
    auto const end = std::ranges::find_if(rest, [&](char c) { return quoted ? c == '"' : is_space(c); });
    auto const length = static_cast<std::size_t>(end - rest.begin());
    std::string_view const taken = rest.substr(0, std::min(length, longest_term));
    rest.remove_prefix(std::min(length + (quoted ? 1 : 0), rest.size()));
    return taken;
}

Field const* field_at(std::string_view rest)
{
    auto const same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
    for (Field const& field : fields)
        if (rest.size() > field.word.size() && rest[field.word.size()] == ':'
            && std::ranges::equal(rest.substr(0, field.word.size()), field.word, same))
            return &field;
    return nullptr;
}

/// As FTS5 has it: quoted, so that nothing in it is an operator.
std::string match_text(Term const& term)
{
    std::string out = term.field ? std::string(term.field->column) + " : \"" : "\"";
    for (char const c : term.text)
        out += c == '"' ? "\"\"" : std::string(1, is_space(c) ? ' ' : c);
    return out + (term.ends == Ends::open ? "\"*" : "\"");
}

/// Beginning with the text, or being it, in any case.
std::string name_condition(std::string_view column, Term const& term)
{
    if (term.ends == Ends::closed)
        return std::format("{} = {} COLLATE NOCASE", column, sql_text(term.text));
    std::string pattern;
    for (char const c : term.text)
        pattern += c == '%' || c == '_' || c == '\\' ? std::string { '\\', c } : std::string(1, c);
    return std::format("{} LIKE {} ESCAPE '\\'", column, sql_text(pattern + "%"));
}

template <class Number>
std::optional<Number> number_from(std::string_view text)
{
    Number value {};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(value)
                                                                                     : std::nullopt;
}

std::optional<std::string> number_condition(std::string_view column, std::string_view text)
{
    std::string_view comparison = "=";
    for (std::string_view const sign : { ">=", "<=", ">", "<", "=" }) {
        if (text.starts_with(sign)) {
            comparison = sign;
            text.remove_prefix(sign.size());
            break;
        }
    }
    auto const value = number_from<double>(text);
    if (!value || !std::isfinite(*value))
        return {};
    return std::format("{} {} {:.17g}", column, comparison, *value);
}

std::int64_t local_midnight(std::chrono::year_month_day day)
{
    std::tm time {};
    time.tm_year = static_cast<int>(day.year()) - 1900;
    time.tm_mon = static_cast<int>(static_cast<unsigned>(day.month())) - 1;
    time.tm_mday = static_cast<int>(static_cast<unsigned>(day.day()));
    time.tm_isdst = -1;
    return static_cast<std::int64_t>(std::mktime(&time)) * 1000;
}

struct Span {
    std::int64_t begin = 0, end = 0;       // the end is the next span's begin
};

/// "2026", "2026-11" or "2026-11-21" by the calendar that hangs on the wall here.
std::optional<Span> span_of(std::string_view text)
{
    using namespace std::chrono;
    std::array<int, 3> parts { 0, 1, 1 };
    std::size_t count = 0;
    for (; count < 3; ++count) {
        std::string_view const part = text.substr(0, text.find('-'));
        auto const value = number_from<int>(part);
        if (!value || part.starts_with('-'))
            return {};
        parts[count] = *value;
        text.remove_prefix(part.size());
        if (text.empty())
            break;
        text.remove_prefix(1);
    }
    if (count == 3)                        // more behind the day
        return {};
    year_month_day const first { year(parts[0]), month(static_cast<unsigned>(parts[1])),
        day(static_cast<unsigned>(parts[2])) };
    if (!first.ok() || parts[0] < 1970 || parts[0] > 3000)
        return {};
    year_month_day const next = count == 0   ? year_month_day(first + years(1))
                                : count == 1 ? year_month_day(first + months(1))
                                             : year_month_day(sys_days(first) + days(1));
    return Span { local_midnight(first), local_midnight(next) };
}

/// SQL for what lies in a column; nothing where the text is not what the field takes.
std::optional<std::string> condition(Term const& term)
{
    Field const& field = *term.field;
    switch (field.kind) {
    case Kind::name: return name_condition(field.column, term);
    case Kind::board:
        return std::format("id IN (SELECT picture FROM board_pictures WHERE board IN (SELECT id FROM boards WHERE {}))",
            name_condition("name", term));
    case Kind::number: return number_condition(field.column, term.text);
    case Kind::seed:
        if (auto const seed = number_from<std::uint64_t>(term.text))
            return std::format("seed = {}", static_cast<std::int64_t>(*seed));
        return {};
    default: break;
    }
    auto const span = span_of(term.text);
    if (!span)
        return {};
    if (field.kind == Kind::since)
        return std::format("made >= {}", span->begin);
    if (field.kind == Kind::until)
        return std::format("made < {}", span->begin);
    return std::format("made >= {} AND made < {}", span->begin, span->end);
}

std::string_view expected(Kind kind)
{
    switch (kind) {
    case Kind::number: return "a number, as in stars:>=3";
    case Kind::seed: return "a whole number, as in seed:42";
    default: return "a day, a month or a year, as in date:2026-11";
    }
}

void add(SearchQuery& query, Term const& term)
{
    if (!term.field || term.field->kind == Kind::words) {
        if (term.excluded)
            query.excluded.push_back(match_text(term));
        else
            query.match += (query.match.empty() ? "" : " ") + match_text(term);
        return;
    }
    auto const sql = condition(term);
    if (!sql) {
        query.remarks.push_back(
            std::format("{}:{} is left out: expected {}", term.field->word, term.text, expected(term.field->kind)));
        return;
    }
    query.conditions.push_back(term.excluded ? "(" + *sql + ") IS NOT TRUE" : *sql);
    if (term.field->kind == Kind::board && !term.excluded)
        query.board = name_condition("name", term);
}

}

std::string board_search(std::string_view board)
{
    if (!board.contains('"'))
        return std::format("board:\"{}\"", board);
    std::string_view const beginning = board.substr(0, board.find_first_of("\" "));
    return beginning.empty() ? std::string() : std::format("board:{}", beginning);
}

std::string sql_text(std::string_view text)
{
    std::string out = "'";
    for (char const c : text) {
        if (c == '\0')
            continue;
        out += c;
        if (c == '\'')
            out += c;
    }
    return out + "'";
}

SearchQuery parse_search(std::string_view text)
{
    constexpr std::size_t longest_search = 1u << 16;
    bool const cut = text.size() > longest_search;
    std::string const clean = valid_utf8(text.substr(0, longest_search));
    std::string_view rest = clean;
    SearchQuery query;
    for (std::size_t terms = 0;;) {
        while (!rest.empty() && is_space(rest.front()))
            rest.remove_prefix(1);
        if (rest.empty() || terms == most_terms)
            break;
        Term term;
        if (rest.starts_with('-') && rest.size() > 1 && !is_space(rest[1])) {
            term.excluded = true;
            rest.remove_prefix(1);
        }
        if ((term.field = field_at(rest)))
            rest.remove_prefix(term.field->word.size() + 1);
        term.text = take(rest, term.ends);
        if (term.text.empty())             // `model:` while more is being typed
            continue;
        ++terms;
        add(query, term);
    }
    if (!rest.empty() || cut)
        query.remarks.push_back(std::format("only the first {} words are searched for", most_terms));
    return query;
}

}
