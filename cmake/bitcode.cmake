# tyche_bitcode(NAME SOURCE): freestanding C++ to LLVM bitcode, once a CPU level, for the compiler
# to link into models: ${CMAKE_BINARY_DIR}/bitcode/NAME_LEVEL.bc, made by the target bitcode_NAME
# and listed in TYCHE_BITCODE_NAME. A test lists the undefined symbols of each.

find_program(TYCHE_BITCODE_COMPILER NAMES clang++-19 REQUIRED)
find_program(TYCHE_BITCODE_NM NAMES llvm-nm-19 REQUIRED)

set(TYCHE_BITCODE_FLAGS -std=c++23 -O2 -ffreestanding -nostdinc++ -fno-exceptions -fno-rtti
    -fno-math-errno -ffp-contract=off -fno-stack-protector -fno-asynchronous-unwind-tables
    -Wall -Wextra -Wconversion -Wshadow -Werror -Wno-psabi)

function(tyche_bitcode name source)
  set(files)
  foreach(level IN LISTS TYCHE_LEVELS)
    set(file ${CMAKE_BINARY_DIR}/bitcode/${name}_${level}.bc)
    add_custom_command(
      OUTPUT ${file}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/bitcode
      COMMAND ${TYCHE_BITCODE_COMPILER} ${TYCHE_BITCODE_FLAGS} ${TYCHE_LEVEL_FLAGS_${level}}
              -DTYCHE_LEVEL=${level} -I${CMAKE_SOURCE_DIR} -MD -MF ${file}.d -emit-llvm
              -c ${CMAKE_SOURCE_DIR}/${source} -o ${file}
      DEPENDS ${CMAKE_SOURCE_DIR}/${source}
      DEPFILE ${file}.d
      COMMENT "Bitcode ${name} for ${level}"
      VERBATIM)
    list(APPEND files ${file})
  endforeach()
  add_custom_target(bitcode_${name} ALL DEPENDS ${files})
  set(TYCHE_BITCODE_${name} ${files} PARENT_SCOPE)
  add_test(NAME bitcode_${name}
           COMMAND ${CMAKE_COMMAND} -DCOMPILER=${TYCHE_BITCODE_COMPILER} -DNM=${TYCHE_BITCODE_NM}
                   "-DFILES=${files}"
                   -P ${CMAKE_SOURCE_DIR}/cmake/bitcode_symbols.cmake)
endfunction()
