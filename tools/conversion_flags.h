// The command line of `bispike convert`.
#pragma once

#include <span>
#include <string>

#include "tools/conversion_run.h"
#include "tools/flags.h"

namespace bispike {

struct ConvertFlags {
    CommonFlags common;
    std::string method, quantiser, levels, timesteps, images, compared, json, output;
};

/// Prints the help if --help is among them. Throws UsageError.
ConvertFlags parse_convert(std::span<const std::string> args);
/// What the flags ask for. Throws UsageError and Error, for a method or quantiser that there is not too.
ConversionWish wish_of(const ConvertFlags& flags);

}  // namespace bispike
