// SPDX-License-Identifier: Apache-2.0
#pragma once

// Latents on the CPU in double precision, for tests of samplers: values are vectors, noise comes from a tape.

#include "models/sampling/sampler.h"

#include <stdexcept>

namespace igneous::test {

struct VectorValue : LatentValue {
    std::vector<double> values;
};

inline Latents make_latents(std::vector<double> values)
{
    auto value = std::make_shared<VectorValue>();
    value->values = std::move(values);
    return Latents(value);
}

inline std::vector<double> const& values_of(Latents const& latents)
{
    return latents.as<VectorValue>().values;
}

class VectorSpace : public LatentSpace {
public:
    explicit VectorSpace(std::vector<std::vector<double>> tape = {})
        : m_tape(std::move(tape))
    {
    }

    using LatentSpace::combine;
    Latents combine(std::span<Term const> terms) override
    {
        most_terms = std::max(most_terms, terms.size());
        std::vector<double> sum(values_of(terms[0].value).size());
        for (auto const& [coefficient, value] : terms) {
            if (!(coefficient - coefficient == 0))
                throw std::runtime_error("a coefficient is not finite");
            for (size_t i = 0; i < sum.size(); ++i)
                sum[i] += coefficient * values_of(value)[i];
        }
        return make_latents(std::move(sum));
    }

    Latents noise() override
    {
        if (draws >= static_cast<int>(m_tape.size()))
            throw std::runtime_error("the noise tape is at its end");
        return make_latents(m_tape[draws++]);
    }

    int draws = 0;
    size_t most_terms = 0;

private:
    std::vector<std::vector<double>> m_tape;
};

}
