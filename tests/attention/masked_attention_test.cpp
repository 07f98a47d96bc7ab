// Softmax attention with scores that are convolved or masked.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "sim/convex/matrix.h"
#include "sim/ops/grid_distances.h"
#include "sim/ops/mix.h"
#include "sim/ops/share_rows.h"
#include "tests/attention/made_mixer.h"
#include "tests/grad/ops_check.h"

using namespace bispike;

namespace {

constexpr MixerSite kSite{.dim = 8, .heads = 2, .rows = 2, .columns = 3};

const Tensor& weights_of(const MadeMixer& made, const Tensor& x, Memory& memory) {
    made.run(x, &memory);
    return *memory["attn.weight"].output.tensor();
}

/// Floats at `data`, of which rows lie `stride` apart.
Matrix matrix(const float* data, int64_t rows, int64_t columns, int64_t stride) {
    using Floats = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    return Eigen::Map<const Floats, 0, Eigen::OuterStride<>>(data, rows, columns, Eigen::OuterStride<>(stride))
        .cast<double>();
}

/// A convolution over the keys of one query: maps [channels, keys], w [out, in, 1, 3], 0 beyond the keys.
Matrix convolved(const Matrix& maps, const Tensor& w, const Tensor& b) {
    Matrix out(b.size(), maps.cols());
    for (int64_t o = 0; o < out.rows(); ++o)
        for (int64_t key = 0; key < out.cols(); ++key) {
            out(o, key) = b[o];
            for (int64_t i = 0; i < maps.rows(); ++i)
                for (int64_t at = std::max<int64_t>(0, key - 1); at <= std::min(key + 1, out.cols() - 1); ++at)
                    out(o, key) += maps(i, at) * w[(o * maps.rows() + i) * 3 + at - key + 1];
        }
    return out;
}

double sum_of(const float* row, int64_t n) {
    double sum = 0.0;
    for (int64_t j = 0; j < n; ++j) sum += row[j];
    return sum;
}

}  // namespace

TEST_CASE("DAPE V2 begins as softmax attention, to the bit, and does not stay it") {
    const Tensor x = random_tensor({1, 2, 6, 8}, 1);
    MadeMixer made("dape_v2", kSite);
    CHECK(same_bits(made.run(x), MadeMixer("softmax", kSite).run(x)));
    made.parameters.find("attn.conv2.weight")->value = random_tensor({2, 32, 1, 3}, 2);
    made.layer->prepare(Purpose::train);
    Memory memory;
    const Tensor& weights = weights_of(made, x, memory);
    CHECK(!same_bits(made.run(x), MadeMixer("softmax", kSite).run(x)));
    for (int64_t r = 0; r < weights.rows(); ++r) CHECK(sum_of(weights.row(r), 6) == doctest::Approx(1.0));
    // 2 images, 36 pairs of tokens, 2 heads to 32 channels and back, 3 keys of which the border lacks one
    const uint64_t taps = 2 * 6 * (3 * 6 - 2);
    for (const char* name : {"attn.conv1", "attn.conv2"}) CHECK(memory[name].count.mac == taps * 2 * 32);
}

TEST_CASE("DAPE V2 adds to the scores what two convolutions make of them: heads as channels, along the keys") {
    MadeMixer made("dape_v2", kSite, {{"attention.dape_width", "5"}});
    const auto drawn = [&](const std::string& name, uint64_t seed) -> const Tensor& {
        Tensor& value = made.parameters.find("attn." + name)->value;
        return value = random_tensor(value.shape(), seed);
    };
    const Tensor &w1 = drawn("conv1.weight", 21), &b1 = drawn("conv1.bias", 22);
    const Tensor &w2 = drawn("conv2.weight", 23), &b2 = drawn("conv2.bias", 24);
    made.layer->prepare(Purpose::train);
    Memory memory;
    const Tensor& weights = weights_of(made, random_tensor({1, 1, 6, 8}, 25), memory);
    const Tensor& scores = *memory["attn.score"].output.tensor();  // [1, 1, 2 heads, 6 queries, 6 keys]
    for (int64_t query = 0; query < 6; ++query) {
        const Matrix s = matrix(scores.data() + query * 6, 2, 6, 36);
        const Matrix between = convolved(s, w1, b1);
        Matrix expected = (s + convolved(between.cwiseMax(0.01 * between), w2, b2)).array().exp();
        expected.array().colwise() /= expected.rowwise().sum().array().eval();
        for (int64_t head = 0; head < 2; ++head)
            for (int64_t key = 0; key < 6; ++key)
                CHECK(weights[(head * 6 + query) * 6 + key] == doctest::Approx(expected(head, key)).epsilon(1e-4));
    }
}

