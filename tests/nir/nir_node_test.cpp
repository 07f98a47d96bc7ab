// Nodes of NIR one by one: convolutions of every shape against plain loops, delays and Flatten by hand.
#include <doctest/doctest.h>

#include <cstdlib>

#include "models/nir/nir_complete.h"
#include "sim/core/rng.h"
#include "sim/io/nir_types.h"
#include "tests/nir/nir_chain.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

/// A convolution of [C, H, W], or of [C, L] where the y axis is left out.
struct Conv {
    struct Axis {
        int64_t kernel, stride, padding, dilation;
        int64_t outputs(int64_t extent) const {
            return (extent + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
        }
    };
    int64_t in, out, groups;
    Axis y, x;

    int64_t each() const { return in / groups; }
};

Reals random_reals(int64_t count, const char* what) {
    Rng rng(5, what);
    Reals values;
    for (int64_t i = 0; i < count; ++i) values.push_back(rng.uniform(-1.0f, 1.0f));
    return values;
}

Reals weight_of(const Conv& c) { return random_reals(c.out * c.each() * c.y.kernel * c.x.kernel, "weight"); }
Reals bias_of(const Conv& c) { return random_reals(c.out, "bias"); }

NirNode conv2d(const Conv& c) {
    return node("conv", "Conv2d",
                {{"weight", numbers({c.out, c.each(), c.y.kernel, c.x.kernel}, weight_of(c))},
                 {"bias", numbers({c.out}, bias_of(c))},
                 {"stride", extents({c.y.stride, c.x.stride})},
                 {"padding", extents({c.y.padding, c.x.padding})},
                 {"dilation", extents({c.y.dilation, c.x.dilation})},
                 {"groups", NirField::integer(c.groups)}});
}

NirNode conv1d(const Conv& c) {
    return node("conv", "Conv1d",
                {{"weight", numbers({c.out, c.each(), c.x.kernel}, weight_of(c))},
                 {"bias", numbers({c.out}, bias_of(c))},
                 {"stride", NirField::integer(c.x.stride)},
                 {"padding", NirField::integer(c.x.padding)},
                 {"dilation", NirField::integer(c.x.dilation)},
                 {"groups", NirField::integer(c.groups)}});
}

/// The same in float64 by the definition; x [H, W, in] to [Ho, Wo, out].
Reals plain(const Conv& c, int64_t height, int64_t width, const Reals& x) {
    const Reals weight = weight_of(c), bias = bias_of(c);
    Reals y;
    for (int64_t oy = 0; oy < c.y.outputs(height); ++oy)
        for (int64_t ox = 0; ox < c.x.outputs(width); ++ox)
            for (int64_t o = 0; o < c.out; ++o) {
                double sum = bias[static_cast<size_t>(o)];
                for (int64_t i = 0; i < c.each(); ++i)
                    for (int64_t ky = 0; ky < c.y.kernel; ++ky)
                        for (int64_t kx = 0; kx < c.x.kernel; ++kx) {
                            const int64_t iy = oy * c.y.stride + ky * c.y.dilation - c.y.padding;
                            const int64_t ix = ox * c.x.stride + kx * c.x.dilation - c.x.padding;
                            if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
                            const int64_t channel = o / (c.out / c.groups) * c.each() + i;
                            sum +=
                                x[static_cast<size_t>((iy * width + ix) * c.in + channel)] *
                                weight[static_cast<size_t>(((o * c.each() + i) * c.y.kernel + ky) * c.x.kernel + kx)];
                        }
                y.push_back(sum);
            }
    return y;
}

void check_near(const Tensor& actual, const Reals& expected) {
    REQUIRE(actual.size() == std::ssize(expected));
    for (int64_t i = 0; i < actual.size(); ++i)
        REQUIRE(static_cast<double>(actual[i]) == doctest::Approx(expected[static_cast<size_t>(i)]).epsilon(1e-5));
}

NirNode flatten(int64_t first, int64_t last) {
    return node("flat", "Flatten", {{"start_dim", NirField::integer(first)}, {"end_dim", NirField::integer(last)}});
}

NirNode delay(Extents shape, Reals seconds) { return node("d", "Delay", {{"delay", numbers(shape, seconds)}}); }

/// Gives n x at step n = 1, 2, ...
NirNode counter(int64_t size) {
    return node("n", "I", {{"r", numbers({size}, Reals(static_cast<size_t>(size), 1.0))}});
}

}  // namespace

TEST_CASE("nir: convolutions that are not square, dilated, strided or in groups agree with plain loops") {
    const Conv convs[] = {{4, 6, 1, {3, 1, 1, 1}, {3, 1, 1, 1}},
                          {4, 6, 2, {1, 2, 0, 1}, {4, 1, 2, 1}},
                          {4, 4, 4, {2, 1, 0, 3}, {3, 2, 3, 2}},
                          {4, 2, 1, {5, 3, 4, 1}, {1, 1, 0, 1}},
                          {4, 8, 2, {2, 2, 1, 2}, {2, 3, 0, 4}}};
    const int64_t height = 6, width = 7;
    const Reals x = random_reals(height * width * 4, "image");
    for (const Conv& c : convs) {
        const Extents out = {c.out, c.y.outputs(height), c.x.outputs(width)};
        check_near(run(chain({4, height, width}, {conv2d(c)}, out), x, 1), plain(c, height, width, x));
    }
}

