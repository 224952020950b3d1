# SPDX-License-Identifier: Apache-2.0
# A library is made of folders, and each folder's CMakeLists.txt only lists its own sources:
#     target_sources(igneous_compute PRIVATE graph.cpp plan.cpp)

# Adds those of the named sub-folders that have a CMakeLists.txt.
macro(igneous_add_folders)
    foreach(folder ${ARGN})
        if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt)
            add_subdirectory(${folder})
        endif()
    endforeach()
endmacro()

# A static library needs one source; a layer that has none yet gets an empty one.
function(igneous_never_empty target)
    get_target_property(sources ${target} SOURCES)
    if(NOT sources)
        set(empty ${CMAKE_BINARY_DIR}/${target}_empty.cpp)
        file(CONFIGURE OUTPUT ${empty} CONTENT "namespace igneous { extern int const ${target}_empty; int const ${target}_empty = 0; }\n")
        target_sources(${target} PRIVATE ${empty})
    endif()
endfunction()
