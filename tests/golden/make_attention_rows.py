"""Writes attention_rows.h: attention scores and weights of one head as plain PyTorch computed them.

    run: BISPIKE_SHARED=<folder with golden/> python3 tests/golden/make_attention_rows.py
    needs: python3-h5py

From golden/spikingformer_2_96 (width 96, 4 heads of 24 channels, 64 tokens), block 0, first image: queries and keys of
the authors' own model with the scores of the reference, and rows of ternary scores under each row normalisation.
"""
import os
import pathlib

import h5py
import numpy as np

FOLDER = pathlib.Path(os.environ["BISPIKE_SHARED"]) / "golden" / "spikingformer_2_96"
STEP, HEAD, WIDTH, ROWS = 2, 1, 24, (0, 9, 37)


def table(kind, name, comment, rows):
    body = ",\n".join("    " + line for line in rows)
    return f"// {comment}\ninline constexpr {kind} {name} = {{\n{body}}};\n"


def wrapped(words, per_line):
    return [", ".join(words[i:i + per_line]) for i in range(0, len(words), per_line)]


def head_words(spikes):
    """One word a token, bit c is channel c of the head. spikes [T, B, C, N]"""
    bits = spikes[STEP, 0, HEAD * WIDTH:(HEAD + 1) * WIDTH].astype(np.uint32)
    return [f"0x{w:06x}" for w in (bits << np.arange(WIDTH, dtype=np.uint32)[:, None]).sum(0)]


def floats(x):
    return [float(np.float32(v)).hex() + "f" for v in x.reshape(-1)]


def main():
    spikes = h5py.File(FOLDER / "expected.h5")["spikes"]
    cells = h5py.File(FOLDER / "bipolar_cells.h5")
    score = lambda cell: cells[cell]["block.0.attn.score"][STEP, 0, HEAD]
    digits = ["".join(str(int(x)) for x in row) for row in score("binary/none/spiked_v")]
    ternary = score("ternary/none/real_v")[list(ROWS)]
    weights = lambda norm: cells[f"ternary/{norm}/real_v"]["block.0.attn.attn"][STEP, 0, HEAD][list(ROWS)]
    parts = [
        "// Made by make_attention_rows.py from outputs of a plain PyTorch model: scores and attention weights of one head.\n"
        "#pragma once\n\n#include <cstdint>\n\nnamespace bispike::golden {\n",
        "inline constexpr int kTokens = 64, kWidth = 24, kRows = 3;\n",
        table("uint32_t", "kQueries[kTokens]", "Binary queries: one word a token, bit c is channel c.",
              wrapped(head_words(spikes["block.0.attn.q_lif"]), 8)),
        table("uint32_t", "kKeys[kTokens]", "Binary keys.", wrapped(head_words(spikes["block.0.attn.k_lif"]), 8)),
        table("const char*", "kScores[kTokens]", "Their scores, one digit each.", [f'"{d}"' for d in digits]),
        table("float", "kTernaryScores[kRows * kTokens]", "Rows of scores of ternary queries and keys.",
              wrapped([str(int(x)) for x in ternary.reshape(-1)], 32)),
        table("float", "kSoftmax[kRows * kTokens]", "The same rows under softmax.", wrapped(floats(weights("softmax")), 5)),
        table("int", "kShiftmaxExponents[kRows * kTokens]", "Under shiftmax: the weight is 2 to this power.",
              wrapped([str(int(x)) for x in np.log2(weights("shiftmax")).reshape(-1)], 32)),
        table("float", "kSpikeCount[kRows * kTokens]", "Under spike_count.", wrapped(floats(weights("spike_count")), 5)),
        "}  // namespace bispike::golden\n",
    ]
    path = pathlib.Path(__file__).with_name("attention_rows.h")
    path.write_text("\n".join(parts))
    print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
