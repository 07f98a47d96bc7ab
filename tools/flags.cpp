// The flags that the running verbs share, parsed by Boost.Program_options.
#include "tools/flags.h"

#include <boost/program_options.hpp>
#include <cstdio>
#include <sstream>

#include "sim/core/error.h"

namespace bispike {
namespace {

namespace po = boost::program_options;

bool is_setting(const std::string& arg) {
    return arg.starts_with("--") && arg.substr(0, arg.find('=')).find('.') != std::string::npos;
}

/// Takes `--section.key value` and `--section.key=value` out of the arguments.
std::vector<std::string> take_settings(std::span<const std::string> args, std::vector<std::string>& settings) {
    std::vector<std::string> others;
    for (size_t i = 0; i < args.size(); ++i) {
        if (!is_setting(args[i])) {
            others.push_back(args[i]);
            continue;
        }
        settings.push_back(args[i]);
        if (args[i].find('=') == std::string::npos && i + 1 < args.size()) settings.push_back(args[++i]);
    }
    return others;
}

po::options_description describe(CommonFlags& flags, const std::vector<Switch>& switches, const std::vector<Option>& options) {
    po::options_description d("options");
    d.add_options()("help,h", po::bool_switch(&flags.help), "show this")                                               //
        ("output", po::value(&flags.output)->value_name("DIR"), "folder for what the run writes")                      //
        ("threads", po::value(&flags.threads)->value_name("N")->default_value(0), "threads; 0: one per core")          //
        ("quiet", po::bool_switch(&flags.quiet), "no progress and no text, only errors")                               //
        ("json", po::bool_switch(&flags.json), "print the results as JSON")                                            //
        ("print-config", po::bool_switch(&flags.print_config), "print the resolved config and stop");
    for (const Switch& s : switches) d.add_options()(s.name.c_str(), po::bool_switch(s.target), s.help.c_str());
    for (const Option& o : options) d.add_options()(o.name.c_str(), po::value(o.target)->value_name("VALUE"), o.help.c_str());
    return d;
}

}  // namespace

const std::string& CommonFlags::positional(const char* what) const {
    if (positionals.size() != 1) throw UsageError(fmt::format("give {} (one path), not {} of them; see --help", what, positionals.size()));
    return positionals.front();
}

CommonFlags parse_common(std::span<const std::string> args, const char* usage, const std::vector<Switch>& switches,
                         const std::vector<Option>& options) {
    CommonFlags flags;
    const po::options_description visible = describe(flags, switches, options);
    po::options_description all;
    all.add(visible).add_options()("positional", po::value(&flags.positionals));
    po::positional_options_description positional;
    positional.add("positional", -1);
    try {
        po::variables_map map;
        po::store(po::command_line_parser(take_settings(args, flags.rest)).options(all).positional(positional).run(), map);
        po::notify(map);
    } catch (const po::error& e) {
        throw UsageError(fmt::format("{}; see --help", e.what()));
    }
    if (flags.help) {
        std::ostringstream text;
        text << visible;
        fmt::print("{}\n{}\nAny key of the config is a flag too: --section.key value; --print-config lists them.\n", usage, text.str());
    }
    return flags;
}

void require_no_rest(const std::vector<std::string>& rest) {
    if (!rest.empty()) throw UsageError(fmt::format("`{}` is not understood; see --help", rest.front()));
}

}  // namespace bispike
