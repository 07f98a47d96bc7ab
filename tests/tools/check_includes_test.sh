#!/usr/bin/env bash
# tools/check_includes accepts a tidy tree and names file and line of each kind of fault.
# Usage: check_includes_test.sh CHECK_INCLUDES
set -euo pipefail
check=$(realpath "$1")
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cd "$tree"

# file PATH LINE...: writes a source with these lines.
file() {
    mkdir -p "$(dirname "$1")"
    printf '%s\n' "${@:2}" >"$1"
}

# accepted WHAT: the tree has no fault.
accepted() {
    local said
    said=$(bash "$check" "$tree" 2>&1) && return 0
    printf 'should be accepted: %s\n%s\n' "$1" "$said"
    exit 1
}

# refused WHAT PLACE: the tree has one fault, and it is named at PLACE; then the faulty file is removed.
refused() {
    local said
    if said=$(bash "$check" "$tree" 2>&1); then
        printf 'should be refused: %s\n' "$1"
        exit 1
    fi
    if [ "$(grep -c . <<<"$said")" -ne 1 ] || [[ "$said" != "$2: "* ]]; then
        printf 'should say one thing, at %s: %s\n%s\n' "$2" "$1" "$said"
        exit 1
    fi
    rm "${2%%:*}"
}

# allowed FROM TO and backwards FROM TO: a source in folder FROM includes the header TO.
allowed() {
    file "$1/probe.cpp" '// A probe.' "#include \"$2\""
    accepted "$1 includes $2"
    rm "$1/probe.cpp"
}
backwards() {
    file "$1/probe.cpp" '// A probe.' '#include <vector>' "#include \"$2\""
    refused "$1 includes $2" "$1/probe.cpp:3"
}

file sim/core/shape.h '// A header.' '#pragma once' '#include <vector>'
accepted "one tidy header"

for pair in sim/core:sim/core/shape.h sim/ops:sim/core/shape.h sim/grad:sim/ops/linear.h sim/net:sim/grad/tape.h \
    sim/run:sim/net/model.h sim/run:sim/io/hdf5.h sim/report:sim/io/hdf5.h sim/io:sim/grad/parameter.h \
    models/neurons:sim/net/layer.h models/layers:models/layers/pool.h datasets:sim/core/tensor.h tools:models/registry.h \
    tests/core:datasets/idx.h; do
    allowed "${pair%%:*}" "${pair#*:}"
done
for pair in sim/core:sim/ops/linear.h sim/ops:sim/grad/tape.h sim/grad:sim/net/layer.h sim/net:sim/run/simulate.h \
    sim/net:sim/io/hdf5.h sim/report:sim/run/simulate.h sim/io:sim/grad/tape.h sim/io:sim/net/layer.h \
    sim/run:models/registry.h sim/run:sim/report/trace.h sim/run:datasets/idx.h sim/core:tools/version.h models/neurons:sim/run/simulate.h \
    models/neurons:sim/report/trace.h models/neurons:datasets/idx.h datasets:sim/net/layer.h datasets:models/registry.h \
    tools:tests/probe.h sim/core:sim/corelike/other.h; do
    backwards "${pair%%:*}" "${pair#*:}"
done
file sim/ops/near.cpp '// A probe.' '#include "linear.h"'
refused "an include relative to the file" sim/ops/near.cpp:2
file sim/extra/new.cpp '// A probe.' '#include "sim/core/shape.h"'
refused "a folder that the rules do not know" sim/extra/new.cpp:2

file models/neurons/lif.cpp '#include <vector>'
refused "a source that does not say what it is" models/neurons/lif.cpp:1
file tools/python/read.py '#!/usr/bin/env python3' 'import sys'
refused "a script that does not say what it is" tools/python/read.py:2
file tools/python/read.py '#!/usr/bin/env python3' '"""Reads."""'
accepted "a script with a docstring"
file configs/one.ini '[network]'
refused "a config that does not say what it is" configs/one.ini:1
file sim/core/late.cpp '// A source.' '' "int x;  // TO""DO: later"
refused "postponed work" sim/core/late.cpp:3
file sim/core/late.cpp '// A source.' 'int mastodons_todo_list;'
accepted "words that only contain the letters"

file sim/core/part.h '// A header.' 'struct Part {' '};' 'struct Other;'
file sim/ops/other.h '// A header.' 'struct Other {' '};'
accepted "a type that another header only declares"
file sim/ops/part.h '// A header.' '' 'class Part : public Other {' '};'
refused "two types of one name" sim/ops/part.h:3

rm -r sim models tools configs
if bash "$check" "$tree" 2>/dev/null; then
    echo "should be refused: a folder without sources"
    exit 1
fi
