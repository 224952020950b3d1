// SPDX-License-Identifier: Apache-2.0
#pragma once

// How layers get their weights: by name, below a prefix. Loading goes on past a gap, so that one error lists everything
// that is wrong with a checkpoint; WeightLoader::finish throws it.

#include "models/checkpoint/tensor_index.h"

#include <initializer_list>
#include <set>
#include <string>
#include <vector>

namespace igneous {

class WeightLoader;

/// A prefix of weight names. `scope / "down_blocks" / 0 / "conv1"` is "down_blocks.0.conv1". Valid while its loader
/// lives.
class WeightScope {
public:
    WeightScope operator/(std::string_view name) const;
    WeightScope operator/(int i) const { return *this / std::to_string(i); }

    /// The weight of that name, which must have `shape`. Null never comes back: a gap is remembered for the error.
    Weight weight(std::string_view name, Shape const& shape) const;
    /// Whether the checkpoint has it; for the few things that a config does not say.
    bool has(std::string_view name) const;
    std::string const& path() const { return m_path; }

private:
    friend class WeightLoader;
    WeightScope(WeightLoader& loader, std::string path)
        : m_loader(&loader)
        , m_path(std::move(path))
    {
    }
    WeightLoader* m_loader;
    std::string m_path;
};

/// Gives out the weights of one component and keeps the books.
class WeightLoader {
public:
    explicit WeightLoader(TensorIndex index)
        : m_index(std::move(index))
    {
    }
    WeightScope root() { return WeightScope(*this, ""); }

    /// Throws weights_mismatch, with lists of names, unless every weight asked for was there in its shape and every
    /// tensor of the checkpoint was asked for or its last name is in `ignored` ("position_ids"). Then looks at every
    /// value that is used: NaN or Inf is an Error(numeric) that names the tensor.
    void finish(std::initializer_list<std::string_view> ignored = {});

    TensorIndex const& index() const { return m_index; }

private:
    friend class WeightScope;
    Weight weight(std::string name, Shape const& shape);
    TensorIndex m_index;
    std::set<std::string, std::less<>> m_used;
    std::vector<std::string> m_missing, m_misshapen;
};

/// Whether any of the values is NaN or infinite. f16, bf16, f32 and f64; integers never are.
bool has_non_finite(DType dtype, std::span<std::byte const> bytes);

/// Throws Error(numeric) that names the first of `weights` that holds NaN or Inf. Reads on several threads.
void require_finite(std::vector<TensorIndex::Entry const*> const& weights);

}
