# One call a folder: tyche_layer(NAME [USES layer...] [LIBRARIES target...] [TEST_LIBRARIES ...]
# [FOLDERS folder...] [THREADED folder...]). What is said of tyche/NAME holds for those folders in it
# too; under the thread sanitizer only tests of the threaded ones are built, if any are named.
#   tyche/NAME/*.cpp          compiled once, into the library tyche_NAME
#   tyche/NAME/*.level.cpp    arithmetic that touches a draw: compiled once a CPU level, with
#                             TYCHE_LEVEL set to the level's namespace
#   tyche/NAME/*_test.cpp     gathered into the test program NAME_test
# A new file needs no edit here.

set(TYCHE_LEVELS plain avx2 avx512)
set(TYCHE_LEVEL_FLAGS_plain -march=x86-64)
set(TYCHE_LEVEL_FLAGS_avx2 -march=x86-64-v3)
set(TYCHE_LEVEL_FLAGS_avx512 -march=x86-64-v4 -mprefer-vector-width=512)

# Objects of SOURCES for every level, linked into TARGET.
function(tyche_add_levels target)
  foreach(level IN LISTS TYCHE_LEVELS)
    set(objects ${target}_${level})
    add_library(${objects} OBJECT ${ARGN})
    target_compile_definitions(${objects} PRIVATE TYCHE_LEVEL=${level})
    target_compile_options(${objects} PRIVATE ${TYCHE_LEVEL_FLAGS_${level}} -Wno-psabi)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${objects}>)
  endforeach()
endfunction()

function(tyche_layer name)
  cmake_parse_arguments(LAYER "" "" "USES;LIBRARIES;TEST_LIBRARIES;FOLDERS;THREADED" ${ARGN})
  set(folder ${CMAKE_SOURCE_DIR}/tyche/${name})
  set(patterns ${folder}/*.cpp)
  foreach(inner IN LISTS LAYER_FOLDERS)
    list(APPEND patterns ${folder}/${inner}/*.cpp)
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS ${patterns})
  set(levels ${sources})
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test(\\.level)?\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test(\\.level)?\\.cpp$")
  list(FILTER levels INCLUDE REGEX "\\.level\\.cpp$")
  list(FILTER levels EXCLUDE REGEX "_test\\.level\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "\\.level\\.cpp$")
  if(LAYER_THREADED AND TYCHE_SANITIZE STREQUAL "thread")
    list(JOIN LAYER_THREADED "|" threaded)
    list(FILTER tests INCLUDE REGEX "/(${threaded})/[^/]+$")
  endif()
  list(TRANSFORM LAYER_USES PREPEND tyche_)

  set(scope PUBLIC)
  if(sources OR levels)
    add_library(tyche_${name} STATIC ${sources})
    set_target_properties(tyche_${name} PROPERTIES LINKER_LANGUAGE CXX)
    if(levels)
      tyche_add_levels(tyche_${name} ${levels})
    endif()
  else()
    add_library(tyche_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_link_libraries(tyche_${name} ${scope} ${LAYER_USES} ${LAYER_LIBRARIES})
  set_target_properties(tyche_${name} PROPERTIES EXPORT_NAME ${name})
  set_property(GLOBAL APPEND PROPERTY TYCHE_LAYERS tyche_${name})

  if(tests)
    set(plain_tests ${tests})
    set(level_tests ${tests})
    list(FILTER plain_tests EXCLUDE REGEX "\\.level\\.cpp$")
    list(FILTER level_tests INCLUDE REGEX "\\.level\\.cpp$")
    add_executable(${name}_test ${plain_tests})
    set_target_properties(${name}_test PROPERTIES LINKER_LANGUAGE CXX)
    if(level_tests)
      tyche_add_levels(${name}_test ${level_tests})
    endif()
    target_link_libraries(${name}_test PRIVATE tyche_${name} tyche_test_main
                          ${LAYER_TEST_LIBRARIES})
    target_compile_definitions(${name}_test PRIVATE TYCHE_TEST_DATA="${CMAKE_SOURCE_DIR}/tests")
    add_test(NAME ${name} COMMAND ${name}_test)
  endif()
endfunction()

# tyche_program(NAME FOLDER USES layer...): the program of a folder that holds a main.
function(tyche_program name folder)
  cmake_parse_arguments(PROGRAM "" "" "USES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tyche/${folder}/*.cpp)
  add_executable(${name} ${sources})
  list(TRANSFORM PROGRAM_USES PREPEND tyche_)
  target_link_libraries(${name} PRIVATE ${PROGRAM_USES})
  target_compile_definitions(${name} PRIVATE TYCHE_VERSION="${PROJECT_VERSION}")
  # The statements that it names are found from the repository's root (`../../`: ccache).
  target_compile_options(${name} PRIVATE -fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=
                         -fmacro-prefix-map=../../=)
endfunction()
