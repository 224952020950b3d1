// SPDX-License-Identifier: Apache-2.0
// styles.csv as A1111 keeps it: name,prompt,negative_prompt with quotes as spreadsheets use them, and a first line that
// says so. Older ones have "text" for the prompt; a byte order mark and lines that only name a group are common.
#include "app/styles/style_file.h"

#include "models/api/error.h"

#include <algorithm>
#include <utility>

namespace igneous {

namespace {

using Row = std::vector<std::string>;

/// Rows of fields; a quoted field may hold commas, line ends and quotes, which are doubled.
std::vector<Row> read_rows(std::string_view text)
{
    std::vector<Row> rows;
    Row row(1);
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"')
            row.back() += text[++i];
        else if (quoted && c == '"')
            quoted = false;
        else if (quoted)
            row.back() += c;
        else if (c == '"' && row.back().empty())
            quoted = true;
        else if (c == ',')
            row.emplace_back();
        else if (c == '\n')
            rows.push_back(std::exchange(row, Row(1)));
        else if (c != '\r')
            row.back() += c;
    }
    if (row != Row(1))
        rows.push_back(std::move(row));
    return rows;
}

std::size_t column(Row const& header, std::initializer_list<std::string_view> names)
{
    auto const found = std::ranges::find_if(
        header, [&](std::string const& title) { return std::ranges::find(names, title) != names.end(); });
    return static_cast<std::size_t>(found - header.begin());
}

}

std::vector<Style> styles_from_csv(std::string_view text)
{
    if (text.starts_with("\xef\xbb\xbf"))
        text.remove_prefix(3);
    std::vector<Row> const rows = read_rows(text);
    std::size_t const name = rows.empty() ? 0 : column(rows.front(), { "name" });
    require(!rows.empty() && name < rows.front().size(), "styles: this is no styles.csv: its first line does not name "
                                                         "a column \"name\"; choose the styles.csv of A1111 or Forge");
    std::size_t const prompt = column(rows.front(), { "prompt", "text" }),
                      negative = column(rows.front(), { "negative_prompt" });
    std::vector<Style> styles;
    for (Row const& row : std::span(rows).subspan(1)) {
        auto const at = [&](std::size_t i) { return i < row.size() ? row[i] : std::string(); };
        Style style { at(name), at(prompt), at(negative) };
        if (objection_to(style).empty() && !find_style(styles, style.name))
            styles.push_back(std::move(style));
    }
    return styles;
}

}
