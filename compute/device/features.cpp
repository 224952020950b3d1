// SPDX-License-Identifier: Apache-2.0
#include "compute/device/physical_device.h"

namespace igneous {

DeviceFeatures::DeviceFeatures(std::set<std::string, std::less<>> const& extensions)
{
    void** tail = &core.pNext;
    auto append = [&](auto& structure) {
        *tail = &structure;
        tail = &structure.pNext;
    };
    append(vulkan11);
    append(vulkan12);
    append(vulkan13);
    if (extensions.contains(VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME))
        append(cooperative_matrix);
#ifdef VK_NV_cooperative_matrix2
    if (extensions.contains(VK_NV_COOPERATIVE_MATRIX_2_EXTENSION_NAME))
        append(cooperative_matrix2);
#endif
    if (extensions.contains(VK_KHR_WORKGROUP_MEMORY_EXPLICIT_LAYOUT_EXTENSION_NAME))
        append(workgroup_layout);
    if (extensions.contains(VK_EXT_MEMORY_PRIORITY_EXTENSION_NAME))
        append(memory_priority);
    if (extensions.contains(VK_EXT_DEVICE_FAULT_EXTENSION_NAME))
        append(fault);
}

namespace {

/// Clears a Vulkan feature structure but for its header, so that only what is named afterwards is on.
template<class Structure>
Structure cleared(Structure const& listed)
{
    Structure none {};
    none.sType = listed.sType;
    none.pNext = listed.pNext;
    return none;
}

}

void DeviceFeatures::keep_what_kernels_use()
{
    auto const core_listed = core.features;
    core.features = {};
    core.features.shaderInt64 = core_listed.shaderInt64;
    core.features.shaderInt16 = core_listed.shaderInt16;
    core.features.shaderFloat64 = core_listed.shaderFloat64;

    auto const listed11 = vulkan11;
    vulkan11 = cleared(vulkan11);
    vulkan11.storageBuffer16BitAccess = listed11.storageBuffer16BitAccess;
    vulkan11.uniformAndStorageBuffer16BitAccess = listed11.uniformAndStorageBuffer16BitAccess;
    vulkan11.storagePushConstant16 = listed11.storagePushConstant16;
    vulkan11.variablePointersStorageBuffer = listed11.variablePointersStorageBuffer;
    vulkan11.variablePointers = listed11.variablePointers;

    auto const listed12 = vulkan12;
    vulkan12 = cleared(vulkan12);
    vulkan12.storageBuffer8BitAccess = listed12.storageBuffer8BitAccess;
    vulkan12.uniformAndStorageBuffer8BitAccess = listed12.uniformAndStorageBuffer8BitAccess;
    vulkan12.storagePushConstant8 = listed12.storagePushConstant8;
    vulkan12.shaderFloat16 = listed12.shaderFloat16;
    vulkan12.shaderInt8 = listed12.shaderInt8;
    vulkan12.scalarBlockLayout = listed12.scalarBlockLayout;
    vulkan12.shaderSubgroupExtendedTypes = listed12.shaderSubgroupExtendedTypes;
    vulkan12.timelineSemaphore = listed12.timelineSemaphore;
    vulkan12.bufferDeviceAddress = listed12.bufferDeviceAddress;
    vulkan12.vulkanMemoryModel = listed12.vulkanMemoryModel;
    vulkan12.vulkanMemoryModelDeviceScope = listed12.vulkanMemoryModelDeviceScope;

    auto const listed13 = vulkan13;
    vulkan13 = cleared(vulkan13);
    vulkan13.subgroupSizeControl = listed13.subgroupSizeControl;
    vulkan13.computeFullSubgroups = listed13.computeFullSubgroups;
    vulkan13.synchronization2 = listed13.synchronization2;
    vulkan13.maintenance4 = listed13.maintenance4;                 // workgroup sizes by specialization constant
    vulkan13.shaderIntegerDotProduct = listed13.shaderIntegerDotProduct;
    vulkan13.shaderZeroInitializeWorkgroupMemory = listed13.shaderZeroInitializeWorkgroupMemory;

    cooperative_matrix.cooperativeMatrixRobustBufferAccess = VK_FALSE;
    fault.deviceFaultVendorBinary = VK_FALSE;
}

}
