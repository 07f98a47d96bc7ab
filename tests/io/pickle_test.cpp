// Pickles: every kind of value by hand, what stays a name, hostile ones.
#include "sim/io/pickle.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/io/pickle_bytes.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using namespace bispike::testing;
using namespace std::string_literals;

namespace {

PickleRef read(const std::string& pickle) { return read_pickle(std::as_bytes(std::span(pickle)), "p"); }
/// The value of opcodes, with the first and last opcode of a pickle around them.
PickleRef value_of(const std::string& opcodes) { return read(pickled::whole(opcodes)); }
std::string error_of(const std::string& opcodes) {
    return message_of([&] { value_of(opcodes); });
}

/// The value in Python's words.
std::string shown(const PickleRef& ref);

std::string shown(const std::vector<PickleRef>& items) {
    std::string all;
    for (const PickleRef& item : items) all += (all.empty() ? "" : ", ") + shown(item);
    return all;
}

std::string shown(const PickleRef& ref) {
    if (!ref) return "null";
    if (as<PickleNone>(ref)) return "None";
    if (const auto* v = as<bool>(ref)) return *v ? "True" : "False";
    if (const auto* v = as<int64_t>(ref)) return std::to_string(*v);
    if (const auto* v = as<double>(ref)) return fmt::format("{}", *v);
    if (const auto* v = as<std::string>(ref)) return "'" + *v + "'";
    if (const auto* v = as<PickleBytes>(ref)) return fmt::format("bytes({})", v->bytes.size());
    if (const auto* v = as<PickleList>(ref)) return "[" + shown(v->items) + "]";
    if (const auto* v = as<PickleTuple>(ref)) return "(" + shown(v->items) + ")";
    if (const auto* v = as<PickleSet>(ref)) return "set(" + shown(v->items) + ")";
    if (const auto* v = as<PicklePersistentId>(ref)) return "@" + shown(v->id);
    if (const auto* v = as<PickleGlobal>(ref)) return v->name;
    if (const auto* v = as<PickleDict>(ref)) {
        std::string all;
        for (const auto& [key, value] : v->pairs) all += (all.empty() ? "" : ", ") + shown(key) + ": " + shown(value);
        return "{" + all + "}";
    }
    const auto* object = as<PickleObject>(ref);
    return fmt::format("<{} {} {}>", shown(object->callable), shown(object->arguments), shown(object->state));
}

std::string shown(const std::string& opcodes) { return shown(value_of(opcodes)); }

}  // namespace

TEST_CASE("each opcode for a number gives its value") {
    CHECK(shown("N") == "None");
    CHECK(shown("\x88") == "True");
    CHECK(shown("\x89") == "False");
    CHECK(shown("K\xff") == "255");
    CHECK(shown("M\x01\x02") == "513");
    CHECK(shown("J\xff\xff\xff\xff") == "-1");
    CHECK(shown("J\0\0\0\x80"s) == "-2147483648");
    CHECK(shown("G\x3f\xf8\0\0\0\0\0\0"s) == "1.5");
    CHECK(shown("G\xc0\0\0\0\0\0\0\0"s) == "-2");
    CHECK(std::holds_alternative<double>(value_of("G\xc0\0\0\0\0\0\0\0"s)->value));
}

TEST_CASE("whole numbers of any length are numbers as long as they fit into 64 bits") {
    CHECK(shown("\x8a\0"s) == "0");
    CHECK(shown("\x8a\x01\x7f") == "127");
    CHECK(shown("\x8a\x01\x80") == "-128");
    CHECK(shown("\x8a\x02\xff\0"s) == "255");
    CHECK(shown("\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f") == "9223372036854775807");
    CHECK(shown("\x8a\x08\0\0\0\0\0\0\0\x80"s) == "-9223372036854775808");
    CHECK(shown("\x8a\x0a\x05\0\0\0\0\0\0\0\0\0"s) == "5");
    CHECK(shown("\x8b\x09\0\0\0\xfe\xff\xff\xff\xff\xff\xff\xff\xff"s) == "-2");
    CHECK(shown("\x8a\x09\0\0\0\0\0\0\0\x80\0"s) == "<builtins.int null null>");  // 2^63
    CHECK(shown("\x8a\x09\xff\xff\xff\xff\xff\xff\xff\x7f\xff") == "<builtins.int null null>");
    CHECK(type_name(*value_of("\x8a\x09\0\0\0\0\0\0\0\0\x01"s)) == "builtins.int");
    CHECK(contains(error_of("\x8b\xff\xff\xff\xff\x01"), "truncated pickle: 4294967295 bytes wanted"));
}

