// The tokens of a network against what its own head makes of them.
#include <doctest/doctest.h>

#include "sim/convex/matrix.h"
#include "sim/core/parallel.h"
#include "tests/networks/tiny.h"
#include "tools/token_features.h"

namespace bispike {
namespace {

constexpr int64_t kImages = 5, kChannels = 16, kClasses = 3;

/// The answers after the last step, [images, classes], which the last probe of a lane is told.
class Answers : public Observer {
public:
    Matrix last = Matrix::Zero(kImages, kClasses);

    std::unique_ptr<Probe> open(const Lane& lane) override { return std::make_unique<Watch>(lane.samples, last); }
    void close(std::unique_ptr<Probe>) override {}

private:
    struct Watch : Probe {
        std::vector<int64_t> samples;
        Matrix& last;
        Watch(std::vector<int64_t> whose, Matrix& to) : samples(std::move(whose)), last(to) {}
        void begin_chunk(int) override {}
        bool wants_potential(const std::string&) const override { return false; }
        void on_call(const LayerCall&) override {}
        void on_result(const Tensor& logits) override {  // [T, B, classes]
            const int64_t first = logits.size() - static_cast<int64_t>(samples.size()) * kClasses;
            for (int64_t i = 0; i < logits.size() - first; ++i)
                last(samples[static_cast<size_t>(i / kClasses)], i % kClasses) = static_cast<double>(logits[first + i]);
        }
    };
};

/// W mean(tokens) + b of the network's head.
Matrix head_of(Model& model, const TokenSet& set) {
    const Tensor& weight = model.parameters().find("head.weight")->value;
    const Tensor& bias = model.parameters().find("head.bias")->value;
    Matrix scores(kImages, kClasses);
    for (int64_t i = 0; i < kImages; ++i) {
        const Eigen::RowVectorXd mean = set.image(i).colwise().mean();
        for (int64_t c = 0; c < kClasses; ++c) {
            scores(i, c) = static_cast<double>(bias[c]);
            for (int64_t k = 0; k < kChannels; ++k)
                scores(i, c) += mean[k] * static_cast<double>(weight[c * kChannels + k]);
        }
    }
    return scores;
}

TokenSet features(const Model& model, const TokenPooling& pooling) {
    return token_features(model, tiny_source(kImages), {.batch = 2}, pooling, [](int64_t) {});
}

}  // namespace

TEST_CASE("a head on the mean of the tokens is the network's own, where the norm is linear") {
    const std::vector<Keys> networks = {
        {{"network.model", "spikingformer"}},
        {{"network.model", "vit"},
         {"network.norm", "batch"},
         {"network.pool", "mean"},
         {"network.class_token", "false"}},
        {{"network.model", "vit"}, {"network.norm", "batch"}, {"network.pool", "mean"}}};
    for (const Keys& keys : networks) {
        CAPTURE(words(keys));
        const auto model = tiny_model(keys);
        Answers answers;
        Observer* const observers[] = {&answers};
        simulate(*model, tiny_source(kImages), {.batch = 2}, observers, [](int64_t) {});
        const bool token = keys.at("network.model") == "vit" && !keys.contains("network.class_token");
        const TokenSet set = features(*model, {.grid = 4, .channels = kChannels, .class_token = token});
        CHECK(answers.last.norm() > 1e-3);
        CHECK((head_of(*model, set) - answers.last).norm() < 1e-5 * answers.last.norm());
    }
}

TEST_CASE("tokens and channels are pooled as means of neighbours") {
    const auto model =
        tiny_model({{"network.model", "vit"}, {"network.class_token", "false"}, {"network.pool", "mean"}});
    const TokenSet all = features(*model, {.grid = 4, .channels = kChannels});
    const TokenSet pooled = features(*model, {.grid = 3, .channels = 5});
    REQUIRE(pooled.values.size() == static_cast<size_t>(kImages) * 9 * 5);
    for (int64_t i = 0; i < kImages; ++i) {
        // Bin 1 of 3 over 4 places is [1, 3), bin 2 is [2, 4); bin 4 of 5 over 16 channels is [12, 16).
        double sum = 0;
        for (const int64_t row : {1, 2})
            for (const int64_t column : {2, 3}) sum += all.image(i).row(row * 4 + column).segment(12, 4).sum();
        CHECK(pooled.image(i)(1 * 3 + 2, 4) == doctest::Approx(sum / 16));
    }
    CHECK_THROWS_WITH(features(*model, {.grid = 5, .channels = 5}),
                      "heads.grid = 5: 1 to 4, the side of the network's tokens");
    CHECK_THROWS_WITH(features(*model, {.grid = 4, .channels = 17}),
                      "heads.channels = 17: 1 to 16, those of the network's tokens");
}

TEST_CASE("scaled features have mean 0 and deviation 1, but for a channel that never changes") {
    TokenSet set{.tokens = 2, .channels = 2, .classes = 1, .values = {1, 5, 3, 5, 5, 5, 7, 5}, .labels = {0, 0}};
    const FeatureScale scale = scale_of(set);
    CHECK(scale.centre == std::vector<double>{4, 5});
    CHECK(scale.width[0] == doctest::Approx(std::sqrt(5.0)));
    apply(scale, set);
    CHECK(set.values[0] == doctest::Approx(-3 / std::sqrt(5.0)));
    CHECK(set.values[1] == 0);
}

}  // namespace bispike
