// The flags that verbs share, parsed by Boost.Program_options.
#include "tools/flags.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <cstdio>
#include <filesystem>
#include <sstream>

#include "sim/core/error.h"
#include "sim/core/nearest.h"

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
        if (args[i].find('=') != std::string::npos) continue;
        if (i + 1 == args.size() || args[i + 1].starts_with("--"))
            throw UsageError(fmt::format("the flag {} needs a value; see --help", args[i]));
        settings.push_back(args[++i]);
    }
    return others;
}

bool has(SharedFlags shared, Shared flag) { return std::ranges::find(shared, flag) != shared.end(); }

/// Values of flags that stand for a key of the config.
struct Shorts {
    std::string data, neuron;
};

/// All flags of a verb; the values of the shared ones go to `flags` and to `shorts`.
po::options_description describe(CommonFlags& flags, Shorts& shorts, SharedFlags shared, const OwnFlags& own) {
    po::options_description d("options");
    d.add_options()("help,h", po::bool_switch(&flags.help), "show this")  //
        ("quiet", po::bool_switch(&flags.quiet), "no progress and no text, only errors");
    for (const Switch& s : own.switches) d.add_options()(s.name.c_str(), po::bool_switch(s.target), s.help.c_str());
    for (const Option& o : own.options)
        d.add_options()(o.name.c_str(), po::value(o.target)->value_name(o.value), o.help.c_str());
    if (has(shared, Shared::output))
        d.add_options()("output", po::value(&flags.output)->value_name("DIR"), "folder for what the run writes");
    if (has(shared, Shared::threads))
        d.add_options()("threads", po::value(&flags.threads)->value_name("N")->default_value(0),
                        "threads; 0: one per core");
    if (has(shared, Shared::data))
        d.add_options()("data", po::value(&shorts.data)->value_name("SET"), "short for --data.set");
    if (has(shared, Shared::neuron))
        d.add_options()("neuron", po::value(&shorts.neuron)->value_name("TOOL"),
                        "short for --neuron.preset: whose conventions neurons follow");
    if (has(shared, Shared::print_config))
        d.add_options()("print-config", po::bool_switch(&flags.print_config), "print the resolved config and stop");
    return d;
}

std::vector<std::string> flag_names(const po::options_description& flags) {
    std::vector<std::string> names;
    for (const auto& flag : flags.options()) names.push_back("--" + flag->long_name());
    return names;
}

/// Parses into `flags`, whose members some of the options may already be bound to.
void parse(std::span<const std::string> args, const po::options_description& visible, CommonFlags& flags) {
    po::options_description all;
    all.add(visible).add_options()("positional", po::value(&flags.positionals));
    po::positional_options_description positional;
    positional.add("positional", -1);
    try {
        po::variables_map map;
        po::store(po::command_line_parser(take_settings(args, flags.rest)).options(all).positional(positional).run(),
                  map);
        po::notify(map);
    } catch (const po::unknown_option& e) {
        const std::string meant = suggestion(e.get_option_name(), flag_names(visible));
        throw UsageError(fmt::format("unknown flag {}; see --help", meant));
    } catch (const po::error& e) {
        throw UsageError(fmt::format("{}; see --help", e.what()));
    }
}

void print_help(const char* usage, const po::options_description& visible, bool takes_settings) {
    std::ostringstream text;
    text << visible;
    fmt::print("{}\n{}", usage, text.str());
    if (takes_settings)
        fmt::print(
            "\nAny key of the config is a flag too: --section.key value; `bispike simulate CONFIG --print-config` "
            "lists "
            "them.\n");
}

}  // namespace

const std::string& CommonFlags::positional(const char* what) const {
    if (positionals.empty()) throw UsageError(fmt::format("give {}; see --help", what));
    if (positionals.size() > 1)
        throw UsageError(fmt::format("give {}, and one only: `{}` is too much; see --help", what, positionals[1]));
    return positionals.front();
}

void make_output_folder(const CommonFlags& flags) {
    if (flags.output.empty()) return;
    std::error_code problem;
    std::filesystem::create_directories(flags.output, problem);
    if (problem) fail("cannot make the folder {}: {}", flags.output, problem.message());
}

CommonFlags parse_flags(std::span<const std::string> args, const char* usage, SharedFlags shared, const OwnFlags& own) {
    CommonFlags flags;
    Shorts shorts;
    const po::options_description visible = describe(flags, shorts, shared, own);
    const bool takes_settings = has(shared, Shared::settings);
    parse(args, visible, flags);
    if (flags.help)
        print_help(usage, visible, takes_settings);
    else if (!takes_settings)
        require_no_rest(flags.rest);
    if (!shorts.data.empty()) flags.rest.insert(flags.rest.end(), {"--data.set", shorts.data});
    if (!shorts.neuron.empty()) flags.rest.insert(flags.rest.end(), {"--neuron.preset", shorts.neuron});
    return flags;
}

void require_no_rest(const std::vector<std::string>& rest) {
    if (!rest.empty()) throw UsageError(fmt::format("`{}` is not understood; see --help", rest.front()));
}

}  // namespace bispike
