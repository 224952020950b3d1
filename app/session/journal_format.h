// SPDX-License-Identifier: Apache-2.0
#pragma once

// The journal's file: a first line that names the version, then records, each with its length and checksum. First come
// those that make the workspace as it was when the file was begun, and a mark behind them; then one for each time that
// changes were written. Whatever the bytes are, reading ends soon with a workspace and what has to be said about it.

#include "app/session/change.h"

#include <cstddef>

namespace igneous {

/// "IREC", kind, sequence, length of the payload, CRC-32 of all but the first four bytes and itself; little-endian.
enum class RecordKind : char {
    base = 'B',                            // a part of what the file begins with
    base_end = 'E',
    changes = 'C',
};

std::vector<std::byte> journal_header();
/// `sequence` counts changes since the journal's very beginning, through all its files: of the last one in the record.
std::vector<std::byte> journal_record(RecordKind kind, std::uint64_t sequence, std::span<std::byte const> payload);

struct ReadJournal {
    Workspace workspace;
    std::uint64_t sequence = 0;            // of the last change that is in it
    std::size_t base_size = 0,
                good_size = 0;   // bytes, from the file's beginning, up to the mark and to the end of what counts
    /// Something was lost that had been written whole, unlike a last record that the end of the program cut off. Then
    /// `notes` say what, a sentence each.
    bool damaged = false;
    std::vector<std::string> notes;
};

/// The first record in the changes that is torn or garbled ends the reading; in the base the others still count, so
/// that one bad layer does not take the rest with it. Throws unsupported_model for a newer version's journal.
ReadJournal read_journal(std::span<std::byte const> bytes);

}