TEST_CASE("nir: one-dimensional convolutions agree with plain loops") {
    const Conv::Axis none{1, 1, 0, 1};
    const Reals x = random_reals(9 * 4, "line");
    for (const Conv& c :
         {Conv{4, 6, 1, none, {3, 1, 1, 1}}, Conv{4, 6, 2, none, {4, 2, 3, 2}}, Conv{4, 3, 1, none, none}})
        check_near(run(chain({4, 9}, {conv1d(c)}, {c.out, c.x.outputs(9)}), x, 1), plain(c, 1, 9, x));
    NirNode same = conv1d({4, 6, 1, none, {3, 1, 2, 2}});
    const Tensor padded = run(chain({4, 9}, {same}, {6, 9}), x, 1);
    same.fields["padding"] = NirField::text("same");
    CHECK(same_bits(run(chain({4, 9}, {same}, {6, 9}), x, 1), padded));
}

TEST_CASE("nir: convolutions that cannot be are refused") {
    const auto refusal = [](NirNode conv) {
        return message_of([&] { run(chain({4, 5, 5}, {std::move(conv)}, {2, 3, 3}), {}, 1); });
    };
    const Conv good{4, 2, 1, {3, 1, 0, 1}, {3, 1, 0, 1}};
    CHECK(refusal(conv2d(good)) == "");
    NirNode bad = conv2d(good);
    bad.fields["stride"] = extents({1, int64_t{1} << 62});
    CHECK(refusal(bad) == "node `conv`: stride = 4611686018427387904 is more than 65536 pixels");
    bad = conv2d(good);
    bad.fields["padding"] = extents({int64_t{1} << 62, 0});
    CHECK(refusal(bad) == "node `conv`: padding = 4611686018427387904 is more than 65536 pixels");
    bad = conv2d(good);
    bad.fields["padding"] = NirField::text("same");
    bad.fields["stride"] = extents({2, 2});
    CHECK(contains(refusal(bad), "padding `same` is run for stride 1 and windows of an odd number of pixels only"));
    CHECK(refusal(conv2d({4, 2, 1, {3, 1, 0, 9}, {3, 1, 0, 1}})) == "a 19x3 window does not fit into [1, 1, 5, 5, 4]");
    CHECK(refusal(conv1d({4, 2, 1, {1, 1, 0, 1}, {3, 1, 0, 1}})) == "conv: it cannot slide over [1, 1, 5, 5, 4]");
}

TEST_CASE("nir: pools whose window does not fit are refused, and sums of spikes may pass what spikes can hold") {
    const auto pool = [](const char* name, int64_t kernel, int64_t stride) {
        return node(name, "SumPool2d",
                    {{"kernel_size", extents({kernel, kernel})},
                     {"stride", extents({stride, stride})},
                     {"padding", extents({0, 0})}});
    };
    CHECK(message_of([&] {
              run(chain({1, 2, 2}, {pool("p", 3, 3)}, {1, 1, 1}), {}, 1);
          }) == "p: a window of 3x3 on a map [1, 1, 2, 2, 1]");
    const NirNode step = node("s", "Threshold", {{"threshold", numbers({1}, {0.5})}});
    CHECK(train(run(chain({1, 12, 12}, {step, pool("p", 12, 12)}, {1, 1, 1}), Reals(144, 1.0), 1)) ==
          std::vector<float>{144});
    CHECK(train(run(chain({1, 12, 12}, {step, pool("p", 4, 4), pool("q", 3, 3)}, {1, 1, 1}), Reals(144, 1.0), 1)) ==
          std::vector<float>{144});
}

TEST_CASE("nir: Flatten joins axes as the graph counts them, channels first") {
    // x[c][y][w] = 100 c + 10 y + w, of 2 channels, 3 rows, 2 columns.
    Reals x;
    for (int y = 0; y < 3; ++y)
        for (int w = 0; w < 2; ++w)
            for (int c = 0; c < 2; ++c) x.push_back(100 * c + 10 * y + w);
    const auto flat = [&](int64_t first, int64_t last, Extents out) {
        return train(run(chain({2, 3, 2}, {flatten(first, last)}, std::move(out)), x, 1));
    };
    const std::vector<float> all = {0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121};
    CHECK(flat(0, -1, {12}) == all);
    CHECK(flat(0, 2, {12}) == all);
    // What comes out is channels last: [C, HW] as [HW, C], [CH, W] as [W, CH].
    const std::vector<float> pixels = {0, 100, 1, 101, 10, 110, 11, 111, 20, 120, 21, 121};
    CHECK(flat(1, 2, {2, 6}) == pixels);
    CHECK(flat(-2, -1, {2, 6}) == pixels);
    CHECK(flat(0, 1, {6, 2}) == std::vector<float>{0, 10, 20, 100, 110, 120, 1, 11, 21, 101, 111, 121});
    CHECK(flat(1, 1, {2, 3, 2}) == pixels);
    for (const auto& [first, last] : {std::pair{2, 1}, {0, 3}, {-4, -1}})
        CHECK(contains(message_of([&] { flat(first, last, {12}); }), "node `flat`: there are no axes"));
}

