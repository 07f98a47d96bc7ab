// Number types of foreign files, by hand.
#include "sim/io/dtype.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>

using namespace bispike;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

template <class T>
float one(DType type, T stored) {
    REQUIRE(size_of(type) == sizeof stored);
    const std::vector<float> values = to_float32(type, std::as_bytes(std::span(&stored, 1)));
    REQUIRE(values.size() == 1);
    return values[0];
}

}  // namespace

TEST_CASE("each number type has its safetensors name and its size") {
    CHECK(name_of(DType::boolean) == "BOOL");
    CHECK(name_of(DType::u64) == "U64");
    CHECK(size_of(DType::bf16) == 2);
    for (int i = 0; i <= static_cast<int>(DType::u64); ++i) {
        const auto type = static_cast<DType>(i);
        CHECK(dtype_named(name_of(type)) == type);
    }
    CHECK_FALSE(dtype_named("f32"));
    CHECK_FALSE(dtype_named(""));
    CHECK(is_real(DType::f8_e4m3));
    CHECK_FALSE(is_real(DType::i64));
}

TEST_CASE("half precision: ones, the largest, the smallest, infinities and no number") {
    CHECK(one<uint16_t>(DType::f16, 0x3c00) == 1.0f);
    CHECK(one<uint16_t>(DType::f16, 0xc000) == -2.0f);
    CHECK(one<uint16_t>(DType::f16, 0x3555) == 0.333251953125f);
    CHECK(one<uint16_t>(DType::f16, 0x7bff) == 65504.0f);
    CHECK(one<uint16_t>(DType::f16, 0x0400) == std::ldexp(1.0f, -14));
    CHECK(one<uint16_t>(DType::f16, 0x0001) == std::ldexp(1.0f, -24));
    CHECK(one<uint16_t>(DType::f16, 0x7c00) == kInfinity);
    CHECK(one<uint16_t>(DType::f16, 0xfc00) == -kInfinity);
    CHECK(std::isnan(one<uint16_t>(DType::f16, 0x7e00)));
    CHECK(std::signbit(one<uint16_t>(DType::f16, 0x8000)));
}

TEST_CASE("bfloat16 is the upper half of float32") {
    CHECK(one<uint16_t>(DType::bf16, 0x3f80) == 1.0f);
    CHECK(one<uint16_t>(DType::bf16, 0xc049) == -3.140625f);
    CHECK(one<uint16_t>(DType::bf16, 0x0001) == std::ldexp(1.0f, -133));
    CHECK(one<uint16_t>(DType::bf16, 0xff80) == -kInfinity);
    CHECK(std::isnan(one<uint16_t>(DType::bf16, 0x7fc0)));
}

TEST_CASE("eight-bit floats: OCP's largest and smallest values") {
    CHECK(one<uint8_t>(DType::f8_e5m2, 0x3c) == 1.0f);
    CHECK(one<uint8_t>(DType::f8_e5m2, 0x7b) == 57344.0f);
    CHECK(one<uint8_t>(DType::f8_e5m2, 0x01) == std::ldexp(1.0f, -16));
    CHECK(one<uint8_t>(DType::f8_e5m2, 0xfc) == -kInfinity);
    CHECK(std::isnan(one<uint8_t>(DType::f8_e5m2, 0x7d)));
    CHECK(one<uint8_t>(DType::f8_e4m3, 0x38) == 1.0f);
    CHECK(one<uint8_t>(DType::f8_e4m3, 0x7e) == 448.0f);
    CHECK(one<uint8_t>(DType::f8_e4m3, 0x78) == 256.0f);
    CHECK(one<uint8_t>(DType::f8_e4m3, 0x01) == std::ldexp(1.0f, -9));
    CHECK(std::isnan(one<uint8_t>(DType::f8_e4m3, 0xff)));
}

TEST_CASE("wide numbers are rounded to the nearest float32") {
    CHECK(one<uint8_t>(DType::boolean, 2) == 1.0f);
    CHECK(one<int8_t>(DType::i8, -128) == -128.0f);
    CHECK(one<uint16_t>(DType::u16, 65535) == 65535.0f);
    CHECK(one<int32_t>(DType::i32, 16777217) == 16777216.0f);
    CHECK(one<uint32_t>(DType::u32, 0xffffffffu) == 4294967296.0f);
    CHECK(one<int64_t>(DType::i64, -3) == -3.0f);
    CHECK(one<uint64_t>(DType::u64, ~uint64_t{0}) == 18446744073709551616.0f);
    CHECK(one<double>(DType::f64, 0.1) == 0.1f);
    CHECK(one<double>(DType::f64, 1e300) == kInfinity);
    CHECK(one<float>(DType::f32, 0.1f) == 0.1f);
}
