// Words beside the weights.
#include "sim/io/torch_words.h"

#include "sim/core/error.h"
#include "sim/core/settings.h"
#include "sim/io/torch_tensor.h"

namespace bispike {
namespace {

constexpr size_t kMostWords = size_t{1} << 24;  // [bytes]

std::string opaque(const PickleRef& value) {
    return fmt::format("<opaque {}>", is_torch_tensor(value) ? "torch.Tensor" : type_name(*value));
}

std::string text_of(const PickleRef& value) {
    if (const auto* words = as<std::string>(value)) return *words;
    if (const auto* truth = as<bool>(value)) return text::from(*truth);
    if (const auto* whole = as<int64_t>(value)) return text::from(*whole);
    if (const auto* real = as<double>(value)) return text::from(*real);
    return opaque(value);
}

}  // namespace

std::string torch_key(const PickleRef& key) {
    return as<std::string>(key) || as<int64_t>(key) ? text_of(key) : opaque(key);
}

void TorchWords::add(const PickleRef& key, const PickleRef& value) {
    const auto* object = as<PickleObject>(value);
    const auto* fields = object ? as<PickleDict>(object->state) : nullptr;
    if (fields == nullptr || type_name(*value) != "argparse.Namespace") return add_text(torch_key(key), value);
    for (const auto& [field, inside] : fields->pairs) add_text(torch_key(key) + "." + torch_key(field), inside);
}

void TorchWords::add_text(const std::string& key, const PickleRef& value) {
    std::string words = text_of(value);
    size_ += key.size() + words.size();
    if (size_ > kMostWords) fail("{}: more than {} bytes of words beside the weights", path_, kMostWords);
    words_[key] = std::move(words);
}

}  // namespace bispike
