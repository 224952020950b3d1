# SPDX-License-Identifier: Apache-2.0
# Packages that more than one folder uses. What only one folder needs it finds itself.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(nlohmann_json 3.10 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PNG REQUIRED)
find_package(JPEG REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
pkg_check_modules(webp REQUIRED IMPORTED_TARGET libwebp libwebpmux)

# Vulkan: headers only, the loader is opened at run time by volk.
find_path(VULKAN_HEADERS vulkan/vulkan_core.h REQUIRED)
find_path(VOLK_HEADERS volk.h REQUIRED)
find_path(VMA_HEADERS NAMES vk_mem_alloc.h PATH_SUFFIXES vma VulkanMemoryAllocator REQUIRED)
mark_as_advanced(VULKAN_HEADERS VOLK_HEADERS VMA_HEADERS)
add_library(igneous_vulkan INTERFACE)        # only compute/device and compute/memory include these
target_include_directories(igneous_vulkan SYSTEM INTERFACE ${VULKAN_HEADERS} ${VOLK_HEADERS} ${VMA_HEADERS})
target_compile_definitions(igneous_vulkan INTERFACE VK_NO_PROTOTYPES)
target_link_libraries(igneous_vulkan INTERFACE ${CMAKE_DL_LIBS} Threads::Threads)

find_program(GLSLC glslc DOC "shaderc's GLSL compiler")
if(NOT GLSLC)
    message(FATAL_ERROR "glslc was not found: install shaderc (Debian: glslc), or run installer/bootstrap.sh")
endif()
