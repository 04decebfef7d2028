"""The server without a browser: sessions kept and resumed, and whatever a bad client sends."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from replays import replayed, saved
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from formcheck import retell
from formcheck.coach.archive import Archive, unfinished
from formcheck.coach.coach import Coach
from formcheck.coach.plan import Plan, adapt, read_week
from formcheck.coach.sitting import Options, Sitting
from formcheck.errors import RequestError
from formcheck.estimate import Landmarker, choose_runtime
from formcheck.events import RepDone
from formcheck.history import ME, History
from formcheck.records import Frame, SourceInfo
from formcheck.session import analyze
from formcheck.video import VideoFile
from formcheck.web.app import create_app, rest_advice
from formcheck.web.messages import BadMessageError, event_dict, jpeg_size_px, unpack
from formcheck.web.serve import kept_token

TOKEN = "t" * 43
HELLO = json.dumps({"type": "hello", "plan": {"exercise": "hip_lift", "sets": 1, "reps": 2}})
PLAN = Plan(exercise="hip_lift", sets=1, reps=2)


def jpeg(width_px: int = 64, height_px: int = 48) -> bytes:
    return bytes(cv2.imencode(".jpg", np.full((height_px, width_px, 3), 90, np.uint8))[1])


def framed(at_ms: float, picture: bytes) -> bytes:
    return struct.pack(">d", at_ms) + picture


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Options(tmp_path), TOKEN), base_url="http://127.0.0.1:8642") as made:
        yield made


@contextmanager
def connected(client: TestClient, token: str = TOKEN, **headers: str) -> Iterator[Any]:
    with client.websocket_connect(f"/live?token={token}", headers=headers) as socket:
        yield socket


def close_code(socket: Any) -> int:
    """The code the server closes with; answers that come before are read."""
    try:
        for _ in range(2000):
            socket.receive_text()
    except WebSocketDisconnect as closed:
        return closed.code
    raise AssertionError("it stays open")


def answer(socket: Any, kind: str) -> dict[str, Any]:
    """The next message of a kind."""
    for _ in range(200):
        message: dict[str, Any] = json.loads(socket.receive_text())
        if message["type"] == kind:
            return message
    raise AssertionError(f"no {kind}")


def test_pages_need_the_token_and_bring_the_headers(client: TestClient) -> None:
    assert client.get("/").status_code == 403
    assert client.get("/words.json?token=wrong").status_code == 403
    page = client.get(f"/?token={TOKEN}")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "HttpOnly" in page.headers["set-cookie"]
    assert "SameSite=Strict" in page.headers["set-cookie"]
    assert client.get("/words.json").json()["clips"]["begin"]["ja"] == "準備ができました。始めましょう"
    assert client.get("/static/../../cli.py").status_code in (403, 404)


def test_a_wrong_token_and_a_foreign_page_are_refused(client: TestClient) -> None:
    with connected(client, token="wrong") as socket:
        assert close_code(socket) == 4401
    with connected(client, origin="http://elsewhere.example") as socket:
        assert close_code(socket) == 4403
    with connected(client, host="127.0.0.1:8642", origin="http://127.0.0.1:8642") as socket:
        socket.send_text(HELLO)
        socket.send_bytes(framed(1000.0, jpeg()))
        assert answer(socket, "tick")["state"] == "check"


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (["{"], 4400),
        (["[" * 100_000], 4400),
        ([json.dumps({"type": "hello", "plan": {"exercise": "juggling"}})], 4400),
        ([json.dumps({"type": "hello", "plan": {"exercise": "hip_lift", "reps": 1e9}})], 4400),
        ([json.dumps({"type": "command", "name": "pause"})], 4400),
        ([b"frame first"], 4400),
        ([HELLO, HELLO], 4400),
        ([HELLO, b"short"], 4415),
        ([HELLO, framed(1.0, b"GIF89a" + bytes(100))], 4415),
        ([HELLO, framed(float("nan"), jpeg())], 4400),
        ([HELLO, framed(1.0, jpeg(2400, 48))], 4413),
        ([HELLO, framed(1.0, jpeg()[:24] + bytes(3_000_000))], 4413),
        ([HELLO, framed(1.0, jpeg()), framed(40.0, jpeg(48, 64))], 4416),
        ([HELLO, *[framed(1.0, jpeg())] * 700], 4429),
    ],
    ids=lambda value: None if isinstance(value, int) else "",
)
def test_bad_messages_close_only_their_own_connection(client: TestClient, messages: list[Any], code: int) -> None:
    with connected(client) as other:
        other.send_text(HELLO)
        other.send_bytes(framed(1000.0, jpeg()))
        assert answer(other, "tick")["frame_ms"] == 1000.0
        with connected(client) as socket:
            for message in messages:
                socket.send_bytes(message) if isinstance(message, bytes) else socket.send_text(message)
            assert close_code(socket) == code
        other.send_bytes(framed(1040.0, jpeg()))
        assert answer(other, "tick")["frame_ms"] == 1040.0


def test_a_picture_bomb_is_refused_by_its_header() -> None:
    huge = bytearray(jpeg())
    at = huge.index(b"\xff\xc0")
    huge[at + 5 : at + 9] = struct.pack(">HH", 10_000, 10_000)
    assert jpeg_size_px(bytes(huge)) == (10_000, 10_000)
    with pytest.raises(BadMessageError, match="10000 x 10000"):
        unpack(framed(1.0, bytes(huge)))


def test_time_that_runs_backwards_is_dropped_and_then_refused(client: TestClient) -> None:
    with connected(client) as socket:
        socket.send_text(HELLO)
        socket.send_bytes(framed(1000.0, jpeg()))
        answer(socket, "tick")
        socket.send_bytes(framed(900.0, jpeg()))
        assert answer(socket, "dropped")["frame_ms"] == 900.0
        socket.send_bytes(framed(1040.0, jpeg()))
        assert answer(socket, "tick")["t_s"] == 0.04
        for number in range(40):
            socket.send_bytes(framed(900.0 - number, jpeg()))
            if number < 30:
                answer(socket, "dropped")
        assert close_code(socket) == 4400


def test_a_damaged_jpeg_is_dropped(client: TestClient) -> None:
    with connected(client) as socket:
        socket.send_text(HELLO)
        socket.send_bytes(framed(1.0, jpeg()[:300][:-40]))
        assert answer(socket, "dropped")["frame_ms"] == 1.0


def test_too_many_sessions_are_refused(client: TestClient) -> None:
    with connected(client), connected(client), connected(client), connected(client), connected(client) as fifth:
        assert close_code(fifth) == 4503


def test_a_portrait_picture_is_told_to_turn(client: TestClient) -> None:
    with connected(client) as socket:
        socket.send_text(HELLO)
        for number in range(16):
            socket.send_bytes(framed(1000.0 + 100.0 * number, jpeg(48, 64)))
            last = answer(socket, "tick")
        assert last["problem"] == "portrait"


def coached(root: Path, *, until_s: float, name: str = "hip_lift_mixed_d2", **card: Any) -> tuple[Coach, Archive]:
    """A session on saved landmarks, kept at every repetition, up to a time at which it breaks off."""
    taken = saved(name)
    coach = Coach(PLAN, taken.info)
    archive = Archive.new(root, PLAN, taken.info, model="full", zero_ms=0.0, **card)
    for sighting in taken.track.sightings():
        if sighting.t_s > until_s:
            break
        tick = coach.step(sighting)
        if any(isinstance(event, RepDone) for event in tick.events):
            archive.keep(coach.track, coach.session.progress_at(tick.t_s))
    return coach, archive


def test_a_session_belongs_to_whom_it_was_begun_for(tmp_path: Path) -> None:
    _, archive = coached(tmp_path, until_s=25.0, person="Hana")
    resumed = Archive.resume(tmp_path, archive.card.id)
    assert resumed is not None
    assert resumed.finish() is not None
    with History(tmp_path) as history:
        assert [len(history.sessions(person)) for person in ("Hana", ME)] == [1, 0]
        day = datetime.fromisoformat(archive.card.started_at).date()
        assert history.training_days("Hana") == {day}
    assert rest_advice(Options(tmp_path, person="Hana"), day + timedelta(days=1)) is not None
    assert rest_advice(Options(tmp_path), day + timedelta(days=1)) is None


def test_the_report_says_what_ran_the_model(tmp_path: Path) -> None:
    with closing(Sitting(PLAN, saved("hip_lift_mixed_d2").info, Options(tmp_path))) as sitting:
        assert sitting.archive.card.runtime == choose_runtime("auto", "full")
    _, archive = coached(tmp_path, until_s=25.0, runtime="openvino")
    report = archive.finish()
    assert report is not None
    assert report.runtime == "openvino"


def test_a_killed_session_loses_only_the_open_repetition(tmp_path: Path) -> None:
    coach, archive = coached(tmp_path, until_s=20.0)
    assert coach.session.count == 1
    found = Archive.resume(tmp_path, archive.card.id)
    assert found is not None
    assert found.progress.tally == {"both": 1}
    later = Coach(found.card.plan, found.info, found.progress)
    assert later.session.count == 1
    assert found.last_s == pytest.approx(16.7, abs=0.1)
    assert Archive.resume(tmp_path, "../escape") is None
    assert Archive.resume(tmp_path, "01UNKNOWN") is None


def test_the_report_counts_what_the_coach_counted(tmp_path: Path) -> None:
    coach, archive = coached(tmp_path, until_s=24.0)
    assert coach.session.progress.done
    archive.keep(coach.track, coach.session.progress_at(24.0))
    report = archive.finish()
    assert report is not None
    assert [(rep.set, rep.index, rep.verdict) for rep in report.reps] == [(1, 1, "clean"), (1, 2, "fault")]
    assert report.summary.reps == 2
    assert report.complete
    assert not archive.folder.exists()
    with History(tmp_path) as history:
        [kept] = history.sessions()
        assert history.results(kept.id)[-1].report.to_json() == report.to_json()
        assert history.landmarks_path(kept.id).is_file()
    assert Archive.resume(tmp_path, archive.card.id) is None


def test_judging_a_live_session_again_gives_what_it_gave(tmp_path: Path) -> None:
    """Its practice does not become a repetition, so that judging again adds nothing."""
    coach, archive = coached(tmp_path, until_s=24.0)
    archive.keep(coach.track, coach.session.progress_at(24.0))
    live = archive.finish()
    assert live is not None
    with History(tmp_path) as history:
        assert len(live.reps) < len(analyze(history.landmarks_path(live.session_id)).report.reps)
        again = retell.judge_again(history, live.session_id)
        assert again.to_json() == live.to_json()
        assert [result.report.to_json() for result in history.results(live.session_id)] == [live.to_json()]
        told = retell.recall(history, live.session_id)
        retell.write_as(told, retell.story_of(told, history, ""), "csv", tmp_path / "reps.csv", "en")
    rows = (tmp_path / "reps.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [row.split(",")[:4] for row in rows] == [["1", "1", "both", "clean"], ["2", "1", "both", "fault"]]


def test_a_broken_off_session_is_finished_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, archive = coached(tmp_path, until_s=20.0)
    assert unfinished(tmp_path) == []
    monkeypatch.setattr("formcheck.coach.archive.RESUME_S", -1.0)
    [found] = unfinished(tmp_path)
    report = found.finish()
    assert report is not None
    assert (report.complete, report.summary.reps) == (False, 1)
    assert unfinished(tmp_path) == []
    assert archive.folder == found.folder


def test_a_session_that_is_not_to_be_kept_leaves_its_report_alone(tmp_path: Path) -> None:
    _, archive = coached(tmp_path, until_s=20.0, keep=False)
    found = Archive.open(archive.folder)
    assert found is not None
    report = found.finish()
    assert report is not None
    assert report.summary.reps == 1
    assert not archive.folder.exists()
    with History(tmp_path) as history:
        assert history.sessions() == []


def test_a_damaged_session_is_passed_over(tmp_path: Path) -> None:
    _, archive = coached(tmp_path, until_s=10.0)
    (archive.folder / "session.json").write_text("{", encoding="utf-8")
    assert Archive.resume(tmp_path, archive.card.id) is None
    assert unfinished(tmp_path) == []


def test_events_are_plain_json_with_a_version() -> None:
    coach = Coach(PLAN, saved("hip_lift_mixed_d2").info)
    found = [e for s in saved("hip_lift_mixed_d2").track[:300].sightings() for e in coach.step(s).events]
    lines = [json.loads(json.dumps(event_dict(event), allow_nan=False)) for event in found]
    assert {line["v"] for line in lines} == {1}
    assert {line["event"] for line in lines} >= {"Ready", "PhaseEntered", "RepDone"}
    [done] = [line for line in lines if line["event"] == "RepDone"]
    assert (done["verdict"], [fault["code"] for fault in done["faults"]]) == ("fault", ["lumbar_arch"])


def test_the_token_stays_for_a_day_and_is_nobody_elses(tmp_path: Path) -> None:
    first = kept_token(tmp_path / "data")
    assert len(first) >= 32
    assert kept_token(tmp_path / "data") == first
    assert kept_token(tmp_path / "other") != first
    assert (tmp_path / "data" / "token").stat().st_mode & 0o077 == 0


def test_a_plan_is_read_by_day(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(
        'note = "gently"\n[[day.monday]]\nexercise = "hip_lift"\nreps = 8\nhold_s = 5\nnote = "slow"\n',
        encoding="utf-8",
    )
    week = read_week(path)
    assert [(plan.exercise, plan.reps, plan.hold_s, plan.note) for plan in week.on(0)] == [("hip_lift", 8, 5.0, "slow")]
    assert week.on(1) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("[[day.monday]\n", "not understood"),
        ('[[day.someday]]\nexercise = "hip_lift"\n', "no day 'someday'"),
        ('[[day.monday]]\nexercise = "juggling"\n', "no exercise 'juggling'"),
        ('[[day.monday]]\nexercise = "hip_lift"\nreps = 1000\n', "day.monday.0.reps"),
    ],
)
def test_a_wrong_plan_says_what_is_wrong(tmp_path: Path, words: str, said: str) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(words, encoding="utf-8")
    with pytest.raises(RequestError, match=said) as caught:
        read_week(path)
    assert "\n" not in caught.value.text.ja.strip()
    with pytest.raises(RequestError, match="cannot be read"):
        read_week(tmp_path / "missing.toml")


def test_plans_grow_when_earned_and_shrink_at_once(client: TestClient) -> None:
    plan = Plan(exercise="hip_lift")
    assert adapt(plan, "too_easy", 1.0, 2) == plan
    longer = adapt(plan, "too_easy", 1.0, 3)
    assert (longer.hold_s, longer.sets) == (5.0, 2)
    more = adapt(longer, "too_easy", 1.0, 3)
    assert (more.hold_s, more.sets) == (5.0, 3)
    assert adapt(more, "too_hard", 1.0, 0) == longer
    assert adapt(longer, "right", 0.5, 0) == plan
    assert adapt(plan, "too_hard", 1.0, 0).reps == 8
    client.get(f"/?token={TOKEN}")
    body = {"plan": plan.model_dump(), "felt": "too_hard", "earned": 0, "clean_share": 1.0}
    assert client.post("/adapt", json=body).json()["plan"]["reps"] == 8
    assert client.post("/adapt", content=b"x" * 20_000).status_code == 400


def picture(shared: Path, *names: str) -> np.ndarray:
    """Who lies in the first pictures of some clips, beside each other."""
    pictures = []
    for name in names:
        with VideoFile(shared / "clips" / f"{name}.mp4") as source:
            pictures.append(next(iter(source)).image[:, 100:520])
    return np.hstack(pictures)


def test_everybody_in_the_picture_is_counted(shared: Path) -> None:
    both = picture(shared, "hip_lift_good_d1", "hip_lift_good_d2_m")
    info = SourceInfo("camera", "two", both.shape[1], both.shape[0])
    with Landmarker() as landmarker:
        assert landmarker.count_people(Frame(0, 0.0, both), info) == 2
        one = picture(shared, "hip_lift_good_d1")
        assert landmarker.count_people(Frame(1, 0.1, one), replace(info, width_px=one.shape[1])) == 1
        empty = np.full_like(one, 120)
        assert landmarker.count_people(Frame(2, 0.2, empty), replace(info, width_px=one.shape[1])) == 0


def test_somebody_else_is_told_of_in_the_camera_check(shared: Path, tmp_path: Path) -> None:
    both = picture(shared, "hip_lift_good_d1", "hip_lift_good_d2_m")
    info = SourceInfo("camera", "two", both.shape[1], both.shape[0])
    with closing(Sitting(PLAN, info, Options(tmp_path))) as sitting:
        cues = [cue for number in range(20) for cue in sitting.step(both, 0.1 * number).cues]
    assert "two_people" in [name for cue in cues for name in cue.clips]


@pytest.mark.parametrize("asked", [False, True])
def test_the_video_is_kept_only_when_asked_for(tmp_path: Path, asked: bool) -> None:
    options = Options(tmp_path / "data", record=tmp_path / "films" if asked else None)
    app = create_app(options, TOKEN)
    with TestClient(app, base_url="http://127.0.0.1:8642") as client, connected(client) as socket:
        socket.send_text(HELLO)
        for number in range(6):
            socket.send_bytes(framed(1000.0 + 40.0 * number, jpeg()))
            answer(socket, "tick")
        socket.send_text(json.dumps({"type": "command", "name": "finish"}))
        answer(socket, "cues")
    films = sorted(tmp_path.rglob("*.mp4"))
    assert len(films) == asked
    for film in films:
        assert film.parent.parent == tmp_path / "films"
        with VideoFile(film) as kept:
            assert [frame.t_s for frame in kept] == pytest.approx([0.04 * n for n in range(6)], abs=0.002)


def test_a_rest_day_is_told_before_starting(tmp_path: Path) -> None:
    def resting() -> object:
        with TestClient(create_app(Options(tmp_path), TOKEN)) as client:
            return client.get(f"/words.json?token={TOKEN}").json()["setup"]["resting"]

    assert resting() is None
    yesterday = (datetime.now() - timedelta(days=1)).astimezone().isoformat(timespec="seconds")
    with History(tmp_path) as history:
        history.keep(replayed("hip_lift_mixed_d2").model_copy(update={"started_at": yesterday}))
    told = resting()
    assert isinstance(told, dict)
    assert "昨日" in told["ja"]
