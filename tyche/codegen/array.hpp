// Containers of the program in memory: addresses, loads, stores and sums, for every shape of index.
#pragma once
#include <map>

#include "tyche/codegen/number.hpp"

namespace tyche::codegen {

/// Elements at `base`, one each or, if `lanes` is not 0, one a lane: [element][lanes]. Element
/// (i, j, ...) is number offset + i strides[0] + j strides[1] + ...
struct Array {
  ir::Type type;
  llvm::Value* base = nullptr;
  llvm::Type* element = nullptr;  // as stored: double, i64, i32
  int lanes = 0;
  bool constant = false;  // nobody writes to it while the function runs
  bool padded = false;    // may be read up to Code::padding beyond its end
  bool local = false;     // mutable
  Range range = {};       // of the elements, if integers
  Number offset = {};
  llvm::SmallVector<std::int64_t, 4> strides = {};
};

/// Strides of a whole container, by index of shape().
llvm::SmallVector<std::int64_t, 4> strides_of(const ir::Type& type);

/// A product to be added with one rounding, or a plain number (`b` empty).
struct Summand {
  Number a;
  std::optional<Number> b = std::nullopt;
};

class Arrays {
 public:
  Arrays(Context& context, Numbers& numbers) : c_(context), n_(numbers) {}

  /// New memory for a container: a value a lane where lanes are in use.
  Array make(const ir::Type& type);
  /// The same, with `lanes` as given.
  Array make(const ir::Type& type, int lanes);
  /// Over memory of someone else.
  Array over(const ir::Type& type, llvm::Value* base, llvm::Type* element, int lanes);

  /// All indices of shape() are given. One outside rejects, and reads element 0.
  Number load(const Array& array, std::span<const Number> indices);
  void store(const Array& array, std::span<const Number> indices, const Number& value);
  /// element = summand + element.
  void add(const Array& array, std::span<const Number> indices, const Summand& value);
  /// The part that leading indices name, in place.
  Array part(const Array& array, std::span<const Number> indices, ir::Type type);
  Array slice(const Array& array, const Number& first, ir::Type type);

  /// Element by element; shapes are alike. Lanes without side effects keep what they have.
  void copy(const Array& to, const Array& from);
  Array copied(const Array& from);
  /// The same (uniform) number in every element and lane of an array made here.
  void fill(const Array& array, const Number& value);
  /// A pointer to whole contiguous elements with a value a lane (or one, outside an axis).
  Array contiguous(const Array& array);
  /// Runs `body` with indices of every element of `type`; the last index turns fastest.
  void each(const ir::Type& type, llvm::function_ref<void(std::span<const Number>)> body);

  /// Rows to come are fetched early from here on, each array once: call where an iteration begins.
  void begin_rows() { reads_.clear(); }

  /// Element number `at` of the storage, no index checked.
  Number load_at(const Array& array, const Number& at);
  void store_at(const Array& array, const Number& at, const Number& value);
  void add_at(const Array& array, const Number& at, const Summand& value);

  /// Number of the element; an index outside rejects, and is taken for 0.
  Number locate(const Array& array, std::span<const Number> indices);

 private:
  struct Place {
    bool contiguous;  // pointers[t] points to a vector of elements one after the other
    Parts pointers;   // one a part: to vectors, or vectors of pointers; or one scalar pointer
    bool scalar = false;
  };
  Place place(const Array& array, const Number& at);
  llvm::Value* read(const Array& array, const Place& place, std::size_t t, ir::Kind kind);
  void write(const Array& array, const Place& place, std::size_t t, llvm::Value* value);
  llvm::Value* from_storage(llvm::Value* stored, ir::Kind kind);
  llvm::Value* mask(std::size_t t);
  void prefetch(const Array& array, const Place& place);

  Context& c_;
  Numbers& n_;
  std::map<llvm::Value*, int> reads_;  // of an array in this iteration
};

}  // namespace tyche::codegen
