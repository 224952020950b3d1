// SPDX-License-Identifier: Apache-2.0
#pragma once

// ComfyUI's graphs: nodes with typed inputs that are values or links to other nodes. Read from what ComfyUI runs
// (`prompt`) or from what its canvas shows (`workflow`). Links may lead nowhere or in circles.

#include "app/recipes/reader.h"

#include <map>

namespace igneous {

struct ComfyNode {
    std::string id, type;
    nlohmann::json inputs = nlohmann::json::object();      // values, and links as [node's id, output]
};

class ComfyGraph {
public:
    /// From the text of `prompt`: {"3": {"class_type": "KSampler", "inputs": {...}}, ...}.
    static ComfyGraph of_prompt(nlohmann::json const& prompt);
    /// From the text of `workflow`: nodes with links and unnamed widgets' values, whose names a table knows.
    static ComfyGraph of_workflow(nlohmann::json const& workflow);

    std::map<std::string, ComfyNode> const& nodes() const { return m_nodes; }

    /// The node that an input is linked to, through reroutes and what is bypassed; null where there is none.
    ComfyNode const* source(ComfyNode const& node, std::string_view input) const;
    /// The first of the node's inputs that is linked to a node.
    ComfyNode const* any_source(ComfyNode const& node) const;

    /// The value of an input, also where another node gives it; null where there is none.
    nlohmann::json const& value(ComfyNode const& node, std::string_view input) const;

    /// Nodes that may still be looked at: graphs with circles and doublings end here.
    bool spend() const { return m_budget > 0 && --m_budget > 0; }

private:
    ComfyNode const* linked(nlohmann::json const& link) const;
    ComfyNode const* skip_reroutes(ComfyNode const* node) const;

    std::map<std::string, ComfyNode> m_nodes;
    mutable int m_budget = 20000;
};

}
