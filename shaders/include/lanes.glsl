// SPDX-License-Identifier: Apache-2.0
// Kernels for CPU drivers, where an invocation is a lane of a vector. What is the same for all lanes is one load; what
// each lane reads from a place of its own is a load, a test and a branch per lane. So a lane reads a run of elements
// before anything is computed with them: between branches lavapipe's compiler keeps every product waiting in memory
// (measured: half the speed).
#ifndef IGNEOUS_LANES_GLSL
#define IGNEOUS_LANES_GLSL

#include "include/lanes.params.h"

/// Whether runs may be read from rows of so many elements.
bool has_runs(uint elements)
{
    return elements >= RUN && elements % 4 == 0;
}

/// The RUN elements of the STORAGE tensor from `a` on.
float[RUN] load_run(Address a)
{
    float run[RUN];
    [[unroll]] for (uint i = 0; i < RUN; i += 4) {           // four with one load
        vec4 four = load4(a, i / 4);
        [[unroll]] for (uint j = 0; j < 4; ++j)
            run[i + j] = four[j];
    }
    return run;
}

#endif
