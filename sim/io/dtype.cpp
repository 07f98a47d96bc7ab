// Number types of foreign files.
#include "sim/io/dtype.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>

namespace bispike {
namespace {

static_assert(std::endian::native == std::endian::little, "files are little-endian and are taken as they are");

struct Kind {
    DType type;
    std::string_view name;
    size_t size;
};

constexpr std::array kKinds = {
    Kind{DType::boolean, "BOOL", 1},    Kind{DType::u8, "U8", 1},           Kind{DType::i8, "I8", 1},
    Kind{DType::f8_e5m2, "F8_E5M2", 1}, Kind{DType::f8_e4m3, "F8_E4M3", 1}, Kind{DType::i16, "I16", 2},
    Kind{DType::u16, "U16", 2},         Kind{DType::f16, "F16", 2},         Kind{DType::bf16, "BF16", 2},
    Kind{DType::i32, "I32", 4},         Kind{DType::u32, "U32", 4},         Kind{DType::f32, "F32", 4},
    Kind{DType::f64, "F64", 8},         Kind{DType::i64, "I64", 8},         Kind{DType::u64, "U64", 8},
};

const Kind& kind_of(DType type) { return kKinds[static_cast<size_t>(type)]; }

/// A small float: sign, exponent, mantissa from the highest bit down; all of them fit into float32 exactly.
float widen(uint32_t bits, int exponent_bits, int mantissa_bits, bool has_infinities) {
    const uint32_t mantissa = bits & ((1u << mantissa_bits) - 1);
    const uint32_t largest = (1u << exponent_bits) - 1;
    const uint32_t exponent = bits >> mantissa_bits & largest;
    const float sign = bits >> (exponent_bits + mantissa_bits) & 1 ? -1.0f : 1.0f;
    const int bias = static_cast<int>(largest >> 1);
    if (exponent == largest && has_infinities)
        return sign *
               (mantissa == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN());
    if (exponent == largest && mantissa == (1u << mantissa_bits) - 1) return std::numeric_limits<float>::quiet_NaN();
    if (exponent == 0) return sign * std::ldexp(static_cast<float>(mantissa), 1 - bias - mantissa_bits);
    return sign * std::ldexp(static_cast<float>(mantissa | 1u << mantissa_bits),
                             static_cast<int>(exponent) - bias - mantissa_bits);
}

template <class Stored, class Convert>
std::vector<float> each(std::span<const std::byte> bytes, Convert convert) {
    assert(bytes.size() % sizeof(Stored) == 0);
    std::vector<float> values(bytes.size() / sizeof(Stored));
    for (size_t i = 0; i < values.size(); ++i) {
        Stored stored;
        std::memcpy(&stored, bytes.data() + i * sizeof stored, sizeof stored);
        values[i] = convert(stored);
    }
    return values;
}

template <class Stored>
std::vector<float> plain(std::span<const std::byte> bytes) {
    return each<Stored>(bytes, [](Stored v) { return static_cast<float>(v); });
}

}  // namespace

size_t size_of(DType type) { return kind_of(type).size; }
std::string_view name_of(DType type) { return kind_of(type).name; }

std::optional<DType> dtype_named(std::string_view name) {
    const auto found = std::ranges::find(kKinds, name, &Kind::name);
    return found == kKinds.end() ? std::nullopt : std::optional(found->type);
}

bool is_real(DType type) {
    switch (type) {
        case DType::f8_e5m2:
        case DType::f8_e4m3:
        case DType::f16:
        case DType::bf16:
        case DType::f32:
        case DType::f64:
            return true;
        default:
            return false;
    }
}

std::vector<float> to_float32(DType type, std::span<const std::byte> bytes) {
    switch (type) {
        case DType::boolean:
            return each<uint8_t>(bytes, [](uint8_t v) { return v != 0 ? 1.0f : 0.0f; });
        case DType::u8:
            return plain<uint8_t>(bytes);
        case DType::i8:
            return plain<int8_t>(bytes);
        case DType::f8_e5m2:
            return each<uint8_t>(bytes, [](uint8_t v) { return widen(v, 5, 2, true); });
        case DType::f8_e4m3:
            return each<uint8_t>(bytes, [](uint8_t v) { return widen(v, 4, 3, false); });
        case DType::i16:
            return plain<int16_t>(bytes);
        case DType::u16:
            return plain<uint16_t>(bytes);
        case DType::f16:
            return each<uint16_t>(bytes, [](uint16_t v) { return widen(v, 5, 10, true); });
        case DType::bf16:
            return each<uint16_t>(bytes,
                                  [](uint16_t v) { return std::bit_cast<float>(static_cast<uint32_t>(v) << 16); });
        case DType::i32:
            return plain<int32_t>(bytes);
        case DType::u32:
            return plain<uint32_t>(bytes);
        case DType::f32:
            return plain<float>(bytes);
        case DType::f64:
            return plain<double>(bytes);
        case DType::i64:
            return plain<int64_t>(bytes);
        case DType::u64:
            return plain<uint64_t>(bytes);
    }
    assert(false);
    return {};
}

}  // namespace bispike
