// HDF5 files of other programs: tests/golden/foreign.h5 was written by h5py (tests/golden/make_nir.py).
#include <doctest/doctest.h>

#include <cstring>

#include "sim/core/error.h"
#include "sim/io/hdf5.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using hdf5::Extents;
using hdf5::File;
using hdf5::Kind;

namespace {

using Words = std::vector<std::string>;

const std::string kForeign = std::string(BISPIKE_SOURCE_DIR) + "/tests/golden/foreign.h5";

}  // namespace

TEST_CASE("hdf5: every object of a foreign file has its kind") {
    const File file = File::open(kForeign);
    for (const char* name : {"int16_big", "uint8", "uint64", "truth", "packed", "group/inside"})
        CHECK(file.kind(std::string("/") + name) == Kind::integer);
    for (const char* name : {"half", "double_big"}) CHECK(file.kind(std::string("/") + name) == Kind::real);
    for (const char* name : {"word", "grid", "fixed", "fixed_utf8", "spaces"})
        CHECK(file.kind(std::string("/") + name) == Kind::text);
    for (const char* name : {"compound", "nothing", "sequence", "type"})
        CHECK(file.kind(std::string("/") + name) == Kind::other);
    for (const char* name : {"group", "again", "soft"}) CHECK(file.kind(std::string("/") + name) == Kind::group);
    CHECK(contains(message_of([&] { (void)file.kind("/missing"); }), kForeign + ": cannot open /missing: "));
    CHECK(contains(message_of([&] { (void)file.kind("/elsewhere"); }), kForeign + ": cannot open /elsewhere: "));
}

TEST_CASE("hdf5: numbers of any width and byte order are converted") {
    const File file = File::open(kForeign);
    CHECK(file.read<int64_t>("/int16_big") == std::vector<int64_t>{1, -2, 300});
    CHECK(file.read<int64_t>("/uint8") == std::vector<int64_t>{7});
    CHECK(file.read<uint64_t>("/uint64") == std::vector<uint64_t>{~uint64_t{0}, 5});
    CHECK(file.read<int64_t>("/uint64") == std::vector<int64_t>{INT64_MAX, 5});  // the largest, not -1
    CHECK(file.read<double>("/half") == std::vector<double>{0.5, -2});
    CHECK(file.read<double>("/double_big") == std::vector<double>{0.1, -1e300});
    CHECK(file.read<int64_t>("/truth") == std::vector<int64_t>{1, 0});
    const std::vector<double> packed = file.read<double>("/packed");
    CHECK(packed.size() == 1000);
    CHECK(packed[999] == 999);
    for (const char* name : {"/compound", "/nothing", "/sequence", "/word", "/group"})
        CHECK_FALSE(message_of([&] { file.read<double>(name); }).empty());
}

TEST_CASE("hdf5: texts of fixed and any length, single and in arrays") {
    const File file = File::open(kForeign);
    CHECK(file.read_texts("/word") == Words{"größe"});
    CHECK(file.extents("/word").empty());
    CHECK(file.read_texts("/grid") == Words{"a", "b", "", "dd", "e", "f"});
    CHECK(file.extents("/grid") == Extents{3, 2});
    CHECK(file.read_texts("/fixed") == Words{"ab", "cdefg"});
    CHECK(file.read_texts("/fixed_utf8") == Words{"größe"});
    CHECK(file.read_texts("/spaces") == Words{"to  be"});
    CHECK(file.read_texts("/spaces_only") == Words{"or"});
    CHECK(message_of([&] { (void)file.read_texts("/uint8"); }) == kForeign + ": /uint8 does not hold text");
}

TEST_CASE("hdf5: an object has one address under all its names; links to elsewhere are refused") {
    const File file = File::open(kForeign);
    CHECK(file.address("/group") == file.address("/again"));
    CHECK(file.address("/group") != file.address("/group/inside"));
    CHECK(file.address("/again/inside") == file.address("/group/inside"));
    for (const char* name : {"/soft", "/elsewhere"})
        CHECK(message_of([&] { (void)file.address(name); }) ==
              kForeign + ": " + name + " is a link to another place, which is not followed");
    CHECK(contains(message_of([&] { (void)file.address("/missing"); }), "cannot look at /missing: "));
}

TEST_CASE("hdf5: texts of any shape read back as they were written") {
    const TemporaryFolder folder;
    Words many;
    for (int i = 0; i < 300; ++i) many.push_back(std::string(static_cast<size_t>(i % 7), 'x') + std::to_string(i));
    {
        File file = File::create(folder.file("a.h5"));
        file.write_text("/deep/one", "größe");
        file.write_texts("/many", {50, 3, 2}, many);
        file.write_texts("/none", {0, 2}, {});
        CHECK(contains(message_of([&] { file.write_texts("/wrong", {2, 2}, {"a"}); }), "1 texts do not fill /wrong"));
    }
    const File file = File::open(folder.file("a.h5"));
    CHECK(file.read_texts("/deep/one") == Words{"größe"});
    CHECK(file.extents("/deep/one").empty());
    CHECK(file.read_texts("/many") == many);  // more than are read at once
    CHECK(file.extents("/many") == Extents{50, 3, 2});
    CHECK(file.read_texts("/none").empty());
    CHECK(file.extents("/none") == Extents{0, 2});
}

TEST_CASE("hdf5: a file in which many elements refer to one long text is refused") {
    const TemporaryFolder folder;
    const std::string path = folder.file("a.h5");
    constexpr uint32_t kLength = 123'457;
    constexpr size_t kReference = 16, kTexts = 1000;  // a reference: length, address of the heap, number in it
    Words texts(kTexts, "short");
    texts[0] = std::string(kLength, 'x');
    {
        File file = File::create(path);
        file.write_texts("/texts", texts);
    }
    CHECK(File::open(path).read_texts("/texts") == texts);
    std::string bytes = contents(path), mark(4, '\0');
    std::memcpy(mark.data(), &kLength, 4);
    size_t first = bytes.find(mark);  // the heap has the length as well, in 8 bytes
    while (bytes.compare(first + 4, 4, std::string(4, '\0')) == 0) first = bytes.find(mark, first + 1);
    REQUIRE(first < bytes.size() - kReference * kTexts);
    for (size_t i = 1; i < kTexts; ++i) bytes.replace(first + i * kReference, kReference, bytes, first, kReference);
    put(path, bytes);
    CHECK(message_of([&] { (void)File::open(path).read_texts("/texts"); }) ==
          path + ": /texts promises more text than the file holds");
}