TEST_CASE("text and bytes of every length field") {
    CHECK(shown("X\x02\0\0\0hi"s) == "'hi'");
    CHECK(shown("\x8c\x02hi") == "'hi'");
    CHECK(shown("\x8d\x02\0\0\0\0\0\0\0hi"s) == "'hi'");
    CHECK(shown("U\x02hi") == "'hi'");
    CHECK(shown("T\x02\0\0\0hi"s) == "'hi'");
    CHECK(shown("C\x02hi") == "bytes(2)");
    CHECK(shown("B\x02\0\0\0hi"s) == "bytes(2)");
    CHECK(shown("\x8e\x02\0\0\0\0\0\0\0hi"s) == "bytes(2)");
    CHECK(shown("\x96\x02\0\0\0\0\0\0\0hi\x98"s) == "bytes(2)");
    CHECK(contains(error_of("\x8d\xff\xff\xff\xff\xff\xff\xff\xffhi"), "truncated"));
    CHECK(contains(error_of("\x8e\xff\xff\xff\xff\xff\xff\xff\x7fhi"), "truncated"));
}

TEST_CASE("lists, tuples, sets and dicts in every way of making them") {
    CHECK(shown(")") == "()");
    CHECK(shown("K\x01\x85") == "(1)");
    CHECK(shown("K\x01K\x02\x86") == "(1, 2)");
    CHECK(shown("K\x01K\x02K\x03\x87") == "(1, 2, 3)");
    CHECK(shown("(K\x01K\x02K\x03K\x04t") == "(1, 2, 3, 4)");
    CHECK(shown("]K\x01"
                "a") == "[1]");
    CHECK(shown("](K\x01K\x02"
                "e") == "[1, 2]");
    CHECK(shown("(K\x01K\x02l") == "[1, 2]");
    CHECK(shown("}K\x01Ns") == "{1: None}");
    CHECK(shown("}(K\x01NK\x01\x88u") == "{1: None, 1: True}");
    CHECK(shown("(K\x01Nd") == "{1: None}");
    CHECK(shown("\x8f(K\x01K\x02\x90") == "set(1, 2)");
    CHECK(shown("(K\x01\x91") == "set(1)");
}

TEST_CASE("stack and memo") {
    CHECK(shown("K\x01K\x02"
                "0") == "1");
    CHECK(shown("K\x01(K\x02K\x03"
                "1") == "1");
    CHECK(shown("K\x01(0") == "1");
    CHECK(shown("K\x01"
                "2\x86") == "(1, 1)");
    CHECK(shown("K\x07q\x05"
                "0h\x05") == "7");
    CHECK(shown("K\x07r\0\0\0\x01"
                "0j\0\0\0\x01"s) == "7");
    CHECK(shown("(K\x07\x94K\x08\x94h\x01h\0t"s) == "(7, 8, 8, 7)");
    CHECK(shown("\x95\x04\0\0\0\0\0\0\0K\x01"s) == "1");
    const PickleRef twice = value_of("]q\0h\0\x86"s);
    CHECK(as<PickleTuple>(twice)->items[0] == as<PickleTuple>(twice)->items[1]);
}

