// HDF5 files.
#include "sim/io/hdf5.h"

#include <doctest/doctest.h>

#include <cstring>
#include <filesystem>
#include <limits>

#include "sim/core/error.h"
#include "tests/io/full_disk.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using hdf5::Extents;
using hdf5::File;
using hdf5::Series;
using hdf5::Type;

namespace {

template <class T>
void check_round_trip(const std::string& path, const std::vector<T>& values) {
    {
        File file = File::create(path);
        file.write<T>("/deep/down/array", {static_cast<int64_t>(values.size())}, values);
        file.close();
    }
    const File file = File::open(path);
    CHECK(file.read<T>("/deep/down/array") == values);
}

std::string replaced(std::string bytes, uint64_t from, uint64_t to) {
    std::string old(8, '\0'), fresh(8, '\0');
    std::memcpy(old.data(), &from, 8);
    std::memcpy(fresh.data(), &to, 8);
    for (auto at = bytes.find(old); at != std::string::npos; at = bytes.find(old, at)) bytes.replace(at, 8, fresh);
    return bytes;
}

}  // namespace

TEST_CASE("hdf5: arrays of every type read back as they were written") {
    const TemporaryFolder folder;
    const std::string path = folder.file("a.h5");
    check_round_trip<int8_t>(path, {-128, 0, 127});
    check_round_trip<uint8_t>(path, {0, 255});
    check_round_trip<int32_t>(path, {std::numeric_limits<int32_t>::min(), 7});
    check_round_trip<uint32_t>(path, {4294967295u});
    check_round_trip<int64_t>(path, {std::numeric_limits<int64_t>::min(), 1});
    check_round_trip<uint64_t>(path, {std::numeric_limits<uint64_t>::max(), 1});
    check_round_trip<float>(path, {1.5f, -0.0f, std::numeric_limits<float>::infinity()});
    check_round_trip<double>(path, {0.1, -1e300});
    check_round_trip<float>(path, {});
    check_round_trip<float>(path, std::vector<float>(100'000, 0.25f));
    CHECK(std::filesystem::file_size(path) > 400'000);
    check_round_trip<int32_t>(path, std::vector<int32_t>(100'000, 25));  // chunked and deflated
    CHECK(std::filesystem::file_size(path) < 40'000);
}

TEST_CASE("hdf5: extents, rows and single values") {
    const TemporaryFolder folder;
    File file = File::create(folder.file("a.h5"));
    const std::vector<float> values{1, 2, 3, 4, 5, 6};
    file.write<float>("/matrix", {3, 2}, values);
    file.write<float>("/single", {}, std::vector<float>{9});
    CHECK(file.extents("/matrix") == Extents{3, 2});
    CHECK(file.extents("/single").empty());
    CHECK(file.read<float>("/single") == std::vector<float>{9});
    CHECK(file.read_rows<float>("/matrix", 1, 1) == std::vector<float>{3, 4});
    CHECK(file.read_rows<float>("/matrix", 1, -1) == std::vector<float>{3, 4, 5, 6});
    CHECK_THROWS_AS(file.read_rows<float>("/matrix", 2, 2), Error);
    CHECK_THROWS_AS(file.read_rows<float>("/matrix", -1, 1), Error);
    std::vector<float> too_few(5);
    CHECK_THROWS_AS(file.read_into<float>("/matrix", too_few), Error);
    CHECK_THROWS_AS(file.write<float>("/wrong", {2, 2}, values), Error);
}

TEST_CASE("hdf5: attributes and texts read back as they were written") {
    const TemporaryFolder folder;
    const std::string path = folder.file("a.h5");
    {
        File file = File::create(path);
        file.make_group("/group/inner");
        file.make_group("/group");
        file.set_attribute("/group", "word", std::string("größe"));
        file.set_attribute("/group", "empty", std::string());
        file.set_attribute("/group", "count", -3);
        file.set_attribute("/", "ratio", 0.1);
        file.set_attribute("/", "shape", Extents{4, 5});
        file.set_attribute("/", "axes", std::vector<std::string>{"step", "channel"});
        file.write_texts("/names", {"shirt", "", "ankle boot"});
        file.write_texts("/none", {});
    }
    const File file = File::open(path);
    CHECK(file.text_attribute("/group", "word") == "größe");
    CHECK(file.text_attribute("/group", "empty").empty());
    CHECK(file.integer_attribute("/group", "count") == -3);
    CHECK(file.real_attribute("/", "ratio") == 0.1);
    CHECK(file.integers_attribute("/", "shape") == Extents{4, 5});
    CHECK(file.texts_attribute("/", "axes") == std::vector<std::string>{"step", "channel"});
    CHECK(file.attributes("/group") == std::vector<std::string>{"count", "empty", "word"});
    CHECK(file.read_texts("/names") == std::vector<std::string>{"shirt", "", "ankle boot"});
    CHECK(file.read_texts("/none").empty());
    CHECK(file.links("/") == std::vector<std::string>{"group", "names", "none"});
    CHECK(file.is_group("/group"));
    CHECK_FALSE(file.is_group("/names"));
    CHECK(file.has("/group/inner"));
    CHECK_FALSE(file.has("/group/outer/inner"));
    CHECK_FALSE(file.has_attribute("/group", "missing"));
    CHECK_FALSE(file.has_attribute("/missing", "word"));
}

TEST_CASE("hdf5: a series grows by whole entries") {
    const TemporaryFolder folder;
    const std::string path = folder.file("a.h5");
    std::vector<int32_t> all;
    {
        File file = File::create(path);
        Series series(file, "/deep/series", Type::int32, {3});
        for (int32_t batch = 0; batch < 50; ++batch) {
            const std::vector<int32_t> rows(static_cast<size_t>(batch) * 300, batch);
            series.append<int32_t>(rows);
            all.insert(all.end(), rows.begin(), rows.end());
        }
        CHECK(series.entries() == static_cast<int64_t>(all.size()) / 3);
        CHECK_THROWS_AS(series.append<int32_t>(std::vector<int32_t>{1, 2}), Error);
    }
    const File file = File::open(path);
    CHECK(file.extents("/deep/series") == Extents{static_cast<int64_t>(all.size()) / 3, 3});
    CHECK(file.read<int32_t>("/deep/series") == all);
}

TEST_CASE("hdf5: what was flushed can be read after a crash at any later time") {
    const TemporaryFolder folder;
    const std::string crashed = folder.file("crashed.h5");
    std::vector<uint64_t> noise(5000);
    for (size_t i = 0; i < noise.size(); ++i) noise[i] = i * 0x9E3779B97F4A7C15u;
    File file = File::create(folder.file("a.h5"));
    Series series(file, "/series", Type::uint64, {});
    series.append<uint64_t>(std::span(noise).first(3000));
    file.flush();
    for (int i = 0; i < 40; ++i) {  // past the flush: rewrites the last chunk, adds more, makes other objects
        series.append<uint64_t>(noise);
        file.make_group("/later" + std::to_string(i));
        std::filesystem::copy_file(file.path(), crashed, std::filesystem::copy_options::overwrite_existing);
        const File read = File::open(crashed);
        CHECK(read.links("/") == std::vector<std::string>{"series"});
        CHECK(read.read<uint64_t>("/series") == std::vector<uint64_t>(noise.begin(), noise.begin() + 3000));
    }
}

TEST_CASE("hdf5: equal contents make equal bytes") {
    const auto make = [] {
        File file = File::in_memory("memory");
        file.write<float>("/values", {3000}, std::vector<float>(3000, 1.0f));
        file.set_attribute("/values", "order", 0);
        return file.image();
    };
    CHECK(make() == make());
}

TEST_CASE("hdf5: missing, empty, foreign, truncated and hostile files are clear errors") {
    const TemporaryFolder folder;
    const std::string path = folder.file("a.h5");
    const auto open = [&] { File::open(path); };
    CHECK(message_of(open) == "cannot read " + path + ": No such file or directory");
    put(path, "");
    CHECK(message_of(open) == "cannot read " + path + ": the file is empty");
    put(path, "PK not an HDF5 file");
    CHECK(message_of(open) == "cannot read " + path + ": it is not an HDF5 file");
    {
        File file = File::create(path);
        file.write<uint8_t>("/values", {1237}, std::vector<uint8_t>(1237, 5));
    }
    const std::string whole = contents(path);
    for (const size_t size : {whole.size() / 2, whole.size() - 1}) {
        put(path, whole.substr(0, size));
        CHECK(contains(message_of(open), "cannot read " + path + ": truncated file"));
    }
    put(path, replaced(whole, 1237, uint64_t{1} << 50));
    CHECK(contains(message_of([&] { File::open(path).read<uint8_t>("/values"); }), path + ": "));
    CHECK_THROWS_AS(File::open(folder.file("")), Error);
    CHECK_THROWS_AS(File::create(folder.file("no/such/folder.h5")), Error);
}

TEST_CASE("hdf5: errors name the file, the object and the reason on one line") {
    const TemporaryFolder folder;
    File file = File::create(folder.file("a.h5"));
    file.write_texts("/names", {"a"});
    const std::string text = message_of([&] { file.read<float>("/missing"); });
    CHECK(contains(text, file.path()));
    CHECK(contains(text, "/missing"));
    CHECK(contains(text, "doesn't exist"));
    CHECK_FALSE(contains(text, "\n"));
    CHECK_THROWS_AS(file.read<float>("/names"), Error);
    CHECK_THROWS_AS(file.text_attribute("/names", "missing"), Error);
    CHECK_THROWS_AS(file.write_texts("/names", {"b"}), Error);
    file.set_attribute("/names", "count", 1);
    CHECK_THROWS_AS(file.text_attribute("/names", "count"), Error);
}

TEST_CASE("hdf5: a full disk is reported by append, and an abandoned file keeps what was flushed") {
    const TemporaryFolder folder;
    std::vector<uint64_t> noise(50'000);
    for (size_t i = 0; i < noise.size(); ++i) noise[i] = i * i * 0x9E3779B97F4A7C15u;
    File file = File::create(folder.file("a.h5"));
    Series series(file, "/series", Type::uint64, {});
    series.append<uint64_t>(std::span(noise).first(100));
    file.flush();
    {
        const FullDisk disk(100'000);
        const std::string text = message_of([&] { series.append<uint64_t>(noise); });
        CHECK(contains(text, "cannot write /series: File too large"));
    }
    file.abandon();
    std::filesystem::copy_file(folder.file("a.h5"), folder.file("copy.h5"));
    CHECK(File::open(folder.file("copy.h5")).read<uint64_t>("/series") ==
          std::vector<uint64_t>(noise.begin(), noise.begin() + 100));
}
