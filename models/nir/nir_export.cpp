// A network as NIR graphs.
#include "models/nir/nir_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "models/nir/nir_expression.h"
#include "sim/io/nir_types.h"

namespace bispike {
namespace {

constexpr int kNoPiece = -1;

bool holds(const std::vector<int>& calls, int call) { return std::ranges::find(calls, call) != calls.end(); }

/// Whether `to` is the map `from` with its pixels in a row: tokens.
bool is_tokens_of(const Shape& from, const Shape& to) {
    return from.rank() == 3 && to == Shape{from[0] * from[1], from[2]};
}

/// What is known of the calls before graphs are made of them.
class Plan {
public:
    Plan(const Sketch& sketch, double dt) : sketch_(sketch) {
        for (const SketchedCall& call : sketch.calls) {
            NirExpression e = nir_expression(call, dt);
            if (std::string why = misfit(call); std::holds_alternative<NirNode>(e) && !why.empty()) e = why;
            if (const auto* why = std::get_if<std::string>(&e)) refused.push_back({call.name, *why});
            expressions_.push_back(std::move(e));
        }
        if (std::ranges::any_of(sketch.answer, [](int call) { return call < 0; }))
            refused.push_back({"the class scores", "an operation between layers makes them"});
        find_pieces();
    }

    std::vector<NirRefusal> refused;

    /// The calls of each piece, in order, by its first.
    std::map<int, std::vector<int>> pieces() const {
        std::map<int, std::vector<int>> all;
        for (size_t i = 0; i < piece_.size(); ++i)
            if (piece_[i] != kNoPiece) all[piece_[i]].push_back(static_cast<int>(i));
        return all;
    }
    const SketchedCall& call(int i) const { return sketch_.calls[static_cast<size_t>(i)]; }
    const NirNode& node(int i) const { return std::get<NirNode>(expressions_[static_cast<size_t>(i)]); }
    int piece(int i) const { return i < 0 ? kNoPiece : piece_[static_cast<size_t>(i)]; }
    /// Of what a call gives out; of an operation between layers what `taker` gets.
    const Shape& shape(int i, const SketchedCall& taker) const {
        if (i == SketchedCall::kUnknown) return taker.input;
        return i == SketchedCall::kInput ? sketch_.image : call(i).output;
    }
    /// The source as `taker` sees it: what a refused call gives out in a shape of its own is unknown to NIR.
    int seen_by(const SketchedCall& taker, int source) const {
        return is_refused(source) && !fits(source, taker) ? SketchedCall::kUnknown : source;
    }
    /// Whether something outside of its piece takes its output.
    bool leaves_piece(int i) const {
        if (holds(sketch_.answer_takes, i)) return true;
        for (size_t taker = 0; taker < sketch_.calls.size(); ++taker)
            if (piece_[taker] != piece(i) && holds(sketch_.calls[taker].takes, i)) return true;
        return false;
    }
    /// Whether the class scores are made in this piece alone.
    bool answers(int piece_of_calls) const {
        return std::ranges::all_of(sketch_.answer, [&](int call) { return piece(call) == piece_of_calls; });
    }
    const std::vector<int>& answer() const { return sketch_.answer; }

private:
    bool is_refused(int i) const {
        return i >= 0 && std::holds_alternative<std::string>(expressions_[static_cast<size_t>(i)]);
    }
    bool fits(int source, const SketchedCall& taker) const {
        return shape(source, taker) == taker.input || is_tokens_of(shape(source, taker), taker.input);
    }
    /// Why the input of a call cannot come along edges; empty if it can. The calls before it are decided.
    std::string misfit(const SketchedCall& call) const {
        if (std::ranges::count(sketch_.calls, call.name, &SketchedCall::name) > 1) return "it runs twice in a step";
        std::set<int> seen;
        for (const int s : call.summands) {
            if (!seen.insert(s).second) return "it takes a sum in which one value counts twice";
            if (!is_refused(s) && !fits(s, call))
                return fmt::format("it takes a value {} as {}", shape(s, call).str(), call.input.str());
        }
        return {};
    }

