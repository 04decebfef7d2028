"""The report in a real browser: film and curve go together, nothing is asked of anybody, and it prints."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from browsing import CHROMIUM, Server, browser, require_accessible
from playwright.sync_api import Page, sync_playwright
from replays import GOLDEN, replayed, saved
from test_offline import first_seconds

from formcheck import printing
from formcheck.film import film
from formcheck.history import History
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


FRAMES_ASKED_FOR = """
async () => {
  const ask = window.requestAnimationFrame;
  let asked = 0, frames = 0;
  window.requestAnimationFrame = (f) => { asked += 1; return ask(f); };
  const began = performance.now();
  await new Promise((done) => {
    const next = () => { frames += 1; performance.now() - began < 1500 ? ask(next) : done(); };
    ask(next);
  });
  return asked / frames;
}
"""


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
    assert opened.evaluate(FRAMES_ASKED_FOR) < 1.5  # it is not followed more often the longer it plays
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_it_prints(folder: tuple[Path, Report], tmp_path: Path) -> None:
    write_pdf((folder[0] / "report.html").read_text(encoding="utf-8"), tmp_path / "report.pdf")
    content = (tmp_path / "report.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert 1 <= content.count(b"/Type /Page\n") + content.count(b"/Type/Page/") <= 3


def test_it_prints_without_a_browser(
    folder: tuple[Path, Report], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WeasyPrint's pages show the curve in its colours: a trace, a green band, nothing large in black."""
    monkeypatch.setattr(printing, "find_browser", lambda: None)
    write_pdf((folder[0] / "report.html").read_text(encoding="utf-8"), tmp_path / "report.pdf")
    with pypdfium2.PdfDocument(tmp_path / "report.pdf") as document:
        assert 1 <= len(document) <= 3
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
        first = document[0].render(scale=1).to_numpy().astype(int)
    assert "すべて良い動きです" in text
    band = np.abs(first - np.array([0xE1, 0xEF, 0xD9])).max(axis=2) <= 4  # blue comes first
    assert band.sum() > 1000
    assert (first.max(axis=2) < 60).mean() < 0.05


NAME = GOLDEN["hip_lift"]
PAGES = ("/history", "/history/S0", "/compare?a=S0", "/compare?a=S0&b=S1", "/selfcheck", "/about")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("kept")
    with History(data) as history:
        for number, name in enumerate(GOLDEN.values()):
            film = saved(name)
            report = replayed(name).model_copy(
                update={"session_id": f"S{number}", "started_at": f"2026-11-{21 + number}T19:00:00+09:00"}
            )
            history.keep(report, film.track, film.info)
        history.keep(replayed(NAME).model_copy(update={"session_id": "M0"}), person="母")
    made = Server(data)
    yield made
    made.close()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_page_is_accessible_and_fits_a_phone(server: Server, folder: tuple[Path, Report], lang: str) -> None:
    said: list[str] = []
    with browser(None, lang=lang, width=360) as page:
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(server.url)
        host = f"http://127.0.0.1:{server.port}"
        for address in (*(host + path for path in PAGES), (folder[0] / "report.html").as_uri()):
            page.goto(address)
            if "/history/" in address:
                page.locator("details").first.evaluate("element => element.open = true")
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
            require_accessible(page)
    assert [words for words in said if "camera" not in words.lower()] == []


def test_two_are_to_be_chosen_and_one_person_finds_another(server: Server) -> None:
    said: list[str] = []
    with browser(None) as page:
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.accept()))
        page.goto(server.url)
        page.goto(f"http://127.0.0.1:{server.port}/history?lang=en&person=nobody")
        page.get_by_role("link", name="me", exact=True).click()
        assert page.locator("[aria-current]").inner_text() == "me"
        page.locator("input[name=chosen]").first.check()
        page.locator("button[data-go]").click()
        assert said == ["Choose two sessions in the list first."]
        page.locator("input[name=chosen]").last.check()
        page.locator("button[data-go]").click()
        page.wait_for_url("**/compare?*")
        assert page.locator("[data-steps] article").count() == 2


def test_this_was_wrong_with_its_faults(server: Server) -> None:
    with browser(None) as page:
        page.goto(server.url)
        page.goto(f"http://127.0.0.1:{server.port}/history/S0?lang=en")
        card = page.locator("#rep-2")
        card.locator("summary").click()
        card.locator("select").select_option("clean")
        assert not card.locator("fieldset").is_visible()
        card.locator("select").select_option("fault")
        for box in card.locator("fieldset input").all():
            box.set_checked(box.get_attribute("value") == "head_up")
        card.locator("input[type=text]").fill("I looked up")
        card.locator("button.main").click()
        page.wait_for_selector("#rep-2 .own")
        assert page.locator("#rep-2 .own").inner_text() == 'Your own verdict: fault (head lifting) "I looked up"'
