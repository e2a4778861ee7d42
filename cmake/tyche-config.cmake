# find_package(tyche): the target tyche::tyche, and the compiler beside its libraries.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
include(${CMAKE_CURRENT_LIST_DIR}/tyche-targets.cmake)
