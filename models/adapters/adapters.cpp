// SPDX-License-Identifier: Apache-2.0
#include "models/adapters/adapters.h"

#include "models/adapters/lora_match.h"
#include "models/api/error.h"

#include <algorithm>
#include <cmath>

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_open_files = 64;

/// "style.safetensors: 3 of its keys fit nothing in this model and were left out: a, b, c"
std::string left_out(LoraFile const& file, LoraFit const& fit)
{
    int const count = fit.not_understood.count + fit.no_such_layer.count;
    std::vector<std::string> keys = fit.not_understood.examples;
    keys.insert(keys.end(), fit.no_such_layer.examples.begin(), fit.no_such_layer.examples.end());
    keys.resize(std::min(keys.size(), LoraMisfits::most_examples));
    std::string text = std::format(
        "{}: {} of its keys fit nothing in this model and were left out: ", file.path.filename().string(), count);
    for (std::size_t i = 0; i < keys.size(); ++i)
        text += (i ? ", " : "") + keys[i];
    return count > static_cast<int>(keys.size()) ? text + ", ..." : text;
}

/// Collects the terms of all LoRAs by the weight they go to.
class Collector {
public:
    explicit Collector(AdapterTargets const& targets)
        : m_targets(targets)
    {}

    void add(LoraUse const& use, LoraFile const& file)
    {
        LoraMatch const found = match(file, m_targets);
        if (!found.fit.refusal.empty())
            fail(ErrorCode::weights_mismatch, "{}: {}", file.path.string(), found.fit.refusal);
        for (auto const& [module, target] : found.layers) {
            double const weight = module->part == "unet" ? use.weight : use.text_weight.value_or(use.weight);
            if (double const scale = weight * module->scale; scale != 0)
                terms_of(target).push_back({ module->up, module->down, scale });
        }
        if (found.fit.matched < found.fit.keys)
            m_notices.push_back(left_out(file, found.fit));
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
