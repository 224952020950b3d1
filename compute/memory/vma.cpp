// SPDX-License-Identifier: Apache-2.0
// The one place where the allocator's code is compiled.
#define VMA_IMPLEMENTATION
#include "compute/memory/vma.h"
