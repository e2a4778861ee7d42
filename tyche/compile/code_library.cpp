#include "tyche/compile/code_library.hpp"

#include <dlfcn.h>

#include <filesystem>

namespace tyche {
namespace {

using EmitResult = Result<std::shared_ptr<const codegen::Code>>;
using Emit = void (*)(const ir::Program*, const codegen::CodeSettings*, EmitResult*);

std::filesystem::path own_folder() {
  Dl_info info;
  if (dladdr(reinterpret_cast<const void*>(&emit_code), &info) == 0) return {};
  std::error_code none;
  const auto path = std::filesystem::canonical(info.dli_fname, none);
  return none ? std::filesystem::read_symlink("/proc/self/exe", none).parent_path()
              : path.parent_path();
}

Result<Emit> load() {
  const std::filesystem::path name = "libtyche_codegen.so", folder = own_folder();
  std::string tried;
  for (const auto& path : {folder / name, folder / ".." / "lib" / name, name}) {
    if (void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
      if (void* emit = dlsym(library, "tyche_codegen_emit")) return reinterpret_cast<Emit>(emit);
    }
    tried += (tried.empty() ? "" : "; ") + std::string(dlerror());
  }
  return std::unexpected(
      Error{"compiler", "the library " + name.string(), tried,
            "install it beside the program, in ../lib from there, or on the program's "
            "run path"});
}

}  // namespace

EmitResult emit_code(const ir::Program& program, const codegen::CodeSettings& settings) {
  static const Result<Emit> emit = load();
  if (!emit) return std::unexpected(emit.error());
  EmitResult code = std::unexpected(Error{});
  (*emit)(&program, &settings, &code);
  return code;
}

}  // namespace tyche
