// The hash of a model is that of its named weights.
#include "sim/report/provenance.h"

#include <doctest/doctest.h>

#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

std::string hash_of(const std::vector<std::pair<std::string, Tensor>>& weights) {
    ParameterList list;
    for (const auto& [name, value] : weights) list.add(name, value, Role::weight);
    return model_hash(list);
}

}  // namespace

TEST_CASE("model hash: names, extents and values matter, the order of construction does not") {
    const Tensor a({2, 3}, {1, 2, 3, 4, 5, 6}), b({1}, {7});
    const std::string usual = hash_of({{"a", a}, {"b", b}});
    CHECK(usual == hash_of({{"b", b}, {"a", a}}));
    CHECK(usual != hash_of({{"c", a}, {"b", b}}));
    CHECK(usual != hash_of({{"a", a.reshaped({3, 2})}, {"b", b}}));
    CHECK(usual != hash_of({{"a", a}, {"b", Tensor({1}, {7.000001f})}}));
    CHECK(usual != hash_of({{"a", a}}));
}

TEST_CASE("file hash: as sha256sum gives it; a missing file is named") {
    const TemporaryFolder folder;
    put(folder / "abc", "abc");
    CHECK(file_hash(folder.file("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(contains(message_of([&] { file_hash(folder.file("none")); }), folder.file("none")));
}
