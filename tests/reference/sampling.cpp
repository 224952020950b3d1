// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/ops.h"

namespace igneous::reference {

void evaluate_model_input(ModelInputOp const&, Inputs in, Value& out)
{
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = (*in[0])[i % in[0]->size()] * (*in[1])[0];
}

void evaluate_guide(GuideOp const& op, Inputs in, Value& out)
{
    Value const& prediction = *in[1];
    Value const& factors = *in[2];
    for (std::size_t i = 0; i < out.size(); ++i) {
        double guided = prediction[i];
        if (op.copies == 2)
            guided += factors[3] * (prediction[out.size() + i] - guided);
        out[i] = factors[1] * (*in[0])[i] + factors[2] * guided;
    }
}

}
