// Adam on minibatches.
#include "sim/convex/adam.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "sim/core/rng.h"

namespace bispike {
namespace {

constexpr double kFirst = 0.9, kSecond = 0.999, kFloor = 1e-8;

std::vector<int64_t> shuffled(int64_t images, uint64_t seed, int epoch) {
    std::vector<int64_t> order(static_cast<size_t>(images));
    std::iota(order.begin(), order.end(), 0);
    Rng rng(seed, "order of a head's samples", static_cast<uint64_t>(epoch));
    for (int64_t i = images - 1; i > 0; --i)
        std::swap(order[static_cast<size_t>(i)], order[static_cast<size_t>(rng.below(i + 1))]);
    return order;
}

}  // namespace

Vector adam(const BatchGradient& gradient, Vector start, int64_t images, const AdamOptions& options,
            const std::function<void(int)>& on_epoch) {
    Vector x = std::move(start), first = Vector::Zero(x.size()), second = Vector::Zero(x.size());
    const int64_t each = (images + options.batch - 1) / options.batch;
    const auto steps = static_cast<double>(each * options.epochs);
    double step = 0;
    for (int epoch = 0; epoch < options.epochs; ++epoch) {
        const std::vector<int64_t> order = shuffled(images, options.seed, epoch);
        for (int64_t from = 0; from < images; from += options.batch) {
            const auto batch = std::span(order).subspan(static_cast<size_t>(from),
                                                        static_cast<size_t>(std::min(options.batch, images - from)));
            const Vector g = gradient(x, batch);
            const double rate = options.learning_rate * (1 + std::cos(std::numbers::pi * step / steps)) / 2;
            ++step;
            first = kFirst * first + (1 - kFirst) * g;
            second = kSecond * second + (1 - kSecond) * g.cwiseAbs2();
            const double mean = 1 - std::pow(kFirst, step), square = 1 - std::pow(kSecond, step);
            x.array() -= rate * (first.array() / mean) / ((second.array() / square).sqrt() + kFloor);
        }
        on_epoch(epoch + 1);
    }
    return x;
}

}  // namespace bispike
