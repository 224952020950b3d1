// SPDX-License-Identifier: Apache-2.0
#include "app/library/model_header.h"
#include "app/library/pickle_machine.h"

#include "models/api/error.h"

#include <algorithm>
#include <format>

namespace igneous {

namespace {

using Kind = PickleValue::Kind;

constexpr std::uint64_t pickle_limit = 64u << 20, directory_limit = 64u << 20;

struct ZipEntry {
    std::string name;
    std::uint64_t size = 0, packed = 0, offset = 0;
    bool stored = false;
};

/// Where the zip's directory lies: from the record at the file's end, or from the 64-bit one before it.
std::pair<std::uint64_t, std::uint64_t> directory_place(HeaderReader& file)
{
    constexpr std::uint64_t record = 22, locator = 20, longest_comment = 65535;
    std::uint64_t const tail_size = std::min(file.size(), record + longest_comment + locator);
    std::uint64_t const tail_at = file.size() - tail_size;
    std::string const tail = file.read(tail_at, tail_size);
    std::size_t const at = tail.rfind("PK\5\6");
    if (at == tail.npos || tail.size() - at < record)
        fail(ErrorCode::file_damaged, "is cut off: the directory at the end of the zip is missing; download it again");
    std::uint64_t size = little_endian<std::uint32_t>(&tail[at + 12]),
                  offset = little_endian<std::uint32_t>(&tail[at + 16]);
    if (at >= locator && tail.compare(at - locator, 4, "PK\6\7") == 0) {
        std::string const wide = file.read(little_endian<std::uint64_t>(&tail[at - locator + 8]), 56);
        if (wide.starts_with("PK\6\6")) {
            size = little_endian<std::uint64_t>(&wide[40]);
            offset = little_endian<std::uint64_t>(&wide[48]);
        }
    }
    return { offset, size };
}

/// The entry whose name ends with "data.pkl": torch.save() writes "<any name>/data.pkl".
ZipEntry find_pickle(HeaderReader& file)
{
    auto const [offset, size] = directory_place(file);
    if (size > directory_limit)
        fail(ErrorCode::file_damaged, "says that its zip directory has {} bytes", size);
    std::string const directory = file.read(offset, size);
    constexpr std::size_t fixed = 46;
    for (std::size_t at = 0; directory.size() - at >= fixed && directory.compare(at, 4, "PK\1\2") == 0;) {
        char const* row = &directory[at];
        std::size_t const name_size = little_endian<std::uint16_t>(row + 28),
                          extra_size = little_endian<std::uint16_t>(row + 30),
                          comment_size = little_endian<std::uint16_t>(row + 32);
        if (directory.size() - at - fixed < name_size + extra_size + comment_size)
            break;
        ZipEntry entry { .name = directory.substr(at + fixed, name_size),
            .size = little_endian<std::uint32_t>(row + 24),
            .packed = little_endian<std::uint32_t>(row + 20),
            .offset = little_endian<std::uint32_t>(row + 42),
            .stored = little_endian<std::uint16_t>(row + 10) == 0 };
        std::string_view const extra = std::string_view(directory).substr(at + fixed + name_size, extra_size);
        for (std::size_t e = 0; e + 4 <= extra.size();) {      // 64-bit values, only for those that say "look there"
            std::size_t const length = little_endian<std::uint16_t>(&extra[e + 2]);
            std::size_t value = e + 4;
            if (little_endian<std::uint16_t>(&extra[e]) == 1) {
                for (std::uint64_t* field : { &entry.size, &entry.packed, &entry.offset }) {
                    if (*field == 0xffffffff && value + 8 <= std::min(extra.size(), e + 4 + length)) {
                        *field = little_endian<std::uint64_t>(&extra[value]);
                        value += 8;
                    }
                }
            }
            e += 4 + length;
        }
        if (entry.name == "data.pkl" || entry.name.ends_with("/data.pkl"))
            return entry;
        at += fixed + name_size + extra_size + comment_size;
    }
    fail(ErrorCode::unsupported_model, "is a zip without a PyTorch checkpoint in it");
}

/// Names of tensors are the keys on the way to them. A pickle may hold a value twice, so the walk counts its steps.
class Walk {
public:
    Walk(PickleMachine const& machine, ModelHeader& header)
        : m_machine(machine)
        , m_header(header)
    {}
    void from(PickleRef root) { visit(unwrapped(root), {}, 0); }

private:
    /// {"state_dict": {...}} and the like: what lies around the weights is not part of their names.
    PickleRef unwrapped(PickleRef root) const
    {
        PickleValue const& value = m_machine.value(root);
        if (value.kind != Kind::dict)
            return root;
        for (std::string_view wrapper : { "state_dict", "params_ema", "params", "module" }) {
            for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
                if (m_machine.value(value.items[i]).text == wrapper
                    && m_machine.value(value.items[i + 1]).kind == Kind::dict)
                    return value.items[i + 1];
            }
        }
        return root;
    }
    static constexpr std::size_t longest_name = 1000;
    void visit(PickleRef ref, std::string const& name, int depth)
    {
        constexpr int most_steps = 500'000, deepest = 12;
        if (++m_steps > most_steps || depth > deepest)
            return;
        PickleValue const& value = m_machine.value(ref);
        if (value.kind == Kind::tensor) {
            m_header.tensors.push_back({ .name = name, .type = value.text, .shape = value.shape });
        } else if (value.kind == Kind::dict) {
            for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
                PickleValue const& key = m_machine.value(value.items[i]);
                if ((key.kind == Kind::text && name.size() + key.text.size() <= longest_name)
                    || key.kind == Kind::integer)
                    visit(value.items[i + 1],
                        joined(name, key.kind == Kind::text ? std::string(key.text) : std::to_string(key.number)),
                        depth + 1);
            }
        } else if (value.kind == Kind::list) {
            for (std::size_t i = 0; i < value.items.size(); ++i)
                visit(value.items[i], joined(name, std::to_string(i)), depth + 1);
        } else if (depth == 1 && (value.kind == Kind::text || value.kind == Kind::integer)) {
            constexpr std::size_t longest_text = 4000, most_texts = 100;
            if (m_header.metadata.size() < most_texts)
                m_header.metadata[name] = value.kind == Kind::text ? std::string(value.text.substr(0, longest_text))
                                                                   : std::to_string(value.number);
        }
    }
    static std::string joined(std::string const& name, std::string const& key)
    {
        return name.empty() ? key : name + "." + key;
    }

