// A batch that is too small for a network, found before a run.
#pragma once

#include "sim/run/simulate.h"

namespace bispike {

/// Takes the smallest batch of a run, its last, through a model whose images mix (Model::images_mix), prepared for
/// simulating: there a batch may be too small. simulate() begins with this. Throws Error as simulate() does.
void try_smallest_batch(const Model& model, const ImageSource& source, const SimulateOptions& options);

}  // namespace bispike
