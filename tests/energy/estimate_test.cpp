// Energy from published rates: the authors' own figures, to the last operation.
#include "sim/energy/estimate.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "models/named_network.h"
#include "models/registry.h"
#include "sim/core/error.h"
#include "sim/energy/prices.h"
#include "sim/energy/rates_file.h"
#include "tests/temporary_folder.h"
#include "tools/public_names.h"

using namespace bispike;

namespace {

struct Named {
    std::unique_ptr<Model> model;
    NetworkFacts facts;

    Named(const std::string& name, const ImageSpec& image, const std::map<std::string, std::string>& keys = {}) {
        Settings settings;
        set_named_network(settings, name, static_cast<int>(image.height));
        settings.set("network.timesteps", "4", "the test");
        for (const auto& [key, value] : keys) settings.set(key, value, "the test");
        model = std::make_unique<Model>(settings, registry(), image, 42, InitialWeights::zero);
        facts = describe(*model, Weighted::unknown);
    }
    UsedNetwork at_rate(double rate) const {
        std::map<std::string, double> rates;
        for (const LayerFacts& f : facts.layers) rates[f.name] = rate;
        return estimate(facts, rates);
    }
};

constexpr ImageSpec kCifar{.height = 32, .width = 32, .channels = 3, .classes = 10};

double mac_of(const char* convention, const UsedNetwork& network) {
    return count_all(*find_conventions(convention)[0], network).mac;
}

/// Rows of the authors' log, [layer, kind, dense_ops, rate, ac, mac].
std::vector<std::vector<std::string>> rows_of(const std::filesystem::path& path) {
    std::vector<std::vector<std::string>> rows;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with('#')) continue;
        std::vector<std::string> cells(1);
        for (const char c : line)
            if (c == ',')
                cells.emplace_back();
            else
                cells.back() += c;
        rows.push_back(cells);
    }
    rows.erase(rows.begin());
    return rows;
}

std::filesystem::path shared_log() {
    const char* given = std::getenv("BISPIKE_SHARED");
    const std::filesystem::path root = given ? given : std::string(BISPIKE_SOURCE_DIR) + "/../shared";
    return root / "facts" / "spikingformer-8-512-energy.csv";
}

}  // namespace

TEST_CASE("the published rates of Spikingformer-8-512 give the published operations, layer by layer") {
    const std::filesystem::path log = shared_log();
    if (!std::filesystem::exists(log)) {
        MESSAGE("skipped: no facts/spikingformer-8-512-energy.csv in $BISPIKE_SHARED or ../shared");
        return;
    }
    const Named net("spikingformer-8-512", {.height = 224, .width = 224, .channels = 3, .classes = 1000});
    std::map<std::string, double> rates;
    for (const RateRow& row : read_rates(log.string())) rates[our_layer(row.layer, net.facts)] = row.rate;
    const UsedNetwork use = estimate(net.facts, rates);
    const Convention& c = *find_conventions("spikingformer")[0];

    const Operations all = count_all(c, use);
    CHECK(all.mac == 347'329'512);
    CHECK(static_cast<int64_t>(all.ac + 0.5) == 6'517'540'941);
    CHECK(energy_of(all, c.priced, {}) * 1e-9 == doctest::Approx(7.463502601886196).epsilon(1e-12));
    double attention = 0;
    for (size_t i = 0; i < net.facts.layers.size(); ++i)
        if (net.facts.layers[i].part == Part::mix) attention += c.count(use, static_cast<int>(i)).ac;
    CHECK(attention == doctest::Approx(27'825'528).epsilon(1e-7));

    int layers = 0;
    for (const auto& row : rows_of(log)) {
        if (row[1] == "spikes") continue;
        CAPTURE(row[0]);
        const Operations o = c.count(use, net.facts.find(our_layer(row[0], net.facts)));
        CHECK(o.ac == doctest::Approx(std::stod(row[4])).epsilon(1e-13));
        CHECK(o.mac == std::stod(row[5]));
        ++layers;
    }
    CHECK(layers == 54);
}

TEST_CASE("Spikformer-4-384 on CIFAR-10 has the multiply-accumulates of its log, under both of its two counts") {
    // The log in github.com/ZK-Zhou/spikformer, issue 23: first convolution 4 * 3 * 9 * 48 * 32^2 and classifier 3,850;
    // a few lines above, of all modules with Nspks_max = 1: 1,073,133,322.
    const Named plain("spikformer-4-384", kCifar);
    CHECK(mac_of("spikingformer", plain.at_rate(0.1)) == 5'312'266);
    const Named biased("spikformer-4-384", kCifar, {{"attention.qkv_bias", "true"}});
    CHECK(mac_of("syops_copy", biased.at_rate(0.1)) == 1'073'133'322);
}

TEST_CASE("the artificial twin of an image takes a step's operations") {
    const Named net("spikingformer-4-384", kCifar);
    double dense = 0;
    for (const LayerFacts& f : net.facts.layers)
        if (f.part == Part::synapse) dense += static_cast<double>(f.dense_padded);
    // stem 48 * 27 * 1024 + 9 * (48 * 96 + 96 * 192) * 1024 + 9 * 192 * 384 * 256 + 9 * 384^2 * 64; blocks; classifier
    CHECK(dense == 1'327'104 + 212'336'640 + 169'869'312 + 84'934'656 + 4 * 12.0 * 384 * 384 * 64 + 3'840);
}

TEST_CASE("rates that are missing, unknown or impossible are refused in one line") {
    const Named net("spikingformer-1-64", kCifar);
    CHECK_THROWS_WITH_AS(estimate(net.facts, {{"block.0.atn.q", 0.1}}),
                         doctest::Contains("did you mean `block.0.attn.q`"), Error);
    CHECK_THROWS_WITH_AS(estimate(net.facts, {{"stem.1", 0.1}}), doctest::Contains("the rate of `stem.2` is missing"),
                         Error);
    CHECK_THROWS_WITH_AS(our_layer("block.0.attn.q_cnv", net.facts), doctest::Contains("did you mean"), Error);
    CHECK(our_layer("block.0.attn.q_conv", net.facts) == "block.0.attn.q");
    CHECK(our_layer("patch_embed.rpe_conv", net.facts) == "stem.4");

    const TemporaryFolder folder;
    const auto read = [&](const std::string& text) {
        put(folder / "r.csv", text);
        return read_rates((folder / "r.csv").string());
    };
    CHECK(read("# a comment\r\nlayer,rate\r\nhead,0.25\r\n").at(0).rate == 0.25);
    CHECK_THROWS_WITH_AS(read("layer,rate\nhead,1.5\n"), doctest::Contains("line 2"), Error);
    CHECK_THROWS_WITH_AS(read("layer,rates\nhead,0.5\n"), doctest::Contains("did you mean `rate`"), Error);
    CHECK_THROWS_WITH_AS(read("layer,rate\nhead\n"), doctest::Contains("1 cells"), Error);
    CHECK_THROWS_WITH_AS(read("layer,kind\nhead,linear\n"), doctest::Contains("no column `rate`"), Error);
    CHECK_THROWS_WITH_AS(read("layer,rate\nhead,often\n"), doctest::Contains("rate of head"), Error);
    CHECK_THROWS_AS(read(""), Error);
    CHECK_THROWS_AS(read_rates("no/such/rates.csv"), Error);
}
