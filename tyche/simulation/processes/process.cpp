#include "tyche/simulation/processes/process.hpp"

#include <algorithm>
#include <exception>

#include "tyche/base/decimals.hpp"
#include "tyche/simulation/processes/condition.hpp"

namespace tyche::simulation {
namespace {

/// "customer" of "Process (anonymous namespace)::customer(Environment &, Resource &)".
std::string_view function_of(std::string_view signature) {
  if (signature.find("operator()") != signature.npos) return "lambda";
  std::size_t arguments = signature.find('(');
  while (signature.substr(arguments + 1).starts_with("anonymous")) {
    arguments = signature.find('(', arguments + 1);
  }
  signature = signature.substr(0, arguments);
  const std::size_t last = signature.find_last_of(" :*&");
  return last == signature.npos ? signature : signature.substr(last + 1);
}

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? path : path.substr(slash + 1);
}

PromiseBase& promise_of(ProcessState& process) {
  return std::coroutine_handle<PromiseBase>::from_address(process.frame().address()).promise();
}

}  // namespace

void Wait::done() {
  if (group_ != nullptr) return group_->part_done(index_);
  environment().wake(*process_);
}

Environment& Wait::environment() const { return *process_->environment; }

void Timer::start(double delay) { started_as(environment().schedule(*process_, delay)); }

void Timer::start_at(double time) { started_as(environment().schedule_at(*process_, time)); }

void Timer::started_as(std::uint64_t order) {
  if (group_ == nullptr) {
    process_->due = order_ = order;
  } else if (order != 0) {
    enlist(order);
  }
}

void Timer::enlist(std::uint64_t order) {
  order_ = order;
  next_ = std::exchange(process_->timers, this);
}

void Timer::unlist() {
  Timer** at = &process_->timers;
  while (*at != this) at = &(*at)->next_;
  *at = next_;
}

void Timer::stop() {
  const std::uint64_t order = std::exchange(order_, 0);
  if (order == 0) return;
  if (group_ == nullptr && order != interrupts) {
    if (process_->due == order) environment().forget(*process_);
    return;
  }
  unlist();
  if (order != interrupts) environment().count_stale();
}

bool InterruptTimer::begin() {
  if (std::optional<Interrupt> before = environment().pending_interrupt(*process_)) {
    interrupt_ = *before;
    return true;
  }
  enlist(interrupts);
  return false;
}

void InterruptTimer::hear(const Interrupt& interrupt) {
  interrupt_ = interrupt;
  stop();
  done();
}

void PromiseBase::operator delete(void* frame, std::size_t) {
  ProcessState& process = ProcessState::of(std::coroutine_handle<>::from_address(frame));
  process.environment->frame_gone(process);
}

PromiseBase::End PromiseBase::final_suspend() noexcept {
  ProcessState& process = state();
  return {process.environment->ended(process)};
}

void PromiseBase::unhandled_exception() noexcept {
  ProcessState& process = state();
  try {
    throw;
  } catch (const std::exception& exception) {
    process.environment->thrown(process, exception.what());
  } catch (...) {
    process.environment->thrown(process, "not a std::exception");
  }
}

ProcessState& Environment::make_state(std::size_t frame_bytes) {
  ProcessState& process = frames_.take(frame_bytes);
  process.environment = this;
  process.number = ++made_;
  process.phase = ProcessState::made;
  return process;
}

void Environment::begin(ProcessState& process) {
  if (process.environment != this) {
    refuse(&process, "a process of this environment", "one of another",
           "spawn it in the environment that it takes");
    return process.environment->begin(process);
  }
  ++alive_;
  process.phase = ProcessState::alive;
  wake(process);
}

/// It leaves the living: who waits for its end goes on.
void Environment::depart(ProcessState& process) {
  --alive_;
  if (!names_.empty()) names_.erase(process.number);
  if (!unheard_.empty()) {
    std::erase_if(unheard_, [&](const auto& one) { return one.first == process.number; });
  }
  while (Queued* joiner = process.joiners.first()) {
    joiner->leave();
    joiner->done();
  }
}

/// Whether its frame is kept, for what it returned.
bool Environment::ended(ProcessState& process) {
  process.phase = ProcessState::ended;
  depart(process);
  if (process.handles > 0) return true;
  process.phase = ProcessState::going;
  return false;
}

/// Of a frame that does not run.
void Environment::destroy(ProcessState& process) {
  forget(process);
  process.phase = ProcessState::going;
  process.frame().destroy();
}

void Environment::frame_gone(ProcessState& process) {
  process.phase = ProcessState::gone;
  if (process.handles == 0) release(process);
}

/// The last handle is gone.
void Environment::release(ProcessState& process) {
  if (process.phase == ProcessState::ended) return destroy(process);
  if (process.phase != ProcessState::gone) return;
  process.phase = ProcessState::free;
  frames_.give(process);
}

void Environment::cancel(ProcessState& process) {
  if (process.phase != ProcessState::alive) return;
  if (&process == running_) {
    return refuse(&process, "another process to cancel", "the one that runs", "co_return ends it");
  }
  depart(process);
  destroy(process);
}

void Environment::thrown(ProcessState& process, const char* what) {
  refuse(&process, "a process that returns", std::string("an exception: ") + what,
         "catch it in the process");
}

bool Environment::interrupt(ProcessState& process, std::uint64_t cause) {
  if (process.phase != ProcessState::alive) return false;
  const Interrupt interrupt = {cause, now_};
  for (Timer* timer = process.timers; timer != nullptr; timer = timer->next_) {
    if (timer->order_ != Timer::interrupts) continue;
    static_cast<InterruptTimer*>(timer)->hear(interrupt);
    return true;
  }
  unheard_.push_back({process.number, interrupt});
  return false;
}

std::optional<Interrupt> Environment::pending_interrupt(const ProcessState& process) {
  const auto at =
      std::ranges::find(unheard_, process.number, &std::pair<std::uint64_t, Interrupt>::first);
  if (at == unheard_.end()) return {};
  const Interrupt interrupt = at->second;
  unheard_.erase(at);
  return interrupt;
}

void Environment::set_name(const ProcessState& process, std::string name) {
  names_[process.number] = std::move(name);
}

std::string Environment::name(const ProcessState& process) const {
  if (const auto named = names_.find(process.number); named != names_.end()) return named->second;
  const std::string number = std::to_string(process.number);
  if (process.phase == ProcessState::free || process.phase == ProcessState::gone) {
    return "process " + number;
  }
  const std::source_location& where = promise_of(const_cast<ProcessState&>(process)).where;
  return std::string(function_of(where.function_name())) + " " + number + " (" +
         std::string(base_name(where.file_name())) + ":" + std::to_string(where.line()) + ")";
}

}  // namespace tyche::simulation
