// SPDX-License-Identifier: Apache-2.0
// The scan for NaN and Inf: a value is one of them when all bits of its exponent are set.
#include "models/api/error.h"
#include "models/checkpoint/weight_scope.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <thread>

namespace igneous {

namespace {

/// Whether a value's exponent bits are all ones. Plain enough for the compiler to do many at once.
template<class Word>
bool any_exponent_full(std::span<std::byte const> bytes, Word exponent)
{
    constexpr std::size_t block = 4096 / sizeof(Word);
    Word words[block];
    std::size_t const count = bytes.size() / sizeof(Word);
    for (std::size_t at = 0; at < count; at += block) {
        std::size_t const n = std::min(block, count - at);
        std::memcpy(words, bytes.data() + at * sizeof(Word), n * sizeof(Word));
        Word found = 0;
        for (std::size_t i = 0; i < n; ++i)
            found = static_cast<Word>(found | ((words[i] & exponent) == exponent));
        if (found)
            return true;
    }
    return false;
}

}

bool has_non_finite(DType dtype, std::span<std::byte const> bytes)
{
    switch (dtype) {
    case DType::f16: return any_exponent_full<std::uint16_t>(bytes, 0x7c00);
    case DType::bf16: return any_exponent_full<std::uint16_t>(bytes, 0x7f80);
    case DType::f32: return any_exponent_full<std::uint32_t>(bytes, 0x7f800000u);
    case DType::f64: return any_exponent_full<std::uint64_t>(bytes, 0x7ff0000000000000ull);
    default: return false;
    }
}

void require_finite(std::vector<TensorIndex::Entry const*> const& weights)
{
    struct Part {
        std::size_t weight;
        std::span<std::byte const> bytes;
    };
    constexpr std::size_t part_bytes = 4 << 20;   // a multiple of every element size
    std::vector<Part> parts;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        std::span<std::byte const> const bytes = weights[i]->weight->bytes;
        for (std::size_t at = 0; at < bytes.size(); at += part_bytes)
            parts.push_back({ i, bytes.subspan(at, std::min(part_bytes, bytes.size() - at)) });
    }

    std::atomic<std::size_t> next = 0, first_bad = weights.size();
    auto const work = [&] {
        for (std::size_t p = next++; p < parts.size(); p = next++) {
            if (!has_non_finite(weights[parts[p].weight]->weight->dtype, parts[p].bytes))
                continue;
            std::size_t seen = first_bad;
            while (parts[p].weight < seen && !first_bad.compare_exchange_weak(seen, parts[p].weight)) { }
        }
    };
    {
        std::vector<std::jthread> threads;
        std::size_t const count = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8);
        for (std::size_t i = 1; i < std::min(count, parts.size()); ++i)
            threads.emplace_back(work);
        work();
    }
    if (first_bad < weights.size()) {
        TensorIndex::Entry const& entry = *weights[first_bad];
        fail(ErrorCode::numeric,
            "{}: tensor {} holds NaN or infinite values; the file is damaged or was badly converted", entry.file,
            entry.weight->name);
    }
}

}
