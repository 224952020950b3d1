// SPDX-License-Identifier: Apache-2.0
#include "app/library/pickle_machine.h"

#include "models/api/error.h"

#include <algorithm>
#include <charconv>
#include <format>
#include <utility>

namespace igneous {

namespace {

using Kind = PickleValue::Kind;

constexpr std::size_t most_values = 1'000'000;
constexpr PickleRef nothing = ~PickleRef(0);                   // a memo that was never filled

/// "HalfStorage" -> "F16"; empty for what is no storage.
std::string_view storage_type(std::string_view name)
{
    constexpr std::pair<std::string_view, std::string_view> rows[]
        = { { "HalfStorage", "F16" }, { "FloatStorage", "F32" }, { "BFloat16Storage", "BF16" },
              { "DoubleStorage", "F64" }, { "LongStorage", "I64" }, { "IntStorage", "I32" }, { "ShortStorage", "I16" },
              { "CharStorage", "I8" }, { "ByteStorage", "U8" }, { "BoolStorage", "BOOL" }, { "UntypedStorage", "U8" } };
    for (auto const& [storage, type] : rows) {
        if (name == storage)
            return type;
    }
    return {};
}

/// What checkpoints import. Anything else is named to the user: it has no business in a model.
bool is_expected(std::string_view module, std::string_view name)
{
    if (module == "collections")
        return name == "OrderedDict" || name == "defaultdict";
    if (module == "_codecs")
        return name == "encode";
    if (module == "builtins" || module == "__builtin__") {
        constexpr std::string_view harmless[]
            = { "set", "dict", "list", "int", "float", "bytes", "bytearray", "complex", "slice", "object" };
        return std::ranges::contains(harmless, name);
    }
    if (module == "torch.hub" || module == "torch.utils.cpp_extension" || module == "torch.serialization"
        || module == "numpy.testing")
        return false;
    constexpr std::string_view roots[] = { "torch", "numpy", "pytorch_lightning", "lightning", "lightning_fabric",
        "transformers", "diffusers", "argparse", "omegaconf", "basicsr", "ldm", "pathlib", "typing" };
    return std::ranges::any_of(roots, [&](std::string_view root) {
        return module == root || (module.starts_with(root) && module[root.size()] == '.');
    });
}

[[noreturn]] void damaged(std::string_view what) { fail(ErrorCode::file_damaged, "holds a damaged pickle: {}", what); }

}

PickleRef PickleMachine::add(PickleValue value)
{
    if (m_values.size() == most_values)
        damaged("it makes more values than a checkpoint has");
    m_values.push_back(std::move(value));
    return static_cast<PickleRef>(m_values.size() - 1);
}

void PickleMachine::push(PickleValue value) { m_stack.push_back(add(std::move(value))); }

PickleRef PickleMachine::pop()
{
    if (m_stack.empty() || (!m_marks.empty() && m_stack.size() == m_marks.back()))
        damaged("it takes a value where none is");
    PickleRef const top = m_stack.back();
    m_stack.pop_back();
    return top;
}

std::vector<PickleRef> PickleMachine::pop_to_mark()
{
    if (m_marks.empty())
        damaged("a mark is missing");
    auto const from = m_stack.begin() + static_cast<std::ptrdiff_t>(m_marks.back());
    m_marks.pop_back();
    std::vector<PickleRef> items(from, m_stack.end());
    m_stack.erase(from, m_stack.end());
    return items;
}

std::string_view PickleMachine::take(std::uint64_t count)
{
    if (count > m_pickle.size() - m_at)
        damaged("it is cut off");
    return m_pickle.substr(std::exchange(m_at, m_at + count), count);
}

std::string_view PickleMachine::take_line()
{
    std::size_t const end = m_pickle.find('\n', m_at);
    if (end == m_pickle.npos)
        damaged("it is cut off");
    std::string_view const line = m_pickle.substr(m_at, end - m_at);
    m_at = end + 1;
    return line;
}

std::uint64_t PickleMachine::number(int bytes)
{
    std::string_view const from = take(static_cast<std::uint64_t>(bytes));
    std::uint64_t value = 0;
    for (std::size_t i = from.size(); i-- > 0;)
        value = value << 8 | static_cast<unsigned char>(from[i]);
    return value;
}

void PickleMachine::push_global(std::string_view module, std::string_view name)
{
    if (!is_expected(module, name) && m_strangers.size() < 20)
        m_strangers.insert(std::string(module.substr(0, 60)) + "." + std::string(name.substr(0, 60)));
    push({ .kind = Kind::global, .text = name, .module = module });
}

void PickleMachine::get(std::uint64_t key)
{
    if (key >= m_memo.size() || m_memo[key] == nothing)
        damaged("it recalls what it never kept");
    m_stack.push_back(m_memo[key]);
}

void PickleMachine::put(std::uint64_t key)
{
    if (m_stack.empty() || key > m_pickle.size())
        damaged("it keeps what is not there");
    if (key >= m_memo.size())
        m_memo.resize(key + 1, nothing);
    m_memo[key] = m_stack.back();
}

/// ('storage', class, key, place, elements)
PickleRef PickleMachine::storage(PickleRef id)
{
    PickleValue const& tuple = m_values[id];
    std::string_view type;
    if (tuple.kind == Kind::list && tuple.items.size() >= 2)
        type = storage_type(m_values[tuple.items[1]].text);
    return add({ .kind = type.empty() ? Kind::other : Kind::storage, .text = type });
}

PickleRef PickleMachine::call(PickleRef function, PickleRef arguments)
{
    std::string_view const name
        = m_values[function].kind == Kind::global ? m_values[function].text : std::string_view();
    std::vector<PickleRef> const& given = m_values[arguments].items;   // gone with the next add()
    PickleValue result { .kind = Kind::other };
    if (name == "OrderedDict" || name == "defaultdict" || name == "dict") {
        result.kind = Kind::dict;
    } else if (name == "_rebuild_parameter" && !given.empty()) {       // (data, requires_grad, hooks)
        return given[0];
    } else if (name == "_rebuild_from_type_v2" && given.size() >= 3 && m_values[given[0]].text != name) {
        return call(given[0], given[2]);                               // (function, type, arguments, state)
    } else if ((name == "_rebuild_tensor_v2" || name == "_rebuild_tensor") && given.size() >= 3) {
        PickleValue const &source = m_values[given[0]],
                          &extents = m_values[given[2]];   // (storage, offset, size, stride, ...)
        constexpr std::size_t most_extents = 16;
        if (source.kind == Kind::storage && extents.items.size() <= most_extents) {
            result = { .kind = Kind::tensor, .text = source.text };
            std::int64_t left = std::int64_t(1) << 50;
            for (PickleRef extent : extents.items) {
                std::int64_t const n = m_values[extent].number;
                if (n < 0 || n > left)
                    damaged("a tensor has an absurd shape");
                left = n > 0 ? left / n : left;
                result.shape.push_back(n);
            }
        }
    }
    return add(std::move(result));
}

/// obj.__setstate__(state): an object's state is what it holds, for modules that were saved whole.
void PickleMachine::build()
{
    PickleRef const state = pop();
    if (m_stack.empty())
        damaged("it builds on nothing");
    PickleRef const object = m_stack.back();
    if (m_values[object].kind == Kind::other && m_values[state].kind == Kind::dict && object != state) {
        m_values[object].items = std::move(m_values[state].items);     // copies could be made to fill the memory
        m_values[object].kind = Kind::dict;
    }
}

PickleRef PickleMachine::run()
{
    m_stack.clear();
    m_marks.clear();
    m_memo.clear();
    for (;;) {
        auto const opcode = static_cast<unsigned char>(take(1)[0]);
        if (opcode == '.')
            return pop();
        step(opcode);
    }
}

void PickleMachine::step(unsigned char opcode)
{
    auto const integer = [&](std::int64_t value) { push({ .kind = Kind::integer, .number = value }); };
    auto const list = [&](std::vector<PickleRef> items) { push({ .kind = Kind::list, .items = std::move(items) }); };
    auto const line_number = [&] {
        std::int64_t value = 0;
        std::string_view const line = take_line();
        std::from_chars(line.data(), line.data() + line.size(), value);
        return value;
    };
    auto const extend = [&](std::vector<PickleRef> const& items) {
        if (m_stack.empty())
            damaged("it adds to nothing");
        auto& into = m_values[m_stack.back()].items;
        into.insert(into.end(), items.begin(), items.end());
    };
    switch (opcode) {
    case 0x80: take(1); break;                                 // PROTO
    case 0x95: take(8); break;                                 // FRAME
    case '(': m_marks.push_back(m_stack.size()); break;
    case '0':                                                  // POP
        if (!m_marks.empty() && m_marks.back() == m_stack.size())
            m_marks.pop_back();
        else
            pop();
        break;
    case '1': pop_to_mark(); break;
    case '2': {                                                // DUP
        PickleRef const top = pop();
        m_stack.insert(m_stack.end(), 2, top);
        break;
    }
    case 'N': push({}); break;
    case 0x88: integer(1); break;
    case 0x89: integer(0); break;
    case 'I':
    case 'L': integer(line_number()); break;
    case 'J': integer(static_cast<std::int32_t>(number(4))); break;
    case 'K': integer(static_cast<std::int64_t>(number(1))); break;
    case 'M': integer(static_cast<std::int64_t>(number(2))); break;
    case 0x8a:
    case 0x8b: {                                    // LONG1, LONG4
        std::string_view const bytes = take(number(opcode == 0x8a ? 1 : 4));
        std::uint64_t value = 0;
        for (std::size_t i = std::min<std::size_t>(bytes.size(), 8); i-- > 0;)
            value = value << 8 | static_cast<unsigned char>(bytes[i]);
        integer(static_cast<std::int64_t>(value));
        break;
    }
    case 'F':
        take_line();
        push({ .kind = Kind::other });
        break;
    case 'G':
        take(8);
        push({ .kind = Kind::other });
        break;
    case 'S':
    case 'V': push({ .kind = Kind::text, .text = take_line() }); break;
    case 'U':
    case 'C':
    case 0x8c: push_text(number(1)); break;
    case 'T':
    case 'X':
    case 'B': push_text(number(4)); break;
    case 0x8d:
    case 0x8e:
    case 0x96: push_text(number(8)); break;
    case 0x97: push({ .kind = Kind::other }); break;           // NEXT_BUFFER
    case 0x98: break;                                          // READONLY_BUFFER
    case '}': push({ .kind = Kind::dict }); break;
    case ']':
    case ')':
    case 0x8f: list({}); break;
    case 't':
    case 'l':
    case 0x91: list(pop_to_mark()); break;
    case 'd': push({ .kind = Kind::dict, .items = pop_to_mark() }); break;
    case 0x85:
    case 0x86:
    case 0x87: {                         // TUPLE1 to TUPLE3
        std::vector<PickleRef> items(static_cast<std::size_t>(opcode - 0x84));
        for (std::size_t i = items.size(); i-- > 0;)
            items[i] = pop();
        list(std::move(items));
        break;
    }
    case 'a': extend({ pop() }); break;
    case 'e':
    case 'u':
    case 0x90: extend(pop_to_mark()); break;
    case 's': {
        PickleRef const item = pop(), key = pop();
        extend({ key, item });
        break;
    }
    case 'c': {
        std::string_view const module = take_line();
        push_global(module, take_line());
        break;
    }
    case 0x93: {                                               // STACK_GLOBAL
        PickleRef const name = pop(), module = pop();
        push_global(m_values[module].text, m_values[name].text);
        break;
    }
    case 'R':
    case 0x81: {                                     // REDUCE, NEWOBJ
        PickleRef const arguments = pop(), function = pop();
        m_stack.push_back(call(function, arguments));
        break;
    }
    case 0x92: {                                               // NEWOBJ_EX
        pop();
        PickleRef const arguments = pop(), function = pop();
        m_stack.push_back(call(function, arguments));
        break;
    }
    case 'i': {                                                // INST
        std::string_view const module = take_line();
        push_global(module, take_line());
        pop();
        pop_to_mark();
        push({ .kind = Kind::other });
        break;
    }
    case 'o':
        pop_to_mark();
        push({ .kind = Kind::other });
        break;
    case 0x82:
        take(1);
        push({ .kind = Kind::other });
        break;  // EXT1, EXT2, EXT4
    case 0x83:
        take(2);
        push({ .kind = Kind::other });
        break;
    case 0x84:
        take(4);
        push({ .kind = Kind::other });
        break;
    case 'b': build(); break;
    case 'P':
        take_line();
        push({ .kind = Kind::other });
        break;
    case 'Q': {
        PickleRef const id = pop();
        m_stack.push_back(storage(id));
        break;
    }
    case 'h': get(number(1)); break;
    case 'j': get(number(4)); break;
    case 'g': get(static_cast<std::uint64_t>(line_number())); break;
    case 'q': put(number(1)); break;
    case 'r': put(number(4)); break;
    case 'p': put(static_cast<std::uint64_t>(line_number())); break;
    case 0x94: put(m_memo.size()); break;                      // MEMOIZE
    default: damaged(std::format("its opcode {} is unknown", opcode));
    }
}

}
