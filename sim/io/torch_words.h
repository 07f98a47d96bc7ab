// What stands beside the weights in a PyTorch checkpoint, as text.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "sim/io/pickle_value.h"

namespace bispike {

/// A key of a dict as text; what is neither text nor a whole number becomes `<opaque module.name>`.
std::string torch_key(const PickleRef& key);

/// Collects words. Their number and length follow a pickle that may say the same text a million times: more than
/// 16 MiB throw Error, which begins with the path.
class TorchWords {
public:
    explicit TorchWords(const std::string& path) : path_(path) {}
    /// A number, text or truth value as text; the fields of an argparse.Namespace as `key.field`; else
    /// `<opaque module.name>`.
    void add(const PickleRef& key, const PickleRef& value);
    std::map<std::string, std::string> take() { return std::move(words_); }

private:
    void add_text(const std::string& key, const PickleRef& value);

    std::string path_;
    size_t size_ = 0;  // [bytes]
    std::map<std::string, std::string> words_;
};

}  // namespace bispike
