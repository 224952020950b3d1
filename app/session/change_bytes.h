// SPDX-License-Identifier: Apache-2.0
#pragma once

// Changes as bytes, for the journal: a JSON text that says what happened, and behind it the pixels that it speaks of,
// compressed. Tiles that are one and the same are written once and come back as one.

#include "app/session/change.h"

#include <cstddef>

namespace igneous {

std::vector<std::byte> to_bytes(std::span<Change const> changes);
/// Throws file_damaged for bytes that mean nothing; nothing larger than a picture may be is allocated for them.
std::vector<Change> changes_from(std::span<std::byte const> bytes);

}
