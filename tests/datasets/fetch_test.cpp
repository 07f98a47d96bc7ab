// Fetching, from file:// addresses: checksums, fallbacks, and that nothing is left by halves.
#include "datasets/fetch.h"

#include <doctest/doctest.h>

#include "datasets/catalogue.h"
#include "datasets/md5.h"
#include "datasets/npm_registry.h"
#include "sim/core/error.h"
#include "tests/datasets/environment.h"
#include "tests/datasets/tar_files.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

const Bytes kOne = {1, 2, 3, 4}, kTwo = {5, 6};

std::string md5_of(const Bytes& bytes) {
    Md5 md5;
    md5.add(bytes);
    return md5.finish();
}

/// A server in a folder: one.gz and two.gz, and both in a tar; a recipe that knows them; a root to fetch into.
struct World {
    TemporaryFolder server, root;
    Recipe recipe;

    World() {
        recipe = {"set", {{"one", md5_of(kOne)}, {"two", md5_of(kTwo)}}, {}};
        const Bytes tar =
            tar_archive({tar_member("deep/two", kTwo), tar_member("deep/other", {9}), tar_member("deep/one", kOne)});
        official = {add("one.gz", kOne, unpack_gzip), add("two.gz", kTwo, unpack_gzip)};
        fallback = {add("both.tgz", tar, unpack_tar)};
    }
    RecipeDownload add(const std::string& name, const Bytes& content, Unpack unpack) {
        const auto path = write_gzip(server / name, content);
        return {"file://" + path.string(), md5_of(read_bytes(path)), unpack};
    }
    void run() { fetch(recipe, root.path(), {}); }
    std::string error() {
        return message_of([&] { run(); });
    }
    bool fetched() const { return read_bytes(root / "set/one") == kOne && read_bytes(root / "set/two") == kTwo; }
    /// Files and folders anywhere under the root.
    int64_t left() const {
        using Walk = std::filesystem::recursive_directory_iterator;
        return std::distance(Walk(root.path()), Walk());
    }

    std::vector<RecipeDownload> official, fallback;
};

const RecipeDownload kUnreachable{"file:///nowhere/at/all.gz", "", unpack_gzip};

}  // namespace

TEST_CASE("fetching unpacks gzip files and tar archives and leaves nothing else") {
    for (const bool tar : {false, true}) {
        World world;
        world.recipe.routes = {tar ? world.fallback : world.official};
        world.run();
        CHECK(world.fetched());
        CHECK(world.left() == 3);  // the folder and its two files
    }
}

TEST_CASE("when an address cannot be reached the next route is taken") {
    World world;
    world.recipe.routes = {{world.official[0], kUnreachable}, world.fallback};
    world.run();
    CHECK(world.fetched());
    CHECK(world.left() == 3);
}

TEST_CASE("when no address can be reached the error names them all and nothing is left") {
    World world;
    world.recipe.routes = {{world.official[0], kUnreachable}, {kUnreachable}};
    const std::string error = world.error();
    CHECK(contains(error, "cannot fetch set"));
    CHECK(error.find("nowhere") != error.rfind("nowhere"));
    CHECK(world.left() == 0);
}

TEST_CASE("a wrong checksum of a download stops with both values, without trying another route") {
    World world;
    const std::string right = world.official[1].md5, wrong(32, 'f');
    world.official[1].md5 = wrong;
    world.recipe.routes = {world.official, world.fallback};
    const std::string error = world.error();
    CHECK(contains(error, right));
    CHECK(contains(error, wrong));
    CHECK(world.left() == 0);
}

TEST_CASE("a wrong checksum of an unpacked file stops with both values") {
    World world;
    world.recipe.files[1].md5 = std::string(32, 'f');
    world.recipe.routes = {world.fallback};
    const std::string error = world.error();
    CHECK(contains(error, md5_of(kTwo)));
    CHECK(contains(error, std::string(32, 'f')));
    CHECK(world.left() == 0);
}

