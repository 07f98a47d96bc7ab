// One run of `bispike heads`.
#include "tools/heads_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "sim/convex/fit_head.h"
#include "tools/frozen_network.h"
#include "tools/saved_heads.h"
#include "tools/token_features.h"

namespace bispike {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

int64_t parameters_of(const GatedHead& head, const Neurons& neurons) {
    int64_t sum = 0;
    for (size_t b = 0; b < neurons.size(); ++b) {
        const HeadBlock& block = head.blocks()[b];
        sum += std::min(neurons[b].u.rows() * (block.rows + block.columns()), block.rows * block.columns());
    }
    return sum;
}

/// As the network is written: each neuron's activations, each gate's, and the second weights.
int64_t mac_of(const GatedHead& head, const Neurons& neurons) {
    const HeadShape& shape = head.shape();
    int64_t sum = 0;
    for (size_t b = 0; b < neurons.size(); ++b) {
        const HeadBlock& block = head.blocks()[b];
        sum += neurons[b].u.rows() * (shape.activation_mac + shape.pool_mac + block.columns());
        sum += block.gate >= 0 ? shape.activation_mac : 0;
    }
    return sum;
}

HeadRow row_of(const PlannedHead& plan, const Neurons& neurons) {
    const GatedHead& head = *plan.model;
    HeadRow row{.head = plan.head,
                .form = plan.form,
                .solver = plan.solver,
                .parameters = parameters_of(head, neurons),
                .gate_values = head.frozen().size(),
                .mac = mac_of(head, neurons)};
    for (const ThinFactors& f : neurons) row.neurons += f.u.rows();
    if (plan.is_linear_layer()) row.parameters = row.mac = head.site().channels * head.site().outputs;
    return row;
}

HeadFit fit(const PlannedHead& plan, const HeadProblem& problem, const HeadsOptions& o, const ProgressSink& sink) {
    const bool epochs = plan.solver == "network";
    Progress progress(fmt::format("{} {} {}", plan.head, plan.form, plan.solver), epochs ? o.epochs : o.iterations,
                      sink);
    const auto watch = [&](int done) {
        fail_where_interrupted();
        progress.update(done);
    };
    const auto seed = static_cast<uint64_t>(o.seed);
    if (plan.is_linear_layer()) return fit_ridge(problem, {.iterations = o.iterations}, watch);
    if (plan.solver == "convex")
        return fit_exact(problem, {.iterations = o.iterations, .tolerance = o.tolerance}, watch);
    const Neurons start = initial_neurons(*plan.model, o.rank, seed);
    if (plan.solver == "factored") {
        const FactorOptions factors{.iterations = o.iterations, .tolerance = o.tolerance};
        if (Design::values(*plan.model, problem.set.size()) > o.exact_values)
            return fit_factors(problem, start, factors, watch);
        return fit_factors(problem, Design(*plan.model, problem.set), start, factors, watch);
    }
    const AdamOptions adam{.epochs = o.epochs, .batch = o.batch, .learning_rate = o.learning_rate, .seed = seed};
    return fit_network(problem, start, adam, watch);
}

/// The weight of a form's penalty, of that with which nothing is learned; a ReLU has that of its gated head.
double beta_of(const PlannedHead& plan, const TokenSet& set, const ScoreLoss& loss, const HeadsOptions& o) {
    if (plan.is_linear_layer()) return o.ridge;
    const Gating gating = plan.model->gating() == Gating::relu ? Gating::fixed : plan.model->gating();
    const Matrix frozen =
        frozen_weights(plan.model->shape(), gating == Gating::fixed ? o.gates : 0, static_cast<uint64_t>(o.seed));
    return o.beta * largest_beta(make_gated_head(plan.head, plan.model->site(), gating, frozen), set, loss);
}

}  // namespace

HeadsRun fit_heads(const CommonFlags& flags, const std::function<void(const HeadRow&, double seconds)>& on_row) {
    const auto start = Clock::now();
    const FrozenNetwork frozen(flags);
    const HeadsOptions& o = frozen.options();
    HeadsRun run{.results = {}, .file = {}, .config = frozen.settings().ini()};
    if (flags.print_config) {
        fmt::print("{}", frozen.settings().documented_ini());
        return run;
    }
    require_apart(frozen.train(), frozen.test());
    const auto plans = plan_heads(o, frozen.site(), frozen.train_images());
    const auto loss = make_score_loss(o.loss, "heads.loss");
    TokenSet train = frozen.train_features(flags);
    TokenSet test = frozen.test_features(flags);
    const FeatureScale scale = scale_of(train);
    apply(scale, train), apply(scale, test);
    run.results = {.model = frozen.path(),
                   .network = frozen.network(),
                   .dataset = frozen.train().name(),
                   .loss = o.loss,
                   .tokens = train.tokens,
                   .channels = train.channels,
                   .train_images = train.size(),
                   .test_images = test.size(),
                   .network_accuracy = frozen.own_accuracy(flags),
                   .rows = {},
                   .provenance = frozen.provenance()};
    run.file = {run.results.provenance.model_hash, o.grid, train.classes, scale.centre, scale.width, {}};
    for (const PlannedHead& plan : plans) {
        const auto begun = Clock::now();
        const HeadProblem problem{*plan.model, train, *loss, beta_of(plan, train, *loss, o)};
        const HeadFit fitted = fit(plan, problem, o, flags.sink());
        HeadRow row = row_of(plan, fitted.neurons);
        row.beta = problem.beta, row.loss = fitted.loss, row.objective = fitted.objective;
        if (fitted.certificate) row.gap = fitted.certificate->relative_gap();
        row.train_accuracy = accuracy_of(scores_of(*plan.model, train, fitted.neurons), train.labels);
        row.accuracy = accuracy_of(scores_of(*plan.model, test, fitted.neurons), test.labels);
        row.iterations = fitted.iterations, row.seconds = seconds_since(begun);
        run.file.heads.push_back(saved(plan, fitted.neurons));
        run.results.rows.push_back(row);
        on_row(row, seconds_since(start));
    }
    run.results.seconds = seconds_since(start);
    return run;
}

std::vector<HeadRow> apply_heads(const CommonFlags& flags, const std::string& path) {
    const HeadFile file = read_heads(path);
    CommonFlags same = flags;
    same.rest.insert(same.rest.end(), {"--heads.grid", std::to_string(file.grid), "--heads.channels",
                                       std::to_string(file.centre.size())});
    const FrozenNetwork frozen(same);
    if (const std::string hash = frozen.hash(); hash != file.model_hash)
        fail("{} is of another network: its model_hash is {}, that of {} is {}", path, file.model_hash, frozen.path(),
             hash);
    TokenSet test = frozen.test_features(flags);
    apply({file.centre, file.width}, test);
    std::vector<HeadRow> rows;
    for (const SavedHead& head : file.heads) {
        const auto [plan, neurons] = loaded(head, frozen.site(), path);
        HeadRow row = row_of(plan, neurons);
        row.accuracy = accuracy_of(scores_of(*plan.model, test, neurons), test.labels);
        rows.push_back(row);
    }
    return rows;
}

}  // namespace bispike
