// A model as a NIR graph.
#pragma once

#include <string>

#include "tools/flags.h"

namespace bispike {

/// What `bispike export` was told beside the common flags.
struct ExportFlags {
    CommonFlags common;
    std::string family, output, image;
    bool partial = false;
};

/// Writes the model as `flags.output`, a .nir file. Throws Error with all that NIR cannot express, a line each, unless
/// flags.partial is set; then nothing is written.
void export_graph(const std::string& path, const ExportFlags& flags);

}  // namespace bispike
