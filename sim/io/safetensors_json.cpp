// The header of a safetensors file, read from its JSON.
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "sim/core/error.h"
#include "sim/io/quotable.h"
#include "sim/io/safetensors_header.h"

namespace bispike {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 3> kKeys = {"dtype", "shape", "data_offsets"};

std::string dtype_choices() {
    std::vector<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(DType::u64); ++i) names.push_back(name_of(static_cast<DType>(i)));
    return fmt::format("{}", fmt::join(names, ", "));
}

/// Takes the events of the parser and refuses the first that does not belong where it stands. So a name given twice is
/// seen, which a tree of values would swallow, and nothing nests deeper than the format does.
class HeaderReader final : public json::json_sax_t {
public:
    explicit HeaderReader(const std::string& path) : path_(path) {}
    SafetensorsHeader take() { return std::move(header_); }

    bool null() override { refuse("null"); }
    bool boolean(bool value) override { refuse(value ? "true" : "false"); }
    bool number_integer(json::number_integer_t value) override { refuse(std::to_string(value)); }
    bool number_float(json::number_float_t, const std::string& text) override { refuse(text); }
    bool binary(json::binary_t&) override { refuse("bytes"); }
    bool number_unsigned(json::number_unsigned_t value) override;
    bool string(std::string& value) override;
    bool start_object(size_t) override;
    bool key(std::string& name) override;
    bool end_object() override;
    bool start_array(size_t) override;
    bool end_array() override;
    bool parse_error(size_t place, const std::string&, const json::exception& error) override;

private:
    enum class Place { outside, header, metadata, entry, shape, offsets };

    [[noreturn]] void refuse(const std::string& found) const;
    void add_key_of_entry(const std::string& name);
    std::string entry_name() const { return quotable(header_.entries.back().name); }
    SafetensorsEntry& entry() { return header_.entries.back(); }

    const std::string& path_;
    SafetensorsHeader header_;
    Place place_ = Place::outside;
    std::string key_;                      // the last one at this place
    std::set<std::string> names_;          // keys of the header
    std::set<std::string> keys_of_entry_;  // so far
    std::vector<uint64_t> offsets_;
};

/// Says what would have been right where `found` stands.
void HeaderReader::refuse(const std::string& found) const {
    const std::string what = quotable(found);
    switch (place_) {
        case Place::header:
            if (key_ == kSafetensorsMetadata)
                fail("{}: `{}` must be an object of texts, not {}", path_, kSafetensorsMetadata, what);
            fail("{}: the tensor `{}` must be an object of {}, not {}", path_, entry_name(), fmt::join(kKeys, ", "),
                 what);
        case Place::metadata:
            fail("{}: `{}` of `{}` must be a text, not {}", path_, quotable(key_), kSafetensorsMetadata, what);
        case Place::entry:
            fail("{}: the tensor `{}`: its {} must be {}, not {}", path_, entry_name(), key_,
                 key_ == "dtype" ? "a text" : "an array", what);
        case Place::outside:
            fail("{}: the header must be an object, not {}", path_, what);
        case Place::shape:
        case Place::offsets:
            break;
    }
    fail("{}: the tensor `{}`: its {} must be integers from 0 to 2^63 - 1, not {}", path_, entry_name(), key_, what);
}

bool HeaderReader::number_unsigned(json::number_unsigned_t value) {
    constexpr auto kLargest = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
    const bool belongs = place_ == Place::shape || place_ == Place::offsets;
    if (!belongs || value > kLargest) refuse(std::to_string(value));
    if (place_ == Place::shape)
        entry().shape.push_back(static_cast<int64_t>(value));
    else if (offsets_.size() == 2)
        fail("{}: the tensor `{}`: its data_offsets must be two, a begin and an end, not more", path_, entry_name());
    else
        offsets_.push_back(value);
    return true;
}

