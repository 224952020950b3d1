// SPDX-License-Identifier: Apache-2.0
#include "models/tokens/clip_tokenizer.h"

#include "models/tokens/byte_pair_encoder.h"
#include "models/tokens/clip_words.h"
#include "models/tokens/tokenizer_files.h"
#include "models/tokens/unicode_text.h"

#include <algorithm>
#include <mutex>
#include <string>
#include <unordered_map>

namespace igneous {

constexpr std::string_view word_end = "</w>";

/// What is loaded, ready for use, and the words seen so far.
struct ClipTokenizer::Data {
    explicit Data(TokenizerFiles const& files)
        : encoder(files.vocabulary, files.merges, word_end, files.unknown)
        , special(files.special)
        , bos(files.bos)
        , eos(files.eos)
        , pad(files.pad)
        , max_length(files.max_length)
    {
        for (auto const& [symbol, id] : files.vocabulary)
            vocabulary_size = std::max(vocabulary_size, id + 1);
        if (auto const found = files.vocabulary.find("," + std::string(word_end)); found != files.vocabulary.end())
            comma = found->second;
    }

    void encode_word(std::string_view word, std::vector<std::int32_t>& ids)
    {
        constexpr size_t longest_kept = 64, most_kept = 20000;
        if (word.size() > longest_kept)
            return encoder.encode(word, ids);
        std::scoped_lock const lock(mutex);
        auto found = words.find(std::string(word));
        if (found == words.end()) {
            if (words.size() >= most_kept)
                words.clear();
            found = words.try_emplace(std::string(word)).first;
            encoder.encode(word, found->second);
        }
        ids.insert(ids.end(), found->second.begin(), found->second.end());
    }

    BytePairEncoder encoder;
    std::vector<SpecialToken> special;
    std::int32_t bos, eos, pad;
    int max_length, vocabulary_size = 0;
    std::optional<std::int32_t> comma;

    std::mutex mutex;
    std::unordered_map<std::string, std::vector<std::int32_t>> words;
};

ClipTokenizer::ClipTokenizer(std::unique_ptr<Data> data)
    : m_data(std::move(data))
{
}

ClipTokenizer::ClipTokenizer(ClipTokenizer&&) noexcept = default;
ClipTokenizer& ClipTokenizer::operator=(ClipTokenizer&&) noexcept = default;
ClipTokenizer::~ClipTokenizer() = default;

ClipTokenizer ClipTokenizer::load(std::filesystem::path const& folder)
{
    return ClipTokenizer(std::make_unique<Data>(read_tokenizer_folder(folder)));
}

ClipTokenizer ClipTokenizer::load_published(std::filesystem::path const& merges)
{
    return ClipTokenizer(std::make_unique<Data>(read_published_merges(merges)));
}

std::vector<std::int32_t> ClipTokenizer::encode(std::string_view utf8) const
{
    std::vector<std::int32_t> ids;
    auto const encode_plain = [&](std::string_view text) {
        for_each_clip_word(
            lower(compose(decode_utf8(text))), [&](std::string_view word) { m_data->encode_word(word, ids); });
    };
    // Special tokens are found in the text as it was written; the longest wins where two begin at one place.
    size_t begin = 0;
    for (size_t at = 0; at < utf8.size();) {
        SpecialToken const* best = nullptr;
        for (auto const& token : m_data->special)
            if (utf8.substr(at).starts_with(token.text) && (!best || token.text.size() > best->text.size()))
                best = &token;
        if (!best) {
            ++at;
            continue;
        }
        encode_plain(utf8.substr(begin, at - begin));
        ids.push_back(best->id);
        begin = at += best->text.size();
    }
    encode_plain(utf8.substr(begin));
    return ids;
}

std::int32_t ClipTokenizer::bos() const { return m_data->bos; }
std::int32_t ClipTokenizer::eos() const { return m_data->eos; }
std::int32_t ClipTokenizer::pad() const { return m_data->pad; }
int ClipTokenizer::max_length() const { return m_data->max_length; }
int ClipTokenizer::vocabulary_size() const { return m_data->vocabulary_size; }
std::optional<std::int32_t> ClipTokenizer::comma() const { return m_data->comma; }

}
