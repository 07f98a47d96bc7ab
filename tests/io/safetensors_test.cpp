// Reading and writing safetensors files: by hand, back and forth, and a public program's file.
#include "sim/io/safetensors.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "tests/io/full_disk.h"
#include "tests/io/safetensors_bytes.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

std::vector<std::byte> bytes_of(const std::string& text) {
    const auto raw = std::as_bytes(std::span(text.data(), text.size()));
    return {raw.begin(), raw.end()};
}

std::vector<NamedArray> by_name(std::vector<NamedArray> arrays) {
    std::ranges::sort(arrays, {}, &NamedArray::name);
    return arrays;
}

/// Two values of every type, named so that the order of names is not that of sizes.
StateDict one_of_each_type() {
    StateDict dict;
    for (int i = 0; i <= static_cast<int>(DType::u64); ++i) {
        const auto type = static_cast<DType>(i);
        std::string values;
        for (size_t b = 0; b < 2 * size_of(type); ++b) values += static_cast<char>(16 * i + static_cast<int>(b));
        dict.arrays.push_back({"of." + std::string(name_of(type)), type, {2}, bytes_of(values)});
    }
    return dict;
}

std::string save_error(const StateDict& dict) {
    const TemporaryFolder folder;
    const std::string path = folder.file("x"), start = "cannot write " + path + ": ";
    const std::string text = message_of([&] { save_safetensors(path, dict); });
    CHECK(folder.files() == (text.empty() ? 1 : 0));
    return text.starts_with(start) ? text.substr(start.size()) : text;
}

/// The weights that a public program wrote; empty where there are none.
std::string public_weights() {
    const char* given = std::getenv("BISPIKE_SHARED");
    const std::string path = (given ? std::string(given) : std::string(BISPIKE_SOURCE_DIR) + "/../shared") +
                             "/golden/spikingformer_2_96/weights.safetensors";
    return std::filesystem::exists(path) ? path : "";
}

}  // namespace

TEST_CASE("safetensors: a file by hand is read") {
    const StateDict dict = parse(small_file());
    CHECK(dict.path == "x.safetensors");
    CHECK(dict.metadata == std::map<std::string, std::string>{{"epoch", "3"}});
    REQUIRE(dict.arrays.size() == 3);
    const Tensor a = to_tensor(dict.arrays[0]);
    CHECK(dict.arrays[0].name == "a");
    CHECK(a.shape() == Shape{2, 1});
    CHECK(a[0] == 1.0f);
    CHECK(a[1] == -2.0f);
    CHECK(dict.arrays[1] == NamedArray{"e", DType::i16, {0, 2}, {}});
    CHECK(dict.arrays[2] == NamedArray{"s", DType::u8, {}, {std::byte{42}}});
    CHECK(to_tensor(dict.arrays[2])[0] == 42.0f);
}

TEST_CASE("safetensors: arrays come in the order of their bytes, of the header where they have none") {
    const StateDict dict = parse(safetensors_file(
        R"({"z":{"data_offsets":[2,3],"shape":[1],"dtype":"U8"}, "b":{"dtype":"U8","shape":[0],"data_offsets":[2,2]},)"
        "\n\t\r"
        R"("a":{"dtype":"F64","shape":[0],"data_offsets":[2,2]},"m":{"dtype":"I8","shape":[2],"data_offsets":[0,2]}} )",
        "xyz"));
    std::string names;
    for (const NamedArray& array : dict.arrays) names += array.name;
    CHECK(names == "mbaz");
    CHECK(dict.arrays[0].bytes == bytes_of("xy"));
    CHECK(dict.arrays[3].bytes == bytes_of("z"));
}

