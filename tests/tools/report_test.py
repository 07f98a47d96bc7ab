"""The report as a browser shows it. Usage: FILE PROGRAM. Needs a Chromium to draw; what is in the page is tested without."""
import json
import re
import unittest

import browser
import toy

FIGURES = ["accuracy-by-step", "confusion", "accuracy-energy", "energy-map", "energy-by-layer", "conventions",
           "break-even", "rates", "health", "raster", "membrane", "attention", "image-energy", "manifest"]

# What else the browser is asked: the pictures of tables and maps that a button saves, and that choices can be made.
ASKED = """
for (const figure of document.querySelectorAll("figure")) {
  if (!figure.querySelector("canvas.pixels, table.heat")) continue;
  const saved = asCanvas(figure, 2);
  figure.dataset.saved = new Set(saved.getContext("2d").getImageData(0, 0, saved.width, saved.height).data).size;
}
for (const [id, value] of [["choose-layer", 1], ["choose-image", 1], ["choose-step", 1], ["choose-head", 1]]) {
  const select = document.getElementById(id);
  if (select) select.value = String(value), select.dispatchEvent(new Event("change"));
}
"""


class Report(toy.ProgramTest):
    def setUp(self):
        super().setUp()
        self.train()
        self.succeed("simulate", "run/model.h5", "--output", "sim", "--trace", "sim/trace.h5", "--trace-images", 3)

    def page_data(self, path="sim/report.html"):
        page = (self.folder / path).read_text()
        found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
        return json.loads(found[1])

    def test_what_is_in_it(self):
        self.assertIn("sim/report.html", self.succeed("report", "sim"))
        data = self.page_data()
        self.assertEqual(data["results"], json.loads((self.folder / "sim/results.json").read_text()))
        self.assertEqual(data["energy"], json.loads((self.folder / "sim/energy.json").read_text()))
        self.assertEqual(len(data["trace"]["images"]), 3)
        for image in data["trace"]["images"]:
            self.assertEqual(len(image["rasters"]), len(data["trace"]["layers"]))
        page = (self.folder / "sim/report.html").read_text()
        self.assertNotRegex(page, r'(src|href)\s*=\s*"(https?:)?//')

    def test_what_a_run_has_not_is_left_out(self):
        (self.folder / "sim/trace.h5").unlink()
        (self.folder / "sim/energy.json").unlink()
        self.succeed("report", "sim", "-o", "plain.html")
        self.assertIsNone(self.page_data("plain.html")["trace"])
        self.assertIsNone(self.page_data("plain.html")["energy"])

    def test_text_that_looks_like_a_page(self):
        config = self.folder / "sim/config.ini"
        config.write_text(config.read_text() + "# </script><script>alert(1)</script> @PAGE_JS@\n")
        self.succeed("report", "sim")
        self.assertIn("</script><script>alert(1)</script> @PAGE_JS@", self.page_data()["config"])

    def test_bad_input(self):
        self.refuse("report", "nowhere", says="nowhere")
        self.refuse("report", status=2, says="run directory")
        self.refuse("report", "run", says="run is the run of a training")
        self.refuse("report", "sim", "--images", 0, says="--images = 0")
        self.refuse("report", "sim", "--trace", "sim/config.ini", says="sim/config.ini")
        self.refuse("report", "sim", "-o", "no/such/folder/r.html", says="no/such/folder")
        (self.folder / "sim/results.json").write_text("{")
        self.refuse("report", "sim", says="results.json is no JSON")

    @browser.needed
    def test_each_figure_draws(self):
        self.succeed("report", "sim")
        for width in [1280, 390]:
            dom, console = browser.draw(self.folder / "sim/report.html", width, ASKED)
            self.assertEqual(console, [])
            browser.require_sound(self, dom)
            drawn = browser.figures(dom)
            self.assertEqual(drawn, {name: "true" for name in FIGURES})
            charts = re.findall(r'<canvas data-chart="([^"]*)"', dom)
            self.assertEqual(sorted(charts), sorted(["accuracy-by-step", "accuracy-energy", "energy-by-layer", "health",
                                                     "raster", "membrane"]))
            saved = {name: int(levels) for name, levels in re.findall(r'<figure data-figure="([^"]*)"[^>]* data-saved="(\d+)"', dom)}
            self.assertEqual(set(saved), {"confusion", "energy-map", "rates", "attention", "image-energy"})
            self.assertGreater(min(saved.values()), 20)  # levels of colour: white paper has one
            self.assertGreater(len(browser.ink(dom)), 4)
            self.assertGreater(min(browser.ink(dom)), 0)

    @browser.needed
    def test_a_bare_run_draws_what_it_has(self):
        for name in ["trace.h5", "energy.json"]:
            (self.folder / "sim" / name).unlink()
        self.succeed("report", "sim")
        dom, console = browser.draw(self.folder / "sim/report.html", 1280, ASKED)
        self.assertEqual(console, [])
        drawn = browser.figures(dom)
        self.assertEqual([n for n in FIGURES if drawn[n] == "true"], ["accuracy-by-step", "confusion", "rates", "manifest"])
        self.assertEqual([n for n in FIGURES if drawn[n] == "missing"],
                         ["accuracy-energy", "energy-map", "energy-by-layer", "conventions", "break-even", "health",
                          "raster", "membrane", "attention", "image-energy"])


if __name__ == "__main__":
    toy.main()
