// PyTorch checkpoints: made by hand, real ones where they are at hand, hostile ones.
#include "sim/io/torch_checkpoint.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "tests/io/zip_bytes.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using namespace bispike::testing;
using pickled::call;
using pickled::dict;
using pickled::global;
using pickled::lengths;
using pickled::number;
using pickled::storage;
using pickled::tensor;
using pickled::text;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// float32 0, 1, 2, ...
std::string counting(int n) {
    std::string bytes(static_cast<size_t>(n) * 4, '\0');
    for (int i = 0; i < n; ++i) {
        const auto v = static_cast<float>(i);
        std::memcpy(bytes.data() + 4 * i, &v, 4);
    }
    return bytes;
}

/// A checkpoint of a pickled value and the storages data/0, data/1, ...
std::string checkpoint(const std::string& value, const std::vector<std::string>& storages,
                       std::vector<MadeEntry> more = {}) {
    std::vector<MadeEntry> entries = {{"r/data.pkl", pickled::whole(value)}};
    for (size_t i = 0; i < storages.size(); ++i) entries.push_back({"r/data/" + std::to_string(i), storages[i]});
    std::ranges::move(more, std::back_inserter(entries));
    return zip_bytes(entries);
}

StateDict parse(const std::string& file) { return parse_torch_checkpoint(std::as_bytes(std::span(file)), "c.pt"); }

std::string error_of(const std::string& file) {
    return message_of([&] { parse(file); });
}

/// The twelve floats of counting(12), as [3, 4] and in other views.
const std::string kTwelve = storage("FloatStorage", "0", 12);
std::string twelve(int64_t offset, std::initializer_list<int64_t> shape, std::initializer_list<int64_t> strides) {
    return tensor(kTwelve, offset, lengths(shape), lengths(strides));
}
const std::string kPlain = twelve(0, {3, 4}, {4, 1});

StateDict parse_twelve(const std::string& value) { return parse(checkpoint(value, {counting(12)})); }
std::string twelve_error(const std::string& value) { return error_of(checkpoint(value, {counting(12)})); }

std::vector<float> values_of(const NamedArray& array) { return to_float32(array.type, array.bytes); }

/// The one array of a state_dict that holds nothing but this tensor.
NamedArray only(const std::string& value) {
    StateDict state = parse_twelve(dict({{"w", value}}));
    REQUIRE(state.arrays.size() == 1);
    return state.arrays[0];
}

std::vector<std::string> names_of(const StateDict& state) {
    std::vector<std::string> names;
    for (const NamedArray& array : state.arrays) names.push_back(array.name);
    return names;
}

}  // namespace

