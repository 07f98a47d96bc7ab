// Two results of one run against each other.
#include "sim/report/repeat.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "sim/core/error.h"

namespace bispike {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kOrigins{"model_hash", "data_hash", "seed", "version", "compiler", "dispatch"};
constexpr std::array kOwn{"config", "threads", "seconds", "images_per_second", "peak_memory_bytes"};

bool is_one_of(std::string_view key, std::span<const char* const> keys) {
    return std::ranges::find(keys, key, [](const char* one) { return std::string_view(one); }) != keys.end();
}

Json parse(const std::string& text, const char* what) {
    Json j = Json::parse(text, nullptr, false);
    if (!j.is_object()) fail("{} no JSON object", what);
    return j;
}
Json parse(const std::string& text) { return parse(text, "the results are"); }

std::string text_of(const Json* value) { return value == nullptr ? "" : value->dump(); }

const Json* at(const Json& object, const std::string& key) {
    const auto found = object.find(key);
    return found == object.end() ? nullptr : &*found;
}

void compare(const std::string& path, const Json* before, const Json* now, std::vector<DifferentFigure>& all);

void compare_objects(const std::string& path, const Json& before, const Json& now, std::vector<DifferentFigure>& all) {
    const auto below = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
    for (const auto& [key, value] : before.items()) compare(below(key), &value, at(now, key), all);
    for (const auto& [key, value] : now.items())
        if (!before.contains(key)) compare(below(key), nullptr, &value, all);
}

/// Numbers are equal where their texts are: JSON keeps each double with as many digits as tell it from the others.
void compare(const std::string& path, const Json* before, const Json* now, std::vector<DifferentFigure>& all) {
    if (before != nullptr && now != nullptr && before->is_object() && now->is_object())
        return compare_objects(path, *before, *now, all);
    if (before != nullptr && now != nullptr && before->is_array() && now->is_array() && before->size() == now->size()) {
        for (size_t i = 0; i < before->size(); ++i)
            compare(path + "." + std::to_string(i), &(*before)[i], &(*now)[i], all);
        return;
    }
    if (text_of(before) != text_of(now)) all.push_back({path, text_of(before), text_of(now)});
}

}  // namespace

std::vector<DifferentFigure> different_origins(const std::string& before, const std::string& now) {
    const Json old = parse(before), fresh = parse(now);
    std::vector<DifferentFigure> all;
    for (const char* key : kOrigins) compare(key, at(old, key), at(fresh, key), all);
    return all;
}

std::vector<DifferentFigure> different_figures(const std::string& before, const std::string& now) {
    std::vector<DifferentFigure> all;
    compare_objects("", parse(before), parse(now), all);
    std::erase_if(all, [](const DifferentFigure& f) { return is_one_of(f.key, kOrigins) || is_one_of(f.key, kOwn); });
    return all;
}

std::vector<DifferentFigure> different_energies(const std::string& before, const std::string& now) {
    Json old = parse(before, "energy.json is"), fresh = parse(now, "energy.json is");
    std::vector<DifferentFigure> all;
    for (Json* j : {&old, &fresh}) j->erase("network");
    for (DifferentFigure& f : different_figures(old.dump(), fresh.dump()))
        all.push_back({"energy." + f.key, std::move(f.before), std::move(f.now)});
    return all;
}

}  // namespace bispike
