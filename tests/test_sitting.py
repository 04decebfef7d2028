"""A day at the desk from sightings to the page: what is said, what is written, what the commands tell."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from replays import DATA
from sitters import ABSENT, SLUMPED, TALL, TURNED, Sitting, day, sitting

from formcheck import sit as command
from formcheck.attendance import Attendance, attendance_report, recognise
from formcheck.cli import main
from formcheck.coach.cues import Cue, all_clips
from formcheck.coach.desk import Desk
from formcheck.day import Day
from formcheck.errors import OutputError
from formcheck.monitors import MONITORS
from formcheck.pages.day import day_page
from formcheck.records import Frame, Sighting, SourceInfo
from formcheck.report import Report
from formcheck.saved import SavedLandmarks
from formcheck.sources import Source
from formcheck.sums import duration, sums

MONITOR = MONITORS["seated_posture"]
MORNING = datetime.fromisoformat("2026-11-25T09:00:00+09:00")
SLUMP = DATA / "sitting_slump_c1.npz"


def at_desk(seen: Sitting) -> tuple[Desk, list[Cue]]:
    """A desk at which somebody sat, and what was said to them."""
    desk = Desk(MONITOR, seen.film.info)
    cues = [cue for sighting in seen.film.track.sightings() for cue in desk.step(sighting)[1]]
    desk.finish()
    return desk, cues


def report_of(seen: Sitting) -> Report:
    desk, _ = at_desk(seen)
    return attendance_report(MONITOR, desk.attendance, seen.film.info, session_id="x", given=True, model="full")


def lasting(report: Report) -> list[tuple[str, float]]:
    """The states, and from when on, but for those on the way from one to another."""
    return [(e.state, e.start_s) for e in report.episodes if e.end_s - e.start_s > 1.1]


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], catch_exceptions=False)


class Played(Source[Frame]):
    """A camera that gives empty pictures at given times, then nothing more, or Ctrl-C."""

    def __init__(self, info: SourceInfo, t_s: list[float], interrupted: bool = False) -> None:
        super().__init__()
        self.info, self._t_s, self._interrupted = info, t_s, interrupted

    def __iter__(self):
        for index, t_s in enumerate(self._t_s):
            yield Frame(index, t_s, np.zeros((9, 16, 3), np.uint8))
        if self._interrupted:
            raise KeyboardInterrupt

    def close(self) -> None:
        pass


def watched(seen: Sitting, folder: Path, now: datetime = MORNING, interrupted: bool = False) -> tuple[Day, list[Cue]]:
    """A stretch of a day, as `formcheck sit` watches it, with a network that always knows."""
    sightings = {sighting.t_s: sighting for sighting in seen.film.track.sightings()}
    told: list[Cue] = []

    def look(frame: Frame, info: SourceInfo) -> Sighting:
        return sightings[frame.t_s]

    info = SourceInfo("camera", "camera 0", seen.film.info.width_px, seen.film.info.height_px)
    day_ = Day.open(folder, MONITOR, info, now, model="full", lang="en")
    command.watch(Played(info, list(sightings), interrupted), look, Desk(MONITOR, info), day_, [told.append])
    return day_, told


class TestSaying:
    def test_asks_knows_reminds_and_praises(self) -> None:
        _, cues = at_desk(sitting((10.0, TALL), (40.0, SLUMPED), (60.0, TALL)))
        assert [(cue.slot, *cue.clips) for cue in cues] == [
            ("guide", "seated_posture_set_up"),
            ("guide", "seated_posture_known"),
            ("correction", "seated_posture_slumped"),
            ("praise", "seated_posture_well"),
        ]

    def test_asks_again_only_now_and_then(self) -> None:
        _, cues = at_desk(sitting((61.0, TURNED)))
        assert [cue.clips for cue in cues] == [("seated_posture_not_side_on",)]

    def test_who_turned_round_for_a_moment_is_left_alone(self) -> None:
        _, cues = at_desk(sitting((10.0, TALL), (15.0, TURNED), (10.0, TALL), (60.0, TURNED)))
        assert [(cue.clips[0], cue.t_s > 54) for cue in cues][2:] == [("seated_posture_not_side_on", True)]

    def test_nobody_is_not_spoken_to(self) -> None:
        assert at_desk(sitting((300.0, ABSENT)))[1] == []

    def test_everything_said_has_a_clip_in_both_languages(self) -> None:
        voice = Path(command.__file__).parent / "web" / "static" / "voice"
        names = [name for name in all_clips() if name.startswith("seated_posture_")]
        assert len(names) == len(MONITOR.cues) + len(MONITOR.habits)
        assert [(lang, n) for lang in ("ja", "en") for n in names if not (voice / lang / f"{n}.mp3").is_file()] == []


class TestReport:
    def test_tells_states_gaps_and_reminders(self) -> None:
        report = report_of(sitting((20.0, TALL), (30.0, SLUMPED), (20.0, ABSENT), (20.0, TALL)))
        assert [state for state, _ in lasting(report)] == ["unclear", "upright", "slumped", "away", "upright"]
        assert [gap.reason for gap in report.unjudged] == ["not_calibrated", "person_lost"]
        assert [each.state for each in report.reminders] == ["slumped"]
        assert report.summary.reps == 0
        assert report.tracking.calibrated
        assert report.tracking.frames_judged == pytest.approx(2 * 68, abs=5)
        assert set(report.tracking.positions_s) == {"none", "seated"}
        assert Report.model_validate_json(report.to_json()).episodes

    def test_sums(self) -> None:
        total = sums(report_of(sitting((300.0, TALL), (100.0, SLUMPED), (100.0, ABSENT), (200.0, TALL))), MONITOR)
        assert total.good_s == pytest.approx(500, abs=4)
        assert total.judged_s == pytest.approx(600, abs=4)
        assert total.longest_good_s == pytest.approx(300, abs=4)
        assert total.longest_sitting_s == pytest.approx(400, abs=2)
        assert total.worst == "slumped"

    @pytest.mark.parametrize(
        ("seconds", "en", "ja"),
        [
            (0.4, "0 s", "0秒"), (59.4, "59 s", "59秒"), (59.6, "1 min", "1分"), (90, "1 min 30 s", "1分30秒"),
            (3599, "1 h", "1時間"), (5400, "1 h 30 min", "1時間30分"),
        ],
    )  # fmt: skip
    def test_durations_as_people_say_them(self, seconds: float, en: str, ja: str) -> None:
        assert (duration(seconds, "en"), duration(seconds, "ja")) == (en, ja)


class TestDay:
    def test_is_written_as_it_goes_and_whole_after_ctrl_c(self, tmp_path: Path) -> None:
        folder = tmp_path / "today"
        day_, told = watched(sitting((10.0, TALL), (100.0, SLUMPED)), folder, interrupted=True)
        report = Report.model_validate_json((folder / "report.json").read_bytes())
        assert report == day_.report
        assert report.episodes[-1].end_s == pytest.approx(109.0)
        assert "seated_posture_slumped" in [cue.clips[0] for cue in told]
        assert sorted(path.name for path in folder.iterdir()) == ["report.html", "report.json"]
        assert "refresh" not in (folder / "report.html").read_text(encoding="utf-8")

    def test_goes_on_where_it_was_left(self, tmp_path: Path) -> None:
        watched(sitting((100.0, TALL)), tmp_path)
        later = MORNING + timedelta(hours=2)
        day_, _ = watched(sitting((100.0, TALL), (50.0, SLUMPED)), tmp_path, later)
        starts = [("unclear", 0), ("upright", 2), ("unclear", 7200), ("upright", 7202), ("slumped", 7300)]
        assert lasting(day_.report) == [(state, pytest.approx(s, abs=1)) for state, s in starts]
        assert [each.at_s for each in day_.report.reminders] == [pytest.approx(7200 + 100 + 14, abs=2)]
        assert day_.report.started_at == MORNING.isoformat()
        assert sums(day_.report, MONITOR).longest_sitting_s == pytest.approx(150, abs=2)

    @pytest.mark.parametrize("content", ["{}", "nonsense", None], ids=["empty", "nonsense", "yesterday"])
    def test_writes_over_nothing_else(self, tmp_path: Path, content: str | None) -> None:
        watched(sitting((20.0, TALL)), tmp_path, MORNING - timedelta(days=1))
        if content is not None:
            (tmp_path / "report.json").write_text(content)
        before = (tmp_path / "report.json").read_bytes()
        with pytest.raises(OutputError, match="another report"):
            watched(sitting((20.0, TALL)), tmp_path)
        assert (tmp_path / "report.json").read_bytes() == before

    def test_eight_hours_are_told_in_an_instant(self, tmp_path: Path) -> None:
        report = report_of(sitting(*day(8.0)))
        page = day_page(report, "ja", going_on=True)
        assert page.count('<rect class="slumped"') >= sum(e.state == "slumped" for e in report.episodes)
        assert page.count('class="empty"') == 8
        assert 'http-equiv="refresh"' in page
        assert len(page) < 300_000


class TestCommands:
    @pytest.fixture(autouse=True)
    def here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("LC_ALL", "C.UTF-8")

    @pytest.mark.parametrize("given", [(), ("--exercise", "seated_posture")], ids=["recognised", "given"])
    def test_analyze_tells_how_somebody_sat(self, given: tuple[str, ...]) -> None:
        done = run("analyze", SLUMP, *given)
        assert (done.exit_code, done.stderr) == (0, "")
        assert "slumped" in done.stdout
        assert "Next: Sit forward, grow tall, soles on the floor." in done.stdout
        folder = Path("formcheck-reports/sitting_slump_c1")
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        assert report["exercise"] == "seated_posture"
        assert "slumped" in [episode["state"] for episode in report["episodes"]]
        assert "good posture" in (folder / "report.html").read_text(encoding="utf-8")

    def test_a_report_is_told_again(self) -> None:
        run("analyze", SLUMP, "--out", "a")
        assert run("report", "a", "--format", "html", "--out", "again.html", "--lang", "ja").exit_code == 0
        assert "良い姿勢でした" in Path("again.html").read_text(encoding="utf-8")

    def test_nobody_sitting_is_nothing_to_judge(self) -> None:
        done = run("analyze", DATA / "hip_lift_lost_d1.npz", "--exercise", "seated_posture")
        assert done.exit_code == 3
        assert "what it can judge is Seated posture (sitting)" in done.stderr

    def test_is_no_exercise_to_be_counted_live(self) -> None:
        done = run("live", "--exercise", "seated_posture", "--no-browser")
        assert done.exit_code == 2
        assert done.stderr.count("\n") == 1
        assert "formcheck sit" in done.stderr

    def test_no_film_is_drawn_of_it(self) -> None:
        done = run("analyze", DATA.parent.parent / "sample_videos" / "hip_lift_good.mp4", "--exercise",
                   "seated_posture", "--video")  # fmt: skip
        assert done.exit_code == 2
        assert "--video" in done.stderr

    def test_is_listed_and_explained_in_both_languages(self) -> None:
        assert "seated_posture" in run("exercises").stdout
        for lang in ("ja", "en"):
            said = run("exercises", "seated_posture", "--lang", lang).stdout
            assert all(habit.code in said for habit in MONITOR.habits)
            assert "90" in said

    def test_a_camera_that_is_not_there_is_one_line(self) -> None:
        done = run("sit", "--camera", "77", "--silent")
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.count("\n") == 1
        assert not Path("formcheck-reports").exists()


NOT_SITTING = sorted(path for path in DATA.glob("*.npz") if not path.name.startswith("sitting"))


@pytest.mark.parametrize("path", NOT_SITTING, ids=lambda path: path.stem)
def test_nothing_else_is_claimed_as_sitting(path: Path) -> None:
    with SavedLandmarks(path) as saved:
        assert recognise(saved.track, saved.info) is None


@pytest.mark.parametrize("path", sorted(DATA.glob("sitting*.npz")), ids=lambda path: path.stem)
def test_rendered_bodies_are_told_right(path: Path) -> None:
    """95 % of the seconds that are not within one of a change; the truth is that of the rendered poses."""
    truth = json.loads(path.with_suffix(".episodes.json").read_text(encoding="utf-8"))["episodes"]
    with SavedLandmarks(path) as saved:
        monitor = recognise(saved.track, saved.info)
        assert monitor is MONITOR
        from formcheck.attendance import watch_track

        course = watch_track(MONITOR, saved.track, saved.info).course
    right = [
        next((e.state for e in course if e.start_s <= t <= e.end_s), None) == each["state"]
        for each in truth
        for t in range(int(each["start_s"]) + 1, int(each["end_s"]))
        if each["start_s"] + 1 <= t <= each["end_s"] - 1
    ]
    assert len(right) > 40
    assert sum(right) >= 0.95 * len(right)


def test_an_earlier_report_is_remembered_whole() -> None:
    report = report_of(sitting((20.0, TALL), (30.0, SLUMPED), (20.0, ABSENT), (20.0, TURNED)))
    again = attendance_report(
        MONITOR, Attendance.of(report), sitting((1.0, TALL)).film.info, session_id="x", given=True, model="full"
    )
    assert again.episodes == report.episodes
    assert again.unjudged == report.unjudged
    assert again.reminders == report.reminders
