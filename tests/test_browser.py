"""The page in a real browser, whose camera plays a rendered recording."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from browsing import CHROMIUM, TICK, Answers, Server, as_camera, browser, require_accessible
from replays import replayed

from formcheck.coach.cues import all_clips
from formcheck.entries import Kept
from formcheck.history import History
from formcheck.report import Report
from formcheck.web.serve import addresses

pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Debian's chromium")
HIP = ("--exercise", "hip_lift", "--sets", "2", "--reps", "1", "--rest", "5")


@pytest.fixture(scope="module")
def lifting(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lying still while the page starts, then five clean hip lifts."""
    film, clip = tmp_path_factory.mktemp("camera") / "lifting.mjpeg", shared / "clips" / "hip_lift_good_d1.mp4"
    return as_camera(film, *[(clip, 0.0, 1.5)] * 3, (clip, 0.0, 99.0))


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


def test_a_camera_that_another_program_uses_is_explained(server: Server) -> None:
    with browser(None) as page:
        page.add_init_script(
            "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotReadableError'); }"
        )
        page.goto(server.url)
        page.click("#start")
        page.wait_for_selector("#trouble:not([hidden])")
        assert "Another program is using the camera" in page.inner_text("#what")


def test_a_connection_refused_for_its_certificate_is_explained(tmp_path: Path, lifting: Path) -> None:
    """As Safari on iPhones does: it shows the page and refuses the secure WebSocket."""
    made = Server(tmp_path / "data", "--https")
    try:
        with browser(lifting) as page:
            page.route_web_socket(re.compile("/live"), lambda socket: socket.close())
            page.goto(made.url)
            page.click("#start")
            page.wait_for_selector("#trouble:not([hidden])")
            assert "certificate" in page.inner_text("#what")
    finally:
        made.close()


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


def test_a_session_of_hip_lifts_from_start_to_report(server: Server, lifting: Path) -> None:
    asked: list[str] = []
    with browser(lifting) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto(server.url)
        page.click("#start")
        wait_until(page, "!document.querySelector('#end').hidden", 150.0)
        wait_until(page, "formcheck.voice.log.at(-1).name === 'all_done'")
        said = spoken(page)
        assert "2 of 2 repetitions were clean" in page.inner_text("#end")
        page.click("text=Too hard")
        wait_until(page, "document.querySelector('#next').textContent.includes('sets')")
        page.click("#report")
        page.wait_for_url("**/history/*")
    later = iter(said)
    guided = ["sound_check", "practice", "begin", "set_end", "clean_1", "next_set", "all_done"]
    assert [name for name in guided if name not in later] == [], " ".join(said)
    # A busy computer may be too late for one of these once, and then drops it.
    assert {"hip_lift_top", "number_2", "number_1", "hip_lift_lower", "count_1"} <= set(said)
    [(kept, report)] = kept_sessions(server.data)
    assert (kept.exercise, kept.kind, kept.reps, kept.clean) == ("hip_lift", "camera", 2, 2)
    assert [rep.set for rep in report.reps] == [1, 2]
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {f"127.0.0.1:{server.port}"}


def test_a_killed_server_and_an_unplugged_camera_lose_no_repetition(server: Server, lifting: Path) -> None:
    with browser(lifting) as page:
        page.goto(server.url)
        page.click("#start")
        wait_until(page, "formcheck.tick?.state === 'rest'", 120.0)
        server.kill()
        wait_until(page, "document.querySelector('#state').textContent.includes('Trying again')")
        server.start(server.port)
        wait_until(page, "formcheck.voice.log.some(entry => entry.name === 'welcome_back')", 60.0)
        assert page.evaluate("formcheck.tick.set") == 2
        page.evaluate("document.querySelector('video').srcObject.getTracks()[0].dispatchEvent(new Event('ended'))")
        page.wait_for_selector("#trouble:not([hidden])")
        assert "The camera stopped" in page.inner_text("#what")
        page.click("#retry")
        wait_until(page, "formcheck.voice.log.filter(entry => entry.name === 'welcome_back').length === 2", 60.0)
        page.reload()
        page.click("#start")
        wait_until(page, "window.formcheck?.voice?.log.some(entry => entry.name === 'welcome_back')", 60.0)
        page.click("#finish")
        page.wait_for_selector("#end:not([hidden])")
    [(kept, _)] = kept_sessions(server.data)
    assert kept.reps == 1


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
            wait_until(page, "!document.querySelector('#end').hidden", 120.0)
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


