// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the files of a CLIP tokenizer say, whatever their format.

#include "models/tokens/byte_pair_encoder.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace igneous {

/// A text that is one token wherever it stands.
struct SpecialToken {
    std::string text;
    std::int32_t id;
};

struct TokenizerFiles {
    Vocabulary vocabulary;
    Merges merges;
    std::vector<SpecialToken> special;
    std::int32_t bos = 0, eos = 0, pad = 0, unknown = 0;
    int max_length = 77;
};

/// Reads vocab.json and merges.txt, or tokenizer.json, in `folder` or `folder`/tokenizer, and the special tokens of
/// special_tokens_map.json and tokenizer_config.json. Throws file_missing or file_damaged.
TokenizerFiles read_tokenizer_folder(std::filesystem::path const& folder);

/// Reads OpenAI's published list of merges (unpacked) and derives the vocabulary: 256 bytes, the same with "</w>", the
/// merges, BOS and EOS. Throws file_missing or file_damaged.
TokenizerFiles read_published_merges(std::filesystem::path const& path);

}
