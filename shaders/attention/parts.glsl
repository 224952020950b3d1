// SPDX-License-Identifier: Apache-2.0
// Keys split among workgroups: each of PARTS looks at some of them and leaves its sums to attention/attention_join.
// Wants p and PARTS; grid z is N x PARTS.

uint image_of_workgroup() { return gl_WorkGroupID.z / PARTS; }
uint part_of_workgroup() { return gl_WorkGroupID.z % PARTS; }

/// Of `blocks` blocks of keys those of this part are [.x, .y).
uvec2 blocks_of_part(uint blocks)
{
    uint part = part_of_workgroup();
    return uvec2(blocks * part / PARTS, blocks * (part + 1) / PARTS);
}

/// The row of this image's and part's first query in y.
uint first_row_of_part()
{
    return (part_of_workgroup() * (gl_NumWorkGroups.z / PARTS) + image_of_workgroup()) * p.queries;
}

void store_totals(uint head, uint query, float largest, float total)
{
    uint at = (first_row_of_part() * p.heads + head * p.queries + query) * 2;
    store_f32(p.totals, at, largest);
    store_f32(p.totals, at + 1, total);
}
