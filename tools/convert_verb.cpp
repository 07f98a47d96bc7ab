// `bispike convert`: a trained artificial network becomes a network of spikes.
#include "tools/convert_verb.h"

#include <fmt/format.h>

#include <optional>

#include "sim/core/parallel.h"
#include "sim/io/atomic_file.h"
#include "tools/conversion_flags.h"
#include "tools/conversion_report.h"

namespace bispike {

int convert_verb(std::span<const std::string> args) {
    const ConvertFlags flags = parse_convert(args);
    if (flags.common.help) return 0;
    ConversionWish wish = wish_of(flags);
    std::optional<AtomicFile> json;  // opened before the work, which would be lost to a folder that is missing
    if (!flags.json.empty()) json.emplace(flags.json);
    const ThreadLimit threads(flags.common.threads);
    const ConversionRun run(std::move(wish));
    run.save(flags.output);
    if (json) json->write(conversion_json(run.results())), json->commit();
    if (flags.common.quiet) return 0;
    fmt::print("{}model     {}\n", conversion_text(run.results()), flags.output);
    return 0;
}

}  // namespace bispike
