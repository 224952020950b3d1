// SPDX-License-Identifier: Apache-2.0
#pragma once

// The tensors of one component of a model by their names, from one file or from several (shards).

#include "models/checkpoint/safetensors.h"

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace igneous {

class TensorIndex {
public:
    struct Entry {
        Weight weight;             // mapped, or with empty bytes where only the shape is known
        std::string unsupported;   // not empty: the file's type, one the engine does not compute with
        std::string file;          // for messages
    };
    /// Makes a weight of a given name and shape; for tests and for planning without files.
    using Maker = std::function<Weight(std::string const& name, Shape const& shape)>;

    /// The component's weights in `folder`: <stem>.safetensors, the shards that <stem>.safetensors.index.json lists, or
    /// <stem>.fp16.safetensors, the first that is there. `component` ("unet") goes before names in messages. Throws
    /// file_missing when there is none, unsupported_model where there are only pickles (.bin).
    static TensorIndex from_folder(
        std::filesystem::path const& folder, std::string_view stem, std::string const& component);
    /// Every weight that is asked for exists. It has no bytes: it can be planned with, not run.
    static TensorIndex shapes_only(std::string component);
    static TensorIndex made_by(Maker maker, std::string component);

    explicit TensorIndex(std::string component = {})
        : m_component(std::move(component))
    {
    }
    /// Throws file_damaged when a name is there already.
    void add(SafetensorsFile const& file);
    void add(std::string name, Weight weight);

    bool has(std::string_view name) const { return m_entries.contains(name); }
    Entry const* find(std::string_view name, Shape const& wanted) const;
    std::map<std::string, Entry, std::less<>> const& entries() const { return m_entries; }
    std::string const& component() const { return m_component; }

private:
    std::string m_component;
    Maker m_maker;
    mutable std::map<std::string, Entry, std::less<>> m_entries;   // grows where a maker makes them
};

}