TEST_CASE("four calls are known to make plain data, whichever way they are written") {
    CHECK(shown("ccollections\nOrderedDict\n)RK\x01Ns") == "{1: None}");
    CHECK(shown("ccollections\nOrderedDict\n)\x81K\x01Ns") == "{1: None}");
    CHECK(shown("ccollections\nOrderedDict\n)}\x92K\x01Ns") == "{1: None}");
    CHECK(shown("\x8c\x0b"
                "collections\x8c\x0bOrderedDict\x93)R") == "{}");
    CHECK(shown("ccollections\nOrderedDict\n](K\x01K\x02\x86](K\x03K\x04"
                "ee\x85R") == "{1: 2, 3: 4}");
    CHECK(shown("ccollections\nOrderedDict\n)R}K\x01Nsb") == "{}");  // attributes of a dict are left out
    CHECK(shown("ctorch\nSize\nK\x02K\x03\x86\x85R") == "(2, 3)");
    for (const char* name : {"c__builtin__\nset\n", "cbuiltins\nfrozenset\n"})
        CHECK(shown(name + "]K\x01"
                           "a\x85R"s) == "set(1)");
    CHECK(shown("ccollections\nOrderedDict\n]K\x01"
                "a\x85R") == "<collections.OrderedDict ([1]) null>");
    CHECK(shown("ccollections\nOrderedDict\nNR") == "<collections.OrderedDict None null>");
}

TEST_CASE("all other classes and functions stay names") {
    CHECK(shown("cargparse\nNamespace\n)\x81}U\x02lrK\x01sb") == "<argparse.Namespace () {'lr': 1}>");
    CHECK(shown("cm\nC\n(K\x01tR(K\x02"
                "e(K\x03Nu(K\x04\x90") == "<m.C (1) null>");  // entries are left out
    CHECK(type_name(*value_of("cm\nC\n)R")) == "m.C");
    CHECK(type_name(*value_of("cm\nC\n)R)R")) == "builtins.object");
    CHECK(type_name(*value_of("cm\nC\n")) == "builtins.type");
    CHECK(shown("\x82\x05)R") == "<extension.5 () null>");
    CHECK(shown("\x83\x05\x01)R") == "<extension.261 () null>");
    CHECK(shown("\x84\x05\0\0\x01)R"s) == "<extension.16777221 () null>");
    CHECK(shown("(X\x07\0\0\0storageK\x01tQ"s) == "@('storage', 1)");
    CHECK(shown(pickled::object(pickled::global("m", "C"), pickled::dict({{"a", pickled::none()}}))) ==
          "<m.C () {'a': None}>");
}

TEST_CASE("a pickle that would run a command runs nothing") {
    const TemporaryFolder folder;
    const std::string command = "touch '" + folder.file("ran") + "'";
    for (const char* name : {"os", "posix", "subprocess"}) {
        const std::string call = pickled::call(pickled::global(name, "system"), {pickled::text(command)});
        CHECK(shown(call) == fmt::format("<{}.system ('{}') null>", name, command));
    }
    CHECK_FALSE(std::filesystem::exists(folder.file("ran")));
}

TEST_CASE("what is no pickle of protocols 2 to 5 is an error that names the file and the place") {
    CHECK(contains(message_of([] { read(""); }), "p: truncated pickle: 1 bytes wanted at byte 0, 0 are left"));
    CHECK(contains(message_of([] { read("(lp0\n."); }), "p: no pickle of a protocol from 2 to 5: it begins with 40"));
    CHECK(contains(message_of([] { read("\x80\x06N."); }), "it begins with 128 6"));
    CHECK(contains(message_of([] { read("\x80\x01N."); }), "it begins with 128 1"));
    CHECK(shown(read("\x80\x05N.")) == "None");
    CHECK(shown(read("\x80\x02N.and more")) == "None");
    CHECK(contains(error_of("NI01\n"), "no opcode of protocols 2 to 5 has the number 73, as at byte 3"));
    CHECK(contains(error_of("\xff"), "the number 255"));
    CHECK(contains(error_of("\x97"), "data that is kept outside"));
    CHECK(contains(error_of(""), "1 values wanted from a stack of 0"));
    CHECK(contains(error_of("K\x01\x86"), "2 values wanted from a stack of 1"));
    CHECK(contains(error_of("K\x01(\x85"), "1 values wanted from a stack of 0"));  // below a mark
    CHECK(contains(error_of("K\x01t"), "a mark is wanted"));
    CHECK(contains(error_of("h\x03"), "nothing was remembered as number 3"));
    CHECK(contains(error_of("q\x03"), "1 values wanted"));
    CHECK(contains(error_of("Na"), "values wanted"));
    CHECK(contains(error_of("NNa"), "items put into a builtins.NoneType, before byte 5"));
    CHECK(contains(error_of("K\x01NNs"), "keys and values put into a builtins.int"));
    CHECK(contains(error_of("}(Nu"), "a key without a value put into a builtins.dict"));
    CHECK(contains(error_of("](N\x90"), "members of a set put into a builtins.list"));
    CHECK(contains(error_of("NN\x93"), "a class whose name is no text"));
    CHECK(contains(error_of("cno end"), "the line at byte 3 has no end"));
    CHECK(contains(error_of("c" + std::string(2000, 'x') + "\nC\n"), "a class whose name has 2001 bytes"));
}