SCRIPT = [
    ("guide", ["practice"], True), ("breath", ["hip_lift_go"], False), ("hold", ["hip_lift_top"], True),
    ("hold", ["number_2"], True), ("hold", ["number_1"], True), ("hold", ["hip_lift_lower"], True),
    ("count", ["count_1"], True), ("correction", ["hip_lift_momentum"], True), ("praise", ["corrected"], True),
    ("guide", ["begin"], False), ("safety", ["hip_lift_lumbar_arch"], True),
    ("guide", ["paused", "how_to_resume"], True),
]  # fmt: skip
"""What the coach decides, the clips that belong to it, and whether they are spoken to the end before the next comes."""
AT_ONCE_MS = 1500.0
"""Generous, for a busy computer; bench/live.py measures."""


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_cue_is_spoken_by_its_clips_at_once(server: Server, lifting: Path, lang: str) -> None:
    with browser(lifting, lang=lang) as page:
        answers = Answers(page)
        page.goto(server.url)
        page.click("#start")
        wait_until(page, "window.formcheck?.voice?.log.some(entry => entry.name === 'place_camera')")
        wait_until(page, "!formcheck.voice.playing")
        before = due = len(spoken(page))
        for slot, clips, to_the_end in SCRIPT:
            answers.once.append({"cues": [{"t_s": 0.0, "slot": slot, "clips": clips}]})
            due += len(clips)
            wait_until(page, f"formcheck.voice.log.length >= {due}")
            if to_the_end:
                wait_until(page, "!formcheck.voice.playing")
        log = page.evaluate("formcheck.voice.log")[before:]
        silent = page.evaluate("[...formcheck.voice.buffers.keys()].length")
    assert [entry["name"] for entry in log] == [name for _, clips, _ in SCRIPT for name in clips]
    late_ms = [entry["at_ms"] - entry["taken_ms"] for entry in log if entry["taken_ms"]]
    assert len(late_ms) == len(SCRIPT)
    assert max(late_ms) < AT_ONCE_MS, late_ms
    assert min(late_ms) > 0
    assert silent == len(all_clips())


FAULT = {"code": "momentum", "severity": "mild", "value": 0.9, "limit": 1.1, "unit": "s", "at_s": 1.0, "t_s": 1.0}
REPS = [
    {"event": "RepDone", "verdict": verdict, "faults": [FAULT] if verdict == "fault" else []}
    for verdict in ("clean", "fault", "partial", "clean")
]


def cued(slot: str, *clips: str) -> dict[str, Any]:
    """What one tick brings besides its state."""
    return {"cues": [{"t_s": 0.0, "slot": slot, "clips": list(clips)}]}


STATES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "check": ({"state": "check", "problem": "no_feet", "near": None}, {}),
    "practice": ({"state": "practice"}, cued("guide", "practice")),
    "countdown": ({"state": "countdown"}, cued("guide", "begin")),
    "set": (
        {"phase": "top", "held_s": 2.1, "count": 4},
        cued("correction", "hip_lift_momentum") | {"events": REPS},
    ),
    "paused": ({"paused": "arm", "count": 4}, cued("guide", "paused", "how_to_resume")),
    "rest": ({"state": "rest", "left_s": 32.4}, cued("guide", "set_end", "clean_8")),
    "turn": ({"state": "turn", "side": "left"}, cued("guide", "leg_curl_turn_round")),
}
"""Every state of the page in front of the camera: what stays, and what comes once."""
REPORT = {
    "v": 1, "type": "report", "kept": True, "session_id": "01K", "exercise": "hip_lift", "reps": REPS,
    "summary": {"reps": 3, "clean": 2, "partial": 1},
}  # fmt: skip


