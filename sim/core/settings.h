// The resolved configuration: "section.key" -> text, read into parameter structs; a key nobody read is an error.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/fields.h"

namespace bispike {

/// Text of a value and back, for the types that parameter structs use. Reading throws Error with `key` in its text.
/// Lists are comma-separated; booleans are true | false.
namespace text {
std::string from(bool v);
std::string from(int v);
std::string from(int64_t v);
std::string from(float v);  // shortest text that reads back to the same bits
std::string from(double v);
std::string from(const std::string& v);
std::string from(const std::vector<int>& v);
std::string from(const std::vector<float>& v);
void into(bool& v, const std::string& key, const std::string& text);
void into(int& v, const std::string& key, const std::string& text);
void into(int64_t& v, const std::string& key, const std::string& text);
void into(float& v, const std::string& key, const std::string& text);
void into(double& v, const std::string& key, const std::string& text);
void into(std::string& v, const std::string& key, const std::string& text);
void into(std::vector<int>& v, const std::string& key, const std::string& text);
void into(std::vector<float>& v, const std::string& key, const std::string& text);
/// Throws Error (nearest choice, all choices) unless `word` is one of the words in "a | b | c".
void require_choice(const std::string& key, const std::string& word, const char* choices);
}  // namespace text

/// Keys and values from a config file, then from flags (later wins), and the record of what was read.
class Settings {
public:
    /// Sets or replaces one key. `origin` is for error messages: "configs/a.ini" or "the command line".
    void set(const std::string& key, const std::string& value, const std::string& origin);
    bool has(const std::string& key) const { return given_.contains(key); }
    /// The text given for a key, or `fallback`; does not mark it as read.
    std::string peek(const std::string& key, const std::string& fallback) const;

    /// Fills a P from the keys "section.<field>"; fields not given keep the defaults of `values`. Marks the keys as
    /// read and records the resolved values. Errors name key, value and domain.
    template <HasFields P>
    P read(const std::string& section, P values = {}) {
        for_each_field<P>([&](const auto& f) {
            auto& member = values.*(f.member);
            const std::string key = section + "." + f.name;
            known_.push_back({key, text::from(P{}.*(f.member)), f.domain, f.help});
            if (auto found = given_.find(key); found != given_.end()) {
                text::into(member, key, found->second.value);
                found->second.read = true;
            }
            if constexpr (std::is_same_v<std::decay_t<decltype(member)>, std::string>)
                text::require_choice(key, member, f.domain);
            resolved_[key] = text::from(member);
        });
        return values;
    }

    /// Throws Error for the first given key that no read() asked for: names its origin and the nearest known key.
    void require_all_read() const;
    /// Every key read so far with its resolved value, sorted by key.
    const std::map<std::string, std::string>& resolved() const { return resolved_; }
    /// Every key that a read() knows, in the order of reading, once each.
    std::vector<FieldInfo> known() const;
    /// The resolved configuration as an INI file.
    std::string ini() const;
    /// The same with a comment above each key: help, domain and default.
    std::string documented_ini() const;

private:
    /// `comments` holds the lines to put above a key.
    std::string ini_with(const std::map<std::string, std::string>& comments) const;

    struct Given {
        std::string value, origin;
        bool read = false;
    };
    std::map<std::string, Given> given_;
    std::map<std::string, std::string> resolved_;
    std::vector<FieldInfo> known_;
};

}  // namespace bispike
