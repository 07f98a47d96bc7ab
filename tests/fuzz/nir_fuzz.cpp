// Fuzz target: bytes describe a graph, sound in most of its parts. It is one that runs the same in any chunks of time,
// or an Error; through a file it stays what it is. The HDF5 library itself is not under test: see sim/io/README.md.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <set>

#include "models/nir/nir_complete.h"
#include "models/nir/nir_network.h"
#include "sim/core/error.h"
#include "sim/io/nir_check.h"
#include "sim/io/nir_flatten.h"
#include "sim/io/nir_order.h"
#include "sim/run/simulate.h"
#include "tests/io/nir_example.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

using Extents = std::vector<int64_t>;

void require(bool condition) {
    if (!condition) std::abort();
}

/// The fuzzer's bytes as choices; zeros once they are used up.
class Choices {
public:
    Choices(const uint8_t* data, size_t size) : data_(data), left_(size) {}
    int64_t below(int64_t count) {
        if (left_ == 0) return 0;
        --left_;
        return *data_++ % count;
    }
    template <class T>
    const T& one_of(const std::vector<T>& all) {
        return all[static_cast<size_t>(below(std::ssize(all)))];
    }
    bool seldom() { return below(16) == 15; }

private:
    const uint8_t* data_;
    size_t left_;
};

/// Makes nodes whose shapes fit together unless a byte says otherwise.
class Maker {
public:
    explicit Maker(Choices& choices) : choices_(choices) {
        shape_ = choices.one_of<Extents>({{2}, {1}, {2, 4, 4}, {1, 3, 2}, {2, 5}, {3, 1, 1}});
    }

    NirGraph graph(int depth) {
        NirGraph g;
        g.path = "fuzz";
        g.nodes.push_back(testing::node_of("in", "Input", {{"shape", extents(shape_)}}));
        const int64_t count = choices_.below(7);
        for (int64_t i = 0; i < count; ++i) g.nodes.push_back(node(name_of(i), depth));
        g.nodes.push_back(testing::node_of("out", "Output", {{"shape", extents(shape_)}}));
        for (size_t i = 1; i < g.nodes.size(); ++i)
            if (!choices_.seldom()) g.edges.push_back({g.nodes[i - 1].name, g.nodes[i].name});
        for (int64_t more = choices_.below(4); more > 0; --more) {
            const std::string from = choices_.one_of(g.nodes).name;
            g.edges.push_back({from, choices_.seldom() ? "elsewhere" : choices_.one_of(g.nodes).name});
        }
        if (choices_.seldom()) g.metadata["a/b"] = wild();
        return g;
    }

    NirField wild() {
        const int64_t rank = choices_.below(5);
        Extents shape;
        for (int64_t i = 0; i < rank; ++i) shape.push_back(choices_.below(4));
        const auto size = static_cast<size_t>(product(shape));
        switch (choices_.below(3)) {
            case 0:
                return {shape, NirField::Reals(size, real())};
            case 1:
                return {shape, NirField::Integers(size, integer())};
            default:
                return {shape, NirField::Texts(size, choices_.one_of<std::string>({"same", "LIF", "", "in"}))};
        }
    }

private:
    static int64_t product(const Extents& shape) {
        return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
    }
    static NirField extents(const Extents& values) { return NirField::list(NirField::Integers(values)); }

    std::string name_of(int64_t i) { return choices_.seldom() ? "in" : std::string(1, static_cast<char>('a' + i)); }

    NirNode node(std::string name, int depth) {
        const NirType& type = nir_types()[static_cast<size_t>(choices_.below(std::ssize(nir_types())))];
        if (type.name == std::string(kNirGraphType)) {
            if (depth > 2) return testing::node_of(std::move(name), "Scale", {{"scale", NirField::real(2)}});
            return testing::nested(std::move(name), graph(depth + 1));
        }
        NirNode made = testing::node_of(std::move(name), choices_.seldom() ? "Unknown" : type.name);
        for (const NirFieldType& rule : type.fields)
            if (!choices_.seldom()) made.fields[rule.name] = choices_.seldom() ? wild() : field(type, rule);
        return made;
    }

    NirField field(const NirType& type, const NirFieldType& rule) {
        switch (rule.kind) {
            case NirKind::weights:
                return weights(rule);
            case NirKind::parameter:
            case NirKind::parameter_or_one:
            case NirKind::parameter_or_zero:
                return reals(shape_);
            case NirKind::integer:
                return NirField::integer(rule.name == std::string("groups") ? 1 : integer());
            case NirKind::shape:
                return extents(shape_);
            default:
                return type.axes == 1 ? NirField::integer(integer()) : extents({integer(), integer()});
        }
    }