TEST_CASE("distances in a grid by hand") {
    const GridDistances plain(2, 3, false);
    CHECK(plain.count() == 6);
    CHECK(plain.of_pairs()[0] == 0);                  // a patch and itself
    CHECK(plain.of_pairs()[0 * 6 + 2] == 2);          // two columns on
    CHECK(plain.of_pairs()[1 * 6 + 3] == 1 * 3 + 1);  // a row down, a column back
    const GridDistances with_token(2, 3, true);
    CHECK(with_token.count() == 7);
    CHECK(with_token.of_pairs()[3] == 6);
    CHECK(with_token.of_pairs()[7 + 1] == 0);
}

TEST_CASE("SparseBERT's gates open and close all pairs of a distance") {
    MadeMixer made("sparsebert", kSite);
    Tensor& alpha = made.parameters.find("attn.alpha")->value;  // [heads, distances, closed and open]
    REQUIRE(alpha.shape() == Shape{2, 6, 2});
    const Tensor x = random_tensor({1, 1, 6, 8}, 3);
    alpha.fill(0.0f);
    for (int64_t i = 0; i < 12; ++i) alpha[2 * i + 1] = 1.0f;
    CHECK(same_bits(made.run(x), MadeMixer("softmax", kSite).run(x)));  // all open
    alpha[1] = -1.0f;                                                   // head 0 does not look at itself
    Memory memory;
    const Tensor& weights = weights_of(made, x, memory);
    for (int64_t i = 0; i < 6; ++i) {
        CHECK(weights.row(i)[i] == 0.0f);
        CHECK(weights.row(6 + i)[i] > 0.0f);
        CHECK(sum_of(weights.row(i), 6) == doctest::Approx(1.0));
    }
}

TEST_CASE("SparseBERT draws its gates while training only, and pays for the open pairs") {
    const MadeMixer made("sparsebert", kSite, {{"attention.mask_weight", "1"}});
    const Tensor x = random_tensor({1, 1, 6, 8}, 4);
    const auto open_pairs = [&](uint64_t step) {
        Tape tape(made.parameters);
        Pass pass = whole_run(1);
        pass.tape = &tape, pass.training_step = step;
        pass(*made.layer, tape.record(x, {}));
        return (*pass.penalties().at(0).tensor())[0];
    };
    CHECK(open_pairs(1) == open_pairs(1));
    CHECK(open_pairs(1) != open_pairs(2));
    CHECK(open_pairs(1) > 0);
    CHECK(open_pairs(1) < 72);
}

TEST_CASE("the gradient of a learned mask agrees with finite differences where it is smooth") {
    MadeMixer made("sparsebert", kSite, {{"attention.masked_score", "-2"}, {"attention.mask_weight", "0"}});
    const Tensor x = random_tensor({1, 1, 6, 8}, 5), to = random_tensor({1, 1, 6, 8}, 6);
    Parameter& alpha = *made.parameters.find("attn.alpha");
    alpha.value = random_tensor(alpha.value.shape(), 7);
    const auto run = [&](Tape& tape) {
        Pass pass = whole_run(1);
        pass.tape = &tape, pass.smooth_spikes = true;
        return pass(*made.layer, tape.record(x, {}));
    };
    Tape tape(made.parameters);
    const Value y = run(tape);
    tape.backward(tape.record(Tensor({1}), [&](Tape& t, const Tensor&) { t.add(y.node(), to); }));
    const Tensor expected = numeric_gradient(
        [&](const Tensor& at) {
            alpha.value = at;
            Tape other(made.parameters);
            return dot(run(other).dense(), to);
        },
        Tensor(alpha.value));
    CHECK(largest_difference(expected, Tensor(expected.shape())) > 1e-2);
    CHECK(largest_difference(tape.sums()[alpha], expected) < 1e-3);
}