def rest_day(data: Path) -> None:
    """A session of yesterday, so that today is a day of rest."""
    yesterday = (datetime.now() - timedelta(days=1)).astimezone().isoformat(timespec="seconds")
    with History(data) as history:
        history.keep(replayed("hip_lift_mixed_d2").model_copy(update={"started_at": yesterday}))


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_state_fits_and_is_accessible(server: Server, lifting: Path, lang: str, width: int) -> None:
    folder = os.environ.get("FORMCHECK_SCREENSHOTS")

    def look(name: str) -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        require_accessible(page)
        if folder:
            size = "phone" if width == 360 else "desktop"
            page.screenshot(path=f"{folder}/live-{name}-{size}.{lang}.png", full_page=True)

    rest_day(server.data)
    with browser(lifting, lang=lang, width=width) as page:
        answers = Answers(page)
        page.goto(server.url)
        page.wait_for_selector("#resting:not([hidden])")
        assert page.get_attribute("#history", "href") == f"/history?lang={lang}"
        page.fill("#reps", "10")
        page.fill("#rest_s", "45")
        look("start")
        page.click("#start")
        for name, (state, once) in STATES.items():
            answers.tick = TICK | state
            answers.once.append(once)
            wait_until(page, f"formcheck.tick?.state === '{answers.tick['state']}'")
            page.wait_for_timeout(400)
            look(name)
        page.evaluate("document.querySelector('#strip button.fault').click()")
        assert page.inner_text("#reason") == {"ja": "2: 注意、勢い", "en": "2: fault, momentum"}[lang]
        answers.say(REPORT)
        page.wait_for_selector("#end:not([hidden])")
        look("end")


def test_keys_and_settings_work_without_a_mouse(server: Server, lifting: Path) -> None:
    with browser(lifting) as page:
        answers = Answers(page)
        page.goto(server.url)
        page.wait_for_selector("#start")
        page.focus("#start")
        page.keyboard.press("Enter")
        wait_until(page, "window.formcheck?.tick")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("Space")
        page.focus("#mute")
        page.keyboard.press("Space")
        assert page.evaluate("formcheck.voice.gain.gain.value") == 0
        assert page.evaluate("JSON.parse(localStorage.formcheck).mute") is True
        page.focus("#finish")
        page.keyboard.press("Enter")
        page.wait_for_timeout(200)
    assert [message["name"] for message in answers.sent if message["type"] == "command"] == ["pause", "finish"]


def test_a_missing_clip_is_left_to_the_browser_and_holds_nothing_up(server: Server, lifting: Path) -> None:
    with browser(lifting) as page:
        answers = Answers(page)
        page.route("**/voice/en/practice.mp3", lambda route: route.abort())
        page.goto(server.url)
        page.click("#start")
        wait_until(page, "window.formcheck?.voice?.log.some(entry => entry.name === 'place_camera')")
        answers.once += [cued("guide", "practice"), cued("guide", "begin")]
        wait_until(page, "formcheck.voice.log.at(-1).name === 'begin'", 20.0)
        assert spoken(page)[-2:] == ["practice", "begin"]
        assert page.evaluate("formcheck.voice.buffers.has('practice')") is False


def test_an_address_without_https_is_explained(tmp_path: Path, lifting: Path) -> None:
    outside = [address for address in addresses() if ":" not in address]
    made = Server(tmp_path / "data", "--host", "0.0.0.0")
    try:
        with browser(lifting) as page:
            # A name of this computer that browsers do not take for it, where it is in no network.
            page.goto(made.url.replace("127.0.0.1", outside[0] if outside else "0.0.0.0"))
            page.click("#start")
            page.wait_for_selector("#trouble:not([hidden])")
            assert "formcheck live --https" in page.inner_text("#what")
    finally:
        made.close()
