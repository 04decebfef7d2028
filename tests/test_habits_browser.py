"""The daily habits in a real browser: heel raises and steps before its camera, and the page of a day of sitting."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
from browsing import CHROMIUM, Server, as_camera, browser, require_accessible
from test_browser import kept_sessions, spoken, wait_until

pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Debian's chromium")
SAMPLES = Path(__file__).parent.parent / "sample_videos"


@contextmanager
def session(data: Path, film: Path, exercise: str, reps: int, lang: str = "en") -> Iterator[Any]:
    """A page that has been through one set of an exercise, with its server's data in `data`."""
    server = Server(data, "--exercise", exercise, "--sets", "1", "--reps", str(reps))
    try:
        with browser(film, lang=lang) as page:
            page.goto(server.url)
            page.click("#start")
            wait_until(page, "!document.querySelector('#end').hidden", 150.0)
            wait_until(page, "formcheck.voice.log.at(-1).name === 'all_done'")
            yield page
    finally:
        server.close()


def in_order(wanted: list[str], said: list[str]) -> bool:
    """Whether all that is wanted was said, one after the other, whatever else was."""
    later = iter(said)
    return all(name in later for name in wanted)


def test_heel_raises_are_coached_and_kept(shared: Path, tmp_path: Path) -> None:
    clip = shared / "clips-habits" / "heel_raise_good_s1.mp4"
    film = as_camera(tmp_path / "standing.mjpeg", *[(clip, 0.0, 2.0)] * 3, (clip, 0.0, 99.0))
    with session(tmp_path / "data", film, "heel_raise", 3) as page:
        said = spoken(page)
        assert "3 of 3 repetitions were clean" in page.inner_text("#end")
    assert in_order(["sound_check", "practice", "begin", "all_done"], said), " ".join(said)
    assert not [name for name in said if name.startswith(("hip_lift", "leg_curl"))]
    [(kept, report)] = kept_sessions(tmp_path / "data")
    assert (kept.exercise, kept.reps, kept.clean) == ("heel_raise", 3, 3)
    assert {rep.side for rep in report.reps} == {"both"}


def test_steps_of_both_legs_are_coached_and_kept(tmp_path: Path) -> None:
    clip = SAMPLES / "stair_step_good.mp4"
    film = as_camera(tmp_path / "stepping.mjpeg", *[(clip, 0.0, 2.0)] * 3, (clip, 0.0, 99.0))
    with session(tmp_path / "data", film, "stair_step", 4, lang="ja") as page:
        said = spoken(page)
    assert in_order(["sound_check", "practice", "begin", "all_done"], said), " ".join(said)
    [(kept, report)] = kept_sessions(tmp_path / "data")
    assert kept.exercise == "stair_step"
    sides = [rep.side for rep in report.reps]
    assert {"left", "right"} == set(sides)
    assert all(one != other for one, other in pairwise(sides))


def sat(clip: Path, out: Path, *stretches: tuple[float, float]) -> Path:
    """Stretches of a recording as one."""
    with av.open(str(out), "w") as output:
        stream: Any = output.add_stream("libx264", rate=10, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        number = 0
        for start_s, end_s in stretches:
            with av.open(str(clip)) as source:
                for frame in source.decode(video=0):
                    if start_s <= frame.time < end_s and round(frame.time * 30) % 3 == 0:
                        picture = frame.reformat(640, 360, "yuv420p")
                        picture.pts, picture.time_base = number, Fraction(1, 10)
                        number += 1
                        output.mux(stream.encode(picture))
        output.mux(stream.encode(None))
    return out


def test_a_slumped_half_minute_is_said_and_shown(shared: Path, tmp_path: Path) -> None:
    film = sat(shared / "clips-habits" / "sitting_slump_c1.mp4", tmp_path / "desk.mp4", (0.0, 6.0), (17.0, 43.0))
    command = [
        sys.executable,
        "-m",
        "formcheck",
        "sit",
        "--source",
        str(film),
        "--silent",
        "--out",
        "day",
        "--lang",
        "ja",
    ]
    environment = os.environ | {"FORMCHECK_DATA": str(tmp_path / "data")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = [line.split("  ", 1)[1] for line in done.stderr.splitlines() if line[2:3] == ":"]
    assert len(told) == 3, done.stderr
    with browser(None, lang="ja", width=360) as page:
        page.goto((tmp_path / "day" / "report.html").as_uri())
        shown = page.inner_text("body")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.evaluate("document.querySelectorAll('svg rect').length") >= 2
        require_accessible(page)
    assert "背中が丸い" in shown, shown
    assert "声をかけた回数\n1回" in shown.replace("\t", "\n"), shown