TEST_CASE("an archive without one of the files is an error and nothing is left") {
    World world;
    world.recipe.routes = {{world.add("half.tgz", tar_archive({tar_member("one", kOne)}), unpack_tar)}};
    CHECK(contains(world.error(), "two"));
    CHECK(world.left() == 0);
}

TEST_CASE("what is there is not downloaded again, plain or gzip") {
    World world;
    std::filesystem::create_directory(world.root / "set");
    world.root.write("set/one", kOne);
    write_gzip(world.root / "set/two.gz", kTwo);
    world.recipe.routes = {{kUnreachable}};
    CHECK(world.error().empty());
    world.recipe.files.push_back({"three", ""});
    CHECK(contains(world.error(), "cannot fetch"));
    CHECK(read_bytes(world.root / "set/one") == kOne);
}

TEST_CASE("a file of the user's that is not the official one is reported and kept") {
    World world;
    std::filesystem::create_directory(world.root / "set");
    world.root.write("set/one", kTwo);
    world.recipe.routes = {world.official};
    const std::string error = world.error();
    CHECK(contains(error, md5_of(kOne)));
    CHECK(contains(error, md5_of(kTwo)));
    CHECK(read_bytes(world.root / "set/one") == kTwo);
    CHECK(world.left() == 2);
}

TEST_CASE("what a killed process left is cleared away") {
    World world;
    std::filesystem::create_directory(world.root / ".set.partial");
    world.root.write(".set.partial/one.gz", kTwo);
    world.recipe.routes = {world.official};
    world.run();
    CHECK(world.fetched());
    CHECK(world.left() == 3);
}

TEST_CASE("a progress callback that says stop ends the fetch and nothing is left") {
    World world;
    world.recipe.routes = {world.official, world.fallback};
    const auto stop = [](const std::string&, int64_t, int64_t) { return false; };
    CHECK(contains(message_of([&] { fetch(world.recipe, world.root.path(), stop); }), "stopped"));
    CHECK(world.left() == 0);
}

TEST_CASE("a failed download leaves no file, and a full disk or a file in the way is no reason for another route") {
    const TemporaryFolder folder;
    const auto reason = download("file://" + (folder / "none").string(), folder / "target", {});
    REQUIRE(reason.has_value());
    CHECK(contains(*reason, "none"));
    CHECK_FALSE(std::filesystem::exists(folder / "target"));
    const auto source = folder.write("source", kOne);
    CHECK_FALSE(download("file://" + source.string(), folder / "target", {}).has_value());
    CHECK(read_bytes(folder / "target") == kOne);
    CHECK_THROWS_AS(download("file://" + source.string(), folder / "target", {}), Error);
}

TEST_CASE("every known set has a recipe that gives the files its reader wants") {
    for (const KnownSet& set : known_sets()) {
        CAPTURE(set.name);
        const Recipe& recipe = find_recipe(set.name);
        std::vector<std::string> names;
        for (const RecipeFile& file : recipe.files) {
            names.push_back(file.name);
            CHECK(file.md5.size() == 32);
        }
        CHECK(names == set.files);
        CHECK_FALSE(recipe.routes.empty());
        for (const auto& route : recipe.routes)
            for (const RecipeDownload& item : route) CHECK(item.md5.size() == 32);
    }
    CHECK(find_recipe("fashion_mnist").name == "fashion-mnist");
    CHECK_THROWS_AS(find_recipe("imagenet"), Error);
}

TEST_CASE("the npm registry comes from the environment first") {
    {
        const Environment registry("npm_config_registry", "https://mirror.example/npm/");
        CHECK(npm_registry() == "https://mirror.example/npm");
    }
    const Environment registry("npm_config_registry", "ftp://mirror.example");
    CHECK(contains(message_of([] { npm_registry(); }), "ftp://mirror.example"));
}
