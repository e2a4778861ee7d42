// A verb of the command line: adds its options to the parser and, if chosen, says what to do.
#pragma once
#include <CLI/CLI.hpp>
#include <functional>

#include "tyche/base/error.hpp"
#include "tyche/infer/sample.hpp"
#include "tyche/kernels/mapping.hpp"

namespace tyche::cli {

/// What the chosen verb does once the words are parsed. Its number is the exit code.
using Action = std::function<Result<int>()>;

/// One file a verb; each sets `chosen` when the user names it.
void add_demo(CLI::App& app, Action& chosen);
void add_summarize(CLI::App& app, Action& chosen);
void add_bench(CLI::App& app, Action& chosen);
void add_simulate(CLI::App& app, Action& chosen);

/// Digits alone, and no more than 64 bits hold: the parser's own numbers wrap and clamp.
std::string whole_number(const std::string& word);

/// The options --kernel, --trajectory-length, --max-step-error and --max-halvings.
void add_kernel(CLI::App& verb, SampleSettings& settings);

/// The options --metric and --as-written.
void add_metric(CLI::App& verb, SampleSettings& settings);

/// The option --mapping.
void add_mapping(CLI::App& verb, Mapping& mapping);

/// Exit codes of every verb.
inline constexpr int done = 0, bad_input = 1, bad_usage = 2, our_bug = 70, signalled = 128;

}  // namespace tyche::cli
