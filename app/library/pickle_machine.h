// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pickles as data. A pickle is a program for a stack machine that may call anything; this machine runs its bookkeeping
// only. Where the real one would import or call, a value remembers the name and the arguments, and nothing happens:
// a tensor is known by the name that would have rebuilt it. Memory is linear in the pickle, nothing recurses.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

/// Index of a value in the machine.
using PickleRef = std::uint32_t;

struct PickleValue {
    enum class Kind { none, integer, text, list, dict, global, storage, tensor, other } kind = Kind::none;
    std::int64_t number = 0;               // integer
    std::string_view text; // text; global: the name in the module; storage and tensor: their type, "F16"
    std::string_view module; // global
    std::vector<PickleRef> items; // list; dict: key, value, key, value; storage: what names it
    std::vector<std::int64_t> shape; // tensor
};

class PickleMachine {
public:
    /// `pickle` must outlive the machine: values point into it.
    explicit PickleMachine(std::string_view pickle)
        : m_pickle(pickle)
    {}
    /// Runs up to the next STOP: older checkpoints are several pickles in a row. Throws file_damaged.
    PickleRef run();
    PickleValue const& value(PickleRef ref) const { return m_values[ref]; }
    /// "module.name" of what would have been imported and is nothing that a model needs.
    std::set<std::string> const& strangers() const { return m_strangers; }

private:
    PickleRef add(PickleValue value);
    PickleRef pop();
    std::vector<PickleRef> pop_to_mark();
    std::string_view take(std::uint64_t count);
    std::string_view take_line();
    std::uint64_t number(int bytes);
    void push_text(std::uint64_t length) { push({ .kind = PickleValue::Kind::text, .text = take(length) }); }
    void push(PickleValue value);
    void push_global(std::string_view module, std::string_view name);
    void get(std::uint64_t key);
    void put(std::uint64_t key);
    PickleRef call(PickleRef function, PickleRef arguments);
    PickleRef storage(PickleRef id);
    void build();
    void step(unsigned char opcode);

    std::string_view m_pickle;
    std::size_t m_at = 0;
    std::vector<PickleValue> m_values;
    std::vector<PickleRef> m_stack, m_memo;
    std::vector<std::size_t> m_marks;
    std::set<std::string> m_strangers;
};

}
