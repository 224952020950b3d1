// SPDX-License-Identifier: Apache-2.0
#include "models/adapters/adapters.h"

#include "models/api/error.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_open_files = 64;
constexpr std::size_t most_named_keys = 12;

/// Shapes that differ only in extents of 1 at the end are one.
bool same_but_for_ones(Shape const& a, Shape const& b)
{
    for (std::size_t i = 0; i < std::max(a.rank(), b.rank()); ++i)
        if ((i < a.rank() ? a[static_cast<int>(i)] : 1) != (i < b.rank() ? b[static_cast<int>(i)] : 1))
            return false;
    return true;
}

void check_shapes(LoraFile const& file, LoraModule const& module, WeightSource const& target)
{
    std::int64_t const rank = module.down->shape[0];
    auto const refuse = [&](std::string const& key, Shape const& got, Shape const& expected) {
        fail(ErrorCode::weights_mismatch, "{}: {} is {}, expected {} for {} {}; the LoRA was made for another model",
            file.path.string(), key, got, expected, target.name, target.shape);
    };
    Shape const down = target.shape.with(0, rank), up { target.shape[0], rank };
    if (!same_but_for_ones(module.down->shape, down))
        refuse(module.down_key, module.down->shape, down);
    if (!same_but_for_ones(module.up->shape, up))
        refuse(module.up_key, module.up->shape, up);
}

/// "style.safetensors: 3 of its keys fit nothing in this model and were left out: a, b, c"
std::string left_out(LoraFile const& file, std::vector<std::string> const& keys)
{
    std::string text = std::format(
        "{}: {} of its keys fit nothing in this model and were left out: ", file.path.filename().string(), keys.size());
    for (std::size_t i = 0; i < std::min(keys.size(), most_named_keys); ++i)
        text += (i ? ", " : "") + keys[i];
    return keys.size() > most_named_keys ? text + ", ..." : text;
}

/// Collects the terms of all LoRAs by the weight they go to.
class Collector {
public:
    explicit Collector(AdapterTargets const& targets)
        : m_targets(targets)
    {}

    void add(LoraUse const& use, LoraFile const& file)
    {
        if (file.context_width && m_targets.context_width() && file.context_width != m_targets.context_width())
            fail(ErrorCode::weights_mismatch,
                "{}: is a LoRA for {}, but this model is {}; take one that was made for it", file.path.string(),
                base_of_width(file.context_width), base_of_width(m_targets.context_width()));
        std::vector<std::string> unmatched = file.unknown_keys;
        std::set<WeightSource const*> touched;
        for (LoraModule const& module : file.modules) {
            Weight const target = m_targets.find(module.module);
            if (!target) {
                unmatched.push_back(module.down_key);
                unmatched.push_back(module.up_key);
                continue;
            }
            check_shapes(file, module, *target);
            if (!touched.insert(target.get()).second)
                fail(ErrorCode::weights_mismatch,
                    "{}: {} and another of its keys are both for {}; the file holds the layer twice",
                    file.path.string(), module.down_key, target->name);
            double const weight = module.part == "unet" ? use.weight : use.text_weight.value_or(use.weight);
            if (double const scale = weight * module.scale; scale != 0)
                terms_of(target).push_back({ module.up, module.down, scale });
        }
        if (touched.empty())
            fail(ErrorCode::weights_mismatch,
                "{}: none of its layers is in this model; it was made for another kind of model. {}",
                file.path.string(), left_out(file, unmatched));
        if (!unmatched.empty())
            m_notices.push_back(left_out(file, unmatched));
    }

    std::shared_ptr<AdaptedWeights const> finish()
    {
        auto out = std::make_shared<AdaptedWeights>();
        for (auto& [source, terms] : m_terms)
            out->changed.emplace(source, std::make_shared<WeightSource const>(WeightSource { .name = terms.base->name,
                                             .dtype = terms.base->dtype,
                                             .shape = terms.base->shape,
                                             .base = terms.base,
                                             .terms = std::move(terms.terms) }));
        out->notices = std::move(m_notices);
        return out;
    }

private:
    struct Terms {
        Weight base;
        std::vector<LowRankTerm> terms;
    };
    std::vector<LowRankTerm>& terms_of(Weight const& target)
    {
        Terms& terms = m_terms[target.get()];
        terms.base = target;
        return terms.terms;
    }

    AdapterTargets const& m_targets;
    std::unordered_map<WeightSource const*, Terms> m_terms;
    std::vector<std::string> m_notices;
};

}

void AdaptedWeights::apply(Graph& graph) const
{
    for (Node& node : graph.nodes())
        if (auto const found = changed.find(node.weight.get()); found != changed.end())
            node.weight = found->second;
}

std::shared_ptr<LoraFile const> Adapters::open(std::string const& path)
{
    std::error_code error;
    std::uintmax_t const bytes = fs::file_size(path, error);
    fs::file_time_type const changed = fs::last_write_time(path, error);
    Opened& opened = m_files[path];
    if (!opened.file || error || opened.bytes != bytes || opened.changed != changed)
        opened = { bytes, changed, LoraFile::open(path) };
    return opened.file;
}

std::shared_ptr<AdaptedWeights const> Adapters::adapt(std::span<LoraUse const> loras, AdapterTargets const& targets)
{
    std::vector<LoraUse> uses(loras.begin(), loras.end());
    for (LoraUse const& use : uses) {
        require(!use.file.empty(), "LoRA {}: the request does not say where its file is", use.name);
        for (double weight : { use.weight, use.text_weight.value_or(0) })
            require(std::isfinite(weight) && std::abs(weight) <= 1000,
                "LoRA {}: its weight {} is outside -1000 to 1000", use.name, weight);
    }
    // Sums do not depend on the order they were asked for in.
    std::ranges::stable_sort(
        uses, {}, [](LoraUse const& use) { return std::tuple(use.name, use.weight, use.text_weight, use.file); });
    if (m_files.size() > most_open_files)
        m_files.clear();
    std::vector<std::shared_ptr<LoraFile const>> files;
    for (LoraUse const& use : uses)
        files.push_back(open(use.file));
    if (m_adapted && uses == m_uses && files == m_used_files)
        return m_adapted;
    m_adapted.reset();                                         // its weights go before the next ones come
    if (!uses.empty()) {
        Collector collector(targets);
        for (std::size_t i = 0; i < uses.size(); ++i)
            collector.add(uses[i], *files[i]);
        m_adapted = collector.finish();
    }
    m_uses = std::move(uses);
    m_used_files = std::move(files);
    return m_adapted;
}

}
