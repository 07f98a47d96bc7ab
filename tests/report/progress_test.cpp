// The progress line: what it says, how often, and where it stays silent.
#include "sim/report/progress.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <thread>
#include <vector>

namespace bispike {
namespace {

int64_t count(const std::vector<std::string>& texts, const std::string& text) {
    return std::count(texts.begin(), texts.end(), text);
}

}  // namespace

TEST_CASE("the progress line gives share, rate and time left") {
    CHECK(progress_line("simulate", 2500, 10000, 3.0) ==
          "simulate   2,500/10,000 images   25 %  833.3 images/s  9 s left");
    CHECK(progress_line("simulate", 10000, 10000, 12.0) ==
          "simulate  10,000/10,000 images  100 %  833.3 images/s  in 12 s");
    CHECK(progress_line("train", 1, 100, 2.0) == "train    1/100 images    1 %  0.5 images/s  3 min 18 s left");
    CHECK(progress_line("train", 1, 10000, 1.0) == "train       1/10,000 images    0 %  1.0 images/s  2 h 46 min left");
}

TEST_CASE("before the first image the progress line promises nothing") {
    CHECK(progress_line("simulate", 0, 10, 1.0) == "simulate   0/10 images    0 %");
    CHECK(progress_line("simulate", 0, 0, 0.0) == "simulate  0/0 images  100 %");
}

TEST_CASE("progress is written at most ten times a second, and its end always") {
    std::vector<std::string> texts;
    const auto start = std::chrono::steady_clock::now();
    Progress progress("simulate", 100000, [&](const std::string& text) { texts.push_back(text); });
    for (int i = 1; i <= 100000; ++i) progress.update(i);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const size_t before = texts.size();
    CHECK(before >= 1);
    CHECK(static_cast<double>(before) <= 1 + seconds * 10);
    progress.finish();
    REQUIRE(texts.size() == before + 2);
    CHECK(texts[before].find("100,000/100,000 images") != std::string::npos);
    CHECK(texts.back() == "\n");
}

TEST_CASE("progress ends its line once, also when an error unwinds it") {
    std::vector<std::string> texts;
    const auto sink = [&](const std::string& text) { texts.push_back(text); };
    { Progress progress("simulate", 10, sink); }
    CHECK(count(texts, "\n") == 1);
    {
        Progress progress("simulate", 10, sink);
        progress.finish();
        progress.finish();
        progress.update(3);
    }
    CHECK(count(texts, "\n") == 2);
    CHECK(texts.back() == "\n");
}

TEST_CASE("late news does not turn progress back") {
    std::vector<std::string> texts;
    Progress progress("simulate", 10, [&](const std::string& text) { texts.push_back(text); });
    progress.update(8);
    progress.update(5);
    progress.finish();
    CHECK(texts[texts.size() - 2].find(" 8/10 images") != std::string::npos);
}

TEST_CASE("progress adds up what many threads report") {
    std::string last;
    Progress progress("simulate", 4000, [&](const std::string& text) { last = text == "\n" ? last : text; });
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i < 1000; ++i) progress.add(1);
            });
    }
    progress.finish();
    CHECK(last.find("4,000/4,000 images") != std::string::npos);
}

TEST_CASE("progress is silent where the stream is no terminal") {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), std::fclose);
    REQUIRE(file != nullptr);
    CHECK_FALSE(terminal_sink(file.get()));
    Progress progress("simulate", 10, terminal_sink(file.get()));
    progress.update(10);
    progress.finish();
    CHECK(std::ftell(file.get()) == 0);
}

}  // namespace bispike
