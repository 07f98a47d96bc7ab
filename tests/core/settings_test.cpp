// Settings: text to values and back, defaults, and the errors of keys and values.
#include "sim/core/settings.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "sim/core/error.h"
#include "sim/core/rng.h"

using namespace bispike;

namespace {

struct Options {
    bool verbose = false;
    int heads = 4;
    int64_t images = 10000;
    float tau = 2.0f;
    double tolerance = 0.1;
    std::string reset = "hard";
    std::string path = "out";
    std::vector<int> widths = {16, 32};
    std::vector<float> mean = {0.5f};

    static constexpr auto fields() {
        using O = Options;
        return std::tuple(
            field("verbose", &O::verbose, "", "say more"), field("heads", &O::heads, "heads", "attention heads"),
            field("images", &O::images, "images", "how many"), field("tau", &O::tau, "steps", "time constant"),
            field("tolerance", &O::tolerance, "", "largest error"),
            field("reset", &O::reset, "hard | soft", "after a spike"), field("path", &O::path, "folder", "where to"),
            field("widths", &O::widths, "channels", "of the stem"), field("mean", &O::mean, "", "of a channel"));
    }
};

Settings given(const std::string& key, const std::string& value) {
    Settings s;
    s.set(key, value, "configs/a.ini");
    return s;
}

Options read(const std::string& key, const std::string& value) { return given(key, value).read<Options>("model"); }

template <class T>
T back(const T& value) {
    T out{};
    text::into(out, "key", text::from(value));
    return out;
}

}  // namespace

TEST_CASE("a key that is not given keeps its default") {
    const Options o = Settings().read<Options>("model");
    CHECK(o.heads == 4);
    CHECK(o.reset == "hard");
    CHECK(o.widths == std::vector<int>{16, 32});
    CHECK(Settings().read<Options>("model", {.heads = 8}).heads == 8);
}

TEST_CASE("every type is read from its text, with spaces around") {
    CHECK(read("model.verbose", " true ").verbose);
    CHECK(read("model.heads", " -3").heads == -3);
    CHECK(read("model.images", "5000000000").images == 5000000000);
    CHECK(read("model.tau", "1e-3\r").tau == 1e-3f);
    CHECK(read("model.tolerance", "0.3").tolerance == 0.3);
    CHECK(read("model.reset", "soft").reset == "soft");
    CHECK(read("model.path", " a folder ").path == "a folder");
    CHECK(read("model.widths", "1, 2,3").widths == std::vector<int>{1, 2, 3});
    CHECK(read("model.widths", "").widths.empty());
    CHECK(read("model.mean", "0.25,-1").mean == std::vector<float>{0.25f, -1});
}

TEST_CASE("text that is not of the type is an error which names key and value") {
    CHECK_THROWS_WITH_AS(read("model.verbose", "yes"), "model.verbose = `yes`: expected true or false", Error);
    CHECK_THROWS_WITH_AS(read("model.heads", "four"), "model.heads = `four`: expected a whole number", Error);
    CHECK_THROWS_WITH_AS(read("model.tau", "2 steps"), "model.tau = `2 steps`: expected a number", Error);
    CHECK_THROWS_WITH_AS(read("model.widths", "1, x"), "model.widths = `x`: expected a whole number", Error);
    for (const char* bad : {"", "4.5", "4 5", "0x4", "3000000000", "1e3"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(read("model.heads", bad), Error);
    }
    CHECK_THROWS_AS(read("model.widths", "1,,2"), Error);
    CHECK_THROWS_AS(read("model.images", "99999999999999999999"), Error);
}

TEST_CASE("a word outside its choices is an error which names the nearest and all") {
    CHECK_THROWS_WITH_AS(read("model.reset", "sofd"),
                         "model.reset = `sofd` (did you mean `soft`?); choices: hard, soft", Error);
    CHECK(read("model.path", "sofd").path == "sofd");
}

TEST_CASE("an unknown key is an error which names its origin and the nearest known key") {
    Settings s = given("model.haeds", "4");
    s.set("model.tau", "3", "configs/a.ini");
    s.read<Options>("model");
    CHECK_THROWS_WITH_AS(s.require_all_read(),
                         "configs/a.ini: unknown key `model.haeds`; the nearest known key is `model.heads` "
                         "(--print-config lists all)",
                         Error);
}

TEST_CASE("a key of another section is unknown too, a key that was read is not") {
    Settings s = given("model.heads", "4");
    CHECK(s.peek("model.heads", "0") == "4");
    CHECK(s.peek("model.tau", "0") == "0");
    s.read<Options>("other");
    CHECK_THROWS_AS(s.require_all_read(), Error);
    s.read<Options>("model");
    CHECK_NOTHROW(s.require_all_read());
}

TEST_CASE("the later value of a key wins") {
    Settings s = given("model.heads", "2");
    s.set("model.heads", "8", "the command line");
    CHECK(s.read<Options>("model").heads == 8);
    CHECK(s.has("model.heads"));
    CHECK_FALSE(s.has("model.tau"));
}

TEST_CASE("the resolved configuration holds defaults and given values, and reads back") {
    Settings s = given("model.tau", "1.5");
    s.set("model.widths", "8,16", "configs/a.ini");
    s.read<Options>("model");
    s.read<Options>("another");
    CHECK(s.resolved().at("model.tau") == "1.5");
    CHECK(s.resolved().at("another.tau") == "2");
    CHECK(s.resolved().at("model.widths") == "8, 16");
    CHECK(s.ini() ==
          "[another]\nheads = 4\nimages = 10000\nmean = 0.5\npath = out\nreset = hard\ntau = 2\ntolerance = 0.1\n"
          "verbose = false\nwidths = 16, 32\n\n"
          "[model]\nheads = 4\nimages = 10000\nmean = 0.5\npath = out\nreset = hard\ntau = 1.5\ntolerance = 0.1\n"
          "verbose = false\nwidths = 8, 16\n");
}

TEST_CASE("known keys come once each, in order, with default, domain and help") {
    Settings s = given("model.heads", "2");
    s.read<Options>("model", {.heads = 8});
    s.read<Options>("model");
    const std::vector<FieldInfo> known = s.known();
    REQUIRE(known.size() == 9);
    CHECK(known[1].key == "model.heads");
    CHECK(known[1].default_value == "4");
    CHECK(known[5].domain == "hard | soft");
    CHECK(known[5].help == "after a spike");
}

TEST_CASE("numbers keep their bits through text") {
    Rng rng(1, "text");
    for (int i = 0; i < 2000; ++i) {
        const auto f = std::bit_cast<float>(rng.next());
        const auto d = std::bit_cast<double>(uint64_t{rng.next()} << 32 | rng.next());
        if (std::isfinite(f)) CHECK(std::bit_cast<uint32_t>(back(f)) == std::bit_cast<uint32_t>(f));
        if (std::isfinite(d)) CHECK(std::bit_cast<uint64_t>(back(d)) == std::bit_cast<uint64_t>(d));
    }
    CHECK(text::from(0.1f) == "0.1");
    CHECK(back(std::numeric_limits<int64_t>::min()) == std::numeric_limits<int64_t>::min());
    CHECK(back(std::vector<float>{0.1f, -3e-30f}) == std::vector<float>{0.1f, -3e-30f});
    CHECK(back(std::vector<int>{}).empty());
}
