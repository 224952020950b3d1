# SPDX-License-Identifier: Apache-2.0
# The code is C++23 as GCC 13 and Clang 17 have it. Debian 12's `c++` is GCC 12: where nobody asked for a compiler and
# the default is too old, a newer GCC installed beside it is taken.
if(NOT CMAKE_CXX_COMPILER AND NOT DEFINED ENV{CXX} AND NOT CMAKE_TOOLCHAIN_FILE AND NOT CMAKE_HOST_WIN32)
    set(version 0)
    find_program(IGNEOUS_DEFAULT_CXX NAMES c++ g++)
    mark_as_advanced(IGNEOUS_DEFAULT_CXX)
    if(IGNEOUS_DEFAULT_CXX)
        execute_process(COMMAND ${IGNEOUS_DEFAULT_CXX} -dumpversion OUTPUT_VARIABLE version
            OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    endif()
    if(version VERSION_LESS 13)
        foreach(major 16 15 14 13)
            find_program(IGNEOUS_GXX_${major} g++-${major})
            find_program(IGNEOUS_GCC_${major} gcc-${major})
            mark_as_advanced(IGNEOUS_GXX_${major} IGNEOUS_GCC_${major})
            if(IGNEOUS_GXX_${major} AND IGNEOUS_GCC_${major})
                set(CMAKE_CXX_COMPILER ${IGNEOUS_GXX_${major}})
                set(CMAKE_C_COMPILER ${IGNEOUS_GCC_${major}})
                break()
            endif()
        endforeach()
    endif()
endif()
