// Config files and command-line flags.
#include "sim/io/config.h"

#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

#include "sim/core/error.h"
#include "sim/io/quotable.h"

namespace bispike {
namespace {

namespace options = boost::program_options;

std::vector<options::option> parse(const std::string& path) {
    std::ifstream stream(path);
    if (!stream) fail("cannot read the config {}: {}", path, std::strerror(errno));
    if (std::filesystem::is_directory(path)) fail("cannot read the config {}: it is a folder", path);
    try {
        return options::parse_config_file(stream, options::options_description(), true).options;
    } catch (const options::error& e) {
        fail("{}: {}", path, quotable(e.what()));
    }
}

bool names_a_key(const std::string& argument) {
    return argument.starts_with("--") && argument.substr(0, argument.find('=')).find('.') != std::string::npos;
}

}  // namespace

void read_ini(Settings& settings, const std::string& path) {
    std::set<std::string> seen;
    for (const options::option& option : parse(path)) {
        const std::string& key = option.string_key;
        const auto dot = key.find('.');
        if (dot == std::string::npos || dot == 0 || dot + 1 == key.size())
            fail("{}: the key `{}` needs a [section] above it and a name", path, quotable(key));
        if (!seen.insert(key).second) fail("{}: the key `{}` is given twice", path, quotable(key));
        settings.set(key, option.value.empty() ? "" : option.value.front(), path);
    }
}

std::vector<std::string> apply_flags(Settings& settings, std::span<const std::string> args) {
    std::vector<std::string> left;
    for (size_t i = 0; i < args.size(); ++i) {
        if (args[i] == "--") {
            left.insert(left.end(), args.begin() + static_cast<std::ptrdiff_t>(i), args.end());
            break;
        }
        if (!names_a_key(args[i])) {
            left.push_back(args[i]);
            continue;
        }
        const auto equals = args[i].find('=');
        const std::string key = args[i].substr(2, equals == std::string::npos ? equals : equals - 2);
        if (equals != std::string::npos) {
            settings.set(key, args[i].substr(equals + 1), "the command line");
        } else {
            if (i + 1 == args.size() || args[i + 1].starts_with("--")) fail("the flag --{} needs a value", key);
            settings.set(key, args[++i], "the command line");
        }
    }
    return left;
}

}  // namespace bispike
