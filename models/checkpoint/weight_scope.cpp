// SPDX-License-Identifier: Apache-2.0
#include "models/checkpoint/weight_scope.h"

#include "models/api/error.h"

#include <algorithm>
#include <format>

namespace igneous {

namespace {

std::string join(std::string_view path, std::string_view name)
{
    return path.empty() ? std::string(name) : std::format("{}.{}", path, name);
}

/// "  missing (2): a, b" with at most a dozen names.
std::string list(std::string_view what, std::vector<std::string> const& names)
{
    if (names.empty())
        return {};
    constexpr std::size_t most = 12;
    std::string text = std::format("\n  {} ({}): ", what, names.size());
    for (std::size_t i = 0; i < std::min(names.size(), most); ++i)
        text += (i ? ", " : "") + names[i];
    return names.size() > most ? text + ", ..." : text;
}

}

WeightScope WeightScope::operator/(std::string_view name) const { return WeightScope(*m_loader, join(m_path, name)); }

Weight WeightScope::weight(std::string_view name, Shape const& shape) const
{
    return m_loader->weight(join(m_path, name), shape);
}

bool WeightScope::has(std::string_view name) const { return m_loader->m_index.has(join(m_path, name)); }

Weight WeightLoader::weight(std::string name, Shape const& shape)
{
    auto const placeholder = [&] {
        return std::make_shared<WeightSource const>(
            WeightSource { .name = join(m_index.component(), name), .dtype = DType::f32, .shape = shape });
    };
    TensorIndex::Entry const* entry = m_index.find(name, shape);
    if (!entry) {
        m_missing.push_back(std::format("{} {}", name, shape));
        return placeholder();
    }
    m_used.insert(name);
    WeightSource const& source = *entry->weight;
    bool const computable = source.dtype == DType::f32 || source.dtype == DType::f16 || source.dtype == DType::bf16
                            || source.dtype == DType::f64;
    if (!entry->unsupported.empty() || !computable) {
        m_misshapen.push_back(std::format("{} is {}, expected f32, f16, bf16 or f64", name,
            entry->unsupported.empty() ? std::string(name_of(source.dtype)) : entry->unsupported));
        return placeholder();
    }
    if (source.shape != shape) {
        m_misshapen.push_back(std::format("{} is {}, expected {}", name, source.shape, shape));
        return placeholder();
    }
    return entry->weight;
}

void WeightLoader::finish(std::initializer_list<std::string_view> ignored)
{
    std::vector<std::string> left_over;
    std::string file;
    for (auto const& [name, entry] : m_index.entries()) {
        file = entry.file;
        std::string_view const last = std::string_view(name).substr(name.rfind('.') + 1);
        if (!m_used.contains(name) && std::ranges::find(ignored, last) == ignored.end())
            left_over.push_back(name);
    }
    if (!m_missing.empty() || !m_misshapen.empty() || !left_over.empty())
        fail(ErrorCode::weights_mismatch, "{}: the tensors of {} do not fit its config{}{}{}", file,
            m_index.component(), list("missing", m_missing), list("wrong", m_misshapen), list("left over", left_over));
    std::vector<TensorIndex::Entry const*> used;
    for (std::string const& name : m_used)
        used.push_back(&m_index.entries().find(name)->second);
    require_finite(used);
}

}
