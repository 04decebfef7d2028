"""The report in a real browser: film and curve go together, nothing is asked of anybody, and it prints."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import CHROMIUM
from playwright.sync_api import Page, sync_playwright
from test_offline import first_seconds

from formcheck.film import film
from formcheck.pages.result import Story, result_page
from formcheck.printing import write_pdf
from formcheck.report import Report
from formcheck.session import analyze


@pytest.fixture(scope="module")
def folder(sample_videos: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    out = tmp_path_factory.mktemp("page")
    recording = first_seconds(sample_videos / "leg_curl_alternate.mp4", 8.0, out / "curl.mp4")
    analysis = analyze(recording)
    path, pictures = film(recording, analysis, out, "ja")
    page = result_page(Story.of(analysis, pictures=pictures, video=path.name), "ja")
    (out / "report.html").write_text(page, encoding="utf-8")
    return out, analysis.report


@pytest.fixture
def page(folder: tuple[Path, Report]) -> Iterator[tuple[Page, list[str], list[str]]]:
    said: list[str] = []
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": 1200, "height": 900})
        opened.on("console", lambda message: said.append(message.text))
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.on("request", lambda request: asked.append(request.url))
        opened.goto((folder[0] / "report.html").as_uri())
        opened.wait_for_function("document.getElementById('film').readyState >= 1")
        yield opened, said, asked
        browser.close()


def test_film_and_curve_go_together(page: tuple[Page, list[str], list[str]], folder: tuple[Path, Report]) -> None:
    opened, said, asked = page
    rep = folder[1].reps[0]
    opened.locator("a.tile").first.click()
    opened.wait_for_function(f"Math.abs(document.getElementById('film').currentTime - {rep.start_s}) < 0.05")
    cursor = opened.locator(".cursor").first
    before = float(cursor.get_attribute("x1") or "nan")
    assert before == pytest.approx(44 + rep.start_s / folder[1].source.duration_s * 956, abs=3)
    box = opened.locator("svg.curve").first.bounding_box()
    assert box is not None
    opened.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.6 * box["height"])
    middle_s = (0.75 * 1000 - 44) / 956 * folder[1].source.duration_s
    opened.wait_for_function(f"Math.abs(document.getElementById('film').currentTime - {middle_s}) < 0.1")
    place = float(cursor.get_attribute("x1") or "nan")
    opened.evaluate("document.getElementById('film').muted = true; document.getElementById('film').play()")
    opened.wait_for_function(f"+document.querySelector('.cursor').getAttribute('x1') > {place} + 5")
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_it_prints(folder: tuple[Path, Report], tmp_path: Path) -> None:
    write_pdf((folder[0] / "report.html").read_text(encoding="utf-8"), tmp_path / "report.pdf")
    content = (tmp_path / "report.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert 1 <= content.count(b"/Type /Page\n") + content.count(b"/Type/Page/") <= 3