    /// Runs of calls between refused ones, cut where no edge joins them; a whole network is one piece.
    void find_pieces() {
        piece_.assign(expressions_.size(), kNoPiece);
        std::vector<int> run(expressions_.size());
        int runs = 0;
        for (size_t i = 0; i < expressions_.size(); ++i) {
            if (std::holds_alternative<std::string>(expressions_[i])) {
                ++runs;
                continue;
            }
            run[i] = runs;
            piece_[i] = refused.empty() ? 0 : static_cast<int>(i);
            for (const int source : sketch_.calls[i].summands)
                if (piece(source) != kNoPiece && run[static_cast<size_t>(source)] == runs)
                    join(piece(source), piece_[i]);
        }
    }
    void join(int a, int b) { std::ranges::replace(piece_, std::max(a, b), std::min(a, b)); }

    const Sketch& sketch_;
    std::vector<NirExpression> expressions_;  // of each call
    std::vector<int> piece_;                  // of each call: the first call of its piece
};

/// Makes the graph of one piece.
class PieceGraph {
public:
    PieceGraph(const Plan& plan, const std::vector<int>& calls) : plan_(plan), piece_(plan.piece(calls.front())) {
        for (const int i : calls) {
            graph_.nodes.push_back(plan.node(i));
            for (const int source : plan.call(i).summands) lead(source, plan.call(i));
        }
        for (const int i : calls)
            if (plan.leaves_piece(i)) put_out(i);
    }
    NirGraph take() { return std::move(graph_); }

private:
    /// An edge from a source to the call that takes it, through what puts pixels in a row where that must be.
    void lead(int any_source, const SketchedCall& taker) {
        const int source = plan_.seen_by(taker, any_source);
        std::string from = plan_.piece(source) == piece_ ? plan_.call(source).name : input(source, taker);
        const Shape& shape = plan_.shape(source, taker);
        if (shape != taker.input) from = tokens(from, shape);
        const NirEdge edge{from, taker.name};
        if (std::ranges::find(graph_.edges, edge) == graph_.edges.end()) graph_.edges.push_back(edge);  // unknown ones
    }

    std::string input(int source, const SketchedCall& taker) {
        std::string name = "input";
        if (source == SketchedCall::kUnknown) name = taker.name + ".input";
        if (source >= 0) name = plan_.call(source).name + ".output";
        if (graph_.find(name) == nullptr) add(name, "Input", {{"shape", nir_shape(plan_.shape(source, taker))}});
        return name;
    }

    std::string tokens(const std::string& from, const Shape& map) {
        std::string name = from + ".tokens";
        if (graph_.find(name) != nullptr) return name;
        add(name, "Flatten",
            {{"start_dim", NirField::integer(1)}, {"end_dim", NirField::integer(2)}, {"input_type", nir_shape(map)}});
        graph_.edges.push_back({from, name});
        return name;
    }

    void put_out(int i) {
        const bool is_answer = plan_.answers(piece_) && holds(plan_.answer(), i);
        const std::string name = is_answer ? "output" : plan_.call(i).name + ".output";
        if (graph_.find(name) == nullptr) add(name, "Output", {{"shape", nir_shape(plan_.call(i).output)}});
        graph_.edges.push_back({plan_.call(i).name, name});
    }

    void add(const std::string& name, const char* type, NirFields fields) {
        graph_.nodes.push_back({name, type, std::move(fields), {}, {}});
    }

    const Plan& plan_;
    int piece_;
    NirGraph graph_;
};

}  // namespace

NirExport export_nir(const Sketch& sketch, double dt) {
    Plan plan(sketch, dt);
    NirExport result{plan.refused, {}, 0};
    for (const auto& [first, calls] : plan.pieces()) {
        NirNode piece{plan.call(first).name, kNirGraphType, {}, {}, {}};
        piece.subgraph.push_back(PieceGraph(plan, calls).take());
        result.pieces.push_back(std::move(piece));
        result.layers += std::ssize(calls);
    }
    return result;
}

NirGraph graph_of_pieces(std::vector<NirNode> pieces) {
    NirGraph graph;
    graph.nodes = std::move(pieces);
    return graph;
}

}  // namespace bispike
