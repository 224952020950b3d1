// SPDX-License-Identifier: Apache-2.0
// Reductions over a workgroup of any size up to 1024 and any subgroup size from 4: every invocation calls them in
// uniform control flow and gets the result. The order of additions is fixed, so results repeat bit for bit on one
// device. A workgroup of one subgroup takes no barrier.
#ifndef IGNEOUS_REDUCE_GLSL
#define IGNEOUS_REDUCE_GLSL

#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require

shared float reduce_partials[256];

float workgroup_sum(float v)
{
    v = subgroupAdd(v);
    if (gl_NumSubgroups == 1)
        return v;
    if (subgroupElect())
        reduce_partials[gl_SubgroupID] = v;
    barrier();
    float total = 0;
    for (uint i = 0; i < gl_NumSubgroups; ++i)
        total += reduce_partials[i];
    barrier();                     // the next reduction may reuse the memory
    return total;
}

float workgroup_max(float v)
{
    v = subgroupMax(v);
    if (gl_NumSubgroups == 1)
        return v;
    if (subgroupElect())
        reduce_partials[gl_SubgroupID] = v;
    barrier();
    float largest = reduce_partials[0];
    for (uint i = 1; i < gl_NumSubgroups; ++i)
        largest = max(largest, reduce_partials[i]);
    barrier();
    return largest;
}

#endif
