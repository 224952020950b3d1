// SPDX-License-Identifier: Apache-2.0
// A journal from a broken disk: a workspace and what was lost, or an Error. What was read can be written and read
// again. Checksums are repaired first, or every mutation would end at the first of them.
#include "app/session/change_bytes.h"
#include "app/session/journal_format.h"
#include "models/api/error.h"

#include <cstdlib>
#include <string_view>
#include <zlib.h>

namespace {

using Bytes = std::vector<std::byte>;

constexpr std::size_t head_size = 25;

void repair_checksums(Bytes& bytes)
{
    std::string_view const text { reinterpret_cast<char const*>(bytes.data()), bytes.size() };
    for (std::size_t at = text.find("IREC"); at != text.npos && bytes.size() - at >= head_size;
         at = text.find("IREC", at + 4)) {
        std::uint64_t length = 0;
        for (std::size_t i = 0; i < 8; ++i)
            length |= std::to_integer<std::uint64_t>(bytes[at + 13 + i]) << (8 * i);
        if (length > bytes.size() - at - head_size)
            continue;
        auto const* first = reinterpret_cast<Bytef const*>(bytes.data() + at);
        uLong sum = crc32_z(0, first + 4, 17);
        if (length > 0)
            sum = crc32_z(sum, first + head_size, length);
        for (std::size_t i = 0; i < 4; ++i)
            bytes[at + 21 + i] = static_cast<std::byte>(sum >> (8 * i));
    }
}

Bytes written(igneous::Workspace const& workspace)
{
    Bytes file = igneous::journal_header();
    auto const add = [&](igneous::RecordKind kind, Bytes const& payload) {
        Bytes const record = igneous::journal_record(kind, 1, payload);
        file.insert(file.end(), record.begin(), record.end());
    };
    for (igneous::Change const& change : igneous::changes_that_make(workspace, 1u << 20))
        add(igneous::RecordKind::base, igneous::to_bytes(std::span(&change, 1)));
    add(igneous::RecordKind::base_end, {});
    return file;
}

}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    auto const* first = reinterpret_cast<std::byte const*>(data);
    Bytes bytes(first, first + size);
    if (size % 4 != 0)
        repair_checksums(bytes);
    igneous::ReadJournal read;
    try {
        read = igneous::read_journal(bytes);
    } catch (igneous::Error const&) {
        return 0;
    }
    if (read.damaged == read.notes.empty())
        std::abort();                      // what was lost is said, and nothing else is
    igneous::ReadJournal const again = igneous::read_journal(written(read.workspace));
    if (again.damaged || !(again.workspace == read.workspace))
        std::abort();
    return 0;
}
