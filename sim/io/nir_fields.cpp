// What the fields of a NIR node must hold.
#include "sim/io/nir_fields.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>

#include "sim/core/error.h"
#include "sim/io/nir_check.h"
#include "sim/io/quotable.h"

namespace bispike {
namespace {

bool is_parameter(NirKind kind) {
    return kind == NirKind::parameter || kind == NirKind::parameter_or_one || kind == NirKind::parameter_or_zero;
}

bool is_real(NirKind kind) { return kind == NirKind::weights || is_parameter(kind); }

bool may_be_one_integer(NirKind kind, size_t axes) {
    return kind == NirKind::integer || kind == NirKind::integer_or_axes || kind == NirKind::padding ||
           (kind == NirKind::axes && axes == 1);
}

/// Whether integers are one, or as many as axes.
bool fits_axes(NirKind kind, const std::vector<int64_t>& shape, size_t axes) {
    if (shape.empty()) return may_be_one_integer(kind, axes);
    return kind != NirKind::integer && axes > 1 && shape == std::vector{static_cast<int64_t>(axes)};
}

bool fits(const NirFieldType& rule, const NirField& field, size_t axes) {
    if (is_real(rule.kind))
        return std::holds_alternative<NirField::Reals>(field.values) &&
               (rule.axes == 0 || field.shape.size() == rule.axes);
    if (field.is_text())
        return rule.kind == NirKind::padding && field.shape.empty() &&
               (field.texts()[0] == "same" || field.texts()[0] == "valid");
    if (!std::holds_alternative<NirField::Integers>(field.values)) return false;
    return rule.kind == NirKind::shape ? field.shape.size() == 1 : fits_axes(rule.kind, field.shape, axes);
}

/// Whether a parameter of another shape than the others' has a meaning all the same.
bool stands_for_all(NirKind kind, const NirField& field) {
    if (kind == NirKind::parameter_or_one) return field.size() == 1;
    return kind == NirKind::parameter_or_zero && std::ranges::all_of(field.reals(), [](double v) { return v == 0; });
}

std::string wanted(const NirFieldType& rule, size_t axes) {
    const std::string integers = axes == 1 ? "one integer" : fmt::format("one integer or {}", axes);
    switch (rule.kind) {
        case NirKind::weights:
            return rule.axes == 0 ? "reals" : fmt::format("reals with {} axes", rule.axes);
        case NirKind::parameter:
        case NirKind::parameter_or_one:
        case NirKind::parameter_or_zero:
            return "reals";
        case NirKind::integer:
            return "one integer";
        case NirKind::integer_or_axes:
            return integers;
        case NirKind::axes:
            return axes == 1 ? "one integer" : fmt::format("{} integers", axes);
        case NirKind::padding:
            return integers + ", `same` or `valid`";
        case NirKind::shape:
            return "a list of integers";
    }
    assert(false);
    return "";
}

std::string held(const NirField& field) {
    const auto counted = [&](const char* what) { return fmt::format("{} [{}]", what, fmt::join(field.shape, ", ")); };
    if (std::holds_alternative<NirField::Reals>(field.values)) return counted("reals");
    if (std::holds_alternative<NirField::Integers>(field.values)) return counted("integers");
    return field.shape.empty() ? fmt::format("the text `{}`", quotable(field.texts()[0])) : counted("texts");
}

}  // namespace

void require_kind(const NirFieldPlace& place, const NirField& field) {
    const auto& [path, node, type, rule] = place;
    if (!fits(rule, field, type.axes))
        fail("{}: field `{}` of node `{}` ({}) holds {}; it needs {}", path, rule.name, node, type.name, held(field),
             wanted(rule, type.axes));
    if (is_real(rule.kind) || field.is_text()) return;
    for (const int64_t value : field.integers())
        if (value < rule.least)
            fail("{}: field `{}` of node `{}` ({}) holds {}; it needs at least {}", path, rule.name, node, type.name,
                 value, rule.least);
}

void require_one_shape(const std::string& path, const std::string& name, const NirNode& node) {
    const NirType& type = *nir_type(node.type);
    const NirField* first = nullptr;
    const char* first_name = nullptr;
    for (const NirFieldType& rule : type.fields) {
        const auto found = node.fields.find(rule.name);
        if (!is_parameter(rule.kind) || found == node.fields.end()) continue;
        const NirField& field = found->second;
        if (first == nullptr) {
            first = &field;
            first_name = rule.name;
        }
        if (field.shape != first->shape && !stands_for_all(rule.kind, field))
            fail("{}: fields of node `{}` ({}) differ in shape: `{}` has {}, `{}` has {}", path, name, type.name,
                 first_name, held(*first), rule.name, held(field));
    }
}

void require_whole(const std::string& path, const std::string& what, const NirField& field) {
    if (!field.is_text()) return;
    for (const std::string& text : field.texts())
        if (text.find('\0') != std::string::npos) fail("{}: the text of {} has a zero byte", path, what);
}

NirField converted(NirField field, const NirType& type, const NirFieldType& rule) {
    if (is_real(rule.kind) && std::holds_alternative<NirField::Integers>(field.values))
        field.values = NirField::Reals(field.integers().begin(), field.integers().end());
    if (!is_real(rule.kind) && std::holds_alternative<NirField::Reals>(field.values) && field.size() == 0)
        field.values = NirField::Integers{};
    const bool is_list_of_one =
        std::holds_alternative<NirField::Integers>(field.values) && field.shape == std::vector<int64_t>{1};
    if (is_list_of_one && may_be_one_integer(rule.kind, type.axes)) field.shape.clear();
    return field;
}

}  // namespace bispike
