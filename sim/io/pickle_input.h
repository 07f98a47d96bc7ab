// The bytes of a pickle, read from front to back.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "sim/core/error.h"

namespace bispike {

class PickleInput {
public:
    PickleInput(std::span<const std::byte> bytes, std::string source) : bytes_(bytes), source_(std::move(source)) {}

    const std::string& source() const { return source_; }
    size_t place() const { return place_; }

    /// Throws Error if fewer than `size` bytes are left.
    std::span<const std::byte> take(uint64_t size) {
        if (size > bytes_.size() - place_)
            fail("{}: truncated pickle: {} bytes wanted at byte {}, {} are left", source_, size, place_,
                 bytes_.size() - place_);
        const auto taken = bytes_.subspan(place_, static_cast<size_t>(size));
        place_ += taken.size();
        return taken;
    }
    std::string_view take_text(uint64_t size) {
        const auto taken = take(size);
        return {reinterpret_cast<const char*>(taken.data()), taken.size()};
    }
    /// A little-endian number.
    template <class T>
    T take_number() {
        static_assert(std::endian::native == std::endian::little);
        T number;
        std::memcpy(&number, take(sizeof number).data(), sizeof number);
        return number;
    }
    /// The text up to the next line feed, which is taken too.
    std::string_view take_line() {
        const std::string_view rest(reinterpret_cast<const char*>(bytes_.data()) + place_, bytes_.size() - place_);
        const size_t length = rest.find('\n');
        if (length == std::string_view::npos)
            fail("{}: truncated pickle: the line at byte {} has no end", source_, place_);
        place_ += length + 1;
        return rest.substr(0, length);
    }

private:
    std::span<const std::byte> bytes_;
    std::string source_;
    size_t place_ = 0;
};

}  // namespace bispike
