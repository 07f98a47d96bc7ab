// The verbs below `bispike trace`.
#pragma once

#include <string>
#include <vector>

#include "sim/report/trace_part.h"
#include "tools/flags.h"

namespace bispike {

struct TraceFlags {
    std::vector<std::string> files;  // what follows the verb
    TraceChoice choice;
    std::string step, format, output, step_ms;  // empty: not given
    bool json = false, quiet = false;
};

int trace_info(const TraceFlags& flags);
int trace_cat(const TraceFlags& flags);
int trace_diff(const TraceFlags& flags);
int trace_export(const TraceFlags& flags);

}  // namespace bispike
