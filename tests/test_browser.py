"""The page in a real browser, whose camera plays a rendered recording."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import CHROMIUM, Server, as_camera, browser, require_accessible

from formcheck.entries import Kept
from formcheck.history import History
from formcheck.report import Report

pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Debian's chromium")
HIP = ("--exercise", "hip_lift", "--sets", "2", "--reps", "1", "--rest", "5")


@pytest.fixture(scope="module")
def lifting(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five clean hip lifts."""
    film = tmp_path_factory.mktemp("camera") / "lifting.mjpeg"
    return as_camera(film, (shared / "clips" / "hip_lift_good_d1.mp4", 0.0, 99.0))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "data", *HIP)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("lang", "denied"), [("ja", "カメラの使用が許可されていません"), ("en", "The camera is not allowed")]
)
def test_a_refused_camera_is_explained_on_a_small_screen(server: Server, lifting: Path, lang: str, denied: str) -> None:
    with browser(lifting, lang=lang, allow=False, width=360) as page:
        page.goto(server.url)
        page.wait_for_selector("#start")
        assert page.evaluate("document.documentElement.lang") == lang
        page.click("#start")
        page.wait_for_selector("#trouble:not([hidden])")
        assert denied in page.inner_text("#what")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        require_accessible(page)


def test_a_missing_camera_is_explained(server: Server) -> None:
    with browser(None) as page:
        page.goto(server.url)
        page.click("#start")
        page.wait_for_selector("#trouble:not([hidden])")
        assert "No camera was found" in page.inner_text("#what")


def kept_sessions(data: Path) -> list[tuple[Kept, Report]]:
    with History(data) as history:
        return [(kept, history.results(kept.id)[-1].report) for kept in history.sessions()]


def spoken(page: Any) -> list[str]:
    names: list[str] = page.evaluate("formcheck.voice.log.map(entry => entry.name)")
    return names


def wait_until(page: Any, holds: str, timeout_s: float = 90.0) -> None:
    """Until an expression is true in the page; by the debugger, since the page's own policy forbids evaluating."""
    end_s = time.monotonic() + timeout_s
    while not page.evaluate(f"!!({holds})"):
        assert time.monotonic() < end_s, f"never: {holds}; {page.evaluate('JSON.stringify(formcheck.tick)')}"
        page.wait_for_timeout(100)


def wait_for_state(page: Any, name: str, timeout_s: float = 90.0) -> None:
    wait_until(page, f"formcheck.tick?.state === '{name}'", timeout_s)


def test_leg_curls_of_both_legs(shared: Path, tmp_path: Path) -> None:
    clips = shared / "clips"
    right, left = clips / "leg_curl_near_good_d2_m.mp4", clips / "leg_curl_near_good_d1.mp4"
    film = as_camera(tmp_path / "curls.mjpeg", (right, 0.0, 13.2), (left, 0.0, 20.0))
    made = Server(tmp_path / "data", "--exercise", "leg_curl", "--sets", "1", "--reps", "1")
    try:
        with browser(film, lang="ja") as page:
            page.goto(made.url)
            page.click("text=カメラと音声を始める")
            wait_for_state(page, "turn")
            assert page.inner_text("#cue") == "頭と足の向きを入れ替えましょう"
            page.wait_for_selector("#end:not([hidden])", timeout=120_000)
            assert "leg_curl_turn_round" in spoken(page)
    finally:
        made.close()
    [(_, report)] = kept_sessions(tmp_path / "data")
    assert {rep.side for rep in report.reps} == {"left", "right"}


def test_two_tabs_at_once_and_a_closed_one_is_freed(server: Server, lifting: Path) -> None:
    def threads() -> int:
        return len(list(Path(f"/proc/{server.process.pid}/task").iterdir()))

    with browser(lifting) as page:
        page.goto(server.url)
        before = threads()
        page.click("#start")
        wait_for_state(page, "check")
        other = page.context.new_page()
        other.goto(server.url)
        other.click("#start")
        wait_until(other, "formcheck.tick !== null")
        held = threads()
        assert held > before
        other.close()
        wait_until(page, "formcheck.tick.t_s > 4")
        for _ in range(50):
            if threads() < held:
                break
            threading.Event().wait(0.2)
        assert threads() < held
