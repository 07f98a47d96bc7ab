// The energy of a network for machines. Layouts: sim/energy/README.md.
#pragma once

#include <string>

#include "sim/report/energy_report.h"

namespace bispike {

std::string energy_json(const EnergyReport& report);

/// A row for each layer and convention: convention, layer, kind, mac, ac, shift, bias, compare, energy_pj.
std::string energy_csv(const EnergyReport& report);

/// Where in the image the energy of `exact` goes, of an image on average: a row for each layer, head, step and patch:
/// layer, head, step, row, column, energy_pj. The head is empty where a layer has none. The rows add up to the total.
/// `report` is of a run.
std::string energy_map_csv(const EnergyReport& report);

}  // namespace bispike