TEST_CASE("nir: a delay holds each value back for its own time, in whole steps") {
    const NirGraph graph = chain(3, {counter(3), delay({3}, {0, 2e-4, 1.04e-4})}, 3);
    const std::vector<float> expected = {1, 0, 0, 2, 0, 10, 3, 1, 20, 4, 2, 30, 5, 3, 40};
    for (const int chunk : {0, 1, 2}) CHECK(train(run(graph, {1, 1, 10}, 5, "1e-4", chunk)) == expected);
    // With another step another number of steps; what arrives after the end never does.
    CHECK(train(run(chain(1, {counter(1), delay({1}, {2e-4})}, 1), {1}, 3, "2e-4")) == std::vector<float>{0, 1, 2});
    CHECK(train(run(chain(1, {counter(1), delay({}, {1e300})}, 1), {1}, 3, "1e-4")) == std::vector<float>{0, 0, 0});
}

TEST_CASE("nir: a delayed edge back to a neuron is a loop of that many steps more") {
    // v = v + x - 8 s(t - 2): the edge back takes one step, the delay another.
    const NirNode neuron = node("v", "IF", {{"r", numbers({1}, {1})}, {"v_threshold", numbers({1}, {1.5})}});
    NirGraph graph = chain(1, {neuron}, 1, {{"v", "d"}, {"d", "back"}, {"back", "v"}});
    graph.nodes.push_back(delay({1}, {1}));
    graph.nodes.push_back(node("back", "Linear", {{"weight", numbers({1, 1}, {-8})}}));
    std::vector<float> expected;
    float v = 0, fired[12] = {};
    for (int t = 0; t < 12; ++t) {
        v += 1 - (t >= 2 ? 8 * fired[t - 2] : 0);
        fired[t] = v > 1.5f ? 1.0f : 0.0f;
        if (v > 1.5f) v = 0;
        expected.push_back(fired[t]);
    }
    for (const int chunk : {0, 1, 5}) CHECK(train(run(graph, {1}, 12, "1", chunk)) == expected);
}

TEST_CASE("nir: zeros of any shape stand for v_reset") {
    NirNode neuron = node("v", "IF", {{"r", numbers({3}, {1, 1, 1})}, {"v_threshold", numbers({3}, {1, 2, 3})}});
    neuron.fields["v_reset"] = numbers({2}, {0, 0});
    CHECK(train(run(chain(3, {neuron}, 3), {1.5, 1.5, 1.5}, 3)) == std::vector<float>{1, 0, 0, 1, 1, 0, 1, 0, 1});
}

TEST_CASE("nir: shapes that older files leave out are found by running the graph") {
    const Conv conv{2, 4, 1, {3, 1, 1, 1}, {3, 1, 1, 1}};
    NirNode inner_conv = conv2d(conv);
    NirGraph inner = chain({2, 4, 5}, {inner_conv}, {4, 4, 5});
    NirNode outer = node("block", kNirGraphType, {});
    outer.subgraph.push_back(inner);
    const NirGraph graph =
        chain({2, 4, 5}, {outer, flatten(1, 2), conv1d({4, 3, 1, {1, 1, 0, 1}, {1, 1, 0, 1}})}, {3, 20});
    const NirGraph full = with_input_shapes(graph);
    CHECK(full.find("block")->subgraph[0].find("conv")->fields.at("input_shape") == extents({4, 5}));
    CHECK(full.find("flat")->fields.at("input_type") == extents({4, 4, 5}));
    CHECK(full.find("conv")->fields.at("input_shape") == NirField::integer(20));
    CHECK(with_input_shapes(full) == full);
    const TemporaryFolder folder;
    CHECK_THROWS_AS(write_nir(folder.file("g.nir"), graph), Error);
    write_nir(folder.file("g.nir"), full);
    const Reals x = random_reals(40, "image");
    CHECK(same_bits(run(read_nir(folder.file("g.nir")), x, 2), run(graph, x, 2)));
}

TEST_CASE("nir: an Input or Output of more values than can be is refused before its size is computed") {
    const int64_t huge = int64_t{1} << 40;
    CHECK(contains(message_of([&] { nir_image(chain({huge, huge, huge}, {}, {1})); }), "its Input holds more than"));
    CHECK(contains(message_of([&] { nir_image(chain({1}, {}, {huge, huge})); }), "its Output holds more than"));
}
