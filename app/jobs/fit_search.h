// SPDX-License-Identifier: Apache-2.0
#pragma once

// The nearest setting that fits the device, where the one that was asked for does not: first fewer pictures at once
// (half, a quarter...), then, one at a time, smaller ones of the same proportions whose longer side is a multiple
// of 64. Which fit is found by asking, because only a plan knows.

#include "models/api/request.h"

#include <optional>
#include <string>

namespace igneous {

class FitSearch {
public:
    /// `refused` is known not to fit.
    explicit FitSearch(GenerationRequest refused);

    /// What to ask next; nothing once the search is over.
    std::optional<GenerationRequest> const& next() const { return m_next; }
    /// Whether next() fits; goes on to the one after it.
    void answer(bool fits);
    /// The nearest that fits; nothing where none does. To be asked when the search is over.
    std::optional<GenerationRequest> const& found() const { return m_found; }
    /// "batch 2", "512 x 384, one picture at a time", for the user; empty where nothing fits.
    std::string words() const;

private:
    void next_size();
    GenerationRequest sized(int side) const;

    GenerationRequest m_refused;
    std::optional<GenerationRequest> m_next, m_found;
    int m_width, m_height;
    int m_fitting = 0, m_too_large = 0;    // longer sides in steps of 64; too large 0: the batch is still searched
};

}