TEST_CASE("a state_dict of a PyTorch checkpoint gives its arrays in its order") {
    const StateDict state = parse_twelve(dict({{"b.weight", kPlain}, {"a.bias", twelve(4, {2}, {1})}}));
    CHECK(state.path == "c.pt");
    CHECK(names_of(state) == std::vector<std::string>{"b.weight", "a.bias"});
    CHECK(state.arrays[0].type == DType::f32);
    CHECK(state.arrays[0].shape == std::vector<int64_t>{3, 4});
    CHECK(values_of(state.arrays[0]) == std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    CHECK(values_of(state.arrays[1]) == std::vector<float>{4, 5});
    CHECK(state.metadata.empty());
}

TEST_CASE("a checkpoint is read from the disk, and one that is deflated too") {
    const TemporaryFolder folder;
    put(folder / "c.pth.tar", checkpoint(dict({{"w", kPlain}}), {counting(12)}));
    const StateDict stored = read_torch_checkpoint(folder.file("c.pth.tar"));
    CHECK(stored.path == folder.file("c.pth.tar"));
    put(folder / "d.pt",
        zip_bytes({{"x/y/data/0", counting(12), 8}, {"x/y/data.pkl", pickled::whole(dict({{"w", kPlain}})), 8}}));
    CHECK(read_torch_checkpoint(folder.file("d.pt")).arrays == stored.arrays);
    CHECK(contains(message_of([&] { read_torch_checkpoint(folder.file("none")); }), "No such file"));
    CHECK(contains(message_of([&] { read_torch_checkpoint(folder.path().string()); }), "it is a folder"));
}

TEST_CASE("tensors that are views of a storage come row-major") {
    CHECK(values_of(only(twelve(0, {4, 3}, {1, 4}))) == std::vector<float>{0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11});
    CHECK(values_of(only(twelve(4, {2, 2}, {4, 2}))) == std::vector<float>{4, 6, 8, 10});
    CHECK(values_of(only(twelve(3, {2, 2}, {0, 0}))) == std::vector<float>{3, 3, 3, 3});
    CHECK(values_of(only(twelve(1, {2, 1, 3}, {6, 99, 2}))) == std::vector<float>{1, 3, 5, 7, 9, 11});
    CHECK(values_of(only(twelve(0, {1, 2}, {int64_t{1} << 62, 1}))) == std::vector<float>{0, 1});
    CHECK(values_of(only(twelve(0, {2, 1, 2}, {2, int64_t{1} << 62, 6}))) == std::vector<float>{0, 6, 2, 8});
    CHECK(values_of(only(twelve(7, {}, {}))) == std::vector<float>{7});
    const NamedArray nothing = only(twelve(12, {0, 3}, {3, 1}));
    CHECK(nothing.shape == std::vector<int64_t>{0, 3});
    CHECK(nothing.bytes.empty());
}

TEST_CASE("tensors that reach out of their storage, or are none, are refused by name") {
    const auto refused = [](const std::string& value) { return twelve_error(dict({{"conv.weight", value}})); };
    const std::string cannot = "c.pt: the tensor `conv.weight` cannot be read: ";
    CHECK(refused(twelve(1, {3, 4}, {4, 1})) == cannot + "its last element is number 12 of a storage of 12");
    CHECK(refused(twelve(12, {}, {})) == cannot + "its last element is number 12 of a storage of 12");
    CHECK(refused(twelve(-1, {3}, {1})) == cannot + "its offset is -1");
    CHECK(refused(twelve(0, {-3}, {1})) == cannot + "its shape is -3");
    CHECK(refused(twelve(2, {3}, {-1})) == cannot + "its strides is -1");
    CHECK(refused(twelve(0, {3, 4}, {1})) == cannot + "it has 2 axes but 1 strides");
    const int64_t big = int64_t{1} << 62;
    CHECK(refused(twelve(0, {big, big, big}, {0, 0, 0})) == cannot + "its shape is too large");
    CHECK(refused(twelve(0, {3}, {big})) == cannot + "its shape is too large");
    CHECK(refused(twelve(big, {2, 2}, {big, big})) == cannot + "its shape is too large");
    CHECK(refused(twelve(0, {big, 0, big}, {0, 0, 0})) == cannot + "its shape is too large");
    CHECK(
        contains(refused(tensor(kTwelve, 0, pickled::tuple(std::vector<std::string>(65, number(1))), ")")), "65 axes"));
    CHECK(contains(refused(tensor(kTwelve, 0, text("x"), ")")), "its shape is no tuple"));
    CHECK(contains(refused(tensor(kTwelve, 0, pickled::tuple({"N"}), lengths({1}))), "no whole number"));
    CHECK(contains(refused(tensor("N", 0, lengths({3}), lengths({1}))), "it has no storage"));
    CHECK(contains(refused(tensor(text("0") + "Q", 0, lengths({3}), lengths({1}))), "it has no storage"));
    CHECK(contains(refused(call(global("torch._utils", "_rebuild_tensor_v2"), {kTwelve})), "from 1 values"));
    CHECK(contains(refused(tensor(storage("ComplexFloatStorage", "0", 6), 0, lengths({3}), lengths({1}))),
                   "its numbers are torch.ComplexFloatStorage; known are torch.bool, "));
    CHECK(contains(refused(tensor(storage("FloatStorage", "0", 13), 0, lengths({3}), lengths({1}))),
                   "c.pt: the storage `r/data/0` has 48 bytes; the tensor `conv.weight` needs 52"));
    CHECK(contains(refused(tensor(storage("FloatStorage", "0", big), 0, lengths({3}), lengths({1}))),
                   "4611686018427387904"));
    CHECK(contains(refused(tensor(storage("FloatStorage", "7", 12), 0, lengths({3}), lengths({1}))),
                   "the storage `r/data/7` of the tensor `conv.weight` is missing"));
}

TEST_CASE("every number type is read from the storage class that PyTorch gives it") {
    const std::vector<std::pair<std::string, DType>> classes = {
        {"BoolStorage", DType::boolean}, {"ByteStorage", DType::u8},   {"CharStorage", DType::i8},
        {"ShortStorage", DType::i16},    {"HalfStorage", DType::f16},  {"BFloat16Storage", DType::bf16},
        {"IntStorage", DType::i32},      {"FloatStorage", DType::f32}, {"DoubleStorage", DType::f64},
        {"LongStorage", DType::i64}};
    for (const auto& each : classes) {
        const std::string& name = each.first;
        const DType type = each.second;
        INFO(name);
        const std::string two = counting(4).substr(0, 2 * size_of(type));
        const std::string value = tensor(storage(name, "0", 2), 0, lengths({2}), lengths({1}));
        const StateDict state = parse(checkpoint(dict({{"w", value}}), {two}));
        REQUIRE(state.arrays.size() == 1);
        CHECK(state.arrays[0].type == type);
        REQUIRE(state.arrays[0].bytes.size() == two.size());
        CHECK(std::memcmp(state.arrays[0].bytes.data(), two.data(), two.size()) == 0);
    }
}

TEST_CASE("number types without a storage class are read from bytes and the name of the type") {
    const std::vector<std::pair<std::string, DType>> types = {
        {"float8_e5m2", DType::f8_e5m2}, {"float8_e4m3fn", DType::f8_e4m3},
        {"uint16", DType::u16},          {"uint32", DType::u32},
        {"uint64", DType::u64},          {"bfloat16", DType::bf16}};
    const std::string id = pickled::tuple(
        {text("storage"), global("torch.storage", "UntypedStorage"), text("0"), text("cpu"), number(48)});
    const auto value = [&](const std::string& type) {
        return call(global("torch._utils", "_rebuild_tensor_v3"),
                    {id + "Q", number(1), lengths({2}), lengths({2}), "\x89", "N", global("torch", type), "}"});
    };
    for (const auto& each : types) {
        const std::string& name = each.first;
        const DType type = each.second;
        INFO(name);
        const NamedArray array = only(value(name));
        CHECK(array.type == type);
        const size_t size = size_of(type);
        REQUIRE(array.bytes.size() == 2 * size);
        CHECK(std::memcmp(array.bytes.data() + size, counting(12).data() + 3 * size, size) == 0);
    }
    CHECK(contains(twelve_error(dict({{"w", value("float8_e5m2fnuz")}})), "its numbers are torch.float8_e5m2fnuz"));
}

TEST_CASE("parameters and subclasses are the tensors inside them") {
    const std::string rebuild = global("torch._utils", "_rebuild_parameter");
    const std::vector<float> first = {0, 1};
    const std::string inner = twelve(0, {2}, {1});
    CHECK(values_of(only(call(rebuild, {inner, "\x88", "N"}))) == first);
    CHECK(values_of(only(call(global("torch._utils", "_rebuild_parameter_with_state"), {inner, "\x88", "N", "N"}))) ==
          first);
    CHECK(values_of(only(call(global("torch.nn.parameter", "Parameter"), {inner, "\x88"}))) == first);
    const std::string arguments = pickled::tuple({inner, "\x88", "N"});
    CHECK(values_of(only(call(global("torch._tensor", "_rebuild_from_type_v2"),
                              {rebuild, global("torch.nn.parameter", "Parameter"), arguments, "}"}))) == first);
    const std::string plain = pickled::tuple({kTwelve, number(0), lengths({2}), lengths({1})});
    CHECK(values_of(only(call(global("torch._tensor", "_rebuild_from_type_v2"),
                              {global("torch._utils", "_rebuild_tensor_v2"), global("m", "T"), plain, "}"}))) == first);
}

TEST_CASE("the weights are found under each of their usual keys, the averaged ones last") {
    const std::string other = dict({{"other", kPlain}}), wanted = dict({{"wanted", kPlain}});
    const std::vector<std::string> keys = {"state_dict", "model", "model_state_dict", "net"};
    for (const std::string& key : keys) {
        INFO(key);
        CHECK(names_of(parse_twelve(dict({{"state_dict_ema", other}, {"best", kPlain}, {key, wanted}}))) ==
              std::vector<std::string>{"wanted"});
    }
    CHECK(names_of(parse_twelve(dict({{"model", other}, {"state_dict", wanted}}))) ==
          std::vector<std::string>{"wanted"});
    CHECK(names_of(parse_twelve(dict({{"model_ema", other}, {"state_dict_ema", wanted}}))) ==
          std::vector<std::string>{"wanted"});
    CHECK(names_of(parse_twelve(dict({{"model_ema", wanted}}))) == std::vector<std::string>{"wanted"});
    CHECK(names_of(parse_twelve(dict({{"model", text("vit")}, {"wanted", kPlain}}))) ==
          std::vector<std::string>{"wanted"});
}

TEST_CASE("prefixes of wrappers go when all names have them") {
    const auto names = [](const Pairs& pairs) { return names_of(parse_twelve(dict(pairs))); };
    using Names = std::vector<std::string>;
    CHECK(names({{"module.a", kPlain}, {"module.b", kPlain}}) == Names{"a", "b"});
    CHECK(names({{"_orig_mod.a", kPlain}}) == Names{"a"});
    CHECK(names({{"module._orig_mod.a", kPlain}}) == Names{"a"});
    CHECK(names({{"_orig_mod.module.a", kPlain}}) == Names{"a"});
    CHECK(names({{"module.a", kPlain}, {"b", kPlain}}) == Names{"module.a", "b"});
    CHECK(names({{"module.", kPlain}}) == Names{"module."});
}

TEST_CASE("words beside the weights become metadata, all else is named there") {
    const std::string fields =
        dict({{"lr", std::string("G\x3f\xe0\0\0\0\0\0\0", 9)}, {"model", text("vit")}, {"resume", "N"}});
    const StateDict state = parse_twelve(dict({{"epoch", number(3)},
                                               {"state_dict", dict({{"w", kPlain}, {"_extra_state", text("in")}})},
                                               {"fine", "\x88"},
                                               {"args", pickled::object(global("argparse", "Namespace"), fields)},
                                               {"optimizer", dict({})},
                                               {"best", kPlain},
                                               {"hook", pickled::object(global("my.module", "Hook"), fields)},
                                               {"huge", "\x8a\x09" + std::string(8, '\0') + "\x01"},
                                               {"run", call(global("os", "system"), {text("exit 1")})}}));
    const std::map<std::string, std::string> expected = {{"epoch", "3"},
                                                         {"fine", "true"},
                                                         {"args.lr", "0.5"},
                                                         {"args.model", "vit"},
                                                         {"args.resume", "<opaque builtins.NoneType>"},
                                                         {"_extra_state", "in"},
                                                         {"optimizer", "<opaque builtins.dict>"},
                                                         {"best", "<opaque torch.Tensor>"},
                                                         {"hook", "<opaque my.module.Hook>"},
                                                         {"huge", "<opaque builtins.int>"},
                                                         {"run", "<opaque os.system>"}};
    CHECK(state.metadata == expected);
    CHECK(parse_twelve("}(" + number(7) + text("seven") + text("w") + kPlain + "u").metadata.at("7") == "seven");
}

TEST_CASE("files without weights are errors that say what is there") {
    CHECK(contains(twelve_error(dict({{"epoch", number(3)}, {"a\nb", dict({})}})), "its keys are `epoch`, `a?b`"));
    CHECK(contains(twelve_error(dict({})), "its keys are none"));
    Pairs many;
    for (int i = 0; i < 25; ++i) many.emplace_back(std::to_string(i), "N");
    CHECK(contains(twelve_error(dict(many)), "`19` and 5 more"));
    CHECK(contains(twelve_error(pickled::object(global("m", "Net"), dict({}))),
                   "it holds a m.Net instead of a dict of tensors; save model.state_dict()"));
    CHECK(contains(twelve_error(kPlain), "it holds a torch._utils._rebuild_tensor_v2"));
    CHECK(contains(twelve_error(dict({{"w", kPlain}, {"w", kPlain}})), "there are two tensors `w`"));
}

TEST_CASE("files of other kinds are errors that say what they are") {
    const std::string good = dict({{"w", kPlain}});
    const TemporaryFolder folder;
    const std::string legacy("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.", 21);
    put(folder / "old.pth", legacy);
    CHECK(contains(error_of(legacy),
                   "c.pt: written in the format of PyTorch before 1.6: load it with a current PyTorch"));
    CHECK(contains(message_of([&] { read_torch_checkpoint(folder.file("old.pth")); }), "PyTorch before 1.6"));
    CHECK(contains(error_of(checkpoint(good, {counting(12)}, {{"r/constants.pkl", "x"}})), "a TorchScript archive"));
    CHECK(contains(error_of(checkpoint(good, {counting(12)}, {{"r/code/a.py", "x"}})), "(it has `r/code/a.py`)"));
    CHECK(contains(error_of("no checkpoint"), "Not a zip archive"));
    CHECK(contains(error_of(zip_bytes({{"r/x", "y"}})), "0 entries `data.pkl`"));
    CHECK(contains(error_of(checkpoint(good, {counting(12)}, {{"s/data.pkl", "y"}})), "2 entries `data.pkl`"));
    CHECK(error_of(checkpoint(good, {counting(12)}, {{"r/byteorder", "little"}})).empty());
    CHECK(contains(error_of(checkpoint(good, {counting(12)}, {{"r/byteorder", "big"}})), "its byte order is `big`"));
}

TEST_CASE("a small file cannot ask for large memory") {
    CHECK(contains(twelve_error(dict({{"w", twelve(0, {1 << 20, 1 << 18}, {0, 0})}})), "`w` of 1099511627776 bytes"));
    Pairs repeated;
    for (int i = 0; i < 30; ++i) repeated.emplace_back("w" + std::to_string(i), twelve(0, {12000}, {0}));
    CHECK(contains(twelve_error(dict(repeated)), "the tensors repeat their storages more than 4 times"));
    std::string words = "}(" + text("w") + kPlain + text("a") + text(std::string(1 << 20, 'x')) + "q\x01";
    for (int i = 0; i < 20; ++i) words += text("b" + std::to_string(i)) + "h\x01";
    CHECK(contains(twelve_error(words + "u"), "more than 16777216 bytes of words"));
    CHECK(contains(twelve_error(std::string(100000, ']') + std::string(99999, 'a')), "inside each other"));
}

TEST_CASE("a checkpoint cut short anywhere is an error") {
    const std::string file = checkpoint(dict({{"w", kPlain}, {"epoch", number(3)}}), {counting(12)});
    REQUIRE(parse(file).arrays.size() == 1);
    for (size_t size = 0; size < file.size(); ++size) {
        INFO(size);
        REQUIRE_FALSE(error_of(file.substr(0, size)).empty());
    }
}

TEST_CASE("any changed byte of a checkpoint, or of the pickle in it, gives an error or whole arrays") {
    const auto is_error = [](const std::string& file) {
        return !message_of([&] {
                    for (const NamedArray& array : parse(file).arrays) {
                        size_t bytes = size_of(array.type);
                        for (const int64_t extent : array.shape) bytes *= static_cast<size_t>(extent);
                        REQUIRE(array.bytes.size() == bytes);
                    }
                }).empty();
    };
    // As small as can be: all the changes of each byte are tried.
    const std::string id = pickled::tuple({"U\x07storage", global("torch", "ShortStorage"),
                                           "U\x01"
                                           "0",
                                           "N", "K\x03"});
    const std::string value =
        "}U\x01w" + call(global("torch._utils", "_rebuild_tensor"), {id + "Q", "K\x01", "K\x02\x85", "K\x01\x85"}) +
        "s";
    const std::vector<std::string> three = {"abcdef"};
    const std::string file = checkpoint(value, three);
    REQUIRE(parse(file).arrays.size() == 1);
    int errors = 0, changes = 0;
    for (size_t place = 0; place < file.size(); ++place)
        for (int change = 1; change < 256; ++change, ++changes) {
            std::string changed = file;
            changed[place] = static_cast<char>(changed[place] ^ change);
            errors += is_error(changed);
        }
    CHECK(errors > changes / 2);
    CHECK(errors < changes);
    errors = 0, changes = 0;
    for (size_t place = 0; place < value.size(); ++place)
        for (int change = 1; change < 256; ++change, ++changes) {
            std::string changed = value;
            changed[place] = static_cast<char>(changed[place] ^ change);
            errors += is_error(checkpoint(changed, three));
        }
    CHECK(errors > changes / 2);
    CHECK(errors < changes);
}

TEST_CASE("checkpoints of the public PyTorch code are read, where they are at hand") {
    const char* given = std::getenv("BISPIKE_SHARED");
    const std::string golden =
        (given ? std::string(given) : std::string(BISPIKE_SOURCE_DIR) + "/../shared") + "/golden";
    if (!std::filesystem::is_directory(golden)) {
        MESSAGE("skipped: no folder golden in $BISPIKE_SHARED or ../shared");
        return;
    }
    for (const auto& [name, arrays] : {std::pair("spikformer", 124), std::pair("spikingformer", 118)}) {
        const StateDict state = read_torch_checkpoint(fmt::format("{}/{}_2_96/checkpoint.pth.tar", golden, name));
        CHECK(std::ssize(state.arrays) == arrays);
        CHECK(state.metadata == std::map<std::string, std::string>{
                                    {"epoch", "3"}, {"arch", name}, {"args.lr", "0.0005"}, {"args.model", name}});
        CHECK(state.arrays[0].shape == std::vector<int64_t>{12, 3, 3, 3});
        CHECK(values_of(state.arrays[0])[0] == doctest::Approx(0.0134417).epsilon(1e-5));
        CHECK(state.arrays.back().name == "head.bias");
    }
}
