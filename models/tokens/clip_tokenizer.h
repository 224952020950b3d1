// SPDX-License-Identifier: Apache-2.0
#pragma once

// CLIP's tokenizer: a prompt becomes the ids that the text encoder was trained on. "cute cat" is 2242, 2368.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace igneous {

/// Tokenizes as transformers' CLIPTokenizer: NFC, lower case, words by CLIP's pattern, byte-level BPE with "</w>" at
/// the end of each word. Safe to use from several threads.
class ClipTokenizer {
public:
    /// Loads a diffusers or transformers folder: `folder` itself or its tokenizer/ with vocab.json and merges.txt, or
    /// with a tokenizer.json alone; beside them tokenizer_config.json and special_tokens_map.json where they exist.
    /// Throws file_missing or file_damaged, naming the file.
    static ClipTokenizer load(std::filesystem::path const& folder);

    /// Loads CLIP's own vocabulary as published: bpe_simple_vocab_16e6.txt, unpacked, whose first line is a comment and
    /// whose next 48,894 lines are merges; the vocabulary follows from them. Throws like load().
    static ClipTokenizer load_published(std::filesystem::path const& merges);

    ClipTokenizer(ClipTokenizer&&) noexcept;
    ClipTokenizer& operator=(ClipTokenizer&&) noexcept;
    ~ClipTokenizer();

    /// The ids of a text, without BOS, EOS or padding, of any length. Ill-formed UTF-8 reads as U+FFFD. The literal
    /// texts of special tokens ("<|endoftext|>") give those tokens, as in transformers.
    std::vector<std::int32_t> encode(std::string_view utf8) const;

    std::int32_t bos() const;
    std::int32_t eos() const;
    std::int32_t pad() const;          // EOS for CLIP-L, 0 for OpenCLIP
    int max_length() const;            // of a chunk, with BOS and EOS: 77
    int vocabulary_size() const;       // highest id + 1
    /// The id of "," as a word of its own, where prompts are best cut.
    std::optional<std::int32_t> comma() const;

private:
    struct Data;
    explicit ClipTokenizer(std::unique_ptr<Data> data);
    std::unique_ptr<Data> m_data;
};

}
