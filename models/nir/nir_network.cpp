// Running the nodes of a NIR graph in their order.
#include "models/nir/nir_network.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "models/nir/nir_layer.h"
#include "models/registry.h"
#include "sim/grad/residual.h"
#include "sim/io/nir_flatten.h"
#include "sim/io/nir_order.h"

namespace bispike {
namespace {

constexpr double kMostValues = 1 << 30;

/// The one node of a type.
const NirNode& only(const NirGraph& graph, const char* type) {
    const NirNode* found = nullptr;
    for (const NirNode& node : graph.nodes) {
        if (node.type != type) continue;
        if (found)
            fail("{}: it has two {} nodes, `{}` and `{}`; one can be run", graph.path, type, found->name, node.name);
        found = &node;
    }
    if (!found) fail("{}: it has no {} node", graph.path, type);
    return *found;
}

/// Fails for a value too large to be one, before its size is computed.
void require_size(const NirGraph& graph, const char* what, const std::vector<int64_t>& extents) {
    double size = 1;
    for (const int64_t extent : extents) size *= static_cast<double>(extent);
    if (size > kMostValues) fail("{}: its {} holds more than {} values", graph.path, what, kMostValues);
}

/// Real values, with their place on the tape.
Value as_tensor(const Value& x) { return {x.dense(), x.node()}; }

class NirNetwork : public Network {
public:
    NirNetwork(const Scope& scope, const NirGraph& graph, const NirOptions& options)
        : Network(scope.path(), "network"),
          path_(graph.path),
          input_axes_(field_of(only(graph, "Input"), "shape").size()) {
        const NirOrder order = order_of(graph);
        if (!order.unreachable.empty())
            fail("{}: no Input reaches the node `{}`", graph.path, order.unreachable.front());
        std::map<std::string, size_t> place;
        for (const std::string& name : order.nodes) {
            place[name] = nodes_.size();
            nodes_.push_back(make(scope, graph, *graph.find(name), options));
        }
        output_ = place.at(only(graph, "Output").name);
        for (const NirEdge& edge : graph.edges) {
            const bool is_recurrent = std::ranges::find(order.recurrent, edge) != order.recurrent.end();
            Node& target = nodes_[place.at(edge.target)];
            if (is_recurrent)
                target.recurrent.push_back({place.at(edge.source), scope.slot()});
            else
                target.sources.push_back(place.at(edge.source));
        }
        is_recurrent_ = !order.recurrent.empty();
    }

    bool stepwise() const override { return is_recurrent_; }

    void prepare(Purpose purpose) override {
        for (Node& node : nodes_)
            if (node.layer) node.layer->prepare(purpose);
    }

    Value forward(Pass& pass, Value images) const override {  // [t, B, H, W, C]
        const Shape s = images.shape();
        std::vector<Value> values(nodes_.size());
        for (size_t i = 0; i < nodes_.size(); ++i) {
            const Node& node = nodes_[i];
            if (node.is_input) {
                values[i] = Value(images).reshaped(without_unit_axes(s));
                continue;
            }
            Value in = incoming(pass, node, values);
            values[i] = node.layer ? pass(*node.layer, std::move(in)) : std::move(in);
        }
        if (pass.state != nullptr)
            for (const Node& node : nodes_)
                for (const Recurrent& back : node.recurrent) (*pass.state)[back.slot] = values[back.source].dense();
        Tensor scores = over_steps(flat(values[output_].dense()), pass.steps);
        if (pass.tape == nullptr) return scores;
        return pass.tape->record({{values[output_].node()}}, std::move(scores), [this](Tape&, const Tensor&) {
            fail("{}: NIR graphs are run here, not trained", path_);
        });
    }

private:
    struct Recurrent {
        size_t source;
        int slot;  // keeps the source's value of the step before
    };
    struct Node {
        std::unique_ptr<Layer> layer;  // null: Input and Output
        bool is_input = false;
        std::vector<size_t> sources;
        std::vector<Recurrent> recurrent;
    };