    PickleMachine const& m_machine;
    ModelHeader& m_header;
    int m_steps = 0;
};

ModelHeader header_of(PickleMachine const& machine, PickleRef root)
{
    ModelHeader header { .format = HeaderFormat::pickle, .tensors = {}, .metadata = {}, .warnings = {} };
    Walk(machine, header).from(root);
    std::string names;
    for (std::string const& name : machine.strangers())
        names += (names.empty() ? "" : ", ") + shown(name);
    if (!names.empty())
        header.warnings.push_back(std::format(
            "in other programs, loading it would run {}, which no model needs; here nothing is run", names));
    return header;
}

}

ModelHeader read_zip_pickle_header(HeaderReader& file)
{
    ZipEntry const entry = find_pickle(file);
    if (!entry.stored || entry.packed != entry.size)
        fail(ErrorCode::unsupported_model,
            "is a compressed zip, which PyTorch does not write: its contents are not read");
    if (entry.size > pickle_limit)
        fail(ErrorCode::file_damaged, "says that its list of tensors has {} bytes", entry.size);
    constexpr std::uint64_t fixed = 30;
    std::string const local = file.read(entry.offset, fixed);
    if (!local.starts_with("PK\3\4"))
        fail(ErrorCode::file_damaged, "has a zip directory that points to nothing");
    std::uint64_t const at
        = entry.offset + fixed + little_endian<std::uint16_t>(&local[26]) + little_endian<std::uint16_t>(&local[28]);
    std::string const pickle = file.read(at, entry.size);
    PickleMachine machine(pickle);
    return header_of(machine, machine.run());
}

ModelHeader read_old_pickle_header(HeaderReader& file)
{
    // Before PyTorch 1.6: a magic number, a version, facts about the machine, then the object, each a pickle of its
    // own.
    constexpr std::string_view magic("\x8a\x0al\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 12);
    std::string const pickle = file.read(0, std::min(file.size(), pickle_limit));
    PickleMachine machine(pickle);
    if (std::string_view(pickle).substr(2, magic.size()) != magic)
        fail(ErrorCode::unsupported_model, "is a pickle but not of PyTorch");
    for (int i = 0; i < 3; ++i)
        machine.run();
    return header_of(machine, machine.run());
}

}
