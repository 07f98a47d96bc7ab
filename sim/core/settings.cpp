// The resolved configuration.
#include "sim/core/settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>

#include "sim/core/error.h"
#include "sim/core/nearest.h"

namespace bispike {
namespace text {
namespace {

std::string trimmed(std::string_view s) {
    const auto first = s.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return "";
    return std::string(s.substr(first, s.find_last_not_of(" \t\r\n") - first + 1));
}

std::vector<std::string> split(const std::string& s, char separator) {
    std::vector<std::string> parts;
    std::istringstream stream(s);
    for (std::string part; std::getline(stream, part, separator);) parts.push_back(trimmed(part));
    return parts;
}

template <class N>
void parse_number(N& v, const std::string& key, const std::string& text, const char* kind) {
    const std::string t = trimmed(text);
    N parsed{};
    const auto [end, error] = std::from_chars(t.data(), t.data() + t.size(), parsed);
    if (t.empty() || error != std::errc() || end != t.data() + t.size())
        fail("{} = `{}`: expected {}", key, text, kind);
    v = parsed;
}

template <class N>
void parse_list(std::vector<N>& v, const std::string& key, const std::string& text) {
    std::vector<N> parsed;
    for (const std::string& part : split(text, ',')) into(parsed.emplace_back(), key, part);
    v = std::move(parsed);
}

template <class N>
std::string list(const std::vector<N>& v) {
    std::vector<std::string> parts;
    for (N n : v) parts.push_back(from(n));
    return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

std::string from(bool v) { return v ? "true" : "false"; }
std::string from(int v) { return fmt::format("{}", v); }
std::string from(int64_t v) { return fmt::format("{}", v); }
std::string from(float v) { return fmt::format("{}", v); }
std::string from(double v) { return fmt::format("{}", v); }
std::string from(const std::string& v) { return v; }
std::string from(const std::vector<int>& v) { return list(v); }
std::string from(const std::vector<float>& v) { return list(v); }

void into(bool& v, const std::string& key, const std::string& text) {
    const std::string t = trimmed(text);
    if (t != "true" && t != "false") fail("{} = `{}`: expected true or false", key, text);
    v = t == "true";
}
void into(int& v, const std::string& key, const std::string& text) { parse_number(v, key, text, "a whole number"); }
void into(int64_t& v, const std::string& key, const std::string& text) { parse_number(v, key, text, "a whole number"); }
void into(float& v, const std::string& key, const std::string& text) { parse_number(v, key, text, "a number"); }
void into(double& v, const std::string& key, const std::string& text) { parse_number(v, key, text, "a number"); }
void into(std::string& v, const std::string&, const std::string& text) { v = trimmed(text); }
void into(std::vector<int>& v, const std::string& key, const std::string& text) { parse_list(v, key, text); }
void into(std::vector<float>& v, const std::string& key, const std::string& text) { parse_list(v, key, text); }

void require_choice(const std::string& key, const std::string& word, const char* choices) {
    const std::vector<std::string> words = split(choices, '|');
    if (words.size() < 2 || std::ranges::count(words, word) > 0) return;  // one word: a unit, not a choice
    fail("{} = {}", key, suggestion(word, words));
}

}  // namespace text

void Settings::set(const std::string& key, const std::string& value, const std::string& origin) {
    given_[key] = {value, origin};
}

std::string Settings::peek(const std::string& key, const std::string& fallback) const {
    const auto found = given_.find(key);
    return found == given_.end() ? fallback : found->second.value;
}

void Settings::require_all_read() const {
    for (const auto& [key, given] : given_) {
        if (given.read) continue;
        std::vector<std::string> names;
        for (const FieldInfo& f : known()) names.push_back(f.key);
        fail("{}: unknown key `{}`; the nearest known key is `{}` (--print-config lists all)", given.origin, key,
             nearest(key, names));
    }
}

std::vector<FieldInfo> Settings::known() const {
    std::vector<FieldInfo> once;
    std::set<std::string> seen;
    for (const FieldInfo& f : known_)
        if (seen.insert(f.key).second) once.push_back(f);
    return once;
}

std::string Settings::ini() const { return ini_with({}); }

std::string Settings::documented_ini() const {
    std::map<std::string, std::string> comments;
    for (const FieldInfo& f : known()) {
        const std::string domain = f.domain.empty() ? "" : fmt::format(" ({})", f.domain);
        const std::string value = f.default_value.empty() ? "none" : f.default_value;
        comments[f.key] = fmt::format("# {}{}; default: {}\n", f.help, domain, value);
    }
    return ini_with(comments);
}

std::string Settings::ini_with(const std::map<std::string, std::string>& comments) const {
    std::string out, section;
    for (const auto& [key, value] : resolved_) {
        const auto dot = key.find('.');
        if (key.substr(0, dot) != section) {
            section = key.substr(0, dot);
            out += fmt::format("{}[{}]\n", out.empty() ? "" : "\n", section);
        }
        if (const auto comment = comments.find(key); comment != comments.end()) out += comment->second;
        out += fmt::format("{} = {}\n", key.substr(dot + 1), value);
    }
    return out;
}

}  // namespace bispike
