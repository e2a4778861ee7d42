# `cmake --install`: the libraries, the compiler's shared object, the program, and a CMake package
# with the target tyche::tyche. Headers: those that a user includes and all that these include,
# found when installing (cmake/public_headers.cmake).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(TYCHE_PUBLIC_HEADERS tyche/tyche.hpp tyche/diagnostics/diagnostics.hpp tyche/model/json.hpp
    tyche/plots/plots.hpp tyche/runtime/memory.hpp tyche/simulation.hpp tyche/sinks/csv.hpp
    tyche/sinks/progress.hpp tyche/smc/bootstrap.hpp)
set(TYCHE_PACKAGE ${CMAKE_INSTALL_LIBDIR}/cmake/tyche)

add_library(tyche_library INTERFACE)
target_link_libraries(tyche_library INTERFACE tyche_runtime tyche_sinks tyche_plots tyche_simulation
                                              tyche_smc)
target_compile_features(tyche_library INTERFACE cxx_std_23)
target_include_directories(tyche_library INTERFACE $<INSTALL_INTERFACE:include>)
# The run path by which compile/ finds the compiler.
target_link_options(tyche_library INTERFACE
  $<INSTALL_INTERFACE:LINKER:-rpath,$<INSTALL_PREFIX>/${CMAKE_INSTALL_LIBDIR}>)
set_target_properties(tyche_library PROPERTIES EXPORT_NAME tyche)

get_property(installed GLOBAL PROPERTY TYCHE_LAYERS)
list(REMOVE_ITEM installed tyche_codegen)
install(TARGETS tyche_library ${installed} EXPORT tyche)
set_target_properties(tyche PROPERTIES INSTALL_RPATH $ORIGIN/../${CMAKE_INSTALL_LIBDIR})
install(TARGETS tyche tyche_codegen_library)
install(EXPORT tyche NAMESPACE tyche:: FILE tyche-targets.cmake DESTINATION ${TYCHE_PACKAGE})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/tyche-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/tyche-config-version.cmake
              ${CMAKE_SOURCE_DIR}/cmake/tyche-config.cmake DESTINATION ${TYCHE_PACKAGE})
install(CODE "set(TYCHE_PUBLIC_HEADERS \"${TYCHE_PUBLIC_HEADERS}\")
set(TYCHE_SOURCE \"${CMAKE_SOURCE_DIR}\")")
install(SCRIPT ${CMAKE_SOURCE_DIR}/cmake/public_headers.cmake)
