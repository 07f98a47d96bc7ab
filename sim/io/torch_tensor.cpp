// Tensors in PyTorch's pickles.
#include "sim/io/torch_tensor.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "sim/core/error.h"
#include "sim/io/quotable.h"
#include "sim/io/torch_type.h"

namespace bispike {
namespace {

constexpr size_t kMostAxes = 64;  // PyTorch's own limit

/// Calls whose result is a tensor, and the arguments that matter.
constexpr std::string_view kWithType =
    "torch._utils._rebuild_tensor_v3";  // storage, offset, shape, strides, -, -, type
constexpr std::array<std::string_view, 3> kPlain = {"torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2",
                                                    kWithType};
constexpr std::array<std::string_view, 3> kParameter = {  // tensor, ...
    "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state", "torch.nn.parameter.Parameter"};
constexpr std::string_view kSubclass = "torch._tensor._rebuild_from_type_v2";  // function, type, arguments, state

/// The call of a function, and the arguments it is given.
struct Call {
    std::string_view function;
    std::span<const PickleRef> arguments;
};

Call call_of(const PickleRef& callable, const PickleRef& arguments) {
    const auto* function = as<PickleGlobal>(callable);
    const auto* tuple = as<PickleTuple>(arguments);
    return function && tuple ? Call{function->name, tuple->items} : Call{};
}

/// The call that rebuilds the tensor itself, below the parameters and subclasses around it; else an empty one. At most
/// kDeepestPickle of them are in each other.
Call plain_call_of(const PickleRef& value) {
    const auto* object = as<PickleObject>(value);
    Call call = object ? call_of(object->callable, object->arguments) : Call{};
    if (call.function == kSubclass && call.arguments.size() >= 3) call = call_of(call.arguments[0], call.arguments[2]);
    if (std::ranges::count(kParameter, call.function) && !call.arguments.empty())
        return plain_call_of(call.arguments[0]);
    return std::ranges::count(kPlain, call.function) ? call : Call{};
}

class TensorReader {
public:
    TensorReader(const std::string& name, const std::string& path) : name_(name), path_(path) {}

    TorchTensor read(const Call& call) {
        if (call.arguments.size() < 4)
            refuse("it is rebuilt from {} values, not from 4 or more", call.arguments.size());
        read_storage(call.arguments[0]);
        if (call.function == kWithType) tensor_.type = type_of(call.arguments.size() > 6 ? call.arguments[6] : nullptr);
        tensor_.offset = length_of(call.arguments[1], "offset");
        tensor_.shape = lengths_of(call.arguments[2], "shape");
        tensor_.strides = lengths_of(call.arguments[3], "strides");
        if (tensor_.shape.size() != tensor_.strides.size())
            refuse("it has {} axes but {} strides", tensor_.shape.size(), tensor_.strides.size());
        measure();
        return tensor_;
    }

private:
    template <class... Args>
    [[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) const {
        fail("{}: the tensor `{}` cannot be read: {}", path_, quotable(name_),
             fmt::format(format, std::forward<Args>(args)...));
    }

    DType type_of(const PickleRef& ref) const {
        const auto* global = as<PickleGlobal>(ref);
        if (global == nullptr) refuse("its number type is no name");
        const auto type = torch_type(global->name);
        if (!type) refuse("its numbers are {}; known are {}", quotable(global->name), torch_type_names());
        return *type;
    }

    /// ('storage', torch.FloatStorage, '0', 'cpu', number of elements)
    void read_storage(const PickleRef& ref) {
        const auto* persistent = as<PicklePersistentId>(ref);
        const auto* id = persistent ? as<PickleTuple>(persistent->id) : nullptr;
        if (id == nullptr || id->items.size() < 5) refuse("it has no storage");
        const auto *kind = as<std::string>(id->items[0]), *key = as<std::string>(id->items[2]);
        if (kind == nullptr || *kind != "storage" || key == nullptr) refuse("it has no storage");
        tensor_.storage = *key;
        tensor_.type = type_of(id->items[1]);
        const int64_t elements = length_of(id->items[4], "storage's length");
        if (__builtin_mul_overflow(elements, element_bytes(), &tensor_.storage_bytes))
            refuse("its storage has {} elements", elements);
    }

    int64_t length_of(const PickleRef& ref, const char* what) const {
        const auto* length = as<int64_t>(ref);
        if (length == nullptr) refuse("its {} is no whole number of 64 bits", what);
        if (*length < 0) refuse("its {} is {}", what, *length);
        return *length;
    }

    std::vector<int64_t> lengths_of(const PickleRef& ref, const char* what) const {
        const auto* tuple = as<PickleTuple>(ref);
        if (tuple == nullptr) refuse("its {} is no tuple", what);
        if (tuple->items.size() > kMostAxes) refuse("its {} has {} axes", what, tuple->items.size());
        std::vector<int64_t> lengths;
        for (const PickleRef& item : tuple->items) lengths.push_back(length_of(item, what));
        return lengths;
    }

    int64_t element_bytes() const { return static_cast<int64_t>(size_of(tensor_.type)); }

    /// Counts the bytes, and looks whether the last element lies in the storage.
    void measure() {
        int64_t count = 1, last = tensor_.offset;
        bool overflow = false;
        for (size_t axis = 0; axis < tensor_.shape.size(); ++axis) {
            const int64_t length = tensor_.shape[axis];
            int64_t step = 0;
            overflow |= __builtin_mul_overflow(count, std::max<int64_t>(length, 1), &count);
            overflow |= __builtin_mul_overflow(std::max<int64_t>(length - 1, 0), tensor_.strides[axis], &step);
            overflow |= __builtin_add_overflow(last, step, &last);
        }
        overflow |= __builtin_mul_overflow(count, element_bytes(), &tensor_.bytes);
        if (overflow) refuse("its shape is too large");
        if (std::ranges::count(tensor_.shape, 0)) {
            tensor_.bytes = 0;
            return;
        }
        const int64_t elements = tensor_.storage_bytes / element_bytes();
        if (last >= elements) refuse("its last element is number {} of a storage of {}", last, elements);
    }

    const std::string &name_, &path_;
    TorchTensor tensor_;
};

}  // namespace

bool is_torch_tensor(const PickleRef& value) { return !plain_call_of(value).function.empty(); }

TorchTensor read_torch_tensor(const PickleRef& value, const std::string& name, const std::string& path) {
    return TensorReader(name, path).read(plain_call_of(value));
}

}  // namespace bispike
