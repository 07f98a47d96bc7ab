// The origin of a result for machines. Keys: RESULTS.md.
#pragma once

#include <string>

#include "sim/report/provenance.h"

namespace bispike {

/// A JSON object: model_hash, data_hash, seed, version, compiler, dispatch, threads, settings.
std::string provenance_json(const Provenance& provenance);

}  // namespace bispike
