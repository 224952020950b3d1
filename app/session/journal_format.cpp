// SPDX-License-Identifier: Apache-2.0
#include "app/session/journal_format.h"

#include "app/session/change_bytes.h"
#include "models/api/error.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <zlib.h>

namespace igneous {

namespace {

constexpr std::string_view first_words = "igneous journal ";
constexpr int journal_version = 1;
constexpr std::string_view record_mark = "IREC";
constexpr std::size_t head_size = 4 + 1 + 8 + 8 + 4;

struct Record {
    RecordKind kind;
    std::uint64_t sequence;
    std::span<std::byte const> payload;
    std::size_t end;                       // in the file
};

std::string_view as_text(std::span<std::byte const> bytes)
{
    return { reinterpret_cast<char const*>(bytes.data()), bytes.size() };
}

template<class Integer>
void put(std::vector<std::byte>& to, Integer value)
{
    for (std::size_t i = 0; i < sizeof(Integer); ++i)
        to.push_back(static_cast<std::byte>(value >> (8 * i)));
}

template<class Integer>
Integer get(std::span<std::byte const> from)
{
    Integer value = 0;
    for (std::size_t i = 0; i < sizeof(Integer); ++i)
        value |= static_cast<Integer>(std::to_integer<Integer>(from[i])) << (8 * i);
    return value;
}

std::uint32_t checksum(std::span<std::byte const> head, std::span<std::byte const> payload)
{
    uLong sum = crc32_z(0, reinterpret_cast<Bytef const*>(head.data()), head.size());
    if (!payload.empty())                  // zlib takes a null pointer as a wish to begin anew
        sum = crc32_z(sum, reinterpret_cast<Bytef const*>(payload.data()), payload.size());
    return static_cast<std::uint32_t>(sum);
}

/// The whole record that begins at `at`, if one does.
std::optional<Record> record_at(std::span<std::byte const> bytes, std::size_t at)
{
    auto const rest = bytes.subspan(at);
    if (rest.size() < head_size || as_text(rest.first(4)) != record_mark)
        return std::nullopt;
    auto const length = get<std::uint64_t>(rest.subspan(13));
    if (length > rest.size() - head_size)
        return std::nullopt;
    auto const payload = rest.subspan(head_size, static_cast<std::size_t>(length));
    if (get<std::uint32_t>(rest.subspan(21)) != checksum(rest.subspan(4, 17), payload))
        return std::nullopt;
    return Record { static_cast<RecordKind>(rest[4]), get<std::uint64_t>(rest.subspan(5)), payload,
        at + head_size + payload.size() };
}

/// Where the next whole record begins; bytes.size() where there is none. Bytes that look like many records make no long
/// search: it reads a few times as much as there is and then gives up.
std::size_t next_record(std::span<std::byte const> bytes, std::size_t from)
{
    std::string_view const text = as_text(bytes);
    std::size_t budget = 4 * bytes.size() + 4096;
    for (std::size_t at = text.find(record_mark, from); at != text.npos; at = text.find(record_mark, at + 1)) {
        if (record_at(bytes, at))
            return at;
        std::size_t const claimed = bytes.size() - at < head_size
                                        ? 0
                                        : static_cast<std::size_t>(std::min<std::uint64_t>(
                                              get<std::uint64_t>(bytes.subspan(at + 13)), bytes.size()));
        if (claimed + head_size > budget)
            break;
        budget -= claimed + head_size;
    }
    return bytes.size();
}

/// A layer or document whose neighbours or group were lost goes on top of what is there.
void place_on_top(Workspace const& workspace, Change& change)
{
    if (auto* add = std::get_if<AddDocument>(&change)) {
        add->index = std::min(add->index, workspace.documents.size());
    } else if (auto* insert = std::get_if<InsertLayer>(&change)) {
        Document const* document = find_document(workspace, insert->document);
        if (!document)
            return;
        Layer const* group = find_layer(document->layers, insert->parent);
        if (!group)
            insert->parent = 0;
        insert->index = std::min(insert->index, (group ? group->children : document->layers).size());
    }
}

class JournalReader {
public:
    explicit JournalReader(std::span<std::byte const> bytes)
        : m_bytes(bytes)
    {
    }