bool HeaderReader::string(std::string& value) {
    if (place_ == Place::metadata) {
        header_.metadata[key_] = std::move(value);
        return true;
    }
    if (place_ != Place::entry || key_ != "dtype") refuse("the text `" + value + "`");
    const auto type = dtype_named(value);
    if (!type)
        fail("{}: the tensor `{}` has the unknown dtype `{}` (choices: {})", path_, entry_name(), quotable(value),
             dtype_choices());
    entry().type = *type;
    return true;
}

bool HeaderReader::start_object(size_t) {
    if (place_ == Place::outside)
        place_ = Place::header;
    else if (place_ == Place::header)
        place_ = key_ == kSafetensorsMetadata ? Place::metadata : Place::entry;
    else
        refuse("an object");
    return true;
}

bool HeaderReader::key(std::string& name) {
    key_ = name;
    if (place_ == Place::entry) {
        add_key_of_entry(name);
    } else if (place_ == Place::metadata) {
        if (!header_.metadata.emplace(name, "").second)
            fail("{}: `{}` of `{}` is given twice", path_, quotable(name), kSafetensorsMetadata);
    } else {
        assert(place_ == Place::header);
        if (!names_.insert(name).second) fail("{}: the name `{}` is given twice", path_, quotable(name));
        if (name == kSafetensorsMetadata) return true;
        header_.entries.emplace_back().name = std::move(name);
        keys_of_entry_.clear();
        offsets_.clear();
    }
    return true;
}

void HeaderReader::add_key_of_entry(const std::string& name) {
    if (std::ranges::find(kKeys, name) == kKeys.end())
        fail("{}: the tensor `{}` has the unknown key `{}` (choices: {})", path_, entry_name(), quotable(name),
             fmt::join(kKeys, ", "));
    if (!keys_of_entry_.insert(name).second)
        fail("{}: the tensor `{}`: its {} is given twice", path_, entry_name(), name);
}

bool HeaderReader::end_object() {
    if (place_ == Place::entry) {
        for (const std::string_view needed : kKeys)
            if (!keys_of_entry_.contains(std::string(needed)))
                fail("{}: the tensor `{}` has no {}", path_, entry_name(), needed);
        entry().begin = offsets_[0];
        entry().end = offsets_[1];
    }
    place_ = place_ == Place::header ? Place::outside : Place::header;
    return true;
}

bool HeaderReader::start_array(size_t) {
    if (place_ != Place::entry || key_ == "dtype") refuse("an array");
    place_ = key_ == "shape" ? Place::shape : Place::offsets;
    return true;
}

bool HeaderReader::end_array() {
    if (place_ == Place::offsets && offsets_.size() != 2)
        fail("{}: the tensor `{}`: its data_offsets must be two, a begin and an end, not {}", path_, entry_name(),
             offsets_.size());
    place_ = Place::entry;
    return true;
}

bool HeaderReader::parse_error(size_t place, const std::string&, const json::exception& error) {
    // Of "[number of the exception] parse error at line, column: reason; last read: bytes" the reason, where there is
    // one, else what stands behind the bracket.
    std::string reason = error.what();
    const size_t colon = reason.find(": ");
    reason.erase(0, (colon == reason.npos ? reason.find("] ") : colon) + 2);
    reason.erase(std::min(reason.find("; last read"), reason.size()));
    const std::string where = header_.entries.empty() ? "" : ", in or behind the tensor `" + entry_name() + "`";
    fail("{}: the header is no valid JSON at byte {}{}: {}", path_, place, where, quotable(reason));
}

}  // namespace

SafetensorsHeader safetensors_header_from_json(std::string_view text, const std::string& path) {
    if (text.empty() || text[0] != '{')
        fail("{}: the header does not begin with `{{`: it is no safetensors file, or it is damaged", path);
    // The parser would take a NUL for the end of the text and not look at what follows.
    if (text.find('\0') != text.npos)
        fail("{}: the header is no valid JSON at byte {}: it is NUL", path, text.find('\0') + 1);
    HeaderReader reader(path);
    json::sax_parse(text.begin(), text.end(), &reader);
    return reader.take();
}

}  // namespace bispike
