// The tokens that a trained network's head sees.
#include "tools/token_features.h"

#include <cmath>
#include <optional>

#include "sim/core/error.h"

namespace bispike {
namespace {

/// One of `bins` bins of `size` places: the places [first, end).
struct Bin {
    int64_t first, end;
};
Bin bin(int64_t i, int64_t size, int64_t bins) { return {i * size / bins, ((i + 1) * size + bins - 1) / bins}; }

/// The side of a square of tokens.
int64_t side_of(int64_t tokens) {
    const auto side = static_cast<int64_t>(std::lround(std::sqrt(static_cast<double>(tokens))));
    if (side * side != tokens) fail("heads.grid: the network's {} tokens are no square", tokens);
    return side;
}

void require_enough(const TokenPooling& p, int64_t side, int64_t channels) {
    if (p.grid < 1 || p.grid > side) fail("heads.grid = {}: 1 to {}, the side of the network's tokens", p.grid, side);
    if (p.channels < 1 || p.channels > channels)
        fail("heads.channels = {}: 1 to {}, those of the network's tokens", p.channels, channels);
}

/// Tokens of one image [side * side, channels], row-major, to [grid * grid, p.channels].
void pool_image(const float* tokens, int64_t side, int64_t channels, const TokenPooling& p, double* to) {
    for (int64_t row = 0; row < p.grid; ++row)
        for (int64_t column = 0; column < p.grid; ++column)
            for (int64_t c = 0; c < p.channels; ++c) {
                const Bin y = bin(row, side, p.grid), x = bin(column, side, p.grid), z = bin(c, channels, p.channels);
                double sum = 0;
                for (int64_t i = y.first; i < y.end; ++i)
                    for (int64_t j = x.first; j < x.end; ++j)
                        for (int64_t k = z.first; k < z.end; ++k)
                            sum += static_cast<double>(tokens[(i * side + j) * channels + k]);
                *to++ += sum / static_cast<double>((y.end - y.first) * (x.end - x.first) * (z.end - z.first));
            }
}

/// What the head of one lane of images sees.
class TokenProbe : public Probe {
public:
    std::optional<Tensor> tokens;  // [t, B, N, C]

    void begin_chunk(int) override {}
    bool wants_potential(const std::string&) const override { return false; }
    bool wants_currents(const std::string& layer) const override { return layer.ends_with(".mlp.fc2"); }
    void on_input(const Layer& layer, const Value& input) override {
        const std::string& name = layer.name();
        if (name.ends_with(".norm2")) before_mlp_ = input;
        if (name == "norm" || name == "fc_norm") through_norm(layer);
        if (layer.kind() == std::string_view("head") && input.shape().rank() == 4) tokens = input.dense();
    }
    void on_call(const LayerCall& call) override {
        if (call.name.ends_with(".mlp.fc2")) mlp_ = call.output;
    }
    void on_result(const Tensor&) override {}

private:
    /// A `vit` picks or averages tokens before its norm: the stream behind its last block, all tokens, through it.
    void through_norm(const Layer& norm) {
        if (!before_mlp_ || !mlp_) return;
        Tensor stream = before_mlp_->dense();
        stream.add(mlp_->dense());
        Pass pass;
        tokens = norm.forward(pass, std::move(stream)).dense();
    }

    std::optional<Value> before_mlp_, mlp_;
};

class TokenObserver : public Observer {
public:
    TokenObserver(const TokenPooling& pooling, TokenSet& set) : pooling_(pooling), set_(set) {}
    std::unique_ptr<Probe> open(const Lane&) override { return std::make_unique<TokenProbe>(); }
    void close(std::unique_ptr<Probe> probe) override {
        const auto& tokens = static_cast<TokenProbe&>(*probe).tokens;
        if (!tokens)
            fail(
                "this network's head sees no tokens; choices: spikingformer, spikformer, sdt, spikingresformer, "
                "qkformer, vit");
        const Shape& shape = tokens->shape();
        const int64_t first = pooling_.class_token ? 1 : 0, side = side_of(shape[2] - first), channels = shape[3];
        require_enough(pooling_, side, channels);
        const int64_t each = set_.tokens * set_.channels;
        for (int64_t b = 0; b < shape[1]; ++b) {
            set_.values.resize(set_.values.size() + static_cast<size_t>(each));
            double* to = set_.values.data() + set_.values.size() - each;
            for (int64_t t = 0; t < shape[0]; ++t)
                pool_image(tokens->data() + ((t * shape[1] + b) * shape[2] + first) * channels, side, channels,
                           pooling_, to);
            for (int64_t i = 0; i < each; ++i) to[i] /= static_cast<double>(shape[0]);
        }
    }

private:
    const TokenPooling& pooling_;
    TokenSet& set_;
};

}  // namespace

TokenSet token_features(const Model& model, const ImageSource& source, const SimulateOptions& options,
                        const TokenPooling& pooling, const OnImages& on_images) {
    TokenSet set{.tokens = pooling.grid * pooling.grid,
                 .channels = pooling.channels,
                 .classes = model.image().classes,
                 .values = {},
                 .labels = {}};
    TokenObserver observer(pooling, set);
    Observer* const observers[] = {&observer};
    SimulateOptions whole = options;
    whole.chunk = 0;
    const int64_t done = simulate(model, source, whole, observers, on_images);
    set.labels.assign(source.labels.begin(), source.labels.begin() + done);
    return set;
}

FeatureScale scale_of(const TokenSet& set) {
    const auto channels = static_cast<size_t>(set.channels);
    const double count = static_cast<double>(set.values.size()) / static_cast<double>(channels);
    FeatureScale scale{std::vector<double>(channels, 0), std::vector<double>(channels, 0)};
    for (size_t i = 0; i < set.values.size(); ++i) scale.centre[i % channels] += set.values[i] / count;
    for (size_t i = 0; i < set.values.size(); ++i) {
        const double d = set.values[i] - scale.centre[i % channels];
        scale.width[i % channels] += d * d / count;
    }
    for (double& w : scale.width) w = w > 0 ? std::sqrt(w) : 1;
    return scale;
}

void apply(const FeatureScale& scale, TokenSet& set) {
    const auto channels = static_cast<size_t>(set.channels);
    for (size_t i = 0; i < set.values.size(); ++i)
        set.values[i] = (set.values[i] - scale.centre[i % channels]) / scale.width[i % channels];
}

}  // namespace bispike
