// A neuron that takes the images of a batch for one another's time steps.
#include "models/layers/batch_mixing.h"

namespace bispike {
namespace {

/// Steps times images, while it lives: to the neuron inside each image of each step is a step of its own.
class ImagesAsSteps {
public:
    ImagesAsSteps(Pass& pass, int64_t images)
        : pass_(pass), timesteps_(pass.timesteps), first_step_(pass.first_step), steps_(pass.steps) {
        const int factor = static_cast<int>(images);
        pass.timesteps *= factor, pass.first_step *= factor, pass.steps *= factor;
    }
    ~ImagesAsSteps() { pass_.timesteps = timesteps_, pass_.first_step = first_step_, pass_.steps = steps_; }
    ImagesAsSteps(const ImagesAsSteps&) = delete;
    ImagesAsSteps& operator=(const ImagesAsSteps&) = delete;

private:
    Pass& pass_;
    int timesteps_, first_step_, steps_;
};

}  // namespace

BatchMixing::BatchMixing(std::unique_ptr<Layer> neuron)
    : Layer(neuron->name(), neuron->kind()), neuron_(std::move(neuron)) {}

Value BatchMixing::forward(Pass& pass, Value input) const {
    const Shape s = input.shape();
    const Shape in_turn = s.with(0, s[0] * s[1]).with(1, 1);
    const ImagesAsSteps scope(pass, s[1]);
    return neuron_->forward(pass, std::move(input).reshaped(in_turn)).reshaped(s);
}

}  // namespace bispike
