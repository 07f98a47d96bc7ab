// Config files and command-line flags.
#include "sim/io/config.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

using Words = std::vector<std::string>;

std::string error_of(const std::string& ini) {
    const TemporaryFolder folder;
    const std::string path = folder.file("a.ini");
    put(path, ini);
    Settings settings;
    const std::string text = message_of([&] { read_ini(settings, path); });
    return contains(text, path) && !contains(text, "\n") ? text.substr(text.find(path) + path.size()) : "";
}

}  // namespace

TEST_CASE("config: keys below sections, comments, blanks and Windows line ends") {
    const TemporaryFolder folder;
    put(folder.file("a.ini"),
        "# first\r\n[network]\r\ndim = 384   # wide\r\n\r\n[attention]\nscore_norm=shiftmax\nempty =\n");
    Settings settings;
    read_ini(settings, folder.file("a.ini"));
    CHECK(settings.peek("network.dim", "") == "384");
    CHECK(settings.peek("attention.score_norm", "") == "shiftmax");
    CHECK(settings.peek("attention.empty", "x").empty());
    CHECK_FALSE(settings.has("dim"));
}

TEST_CASE("config: missing files, folders, stray lines, duplicate and homeless keys are one-line errors") {
    const TemporaryFolder folder;
    Settings settings;
    CHECK(message_of([&] { read_ini(settings, folder.file("no.ini")); }) ==
          "cannot read the config " + folder.file("no.ini") + ": No such file or directory");
    CHECK(contains(message_of([&] { read_ini(settings, folder.file("")); }), "it is a folder"));
    CHECK(contains(error_of("[a]\nb = 1\nstray words\n"), "stray words"));
    CHECK(contains(error_of("[a]\nb = 1\nb = 2\n"), "`a.b` is given twice"));
    CHECK(contains(error_of("[a]\nb = 1\n[c]\n[a]\nb = 1\n"), "`a.b` is given twice"));
    CHECK(contains(error_of("b = 1\n"), "`b` needs a [section]"));
    CHECK(contains(error_of("[a]\n= 1\n"), "needs a [section] above it and a name"));
    CHECK(error_of(std::string("[a]\n\x01\x7f") + std::string(5000, 'x') + "\n").size() < 300);
}

TEST_CASE("config: flags override keys in either form and leave the rest") {
    Settings settings;
    settings.set("run.timesteps", "4", "a.ini");
    const Words args{"simulate",
                     "--run.timesteps",
                     "8",
                     "--trace",
                     "out.d/t.h5",
                     "--neuron.v_reset=-1.5",
                     "--quiet",
                     "--attention.gamma=a=b",
                     "--run.offset",
                     "-2",
                     "--out=run.1"};
    CHECK(apply_flags(settings, args) == Words{"simulate", "--trace", "out.d/t.h5", "--quiet", "--out=run.1"});
    CHECK(settings.peek("run.timesteps", "") == "8");
    CHECK(settings.peek("neuron.v_reset", "") == "-1.5");
    CHECK(settings.peek("attention.gamma", "") == "a=b");
    CHECK(settings.peek("run.offset", "") == "-2");
}

TEST_CASE("config: a flag without a value is an error, and a lone -- ends the flags") {
    Settings settings;
    CHECK(message_of([&] { apply_flags(settings, Words{"--a.b"}); }) == "the flag --a.b needs a value");
    CHECK(message_of([&] { apply_flags(settings, Words{"--a.b", "--c.d", "1"}); }) == "the flag --a.b needs a value");
    CHECK(apply_flags(settings, Words{"--a.b=", "--", "--a.c", "1"}) == Words{"--", "--a.c", "1"});
    CHECK(settings.peek("a.b", "x").empty());
    CHECK_FALSE(settings.has("a.c"));
}