    ReadJournal read()
    {
        std::size_t at = read_header();
        while (at < m_bytes.size()) {
            auto const record = record_at(m_bytes, at);
            if (!record) {
                std::size_t const next = next_record(m_bytes, at + 1);
                bool const in_base = m_read.base_size == 0;
                if (next == m_bytes.size() || !in_base) {
                    if (next < m_bytes.size())
                        damage("a part of the journal is garbled; what was done after it is lost");
                    break;
                }
                damage("a part of what the journal began with is garbled and lost");
                at = next;
                continue;
            }
            if (!take(*record))
                break;
            at = m_read.good_size = record->end;
        }
        if (m_read.base_size == 0)
            damage("the journal ends before all that it began with");
        return std::move(m_read);
    }

private:
    std::size_t read_header()
    {
        std::string_view const text = as_text(m_bytes);
        std::size_t const end = text.substr(0, 64).find('\n');
        if (!text.starts_with(first_words) || end == text.npos) {
            damage("the journal's first line is garbled");
            return next_record(m_bytes, 0);
        }
        std::string_view const words = text.substr(first_words.size(), end - first_words.size());
        int version = 0;
        auto const [stop, bad] = std::from_chars(words.data(), words.data() + words.size(), version);
        if (bad != std::errc() || stop != words.data() + words.size() || version < journal_version)
            damage("the journal's first line is garbled");
        else if (version > journal_version)
            fail(ErrorCode::unsupported_model,
                "the journal was written by a newer Igneous (version {}); open it with that one", version);
        return end + 1;
    }

    /// Whether to go on behind it.
    bool take(Record const& record)
    {
        if (record.kind == RecordKind::base_end) {
            m_read.base_size = record.end;
            m_read.sequence = record.sequence;
            return true;
        }
        bool const in_base = m_read.base_size == 0;
        if (in_base && record.kind == RecordKind::changes) {
            damage("the journal lacks the end of what it began with");
            m_read.base_size = record.end;
        } else if (!in_base && (record.kind != RecordKind::changes || record.sequence <= m_read.sequence)) {
            damage("the journal's parts are in disorder; what was done after that is lost");
            return false;
        }
        try {
            std::vector<Change> changes = changes_from(record.payload);
            if (m_read.damaged)
                for (Change& change : changes)
                    place_on_top(m_read.workspace, change);
            Effect effect;
            apply(m_read.workspace, changes, effect);
        } catch (Error const& error) {
            damage(std::format("a part of the journal does not fit the rest: {}", error.what()));
            if (!in_base && !m_base_damaged)
                return false;
        }
        m_base_damaged = m_base_damaged || (in_base && m_read.damaged);
        m_read.sequence = std::max(m_read.sequence, record.sequence);
        return true;
    }

    void damage(std::string what)
    {
        m_read.damaged = true;
        if (m_read.notes.size() < 20 && std::ranges::find(m_read.notes, what) == m_read.notes.end())
            m_read.notes.push_back(std::move(what));
    }

    std::span<std::byte const> m_bytes;
    ReadJournal m_read;
    bool m_base_damaged = false;
};

}

std::vector<std::byte> journal_header()
{
    std::string const line = std::format("{}{}\n", first_words, journal_version);
    auto const* first = reinterpret_cast<std::byte const*>(line.data());
    return { first, first + line.size() };
}

std::vector<std::byte> journal_record(RecordKind kind, std::uint64_t sequence, std::span<std::byte const> payload)
{
    std::vector<std::byte> record;
    record.reserve(head_size + payload.size());
    for (char c : record_mark)
        record.push_back(static_cast<std::byte>(c));
    record.push_back(static_cast<std::byte>(kind));
    put<std::uint64_t>(record, sequence);
    put<std::uint64_t>(record, payload.size());
    put<std::uint32_t>(record, checksum(std::span(record).subspan(4), payload));
    record.insert(record.end(), payload.begin(), payload.end());
    return record;
}

ReadJournal read_journal(std::span<std::byte const> bytes) { return JournalReader(bytes).read(); }

}
