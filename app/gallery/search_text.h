// SPDX-License-Identifier: Apache-2.0
#pragma once

// What people type to find pictures. Words must all be there, as beginnings of words: `snow cat` finds "a cat in the
// snowy woods". "Quoted words" must follow each other as they are. A minus before anything excludes it. In certain
// places: prompt: negative: model: lora: note: name: sampler: program: board: (name:"..." takes it whole). Numbers:
// stars:>=3, seed:42, steps:<30, cfg: width: height:. Days, as far as they are known: date:2026-11, after:2026 (from
// its first day on), before:2026-11-21. Whatever is typed is a search: what makes no sense is left out and remarked on.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

/// The text as SQLite takes it.
struct SearchQuery {
    std::string match;                     // what FTS5 must match; empty: everything
    std::vector<std::string> excluded;     // and must not match, each
    std::vector<std::string> conditions;   // SQL on the columns of `pictures`
    std::string board;                     // SQL on the columns of `boards`, of the one board that was asked for
    std::vector<std::string> remarks;      // for the user: what was left out and why
};

SearchQuery parse_search(std::string_view text);

/// What is to be typed to find the pictures of this board. One with quotes in its name is searched for by how it begins,
/// which may bring those of others.
std::string board_search(std::string_view board);

/// 'text' in SQL.
std::string sql_text(std::string_view text);

}
