# SPDX-License-Identifier: Apache-2.0
# What every target shares: language, build type, warnings, sanitizers, ccache, where results go.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    message(FATAL_ERROR "Igneous needs GCC 13 or newer but got ${CMAKE_CXX_COMPILER_VERSION}")
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 17)
    message(FATAL_ERROR "Igneous needs Clang 17 or newer but got ${CMAKE_CXX_COMPILER_VERSION}")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
endif()

find_program(IGNEOUS_CCACHE ccache)
mark_as_advanced(IGNEOUS_CCACHE)
if(IGNEOUS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Several clones share what they have in common, and precompiled headers can be cached.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${IGNEOUS_CCACHE})
    set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()

if(MSVC)
    add_compile_options(/W4 /utf-8 /permissive- $<$<BOOL:${IGNEOUS_WERROR}>:/WX>)
    add_compile_definitions(NOMINMAX WIN32_LEAN_AND_MEAN)
else()
    add_compile_options(
        $<$<COMPILE_LANGUAGE:CXX>:-Wall> $<$<COMPILE_LANGUAGE:CXX>:-Wextra> $<$<COMPILE_LANGUAGE:CXX>:-Wpedantic>
        $<$<COMPILE_LANGUAGE:CXX>:-Wshadow> $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
        $<$<COMPILE_LANGUAGE:CXX>:-Woverloaded-virtual> $<$<COMPILE_LANGUAGE:CXX>:-Wcast-align>)
    # Types spell out their few fields with designated initialisers; the rest is defaulted on purpose.
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-missing-field-initializers>)
    if(IGNEOUS_WERROR)
        add_compile_options(-Werror)
        if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
            # These guess across inlined library code and are wrong too often to stop a build.
            add_compile_options(-Wno-error=stringop-overflow -Wno-error=array-bounds -Wno-error=maybe-uninitialized
                -Wno-error=dangling-pointer -Wno-error=restrict -Wno-error=stringop-overread -Wno-error=free-nonheap-object)
        endif()
    endif()
    # A result must not depend on which instructions the compiler fuses.
    add_compile_options(-ffp-contract=off)
endif()

if(IGNEOUS_SANITIZE)
    add_compile_options(-fsanitize=${IGNEOUS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${IGNEOUS_SANITIZE})
endif()

include_directories(${CMAKE_SOURCE_DIR})     # #include "compute/graph/graph.h"

# igneous_precompile(target  <more> headers): what nearly every file includes is read once.
function(igneous_precompile target)
    target_precompile_headers(${target} PRIVATE <algorithm> <chrono> <filesystem> <format> <fstream> <functional> <map>
        <memory> <mutex> <optional> <set> <span> <string> <unordered_map> <variant> <vector> ${ARGN})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(${target} PRIVATE -fpch-preprocess)      # for ccache
    endif()
endfunction()
