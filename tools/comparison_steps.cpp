// The runs behind one cell of a comparison.
#include "tools/comparison_steps.h"

#include <functional>

#include "sim/io/config.h"
#include "tools/conversion_flags.h"

namespace bispike {
namespace {

using Words = std::vector<std::string>;

/// "--levels 8 --train.epochs 1" as {"--levels", "8"} and {"--train.epochs", "1"}; "--a=b" is one word.
std::vector<Words> pairs_of(const Words& flags) {
    std::vector<Words> pairs;
    for (const std::string& word : flags) {
        const bool is_value = !word.starts_with("--") && !pairs.empty() && pairs.back().size() == 1;
        if (is_value)
            pairs.back().push_back(word);
        else
            pairs.push_back({word});
    }
    return pairs;
}

Words those(const Words& flags, const std::function<bool(const std::string&)>& wanted) {
    Words words;
    for (const Words& pair : pairs_of(flags))
        if (wanted(pair.front())) words.insert(words.end(), pair.begin(), pair.end());
    return words;
}

bool is_key(const std::string& flag) { return flag.substr(0, flag.find('=')).find('.') != std::string::npos; }
bool is_of_test(const std::string& flag) { return flag.starts_with("--simulate.") || flag.starts_with("--energy."); }

Words joined(Words first, const std::initializer_list<Words>& rest) {
    for (const Words& words : rest) first.insert(first.end(), words.begin(), words.end());
    return first;
}

CellStep training(const std::string& config, const Words& flags, const CellFolders& folders, int64_t seed) {
    const Words said{"--train.seed", std::to_string(seed), "--output", folders.own};
    return {.what = "its training",
            .arguments = joined({"train", config}, {flags, said}),
            .leaves = folders / "results.json",
            .resumes = folders / "checkpoint.h5"};
}

/// Of all flags those that testing reads are taken.
CellStep test(const std::string& folder, const char* output, const CellFolders& folders, const Words& flags) {
    return {.what = "its test",
            .arguments =
                joined({"simulate", folder + "/model.h5", "--output", folders / output}, {those(flags, is_of_test)}),
            .leaves = folders / output + "/results.json"};
}

std::vector<CellStep> trained(const ComparisonRow& row, const CellFolders& folders, int64_t seed, const Words& flags) {
    const Words all = joined(flags, {row.flags});
    return {training(row.from, all, folders, seed), test(folders.own, "test", folders, all)};
}

/// `bispike convert` of a tuned row, up to its -o.
Words quantisation(const ComparisonRow& row, const CellFolders& folders) {
    return joined({"convert", folders.source + "/model.h5", "--compare", "0"}, {those(row.flags, std::not_fn(is_key))});
}

std::vector<CellStep> tuned(const ComparisonRow& row, const CellFolders& folders, int64_t seed, const Words& flags) {
    const std::string quantised = folders / "quantised.h5";
    const Words keys = joined(those(flags, is_key), {those(row.flags, is_key)});
    return {{.what = "its quantisation",
             .arguments = joined(quantisation(row, folders), {{"-o", quantised}}),
             .leaves = quantised},
            training(quantised, keys, folders, seed),
            test(folders.own, "test", folders, keys)};
}

/// `bispike convert` of a converted row, up to its -o.
Words conversion(const ComparisonRow& row, const CellFolders& folders) {
    return joined({"convert", folders.source + "/model.h5"}, {those(row.flags, std::not_fn(is_of_test))});
}

/// The source is tested again, on the same images.
std::vector<CellStep> converted(const ComparisonRow& row, const CellFolders& folders, const Words& flags) {
    const Words on = joined(flags, {row.flags});
    const std::string report = folders / "conversion.json";
    return {{.what = "its conversion",
             .arguments = joined(conversion(row, folders), {{"-o", folders / "model.h5", "--json", report}}),
             .leaves = report},
            test(folders.source, "source", folders, on),
            test(folders.own, "test", folders, on)};
}

Words keys_of(const ComparisonRow& row) {
    const Words keys = those(row.flags, is_key);
    for (const std::string& word : keys)
        if (word.substr(0, word.find('=')) == "--train.seed") throw UsageError("--train.seed: say --seeds N,N,...");
    return keys;
}

/// What a tuned or converted row asks of `bispike convert`.
ConversionWish conversion_wish(const ComparisonRow& row) {
    const CellFolders folders{.own = row.name, .source = row.from};
    const bool is_tuned = row.kind == RowKind::tuned;
    const Words arguments = is_tuned ? quantisation(row, folders) : conversion(row, folders);
    ConversionWish wish =
        wish_of(parse_convert(joined({arguments.begin() + 1, arguments.end()}, {{"-o", "model.h5"}})));
    if (is_tuned != wish.method.empty())
        throw UsageError(is_tuned ? "a row that is tuned takes --quantised QUANTISER, not --method"
                                  : "a row that is converted takes --method METHOD, not --quantised");
    return wish;
}

/// Of a config under such flags.
Settings settings_of(const std::string& config, const Words& flags) {
    Settings settings;
    read_ini(settings, config);
    apply_flags(settings, flags);
    return settings;
}

}  // namespace

std::vector<CellStep> cell_steps(const ComparisonRow& row, const CellFolders& folders, int64_t seed,
                                 const std::vector<std::string>& flags) {
    switch (row.kind) {
        case RowKind::trained:
            return trained(row, folders, seed, flags);
        case RowKind::tuned:
            return tuned(row, folders, seed, flags);
        case RowKind::converted:
            break;
    }
    return converted(row, folders, flags);
}

std::vector<std::string> trial(std::span<const ComparisonRow* const> lineage, const Words& flags) {
    const ComparisonRow& root = *lineage.front();
    Words words = joined(flags, {keys_of(root)});
    if (lineage.size() > 1)
        words.emplace_back("--model.weights=");  // those that its root began with have no quantisers
    for (const ComparisonRow* row : lineage.subspan(1)) {
        const ConversionWish wish = conversion_wish(*row);
        const Words quantising = quantising_flags(wish, settings_of(root.from, words));
        words = joined(words, {keys_of(*row), quantising});
        if (row->kind == RowKind::converted) words = joined(words, {spiking_flags(wish)});
    }
    return joined({"train", root.from}, {words, {"--print-config"}});
}

}  // namespace bispike
