// The energy of a network for the screen.
#pragma once

#include <string>

#include "sim/report/energy_report.h"

namespace bispike {

/// Conventions side by side, what each does otherwise, memory, and where the spiking network would win.
std::string energy_text(const EnergyReport& report);

/// The layers that fit the patterns (see layer_glob.h), each with its energy under every convention. Throws Error where
/// no layer fits, naming the nearest.
std::string energy_layers_text(const EnergyReport& report, const std::string& patterns);

}  // namespace bispike
