// The energy of a network for machines. Layout: sim/energy/README.md.
#pragma once

#include <string>

#include "sim/report/energy_report.h"

namespace bispike {

std::string energy_json(const EnergyReport& report);

/// A row for each layer and convention: convention, layer, kind, mac, ac, shift, bias, compare, energy_pj.
std::string energy_csv(const EnergyReport& report);

}  // namespace bispike
