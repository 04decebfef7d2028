"""The page in a real browser, whose camera plays a rendered recording."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import CHROMIUM, Server, as_camera, browser

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


def require_accessible(page: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    # The browser may not load the checker under the page's own policy; evaluating it by the debugger is allowed.
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


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
