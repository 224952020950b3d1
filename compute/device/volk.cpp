// SPDX-License-Identifier: Apache-2.0
// The one place where volk's code is compiled: the Vulkan loader is opened at run time, so that the program starts and
// says something useful on a machine that has none.
#define VOLK_IMPLEMENTATION
#include <volk.h>