    /// Of a linear map, a convolution, a bias or a scale.
    NirField weights(const NirFieldType& rule) {
        if (rule.name == std::string("scale")) return reals(shape_);
        if (rule.axes == 0) return reals({shape_[0]});
        Extents shape = {shape_[0], shape_[0]};
        while (shape.size() < rule.axes) shape.push_back(1 + choices_.below(3));
        return reals(shape);
    }

    NirField reals(const Extents& shape) {
        NirField::Reals values;
        const double base = real();
        for (int64_t i = 0; i < product(shape); ++i) values.push_back(base * static_cast<double>(1 + i % 3));
        return {shape, std::move(values)};
    }

    double real() {
        constexpr double kInfinity = std::numeric_limits<double>::infinity();
        return choices_.one_of<double>(
            {1, 0.5, 0.25, 2, 0, -1, 0.1, 1e-4, 3, 1.5, 1e300, -1e300, 1e-300, -0.0, kInfinity, std::nan("")});
    }
    int64_t integer() {
        if (!choices_.seldom()) return choices_.below(4);
        return choices_.one_of<int64_t>({-1, -2, 65536, 65537, int64_t{1} << 31, int64_t{1} << 62,
                                         std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()});
    }

    Choices& choices_;
    Extents shape_;  // of most values
};

/// Whether running it takes little: no border or window of more than a few pixels.
bool is_small(const NirGraph& graph) {
    for (const NirNode& node : graph.nodes)
        for (const char* field : {"padding", "kernel_size", "shape"})
            if (const auto found = node.fields.find(field); found != node.fields.end() && !found->second.is_text())
                for (const int64_t value : found->second.integers())
                    if (value > 8) return false;
    return true;
}

/// The scores of three steps; nothing where the graph is refused.
Tensor scores_of(const NirGraph& graph, const char* dt, int chunk) {
    Settings settings;
    const std::pair<const char*, std::string> keys[] = {
        {"network.model", "nir"}, {"network.timesteps", "3"}, {"network.dt", dt}, {"readout.model", "step"}};
    for (const auto& [key, value] : keys) settings.set(key, value, "fuzz");
    try {
        const ImageSpec spec = nir_image(graph);
        Model model(settings, registry_with(graph), spec, 42);
        model.prepare(Purpose::simulate);
        Tensor images({2, spec.height, spec.width, spec.channels});
        for (int64_t i = 0; i < images.size(); ++i) images[i] = 0.25f * static_cast<float>(i % 7);
        const int64_t samples[] = {0, 1};
        return simulate_batch(model, images, samples, {.chunk = chunk}, {});
    } catch (const Error&) {
        return {};
    }
}

void require_order(const NirGraph& flat) {
    const NirOrder order = order_of(flat);
    std::set<std::string> all(order.nodes.begin(), order.nodes.end());
    all.insert(order.unreachable.begin(), order.unreachable.end());
    require(all.size() == flat.nodes.size() && order.nodes.size() + order.unreachable.size() == all.size());
}

void take(const NirGraph& graph, const char* dt) {
    require_valid(graph, "fuzz");
    const NirGraph flat = flatten(graph);
    require_valid(flat, "flat");
    require_order(flat);
    if (!is_small(flat)) return;
    require(same_bits(scores_of(graph, dt, 0), scores_of(graph, dt, 1)));
    with_input_shapes(graph);
}

/// Objects of a file, some of them lost or replaced.
void damage(testing::NirObjects& objects, Choices& choices, Maker& maker) {
    for (int64_t times = choices.below(4); times > 0 && !objects.empty(); --times) {
        auto victim = objects.begin();
        std::advance(victim, (choices.below(256) * 7) % std::ssize(objects));
        if (choices.below(2) == 0)
            objects.erase(victim);
        else
            victim->second = maker.wild();
    }
}

/// Writes, reads, writes and reads: the second reading finds what the first found.
void take_file(const testing::NirObjects& objects, const char* dt) {
    static const TemporaryFolder folder;
    const std::string path = folder.file("g.nir");
    testing::write_objects(path, objects);
    const NirGraph graph = read_nir(path);
    take(graph, dt);
    const NirGraph full = with_input_shapes(graph);
    write_nir(path, full);
    const NirGraph again = read_nir(path);
    const bool holds_nan = full != full;
    require(holds_nan || again == full);
}

}  // namespace

/// The first bytes choose the step of time and whether the graph goes through a file, the others make it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    Choices choices(data, size);
    const char* dt = choices.below(2) == 0 ? "1" : "1e-4";
    const bool through_file = choices.below(64) == 63;  // takes a hundred times as long
    Maker maker(choices);
    const NirGraph graph = maker.graph(1);
    try {
        if (through_file) {
            testing::NirObjects objects = testing::objects_of(graph);
            damage(objects, choices, maker);
            take_file(objects, dt);
        } else {
            take(graph, dt);
        }
    } catch (const Error&) {
    }
    return 0;
}
