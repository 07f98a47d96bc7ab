// The energy of each image by itself, for intervals and classes.
#pragma once

#include <vector>

#include "sim/energy/bootstrap.h"
#include "sim/energy/energy_observer.h"
#include "sim/energy/prices.h"

namespace bispike {

/// Memory: a number of 8 bytes for each image and convention, and its label; nothing else grows with the images.
class ImageEnergies {
public:
    ImageEnergies(const NetworkFacts& facts, std::vector<const Convention*> conventions, const EnergyPrices& prices);

    void add(const CountedImage& image);

    /// 95 % intervals of the mean by convention. [pJ]
    std::vector<MeanInterval> intervals(uint64_t seed) const { return bootstrap(energies_, seed); }

    struct Class {
        int label = 0;
        uint64_t images = 0;
        std::vector<double> energy;  // by convention, of an image on average [pJ]
    };
    /// Labels that occur, ascending.
    std::vector<Class> classes() const;

private:
    const NetworkFacts& facts_;
    std::vector<const Convention*> conventions_;
    EnergyPrices prices_;
    std::vector<std::vector<double>> energies_;  // [images][conventions], in pJ
    std::vector<int> labels_;                    // [images]
};

}  // namespace bispike
