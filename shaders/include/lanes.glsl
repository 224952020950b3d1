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
#if defined(STORAGE_f16)
    return elements >= RUN && elements % 2 == 0;
#else
    return elements >= RUN;
#endif
}

/// The RUN elements of the STORAGE tensor from `a` on.
float[RUN] load_run(Address a)
{
    float run[RUN];
#if defined(STORAGE_f16)
    [[unroll]] for (uint i = 0; i < RUN; i += 2) {           // two with one load
        vec2 pair = unpackHalf2x16(uint(load_i32(a, i / 2)));
        run[i] = pair.x;
        run[i + 1] = pair.y;
    }
#else
    [[unroll]] for (uint i = 0; i < RUN; ++i)
        run[i] = load(a, i);
#endif
    return run;
}

#endif