TEST_CASE("shares of rows by hand, and their gradient") {
    const Tensor y = share_rows(Tensor({2, 2}, {1, 3, 0, 0}));
    CHECK(same_bits(y, Tensor({2, 2}, {0.25f, 0.75f, 0, 0})));
    Tensor x = random_tensor({3, 4}, 8);
    for (float& v : x.values()) v = std::abs(v) + 0.1f;
    const Tensor g = random_tensor({3, 4}, 9);
    const Tensor expected = numeric_gradient([&](const Tensor& at) { return dot(share_rows(at), g); }, x, 1e-3f);
    CHECK(largest_difference(share_rows_backward(x, g), expected) < 2e-3);
}

TEST_CASE("SBM's weights are shares of the open pairs, drawn for each image") {
    const MadeMixer made("sbm", kSite);
    const Tensor one = random_tensor({1, 1, 6, 8}, 10);
    Tensor both({1, 2, 6, 8});
    for (int64_t i = 0; i < both.size(); ++i) both[i] = one[i % one.size()];
    Memory memory;
    const Tensor& weights = weights_of(made, both, memory);
    int open = 0, different = 0;
    for (int64_t r = 0; r < weights.rows(); ++r) {
        const double sum = sum_of(weights.row(r), 6);
        CHECK((sum == 0.0 || sum == doctest::Approx(1.0)));
        for (int64_t j = 0; j < 6; ++j) open += weights.row(r)[j] > 0;
    }
    for (int64_t i = 0; i < weights.size() / 2; ++i) different += weights[i] != weights[weights.size() / 2 + i];
    CHECK(open > 10);
    CHECK(open < 130);
    CHECK(different > 10);
    CHECK(memory["attn.mix"].count.mac == static_cast<uint64_t>(open) * 4);
    // 2 images, 2 heads of width 4, 6 tokens, 16 clusters
    const uint64_t memberships = 2 * 6 * 16, mask = memberships * 4 + 16 * 16 * 4 + 6 * 16 * 16 + 6 * 6 * 16;
    CHECK(memory["attn.mask"].count == OpCount{.mac = 2 * 2 * mask, .dense = 2 * 2 * mask} +
                                           nonlinear_count(2 * 2 * (2 * 6 * 4 + memberships + 16 * 16)));
}

TEST_CASE("SBM pays for the share of open pairs") {
    const MadeMixer made("sbm", kSite, {{"attention.density_weight", "1"}});
    Tape tape(made.parameters);
    Pass pass = whole_run(1);
    pass.tape = &tape;
    pass(*made.layer, tape.record(random_tensor({1, 4, 6, 8}, 11), {}));
    const float share = (*pass.penalties().at(0).tensor())[0];
    CHECK(share > 0.05f);
    CHECK(share < 0.6f);
}

TEST_CASE("SBM opens a pair as probably as the clusters of its query and its key are connected") {
    MadeMixer made("sbm", {.dim = 3, .heads = 1, .rows = 1, .columns = 4}, {{"attention.clusters", "2"}});
    const int64_t samples[] = {0};
    Memory memory;
    Probe* const probes[] = {&memory};
    Tape tape(made.parameters);
    Pass pass = whole_run(1);
    pass.tape = &tape, pass.probes = probes, pass.samples = samples, pass.smooth_spikes = true;  // the mask is P itself
    pass(*made.layer, tape.record(random_tensor({1, 1, 4, 3}, 12), {}));
    const auto parameter = [&](const std::string& name) {
        const Tensor& p = made.parameters.find("attn." + name)->value;
        return matrix(p.data(), p.size() / 3, 3, 3);
    };
    const Matrix c = parameter("clusters");
    const auto membership = [&](const char* name) {
        const Matrix tokens = matrix(memory[name].output.tensor()->data(), 4, 3, 3);
        Matrix y = (tokens * parameter("mlp1.weight").transpose()).rowwise() + parameter("mlp1.bias").row(0);
        y = (y.cwiseMax(0.0) * parameter("mlp2.weight").transpose()).rowwise() + parameter("mlp2.bias").row(0);
        return Matrix((1.0 + (-(y * c.transpose()).array()).exp()).inverse());
    };
    Matrix connected = (c * c.transpose()).array().exp();
    connected /= connected.sum();
    const Matrix p = (membership("attn.q") * connected * membership("attn.k").transpose()).array() + 0.01;
    const Tensor& shown = *memory["attn.mask"].output.tensor();
    for (int64_t i = 0; i < 4; ++i)
        for (int64_t j = 0; j < 4; ++j)
            CHECK(shown[i * 4 + j] == doctest::Approx(std::min(p(i, j), 1.0)).epsilon(1e-4));
}