    static Node make(const Scope& scope, const NirGraph& graph, const NirNode& node, const NirOptions& options) {
        if (node.type == "Input") return {nullptr, true, {}, {}};
        if (node.type == "Output") return {nullptr, false, {}, {}};
        const MakeNirLayer maker = nir_layer(node.type);
        if (maker == nullptr) fail("{}: nodes of the type {} (`{}`) cannot be run", graph.path, node.type, node.name);
        return {maker(scope.child(node.name), node, options), false, {}, {}};
    }

    /// The sum of what flows into a node; one value flows through as it is.
    static Value incoming(Pass& pass, const Node& node, const std::vector<Value>& values) {
        const bool has_past = pass.state != nullptr && pass.first_step > 0 && !node.recurrent.empty();
        if (node.sources.size() == 1 && !has_past) return values[node.sources.front()];
        Value total =
            has_past ? Value((*pass.state)[node.recurrent.front().slot]) : as_tensor(values[node.sources.front()]);
        const size_t taken = has_past ? 0 : 1;
        for (size_t i = taken; i < node.sources.size(); ++i)
            total = residual(pass.tape, std::move(total), values[node.sources[i]]);
        for (size_t i = 1; has_past && i < node.recurrent.size(); ++i)
            total = residual(pass.tape, std::move(total), (*pass.state)[node.recurrent[i].slot]);
        return total;
    }

    /// A value that is the same at every step, which stands there once, for each of them.
    static Tensor over_steps(Tensor x, int64_t steps) {
        if (x.shape()[0] == steps) return x;
        Tensor all = Tensor::uninitialised(x.shape().with(0, steps));
        for (int64_t i = 0; i < all.size(); ++i) all[i] = x[i % x.size()];
        return all;
    }

    /// [t, B, ...] to [t, B, classes].
    static Tensor flat(Tensor x) {
        const Shape s = x.shape();
        return std::move(x).reshaped({s[0], s[1], s.product(2, s.rank())});
    }

    /// Images of one pixel or one row as the graph's Input has them: [t, B, C], [t, B, W, C].
    Shape without_unit_axes(const Shape& s) const {
        if (input_axes_ == 1) return {s[0], s[1], s[4]};
        return input_axes_ == 2 ? Shape{s[0], s[1], s[3], s[4]} : s;
    }

    std::string path_;
    int64_t input_axes_;
    bool is_recurrent_ = false;
    std::vector<Node> nodes_;  // in the order of computing
    size_t output_ = 0;
};

}  // namespace

ImageSpec nir_image(const NirGraph& graph) {
    const auto& in = field_of(only(graph, "Input"), "shape").integers();
    const auto& out = field_of(only(graph, "Output"), "shape").integers();
    if (in.empty() || in.size() > 3)
        fail("{}: its Input has {} axes; [channels, height, width], [channels, length] and [channels] can be run",
             graph.path, in.size());
    require_size(graph, "Input", in);
    require_size(graph, "Output", out);
    const auto classes = std::accumulate(out.begin(), out.end(), int64_t{1}, std::multiplies<>());
    return {.height = in.size() == 3 ? in[1] : 1,
            .width = in.size() == 1 ? 1 : in.back(),
            .channels = in[0],
            .classes = static_cast<int>(classes)};
}

Registry registry_with(const NirGraph& graph) {
    Registry all = registry();
    all.networks.push_back(
        {"nir",
         {"a graph of the Neuromorphic Intermediate Representation"},
         {[flat = flatten(graph)](const Scope& scope) {
              const auto options = scope.settings().read<NirOptions>("network");
              if (!(options.dt > 0)) fail("network.dt = {}: it must be positive", options.dt);
              const ImageSpec wants = nir_image(flat), given = scope.build().image;
              if (wants.height != given.height || wants.width != given.width || wants.channels != given.channels ||
                  wants.classes != given.classes)
                  fail("{}: it takes {}x{} pixels of {} channels to {} classes, the data have {}x{} of {} to {}",
                       flat.path, wants.height, wants.width, wants.channels, wants.classes, given.height, given.width,
                       given.channels, given.classes);
              return std::make_unique<NirNetwork>(scope, flat, options);
          },
          nullptr}});
    return all;
}

}  // namespace bispike
