# What tools/demo and tools/test share: the set-up of a bare Debian-like machine, and how we configure and build.
# Sourced, never run. The scripts call set_up once, then stage, configure and build as they need.

# Debian packages that have no command of their own to look for. The names are the same in Debian 12, 13 and
# Ubuntu 24.04; tools/test adds its own. The demo reads the images of dataset-fashion-mnist, and shows with h5py that its
# trace is plain HDF5.
packages=(
    ca-certificates dataset-fashion-mnist doctest-dev libboost-program-options-dev libcurl4-openssl-dev
    libeigen3-dev libfmt-dev libhdf5-dev libhwy-dev libjs-chart.js libpng-dev libtbb-dev libzip-dev nlohmann-json3-dev
    python3-h5py zlib1g-dev
)
readonly oldest_cmake=3.25 oldest_gcc=12 oldest_clang=14

# stage WORDS: announces one step of a script, with the seconds since the script began.
stage() { printf '==> [%4d s] %s\n' "$SECONDS" "$*"; }

# stop WORDS: one line on stderr, exit status 1.
stop() {
    printf '%s: %s\n' "tools/$(basename "$0")" "$*" >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# at_least LEAST VERSION: whether VERSION is LEAST or newer.
at_least() { [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

# missing_packages: the Debian packages to install, one per line. Tools count as there when any command of the kind is,
# so that a compiler or a make from elsewhere will do; libraries count when dpkg has them.
missing_packages() {
    have cmake || echo cmake
    have g++ || have clang++ || echo g++
    have ninja || have make || echo ninja-build
    have git || echo git
    have pkg-config || echo pkg-config
    # dpkg-query fails when it does not know one of the names, which is what we came to hear.
    local installed package
    installed=" $(dpkg-query -W -f '${db:Status-Status}:${Package} ' "${packages[@]}" 2>/dev/null || true)"
    for package in "${packages[@]}"; do
        [[ "$installed" == *" installed:$package "* ]] || echo "$package"
    done
}

# root_command: prints what makes a command run as root (nothing for root); fails where we cannot become root.
root_command() {
    [ "$(id -u)" -eq 0 ] && return 0
    have sudo || return 1
    if [ -t 0 ] || sudo -n true 2>/dev/null; then echo sudo; else return 1; fi
}

# install_packages PACKAGE...: with apt. Stops with the list and the reason where that cannot be done.
install_packages() {
    local list="$*" as_root log
    local by_hand="Missing here; install and start again: $list"
    have apt-get || stop "no apt-get here to install what is missing. On a system other than Debian or Ubuntu, install" \
        "the equivalents and set BISPIKE_SETUP=skip. $by_hand"
    as_root=$(root_command) || stop "not root, and sudo is not usable without a terminal. $by_hand"
    log=$(mktemp)
    local apt=(${as_root:+"$as_root"} env DEBIAN_FRONTEND=noninteractive apt-get -y -qq -o DPkg::Lock::Timeout=300)
    stage "set-up: fetching the package lists"
    "${apt[@]}" update >"$log" 2>&1 || true # what matters is whether the install below finds its packages
    stage "set-up: installing $# Debian packages: $list"
    if ! "${apt[@]}" install --no-install-recommends "$@" >>"$log" 2>&1 </dev/null; then
        grep -E '^[EW]:' "$log" | tail -n 5 >&2 || true
        rm -f "$log"
        stop "apt-get could not install the packages. $by_hand"
    fi
    rm -f "$log"
}

# check_versions: stops where cmake or the compiler is too old for C++20 as we use it.
check_versions() {
    local found
    found=$(cmake --version | awk 'NR == 1 { print $3 }')
    at_least "$oldest_cmake" "$found" || stop "cmake $found is too old: $oldest_cmake or newer is needed"
    if [ -n "${CXX:-}" ]; then return 0; fi
    have g++ && at_least "$oldest_gcc" "$(g++ -dumpfullversion)" && return 0
    if have clang++ && at_least "$oldest_clang" "$(clang++ -dumpversion)"; then
        export CC=clang CXX=clang++
        return 0
    fi
    stop "no C++20 compiler: g++ $oldest_gcc or clang++ $oldest_clang or newer is needed"
}

# set_up: everything that a build needs, installed if it has to be. Under a second when all is there.
set_up() {
    if [ "${BISPIKE_SETUP:-}" != skip ]; then
        local missing
        missing=$(missing_packages)
        # shellcheck disable=SC2086 # one word per package
        if [ -n "$missing" ]; then install_packages $missing; fi
    fi
    have cmake || stop "cmake is missing: install it, or start again without BISPIKE_SETUP=skip"
    check_versions
    if have ninja; then export CMAKE_GENERATOR="${CMAKE_GENERATOR:-Ninja}"; fi
    if have ccache; then
        export CMAKE_C_COMPILER_LAUNCHER="${CMAKE_C_COMPILER_LAUNCHER:-ccache}"
        export CMAKE_CXX_COMPILER_LAUNCHER="${CMAKE_CXX_COMPILER_LAUNCHER:-ccache}"
    fi
    stage "set-up: all is there ($(cmake --version | head -n 1), $("${CXX:-c++}" --version | head -n 1))"
}

# set_up_browser: a Chromium, in which the tests look at the pages of `bispike report`. Where none can be had those tests
# are skipped, and say so.
set_up_browser() {
    if have chromium || have chromium-browser || have google-chrome; then return 0; fi
    if [ "${BISPIKE_SETUP:-}" != skip ] && (install_packages chromium 2>/dev/null); then return 0; fi
    stage "set-up: no Chromium here; what a browser makes of a report is not tested"
}

# configure PRESET FOLDER [CMAKE OPTION]...
configure() {
    local preset=$1 folder=$2
    shift 2
    stage "configure $preset in $folder"
    cmake --preset "$preset" -B "$folder" "$@" >"$folder.log" 2>&1 || {
        cat "$folder.log" >&2
        stop "cmake could not configure the preset '$preset'"
    }
}

# build FOLDER [CMAKE --build OPTION]...: as many compilers at once as there are cores. The build lists its tests by
# running them, so it runs under the words in `runner` too, where a script has set them.
runner=()
build() {
    local folder=$1
    shift
    stage "build $folder"
    "${runner[@]}" cmake --build "$folder" --parallel "$(nproc)" "$@" || stop "the build in $folder failed"
}