TEST_CASE("values that hold themselves are refused, part of the result or not") {
    CHECK(contains(error_of("]q\0h\0a"s), "p: a value in its pickle holds itself"));
    CHECK(contains(error_of("}q\0Nh\0s"s), "holds itself"));
    CHECK(contains(error_of("cm\nC\n)Rq\0h\0b"s), "holds itself"));
    CHECK(contains(error_of("]q\0h\0\x85q\x01"
                            "ah\x01"s),
                   "holds itself"));        // a list in a tuple in that list
    CHECK(shown("]q\0h\0a0N"s) == "None");  // thrown away; the sanitizer sees no leak
}

TEST_CASE("deep values are refused without deep recursion, wide and shared ones are not") {
    CHECK(shown(std::string(300, ']') + std::string(299, 'a')).size() == 600);
    CHECK(contains(error_of(std::string(600, ']') + std::string(599, 'a')), "more than 500 values inside each other"));
    CHECK(contains(error_of(std::string(1000000, ']') + std::string(999999, 'a')), "inside each other"));
    std::string chain = "N";
    for (int i = 0; i < 1000000; ++i) chain += "\x85";
    CHECK(contains(error_of(chain), "inside each other"));
    CHECK(shown(chain + "0N") == "None");
    // Depth that shows only by a way to an earlier value: (a, ... 300 ... (b)), b = ... 300 ...
    std::string b = "N", a = "h\0"s;
    for (int i = 0; i < 300; ++i) b += "\x85", a += "\x85";
    CHECK(contains(error_of(b + "q\0"s + a + "\x86"), "inside each other"));
    // A list of two times a list of two times ... : 2^400 leaves in 2 KB.
    std::string bomb = "N";
    for (int i = 0; i < 400; ++i) bomb += "2\x86";
    CHECK(children_of(*value_of(bomb)).size() == 2);
}

TEST_CASE("a pickle cannot make more values than the limit, by copying neither") {
    CHECK(contains(error_of("(" + std::string(5000000, 'N') + "t"), "more than 4194304 values"));
    std::string calls = "(";
    for (int i = 0; i < 100; ++i) calls += "h\0h\x01R"s;
    const std::string prepared = "cbuiltins\nset\nq\0"s + "(" + std::string(100000, 'N') + "l\x85q\x01";
    CHECK(contains(error_of(prepared + calls + "t"), "more than 4194304 values"));
}

TEST_CASE("a pickle cut short anywhere is an error; any changed byte gives an error or a value") {
    const std::string pickle = pickled::whole(pickled::dict(
        {{"w",
          pickled::tensor(pickled::storage("FloatStorage", "0", 4), 0, pickled::lengths({2, 2}), "K\x02K\x01\x86")},
         {"n", pickled::list({"K\x01q\0"s, "\x8a\x02\xff\0"s, "G\x3f\xf8\0\0\0\0\0\0"s, "h\0"s, "\x8c\x01x"})}}));
    REQUIRE(as<PickleDict>(read(pickle))->pairs.size() == 2);
    for (size_t size = 0; size < pickle.size(); ++size) {
        INFO(size);
        REQUIRE_FALSE(message_of([&] { read(pickle.substr(0, size)); }).empty());
    }
    int errors = 0, changes = 0;
    for (size_t place = 0; place < pickle.size(); ++place)
        for (int change = 1; change < 256; ++change, ++changes) {
            std::string changed = pickle;
            changed[place] = static_cast<char>(changed[place] ^ change);
            const auto read_changed = [&] {
                const PickleRef value = read(changed);
                REQUIRE(value);
            };
            errors += !message_of(read_changed).empty();
        }
    CHECK(errors > changes / 8);
    CHECK(errors < changes);
}
