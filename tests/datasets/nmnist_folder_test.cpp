// Folders of N-MNIST in both layouts: by hand, bad input, the real one.
#include "datasets/nmnist_folder.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "tests/datasets/nmnist_data.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

namespace fs = std::filesystem;

/// PART/0 to PART/9, all empty.
void make_digits(const fs::path& part) {
    for (int digit = 0; digit < 10; ++digit) fs::create_directories(part / std::to_string(digit));
}

std::string list_error(const TemporaryFolder& folder, Split split = Split::train) {
    return message_of([&] { list_nmnist(folder.path(), split); });
}

std::string labels_error(const TemporaryFolder& folder, const std::string& labels) {
    put(folder / "labels.txt", labels);
    return list_error(folder);
}

/// "name:label" of each recording, with spaces between.
std::string summary(const std::vector<LabelledRecording>& list) {
    std::string text;
    for (const LabelledRecording& each : list)
        text += (text.empty() ? "" : " ") + each.path.filename().string() + ":" + std::to_string(each.label);
    return text;
}

}  // namespace

TEST_CASE("a flat folder is listed in the order of the numbers, with the digits of labels.txt") {
    const TemporaryFolder folder;
    for (const char* name : {"10.bs2", "2.bs2", "1.bin", "3.bs2"}) put(folder / name, "");
    put(folder / "labels.txt", "#sample #class\r\n10\t0\r\n2\t9\r\n1 4\r\n\r\n");
    const auto list = list_nmnist(folder.path(), Split::train);
    CHECK(summary(list) == "1.bin:4 2.bs2:9 10.bs2:0");  // 3 has no line
    CHECK(list[1].path == folder / "2.bs2");
    CHECK(summary(list_nmnist(folder.path(), Split::test)) == summary(list));
}

TEST_CASE("the published layout is listed by split, in the order of the numbers over all digits") {
    const TemporaryFolder folder;
    make_digits(folder / "Train");
    make_digits(folder / "Test");
    put(folder / "Train/7/00010.bin", "");
    put(folder / "Train/7/00002.bin", "");
    put(folder / "Train/0/00003.bin", "");
    put(folder / "Train/0/readme.txt", "");
    put(folder / "Test/9/00001.bin", "");
    CHECK(summary(list_nmnist(folder.path(), Split::train)) == "00002.bin:7 00003.bin:0 00010.bin:7");
    CHECK(summary(list_nmnist(folder.path(), Split::test)) == "00001.bin:9");
}

TEST_CASE("a malformed labels.txt is an error that names the line") {
    const TemporaryFolder folder;
    put(folder / "1.bs2", "");
    put(folder / "2.bs2", "");
    const auto bad_line = [&](const std::string& line) {
        const std::string error = labels_error(folder, "#sample #class\n1\t5\n" + line + "\n");
        return contains(error, "labels.txt line 3: `" + line + "`: give the number");
    };
    CHECK(labels_error(folder, "1 5\n2 6").empty());
    for (const char* line : {"2", "2 10", "2 -1", "-2 1", "2 1 1", "x 1", "2 x", "2x 1", "2 1x", "2,1", " ", "../2 1",
                             "99999999999999999999 1", "2 1.0"}) {
        INFO(line);
        CHECK(bad_line(line));
    }
    CHECK(contains(labels_error(folder, "1 5\n2 6\n1 5\n"), "labels.txt: recording 1 is there twice"));
}

TEST_CASE("a labels.txt that names a missing file, or none, is an error") {
    const TemporaryFolder folder;
    put(folder / "1.bs2", "");
    fs::create_directory(folder / "3.bs2");
    CHECK(contains(labels_error(folder, "1 5\n2 6\n"), "line 2: recording 2 is missing: neither 2.bs2 nor 2.bin"));
    CHECK(contains(labels_error(folder, "3 6\n"), "recording 3 is missing"));
    CHECK(contains(labels_error(folder, ""), "empty data set"));
    CHECK(contains(labels_error(folder, "#sample #class\r\n"), folder.path().string()));
}

TEST_CASE("a folder of neither layout, or without recordings, is an error") {
    const TemporaryFolder folder;
    CHECK(contains(list_error(folder), "neither a file labels.txt nor a folder " + (folder / "Train/0").string()));
    CHECK(contains(message_of([&] { list_nmnist(folder / "none", Split::train); }), "none"));
    make_digits(folder / "Train");
    CHECK(contains(list_error(folder), "empty data set"));
    CHECK(contains(list_error(folder, Split::test), (folder / "Test/0").string()));
    fs::remove(folder / "Train/6");
    CHECK(contains(list_error(folder), (folder / "Train/6").string()));
    make_digits(folder / "Train");
    put(folder / "Train/1/one.bin", "");
    CHECK(contains(list_error(folder), "one.bin: the name of a recording is a number"));
}

TEST_CASE("the real recordings are listed with the digits of MNIST, where they are at hand") {
    const std::string folder = nmnist_data();
    if (folder.empty()) {
        MESSAGE("skipped: no folder data/nmnist in $BISPIKE_SHARED or ../shared");
        return;
    }
    const auto list = list_nmnist(folder, Split::train);
    REQUIRE(list.size() == 300);
    std::vector<int> of_digit(10), first;
    for (const LabelledRecording& each : list) ++of_digit[static_cast<size_t>(each.label)];
    for (int i = 0; i < 10; ++i) first.push_back(list[static_cast<size_t>(i)].label);
    CHECK(of_digit == std::vector<int>{34, 39, 28, 34, 32, 23, 29, 29, 21, 31});
    CHECK(first == std::vector<int>{5, 0, 4, 1, 9, 2, 1, 3, 1, 4});  // as MNIST's training set begins
    CHECK(list[299].path.filename() == "300.bs2");
    CHECK(list[299].label == 6);
}