TEST_CASE("safetensors: no tensors at all, names with escapes, names of any length") {
    CHECK(parse(safetensors_file("{}")).arrays.empty());
    CHECK(parse(safetensors_file(R"({"__metadata__":{}})")).metadata.empty());
    const StateDict dict =
        parse(safetensors_file(R"({"":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                               R"("\u00e9\n\u0000\ud83d\ude00":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
                               "xy"));
    CHECK(dict.arrays[0].name.empty());
    CHECK(dict.arrays[1].name == std::string("\xc3\xa9\n\0\xf0\x9f\x98\x80", 8));
}

TEST_CASE("safetensors: what is written, byte for byte") {
    StateDict dict;
    dict.metadata = {{"b", "2\""}, {"a", "1"}};
    dict.arrays = {{"small", DType::u8, {3}, bytes_of("abc")},
                   {"w", DType::f16, {1, 2}, bytes_of("ABCD")},
                   {"v\n", DType::bf16, {}, bytes_of("EF")},
                   {"none", DType::i64, {0}, {}}};
    const TemporaryFolder folder;
    save_safetensors(folder.file("x"), dict);
    const std::string header =
        R"({"__metadata__":{"a":"1","b":"2\""},"none":{"dtype":"I64","shape":[0],"data_offsets":[0,0]},)"
        R"("v\n":{"dtype":"BF16","shape":[],"data_offsets":[0,2]},"w":{"dtype":"F16","shape":[1,2],)"
        R"("data_offsets":[2,6]},"small":{"dtype":"U8","shape":[3],"data_offsets":[6,9]}})";
    REQUIRE(header.size() == 258);
    CHECK(contents(folder.file("x")) == std::string("\x08\x01\0\0\0\0\0\0", 8) + header + "      " + "EFABCDabc");
    CHECK(folder.files() == 1);
}

TEST_CASE("safetensors: a header of whole eights is not filled up, and an empty one is") {
    const TemporaryFolder folder;
    const std::string path = folder.file("x");
    save_safetensors(path, {});
    CHECK(contents(path) == std::string("\x08\0\0\0\0\0\0\0{}      ", 16));
    StateDict dict;
    dict.arrays = {{"1234", DType::u8, {1}, bytes_of("!")}};
    save_safetensors(path, dict);
    const std::string header = R"({"1234":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})";
    REQUIRE(header.size() == 56);
    CHECK(contents(path) == std::string("\x38\0\0\0\0\0\0\0", 8) + header + "!");
}

TEST_CASE("safetensors: all types go to the disk and back, and again to the same bytes") {
    StateDict dict = one_of_each_type();
    REQUIRE(dict.arrays.size() == 15);
    dict.metadata = {{"format", "pt"}, {"\xc3\xa9", "line\nline\x01"}};
    dict.arrays.push_back({"scalar", DType::f64, {}, bytes_of("01234567")});
    dict.arrays.push_back({"empty", DType::f32, {3, 0, 5}, {}});
    dict.arrays.push_back({"em", DType::f32, {0}, {}});
    const TemporaryFolder folder;
    save_safetensors(folder.file("x"), dict);
    const StateDict read = read_safetensors(folder.file("x"));
    CHECK(read.path == folder.file("x"));
    CHECK(read.metadata == dict.metadata);
    CHECK(by_name(read.arrays) == by_name(dict.arrays));
    const auto wider = [](const NamedArray& a, const NamedArray& b) { return size_of(a.type) > size_of(b.type); };
    CHECK(std::ranges::is_sorted(read.arrays, wider));
    CHECK(read.arrays.front().name == "of.F64");
    CHECK(read.arrays.back().name == "of.U8");
    save_safetensors(folder.file("y"), read);
    CHECK(contents(folder.file("y")) == contents(folder.file("x")));
    std::ranges::reverse(dict.arrays);
    save_safetensors(folder.file("y"), dict);
    CHECK(contents(folder.file("y")) == contents(folder.file("x")));
}

