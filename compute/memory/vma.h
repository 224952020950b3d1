// SPDX-License-Identifier: Apache-2.0
#pragma once

// The Vulkan Memory Allocator, with functions it fetches through volk's loader.

#include "compute/device/vulkan.h"

#define VMA_STATIC_VULKAN_FUNCTIONS 0
#define VMA_DYNAMIC_VULKAN_FUNCTIONS 1
#define VMA_VULKAN_VERSION 1003000
#include <vk_mem_alloc.h>
