# SPDX-License-Identifier: Apache-2.0
# CLIP's vocabulary for models whose folder has none: taken out of a Python package that carries it (OpenCLIP, MIT), by name,
# version and hash, through the ordinary client. Nothing of the package is installed or run. Without Python, pip or a network
# the build goes on: only single-file checkpoints need it.
option(IGNEOUS_CLIP_VOCABULARY "Get CLIP's vocabulary from the open_clip_torch package at configure time" ON)

set(clip_vocabulary_package open_clip_torch==2.32.0)
set(clip_vocabulary_package_sha256 80b35b43e37afc2b6173aa5ab0ad68744ab3a3211e624f72dfe743a162707637)
set(clip_vocabulary_sha256 67603cfda2e032ad77b5f8808af37789d590db664b26df8705d2bf8b3c553fc8)
set(clip_vocabulary_folder ${CMAKE_BINARY_DIR}/share/igneous/clip)
set(clip_vocabulary_file ${clip_vocabulary_folder}/bpe_simple_vocab_16e6.txt)

# Writes the vocabulary, or sets `problem` to a sentence.
function(igneous_get_clip_vocabulary problem)
    find_package(Python3 QUIET COMPONENTS Interpreter)
    if(NOT Python3_Interpreter_FOUND)
        set(${problem} "Python 3 was not found" PARENT_SCOPE)
        return()
    endif()
    set(scratch ${CMAKE_BINARY_DIR}/clip_vocabulary)
    file(REMOVE_RECURSE ${scratch})
    file(MAKE_DIRECTORY ${scratch} ${clip_vocabulary_folder})
    execute_process(
        COMMAND ${Python3_EXECUTABLE} -m pip --disable-pip-version-check --quiet --retries 1 --timeout 15
                download --no-deps --only-binary=:all: --dest ${scratch} ${clip_vocabulary_package}
        RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET TIMEOUT 120)
    file(GLOB package ${scratch}/*.whl)
    if(NOT result EQUAL 0 OR NOT package)
        set(${problem} "pip could not download ${clip_vocabulary_package}" PARENT_SCOPE)
        return()
    endif()
    file(SHA256 ${package} hash)
    if(NOT hash STREQUAL clip_vocabulary_package_sha256)
        set(${problem} "${clip_vocabulary_package} has the SHA-256 ${hash}, expected ${clip_vocabulary_package_sha256}" PARENT_SCOPE)
        return()
    endif()
    execute_process(
        COMMAND ${Python3_EXECUTABLE} -c "import gzip, sys, zipfile
packed = zipfile.ZipFile(sys.argv[1]).read('open_clip/bpe_simple_vocab_16e6.txt.gz')
open(sys.argv[2], 'wb').write(gzip.decompress(packed))" ${package} ${scratch}/vocabulary.txt
        RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
    if(result EQUAL 0)
        file(SHA256 ${scratch}/vocabulary.txt hash)
    endif()
    if(NOT result EQUAL 0 OR NOT hash STREQUAL clip_vocabulary_sha256)
        set(${problem} "${clip_vocabulary_package} does not hold the expected file" PARENT_SCOPE)
        return()
    endif()
    file(RENAME ${scratch}/vocabulary.txt ${clip_vocabulary_file})
    file(REMOVE_RECURSE ${scratch})
    set(${problem} "" PARENT_SCOPE)
endfunction()

if(IGNEOUS_CLIP_VOCABULARY AND NOT EXISTS ${clip_vocabulary_file} AND NOT IGNEOUS_CLIP_VOCABULARY_TRIED)
    igneous_get_clip_vocabulary(problem)
    if(problem)
        message(STATUS "CLIP's vocabulary: not packaged (${problem}); to try again: cmake -U IGNEOUS_CLIP_VOCABULARY_TRIED")
    endif()
    set(IGNEOUS_CLIP_VOCABULARY_TRIED ON CACHE INTERNAL "Getting CLIP's vocabulary was tried in this build folder")
endif()
if(EXISTS ${clip_vocabulary_file})
    message(STATUS "CLIP's vocabulary: ${clip_vocabulary_file}")
    install(FILES ${clip_vocabulary_file} DESTINATION share/igneous/clip)
endif()
