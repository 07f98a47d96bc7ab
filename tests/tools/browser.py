"""Pages as a browser draws them, for tests."""
import re
import shutil
import subprocess
import tempfile
import unittest

CHROMIUM = next((path for name in ["chromium", "chromium-browser", "google-chrome"] if (path := shutil.which(name))), None)
needed = unittest.skipUnless(CHROMIUM, "no Chromium here")

# How many pixels of each canvas are not of its commonest colour.
INK = """
for (const canvas of document.querySelectorAll("canvas")) {
  const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer);
  const seen = new Map();
  for (const p of pixels) seen.set(p, (seen.get(p) ?? 0) + 1);
  canvas.dataset.ink = pixels.length - Math.max(...seen.values());
}
"""


def draw(page, width, asked=""):
    """The page's elements after drawing, with the script `asked` run after that; what the browser's console said."""
    copy = page.with_suffix(".asked.html")
    copy.write_text(page.read_text().replace("</body>", f"<script>{INK}{asked}</script></body>"))
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}",
             f"--window-size={width},4000", "--enable-logging=stderr", "--dump-dom", copy.as_uri()],
            capture_output=True, text=True, timeout=300)
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def require_sound(test, dom):
    """It came to its end, without an error, and nothing is wider than the screen."""
    body = re.search(r"<body[^>]*>", dom)[0]
    for state in ['data-ready="true"', 'data-errors="0"', 'data-overflow="0"']:
        test.assertIn(state, body)


def figures(dom):
    """Whether each figure was drawn, by name: "true" or "missing"."""
    return dict(re.findall(r'<figure data-figure="([^"]*)" data-drawn="([^"]*)"', dom))


def ink(dom):
    """Of each canvas."""
    return [int(n) for n in re.findall(r'<canvas[^>]*data-ink="(\d+)"', dom)]
