// SPDX-License-Identifier: Apache-2.0
// Arithmetic on addresses kept as two 32-bit words.
#ifndef IGNEOUS_ADDRESS_GLSL
#define IGNEOUS_ADDRESS_GLSL

#if defined(STORAGE_f16)
const uint ELEMENT_BYTES = 2;
#else
const uint ELEMENT_BYTES = 4;
#endif

Address advance_bytes(Address a, uint bytes)
{
    uint carry;
    uint low = uaddCarry(a.x, bytes, carry);
    return uvec2(low, a.y + carry);
}

/// The address of element `i` of the STORAGE tensor at `a`.
Address advance(Address a, uint i) { return advance_bytes(a, i * ELEMENT_BYTES); }

#endif
