# The layers that need LLVM: codegen, and compile, the bridge. LLVM is linked statically into one
# shared object, which compile loads when a model is first compiled: 4 ms against 15 for LLVM's own.
set(CMAKE_C_COMPILER clang-19)  # the package of LLVM looks for what it needs with it
enable_language(C)
find_package(LLVM 19.1 REQUIRED CONFIG)
llvm_map_components_to_libnames(TYCHE_LLVM_LIBRARIES
  orcjit passes bitreader linker x86codegen x86desc x86info)

tyche_layer(codegen USES ir LIBRARIES ${TYCHE_LLVM_LIBRARIES})
target_link_options(tyche_codegen INTERFACE LINKER:--as-needed,--gc-sections)
target_include_directories(tyche_codegen SYSTEM PRIVATE ${LLVM_INCLUDE_DIRS})
target_compile_definitions(tyche_codegen PRIVATE TYCHE_BITCODE="${CMAKE_BINARY_DIR}/bitcode")
set_source_files_properties(${CMAKE_SOURCE_DIR}/tyche/codegen/runtime.cpp PROPERTIES
  OBJECT_DEPENDS "${TYCHE_BITCODE_elementary}")

set(TYCHE_EXPORTS ${CMAKE_SOURCE_DIR}/tyche/codegen/export.map)
add_library(tyche_codegen_library SHARED tyche/codegen/export.cpp)
set_target_properties(tyche_codegen_library PROPERTIES
  OUTPUT_NAME tyche_codegen LINK_DEPENDS ${TYCHE_EXPORTS})
target_link_libraries(tyche_codegen_library PRIVATE tyche_codegen)
target_link_options(tyche_codegen_library PRIVATE LINKER:--version-script=${TYCHE_EXPORTS})

tyche_layer(compile USES contracts passes interpret LIBRARIES ${CMAKE_DL_LIBS})
add_dependencies(tyche_compile tyche_codegen_library)
