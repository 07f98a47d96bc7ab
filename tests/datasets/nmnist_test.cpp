// Recordings of N-MNIST: by hand, bad input, damage, the real ones.
#include "datasets/nmnist.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "tests/datasets/damage.h"
#include "tests/datasets/event_bytes.h"
#include "tests/datasets/nmnist_data.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

const std::vector<Event> kEvents = {{5, 10, true, 66051}, {0, 33, false, 66051}, {33, 0, true, 8388607}};

std::string error_of(const Bytes& bytes, const NmnistOptions& options = {}) {
    return message_of([&] { parse_nmnist(bytes, "r.bin", options); });
}

}  // namespace

TEST_CASE("the five bytes of an event are x, y, the polarity and 23 bits of time") {
    const Bytes bytes = {5, 10, 0x81, 0x02, 0x03, 0, 33, 0x01, 0x02, 0x03, 33, 0, 0xFF, 0xFF, 0xFF};
    const EventRecording recording = parse_nmnist(bytes, "r.bin");
    CHECK(recording.width == 34);
    CHECK(recording.height == 34);
    CHECK(recording.events == kEvents);
    CHECK(nmnist_bytes(kEvents) == bytes);
}

TEST_CASE("y = 240 makes all later times 2^13 us later, and is no event") {
    const Bytes bytes = nmnist_bytes({{1, 2, true, 100},
                                      {0, 240, false, 0},
                                      {3, 4, false, 50},
                                      {0, 240, true, 9},
                                      {99, 240, true, 9},
                                      {5, 6, true, 50}});
    const std::vector<Event> expected = {{1, 2, true, 100}, {3, 4, false, 50 + 8192}, {5, 6, true, 50 + 3 * 8192}};
    CHECK(parse_nmnist(bytes, "r.bin").events == expected);
    CHECK(contains(error_of(bytes, {.overflow = "none"}), "r.bin: event 1 at x = 0, y = 240 is outside"));
}

TEST_CASE("no bytes are a recording without events") {
    const TemporaryFolder folder;
    const EventRecording recording = read_nmnist(folder.write("empty.bin", {}));
    CHECK(recording.events.empty());
    CHECK(recording.width == 34);
}

TEST_CASE("a recording cut short at any byte is an error, or the events before a whole one") {
    const TemporaryFolder folder;
    const Bytes whole = nmnist_bytes(kEvents);
    for (size_t size = 0; size <= whole.size(); ++size) {
        const auto path = folder.write("cut.bin", std::span(whole).first(size));
        INFO("cut to ", size, " bytes");
        if (size % 5 != 0) {
            const std::string error = message_of([&] { read_nmnist(path); });
            CHECK(contains(error, path.string()));
            CHECK(contains(error, std::to_string(size) + " bytes are no whole number of events"));
        } else {
            const std::vector<Event> first(kEvents.begin(), kEvents.begin() + static_cast<ptrdiff_t>(size / 5));
            CHECK(read_nmnist(path).events == first);
        }
    }
}

TEST_CASE("an event outside the sensor is an error that names it") {
    CHECK(contains(error_of(nmnist_bytes({{1, 1, true, 0}, {34, 7, true, 1}})), "event 1 at x = 34, y = 7"));
    CHECK(contains(error_of(nmnist_bytes({{7, 34, true, 0}})), "event 0 at x = 7, y = 34"));
    CHECK(contains(error_of(nmnist_bytes({{255, 255, true, 0}})), "34x34"));
}

TEST_CASE("time that runs backwards is an error unless a marker makes up for it") {
    CHECK(contains(error_of(nmnist_bytes({{1, 1, true, 7}, {1, 1, true, 7}, {2, 2, true, 6}})),
                   "r.bin: time runs backwards: event 2 at 6 us comes after 7 us"));
    CHECK(error_of(nmnist_bytes({{1, 1, true, 8000}, {0, 240, true, 0}, {2, 2, true, 6}})).empty());
    CHECK(contains(error_of(nmnist_bytes({{1, 1, true, 8200}, {0, 240, true, 0}, {2, 2, true, 6}})),
                   "event 2 at 8198 us comes after 8200 us"));
}

TEST_CASE("bad files and bad options of N-MNIST are errors that say what is wrong") {
    const TemporaryFolder folder;
    CHECK(contains(message_of([&] { read_nmnist(folder / "none.bin"); }), "No such file"));
    CHECK(contains(message_of([&] { read_nmnist(folder.path()); }), "folder"));
    CHECK(contains(error_of({}, {.overflow = "markers"}), "events.overflow = `markers` (did you mean `marker`?)"));
}

TEST_CASE("a recording has at most 2^20 events, also one that a small gzip file unpacks to") {
    const TemporaryFolder folder;
    Bytes most(size_t{5} << 20);
    CHECK(read_nmnist(folder.write("most.bin", most)).events.size() == size_t{1} << 20);
    most.resize(most.size() + 5);
    const auto more = folder.write("more.bin", most);
    CHECK(contains(message_of([&] { read_nmnist(more); }), more.string() + ": more than 1048576 events"));
    most.resize(size_t{1} << 26);
    const auto packed = write_gzip(folder / "packed.bin", most);
    CHECK(contains(message_of([&] { read_nmnist(packed); }), "more than 1048576 events"));
}

TEST_CASE("damaged recordings give an error or events that keep the promise") {
    const TemporaryFolder folder;
    std::vector<Event> events;
    for (uint16_t i = 0; i < 20; ++i)
        events.push_back({static_cast<uint16_t>(i + 1), static_cast<uint16_t>(30 - i), i % 2 == 0, 1000 * i});
    const Bytes whole = nmnist_bytes(events);
    Rng rng(42, "fuzz nmnist");
    int errors = 0;
    for (int round = 0; round < 2000; ++round) {
        const auto parse = [&] {
            int64_t last = 0;
            for (const Event& e : parse_nmnist(damaged(whole, rng), "r.bin").events) {
                REQUIRE((e.x < 34 && e.y < 34 && e.time_us >= last));
                last = e.time_us;
            }
        };
        errors += !message_of(parse).empty();
    }
    CHECK(errors > 600);
    CHECK(errors < 2000);
}

TEST_CASE("real recordings have the events that another reader counts, where they are at hand") {
    const std::string folder = nmnist_data();
    if (folder.empty()) {
        MESSAGE("skipped: no folder data/nmnist in $BISPIKE_SHARED or ../shared");
        return;
    }
    int64_t events = 0, on = 0, x = 0, y = 0, time = 0;
    for (int n = 1; n <= 300; ++n) {
        const EventRecording recording = read_nmnist(folder + "/" + std::to_string(n) + ".bs2");
        events += std::ssize(recording.events);
        for (const Event& e : recording.events) on += e.polarity, x += e.x, y += e.y, time += e.time_us;
    }
    // By a reader in Python of its own.
    CHECK(events == 1232121);
    CHECK(on == 614088);
    CHECK(x == 20551844);
    CHECK(y == 21336008);
    CHECK(time == 182643686683);
    const auto count = [&](const char* name) { return read_nmnist(folder + name).events.size(); };
    CHECK(count("/1.bs2") == 4681);
    CHECK(count("/57.bs2") == 6409);
    CHECK(count("/150.bs2") == 5897);
    CHECK(count("/300.bs2") == 5083);
}
