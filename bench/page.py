"""How a long report behaves in a browser: size, elements, time to load, frames and long tasks while scrolling.

python -m bench.page VIDEO [CHROMIUM]        the set of VIDEO again and again until ten minutes are full
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from bench.report import LONG_S, long_story
from formcheck.film import take_stills
from formcheck.pages.curve import LEFT, WIDTH
from formcheck.pages.result import result_page
from formcheck.quiet import quiet
from formcheck.session import analyze

SCROLL = """
async () => {
  const tasks = [], frames = [];
  const watcher = new PerformanceObserver((list) => list.getEntries().forEach((e) => tasks.push(e.duration)));
  watcher.observe({ type: "longtask" });
  document.documentElement.style.scrollBehavior = "auto";
  const end = document.documentElement.scrollHeight - innerHeight, started = performance.now(), LASTS_MS = 6000;
  let before = started;
  await new Promise((done) => {
    const step = (now) => {
      frames.push(now - before);
      before = now;
      scrollTo(0, (end * (now - started)) / LASTS_MS);
      now - started < LASTS_MS ? requestAnimationFrame(step) : done();
    };
    requestAnimationFrame(step);
  });
  return { tasks, frames: frames.slice(1), height: end + innerHeight };
}
"""


def main(recording: Path, chromium: str) -> None:
    """Print each figure."""
    with quiet():
        analysis = analyze(recording)
        stills = list(take_stills(recording, analysis, "ja").values())
        story = long_story(analysis, stills)
    page = result_page(story, "ja")
    points = [len(re.findall("[ML]", path)) for path in re.findall(r'class="trace[^"]*" d="([^"]*)"', page)]
    print(f"report of {LONG_S / 60:.0f} minutes, {len(story.report.reps)} repetitions: {len(page) / 1e6:.2f} MB")
    print(f"points in a row of the curve: at most {max(points)}, for {WIDTH - LEFT} units of width")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        file = Path(folder) / "report.html"
        file.write_text(page, encoding="utf-8")
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for width_px, height_px in ((1280, 900), (360, 740)):
            opened = browser.new_page(viewport={"width": width_px, "height": height_px})
            opened.goto(file.as_uri())
            timing = opened.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
            elements = opened.evaluate("document.querySelectorAll('*').length")
            found = opened.evaluate(SCROLL)
            frames = sorted(found["frames"])
            print(
                f"{width_px} px: loaded in {timing / 1000:.2f} s, {elements} elements, {found['height']} px high;"
                f" scrolling: frames {median(frames):.1f} ms, 95 % within {frames[int(0.95 * len(frames))]:.1f} ms,"
                f" longest {frames[-1]:.0f} ms; {len(found['tasks'])} tasks over 50 ms"
                f" (longest {max(found['tasks'], default=0):.0f} ms)"
            )
            opened.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "/usr/bin/chromium")
