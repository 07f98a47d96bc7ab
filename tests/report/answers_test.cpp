// The hash of a run's answers sees every bit of them, and nothing of how they came.
#include "sim/report/answers.h"

#include <doctest/doctest.h>

using namespace bispike;

namespace {

constexpr int64_t kSteps = 2, kClasses = 3;

/// The hash of images 0 to 4, with a number added to one logit of the last image.
std::string hash_of(int64_t batch, float addend) {
    AnswersObserver observer;
    for (int64_t first = 0; first < 5; first += batch) {
        const int64_t images = std::min(batch, 5 - first);
        Tensor logits({kSteps, images, kClasses});
        for (int64_t step = 0; step < kSteps; ++step)
            for (int64_t image = 0; image < images; ++image)
                for (int64_t c = 0; c < kClasses; ++c)
                    logits.row(step * images + image)[c] = static_cast<float>(100 * step + 10 * (first + image) + c) +
                                                           (first + image == 4 && step == 1 ? addend : 0.0f);
        auto probe = observer.open({.first_sample = first, .samples = {}, .labels = {}, .timesteps = kSteps});
        probe->on_result(logits);
        observer.close(std::move(probe));
    }
    return observer.finish();
}

}  // namespace

TEST_CASE("answers: the hash is the same for any batch") {
    CHECK(hash_of(1, 0) == hash_of(5, 0));
    CHECK(hash_of(2, 0) == hash_of(5, 0));
}

TEST_CASE("answers: the last bit of one logit changes the hash") { CHECK(hash_of(5, 0) != hash_of(5, 1e-4f)); }
