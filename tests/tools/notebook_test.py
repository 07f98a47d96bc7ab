"""The notebook of tools/python runs on a fresh trace and draws what the trace holds. Usage: FILE PROGRAM."""
import contextlib
import io
import json
import os
import pathlib
import unittest

import numpy

import toy

FOLDER = pathlib.Path(__file__).parents[2] / "tools/python"
NOTEBOOK = json.loads((FOLDER / "trace.ipynb").read_text(encoding="utf-8"))
CODE = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
FIGURES = 4

try:
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
except ImportError:
    matplotlib = None


class Committed(unittest.TestCase):
    def test_every_figure_is_in_the_notebook(self):
        self.assertEqual((NOTEBOOK["nbformat"], len(CODE)), (4, FIGURES + 1))
        for cell in CODE[1:]:
            pictures = [output["data"]["image/png"] for output in cell["outputs"] if "data" in output]
            self.assertEqual(len(pictures), 1)
            self.assertTrue(pictures[0].startswith("iVBORw0KGgo"), "no PNG")
            self.assertGreater(len(pictures[0]), 5000)

    def test_no_figure_names_a_place_of_ours(self):
        text = json.dumps([[cell["source"], [output.get("text") for output in cell.get("outputs", [])]]
                           for cell in NOTEBOOK["cells"]])
        for place in ["/tmp", "/work", "/home", "/root"]:
            self.assertNotIn(place, text)


@unittest.skipIf(matplotlib is None, "no matplotlib here")
class Run(toy.ProgramTest):
    def run_cells(self, *arguments):
        """Runs the code cells on a trace of this model; returns their names."""
        self.succeed("simulate", self.train(), "--quiet", "--trace", "trace.h5", *arguments)
        here, names = os.getcwd(), {}
        os.environ["BISPIKE_TRACE"] = str(self.folder / "trace.h5")
        os.chdir(FOLDER)
        self.addCleanup(plt.close, "all")
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                for cell in CODE:
                    exec(compile("".join(cell["source"]), "trace.ipynb", "exec"), names)
        finally:
            os.chdir(here)
            del os.environ["BISPIKE_TRACE"]
        self.addCleanup(names["trace"].file.close)
        return names

    def test_the_figures_show_the_trace(self):
        names = self.run_cells()
        figures = [plt.figure(number) for number in plt.get_fignums()]
        self.assertEqual(len(figures), FIGURES)
        raster, membrane, rates, attention = figures
        trace, layer = names["trace"], names["layer"]
        dots = sum(len(drawn.get_offsets()) for drawn in raster.axes[0].collections)
        spikes = trace.spikes(layer).reshape(16, trace.timesteps, -1)[..., :names["shown"]]
        self.assertEqual(dots, numpy.count_nonzero(spikes))
        theta = trace.threshold(layer)
        for axes in membrane.axes:
            flat = {tuple(line.get_ydata()) for line in axes.lines if line.get_linestyle() == "--"}
            self.assertEqual(flat, {(theta, theta), (-theta, -theta)})
        drawn = rates.axes[0].images[0].get_array()
        numpy.testing.assert_array_equal(drawn, trace.rates()[0])
        self.assertEqual(len(attention.axes), 4 * (1 + trace.attention_weight(names["attention"]).shape[2]))

    def test_binary_neurons_have_one_threshold(self):
        self.run_cells("--neuron.model", "lif", "--attention.query_key", "binary")
        membrane = plt.figure(plt.get_fignums()[1])
        for axes in membrane.axes:
            self.assertEqual(len([line for line in axes.lines if line.get_linestyle() == "--"]), 1)


if __name__ == "__main__":
    toy.main()
