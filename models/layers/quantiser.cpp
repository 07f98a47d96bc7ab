// Making the quantisers that the [network] section asks for.
#include "models/layers/quantiser.h"

#include "sim/net/registry.h"

namespace bispike {
namespace {

constexpr const char* kNone = "none";

struct QuantiserChoice {
    std::string quantiser = kNone;
    static constexpr auto fields() {
        return std::tuple(
            field("quantiser", &QuantiserChoice::quantiser, "none or a name",
                  "quantiser of the inputs of linear maps and of attention's products; see `bispike info`"));
    }
};

/// The entries with `none` beside them, for the choices of an error.
std::vector<Entry<MakeQuantiser>> with_none(std::vector<Entry<MakeQuantiser>> entries) {
    entries.insert(entries.begin(), {kNone, {"values stay as they are"}, [](const Scope&, const CodedValues&) {
                                         return std::unique_ptr<Quantiser>();
                                     }});
    return entries;
}

}  // namespace

std::string quantiser_word(const Scope& scope) { return scope.settings().read<QuantiserChoice>("network").quantiser; }

bool is_quantised(const Scope& scope) { return quantiser_word(scope) != kNone; }

std::unique_ptr<Quantiser> make_quantiser(const Scope& scope, const CodedValues& values) {
    const auto entries = with_none(scope.build().registry.quantisers);
    return find(entries, quantiser_word(scope), "network.quantiser").make(scope, values);
}

std::unique_ptr<Quantiser> make_required_quantiser(const Scope& scope, const CodedValues& values) {
    const std::string word = scope.settings().read<QuantiserChoice>("network", {"lsq"}).quantiser;
    return find(scope.build().registry.quantisers, word, "network.quantiser").make(scope, values);
}

}  // namespace bispike
