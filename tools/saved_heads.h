// Fitted heads to and from what a file keeps of them.
#pragma once

#include <string>
#include <utility>

#include "sim/convex/neurons.h"
#include "sim/io/head_file.h"
#include "tools/heads_plan.h"

namespace bispike {

SavedHead saved(const PlannedHead& plan, const Neurons& neurons);
/// For features of this site. Throws Error, with the file's path, for what does not fit it.
std::pair<PlannedHead, Neurons> loaded(const SavedHead& head, HeadSite site, const std::string& path);

}  // namespace bispike
