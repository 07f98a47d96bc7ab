// Training.
//
// Order of one step: micro-batches run forward and backward, any order, each on one thread with its own sums; the
// sums are added in the order of the micro-batches; the norm is taken; weights and running statistics move; packed
// weights are made anew. Nothing in it depends on the number of threads.
#include "sim/run/train.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "sim/core/parallel.h"
#include "sim/run/loss.h"

namespace bispike {
namespace {

/// Throws unless low <= value < high; NaN lies nowhere.
void require_within(const char* key, double value, double low, double high) {
    if (!(value >= low && value < high)) fail("{} = {}: it must be at least {} and below {}", key, value, low, high);
}

constexpr double kNoLimit = std::numeric_limits<double>::infinity();

void check(const TrainOptions& o, const ScheduleOptions& s, int64_t images) {
    if (o.epochs < 1) fail("train.epochs = {}: at least one epoch is needed", o.epochs);
    if (o.micro_batch < 1 || o.batch < 1 || o.batch % o.micro_batch != 0)
        fail("train.micro_batch = {} does not divide train.batch = {}", o.micro_batch, o.batch);
    require_within("train.label_smoothing", o.label_smoothing, 0, 1);
    require_within("train.clip_norm", o.clip_norm, 0, kNoLimit);
    if (!(o.norm_momentum > 0 && o.norm_momentum <= 1))
        fail("train.norm_momentum = {} lies outside (0, 1]", o.norm_momentum);
    require_within("train.learning_rate", s.learning_rate, 0, kNoLimit);
    require_within("train.warmup_learning_rate", s.warmup_learning_rate, 0, kNoLimit);
    require_within("train.min_learning_rate", s.min_learning_rate, 0, kNoLimit);
    require_within("train.warmup_epochs", s.warmup_epochs, 0, kNoLimit);
    if (images < o.batch) fail("the training set has {} images, fewer than train.batch = {}", images, o.batch);
}

int64_t argmax(const float* row, int64_t n) { return std::max_element(row, row + n) - row; }

int64_t count_correct(const Tensor& answers, const Tensor& targets) {
    int64_t n = 0;
    for (int64_t b = 0; b < answers.rows(); ++b)
        n += argmax(answers.row(b), answers.channels()) == argmax(targets.row(b), targets.channels());
    return n;
}

}  // namespace

Trainer::Trainer(Model& model, TrainingSource source, TrainOptions options, AdamWOptions adamw,
                 ScheduleOptions schedule)
    : model_(model),
      source_(std::move(source)),
      options_(options),
      schedule_(schedule),
      adamw_(model.parameters(), adamw) {
    check(options, schedule, source_.count);
    model_.prepare(Purpose::train);
}

void Trainer::resume_at(const TrainPlace& place) {
    if (place.epoch < 0 || place.step < 0 || place.step > steps_per_epoch())
        fail("cannot resume at epoch {} step {}: an epoch has {} steps", place.epoch, place.step, steps_per_epoch());
    place_ = place;
    order_epoch_ = -1;
}

void Trainer::shuffle() {
    if (order_epoch_ == place_.epoch) return;
    order_epoch_ = place_.epoch;
    order_.resize(static_cast<size_t>(source_.count));
    std::iota(order_.begin(), order_.end(), int64_t{0});
    Rng rng(static_cast<uint64_t>(options_.seed), "shuffle", static_cast<uint64_t>(place_.epoch));
    for (int64_t i = source_.count - 1; i > 0; --i)
        std::swap(order_[static_cast<size_t>(i)], order_[static_cast<size_t>(rng.below(i + 1))]);
}

Trainer::MicroBatch Trainer::run_micro_batch(std::span<const int64_t> samples) const {
    const LabelledImages batch = source_.batch(samples, place_.epoch);
    Tape tape(model_.parameters());
    Pass pass;
    pass.timesteps = pass.steps = model_.timesteps();
    pass.seed = static_cast<uint64_t>(options_.seed);
    pass.training_step = static_cast<uint64_t>(place_.epoch * steps_per_epoch() + place_.step);
    pass.samples = samples;
    pass.tape = &tape;
    Value scores = model_.scores(pass, batch.images);
    TrainingLoss result =
        training_loss(pass, model_.readout(), std::move(scores), batch.targets, options_.label_smoothing);
    const auto images = static_cast<double>(samples.size());
    MicroBatch done{ParameterSums(ParameterList()), result.cross_entropy * images, result.penalty * images,
                    count_correct(result.answer, batch.targets)};
    tape.backward(result.loss);
    done.sums = std::move(tape.sums());
    return done;
}

void Trainer::reduce(std::vector<MicroBatch>& parts) {
    ParameterSums& total = parts.front().sums;
    parallel_for(total.size(), [&](int64_t i) {
        for (size_t m = 1; m < parts.size(); ++m) total[static_cast<int>(i)].add(parts[m].sums[static_cast<int>(i)]);
    });
    for (const MicroBatch& m : parts) place_.loss += m.loss, place_.penalty += m.penalty, place_.correct += m.correct;
}

void Trainer::apply(const ParameterSums& sums) {
    const float share = static_cast<float>(options_.micro_batch) / static_cast<float>(options_.batch);
    double squares = 0;
    for (Parameter& p : model_.parameters()) {
        if (p.role == Role::buffer) {
            const float* measured = sums[p.index].data();
            for (int64_t i = 0; i < p.value.size(); ++i)
                p.value[i] += options_.norm_momentum * (measured[i] * share - p.value[i]);
            continue;
        }
        for (float g : sums[p.index].values()) squares += static_cast<double>(g) * g;
    }
    gradient_norm_ = std::sqrt(squares) * share;
    if (!std::isfinite(gradient_norm_))
        fail("the gradient is not finite at epoch {} step {}: lower train.learning_rate", place_.epoch, place_.step);
    const bool clipped = options_.clip_norm > 0 && gradient_norm_ > options_.clip_norm;
    const float scale = clipped ? static_cast<float>(share * options_.clip_norm / gradient_norm_) : share;
    adamw_.step(model_.parameters(), sums, learning_rate(), scale);
}

float Trainer::learning_rate() const {
    const auto warmup = static_cast<int64_t>(schedule_.warmup_epochs * static_cast<float>(steps_per_epoch()));
    return learning_rate_at(schedule_, place_.epoch * steps_per_epoch() + place_.step, warmup,
                            options_.epochs * steps_per_epoch());
}

void Trainer::step() {
    shuffle();
    const std::span<const int64_t> batch(order_.data() + place_.step * options_.batch,
                                         static_cast<size_t>(options_.batch));
    std::vector<std::optional<MicroBatch>> running(static_cast<size_t>(options_.batch / options_.micro_batch));
    const auto each = static_cast<size_t>(options_.micro_batch);
    parallel_for(static_cast<int64_t>(running.size()), [&](int64_t m) {
        running[static_cast<size_t>(m)] = run_micro_batch(batch.subspan(static_cast<size_t>(m) * each, each));
    });
    std::vector<MicroBatch> parts;
    for (auto& part : running) parts.push_back(std::move(*part));
    reduce(parts);
    apply(parts.front().sums);
    model_.prepare(Purpose::train);
    place_.images += options_.batch;
    ++place_.step;
}

void Trainer::end_epoch() { place_ = {.epoch = place_.epoch + 1}; }

}  // namespace bispike
