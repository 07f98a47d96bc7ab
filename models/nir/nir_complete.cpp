// What files of older programs leave out.
#include "models/nir/nir_complete.h"

#include <algorithm>

#include "models/nir/nir_expression.h"
#include "models/nir/nir_network.h"
#include "sim/io/nir_types.h"
#include "sim/net/model.h"

namespace bispike {
namespace {

/// The field of the input's shape that a node lacks; null where it lacks none.
const NirFieldType* lacking(const NirNode& node) {
    for (const NirFieldType& field : nir_type(node.type)->fields)
        if (field.presence == NirPresence::later && !node.fields.contains(field.name)) return &field;
    return nullptr;
}

bool lacks_any(const NirGraph& graph) {
    return std::ranges::any_of(graph.nodes, [](const NirNode& node) {
        return lacking(node) != nullptr || std::ranges::any_of(node.subgraph, lacks_any);
    });
}

/// Notes what shape each layer takes, without time and batch.
class ShapeProbe : public Probe {
public:
    void begin_chunk(int) override {}
    bool wants_potential(const std::string&) const override { return false; }
    void on_call(const LayerCall& call) override {
        if (call.layer != nullptr) shapes.emplace(call.name, Shape(call.input_shape.extents().subspan(2)));
    }
    void on_result(const Tensor&) override {}

    std::map<std::string, Shape> shapes;
};

std::map<std::string, Shape> input_shapes(const NirGraph& graph) {
    Settings settings;
    const std::pair<const char*, const char*> keys[] = {
        {"network.model", "nir"}, {"network.timesteps", "1"}, {"network.dt", "1e-9"}};
    for (const auto& [key, value] : keys) settings.set(key, value, "completing a graph");
    const Registry known = registry_with(graph);
    const ImageSpec image = nir_image(graph);
    Model model(settings, known, image, 0);
    model.prepare(Purpose::simulate);
    ShapeProbe probe;
    Probe* const probes[] = {&probe};
    const int64_t samples[] = {0};
    State state;
    Pass pass;
    pass.samples = samples, pass.state = &state, pass.probes = probes;
    model.scores(pass, Tensor({1, image.height, image.width, image.channels}));
    return probe.shapes;
}

/// `prefix`: of the names of the graph's nodes within the outer graphs.
void complete(NirGraph& graph, const std::string& prefix, const std::map<std::string, Shape>& shapes) {
    for (NirNode& node : graph.nodes) {
        for (NirGraph& inner : node.subgraph) complete(inner, prefix + node.name + ".", shapes);
        const NirFieldType* field = lacking(node);
        if (field == nullptr) continue;
        const Shape& shape = shapes.at(prefix + node.name);
        std::vector<int64_t> axes = nir_axes(shape);
        if (field->kind == NirKind::axes) axes.erase(axes.begin());  // the channels
        const bool is_line = field->kind == NirKind::axes && axes.size() == 1;
        node.fields[field->name] = is_line ? NirField::integer(axes[0]) : NirField::list(std::move(axes));
    }
}

}  // namespace

NirGraph with_input_shapes(NirGraph graph) {
    if (lacks_any(graph)) complete(graph, "", input_shapes(graph));
    return graph;
}

}  // namespace bispike
