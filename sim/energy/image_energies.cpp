// The energy of each image by itself.
#include "sim/energy/image_energies.h"

#include <map>

namespace bispike {

ImageEnergies::ImageEnergies(const NetworkFacts& facts, std::vector<const Convention*> conventions,
                             const EnergyPrices& prices)
    : facts_(facts), conventions_(std::move(conventions)), prices_(prices) {}

void ImageEnergies::add(const CountedImage& image) {
    UsedNetwork used{facts_, {}};
    for (const Statistics& s : image.layers) used.layers.push_back(mean_of(s, 1));
    std::vector<double>& energies = energies_.emplace_back();
    for (const Convention* c : conventions_) energies.push_back(energy_of(count_all(*c, used), c->priced, prices_));
    labels_.push_back(image.label);
}

std::vector<ImageEnergies::Class> ImageEnergies::classes() const {
    std::map<int, Class> by_label;
    for (size_t i = 0; i < labels_.size(); ++i) {
        Class& c = by_label[labels_[i]];
        c.label = labels_[i], ++c.images;
        c.energy.resize(conventions_.size());
        for (size_t k = 0; k < conventions_.size(); ++k) c.energy[k] += energies_[i][k];
    }
    std::vector<Class> all;
    for (auto& [label, c] : by_label) {
        for (double& e : c.energy) e /= static_cast<double>(c.images);
        all.push_back(std::move(c));
    }
    return all;
}

}  // namespace bispike