TEST_CASE("safetensors: what cannot be written is an error, and no file appears") {
    StateDict dict;
    dict.arrays = {{"a", DType::u8, {1}, bytes_of("x")}, {"b", DType::i64, {0}, {}}};
    CHECK(save_error(dict) == "");
    dict.arrays[1].name = "a";
    CHECK(save_error(dict) == "there are two tensors `a`");
    dict.arrays[1].name = "__metadata__";
    CHECK(save_error(dict) == "no tensor may have the name `__metadata__`");
    dict.arrays[1].name = "b\xff";
    CHECK(save_error(dict) == "the text \"b\xef\xbf\xbd\" is not UTF-8");
    dict.arrays[1].name = std::string(16'700'000, '\x01');  // six letters each: \u0001
    CHECK(save_error(dict) == "its header takes 100200112 bytes, at most 100000000 are allowed");
    dict.arrays.pop_back();
    dict.metadata = {{"key", "\xc0\x80"}};
    CHECK(contains(save_error(dict), "is not UTF-8"));
    dict.metadata = {{"\xed\xa0\x80", ""}};
    CHECK(contains(save_error(dict), "is not UTF-8"));
}

TEST_CASE("safetensors: a full disk leaves the older file") {
    const TemporaryFolder folder;
    const std::string path = folder.file("x");
    put(path, "old");
    StateDict dict;
    dict.arrays = {{"a", DType::u8, {5000}, std::vector<std::byte>(5000)}};
    {
        const FullDisk disk(1000);
        CHECK(message_of([&] { save_safetensors(path, dict); }) == "cannot write " + path + ": File too large");
    }
    CHECK(contents(path) == "old");
    CHECK(folder.files() == 1);
}

TEST_CASE("safetensors: a file that is missing, a folder, no plain file or bad is an error that names it") {
    const TemporaryFolder folder;
    const auto error = [&](const std::string& path) { return message_of([&] { read_safetensors(path); }); };
    const std::string path = folder.file("x");
    CHECK(error(path) == "cannot read " + path + ": No such file or directory");
    CHECK(error(folder.file("")) == "cannot read " + folder.file("") + ": Is a directory");
    CHECK(error("/dev/zero").starts_with("cannot read /dev/zero: "));
    put(path, "");
    CHECK(error(path) == path + ": the file is empty");
    put(path, small_file().substr(0, 100));
    CHECK(error(path) == path +
                             ": the header has 191 bytes, but only 92 follow: the file is cut short, or is no "
                             "safetensors file");
}

TEST_CASE("safetensors: the weights of the public code are read, where they are at hand") {
    const std::string path = public_weights();
    if (path.empty()) {
        MESSAGE("skipped: no golden/spikingformer_2_96/weights.safetensors in $BISPIKE_SHARED or ../shared");
        return;
    }
    const StateDict dict = read_safetensors(path);
    REQUIRE(dict.arrays.size() == 118);
    CHECK(dict.metadata.at("family") == "spikingformer");
    CHECK(dict.metadata.at("dim") == "96");
    const auto shape_of = [&](const std::string& name) {
        const auto found = std::ranges::find(dict.arrays, name, &NamedArray::name);
        REQUIRE(found != dict.arrays.end());
        return found->shape;
    };
    CHECK(dict.arrays[0].name == "block.0.attn.k_bn.num_batches_tracked");
    CHECK(dict.arrays[0].type == DType::i64);
    CHECK(dict.arrays[0].shape.empty());
    CHECK(shape_of("block.0.attn.k_conv.weight") == std::vector<int64_t>{96, 96, 1});
    CHECK(shape_of("block.1.mlp.mlp1_conv.weight") == std::vector<int64_t>{384, 96, 1, 1});
    CHECK(shape_of("head.bias") == std::vector<int64_t>{10});
    CHECK(to_tensor(dict.arrays.back()).shape() == Shape{96, 96, 3, 3});
    const TemporaryFolder folder;  // that program sorts as this one does, but its JSON has spaces
    save_safetensors(folder.file("x"), dict);
    CHECK(read_safetensors(folder.file("x")).arrays == dict.arrays);
}
