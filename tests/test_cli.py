"""The command line, as a person and as a script meet it: what is said where, what is written, how it ends."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import jsonschema
import numpy as np
import pytest
from click.testing import CliRunner, Result
from figures import save_figure
from recordings import encoder, record
from rich.cells import cell_len
from test_offline import first_seconds

from formcheck import models, publish, session, sinks, stretches
from formcheck.cli import interrupted, main
from formcheck.exercises import all_exercises
from formcheck.quiet import quiet
from formcheck.report import Gap, Report
from formcheck.shell import usual_lang
from formcheck.text import Lang

pytestmark = pytest.mark.filterwarnings("error")

SAMPLES = Path(__file__).resolve().parent.parent / "sample_videos"
README = Path(__file__).resolve().parent.parent / "README.md"
FILES = ["frames.csv", "landmarks.npz", "recording.sha256", "report.html", "report.json", "reps.csv"]


@pytest.fixture(autouse=True)
def current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a folder of its own, and English around it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return tmp_path


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with saved landmarks and a short recording, made once."""
    folder = tmp_path_factory.mktemp("kept")
    save_figure(folder / "lifts.npz", "hip_lift_mixed", until_s=52.0)
    save_figure(folder / "curls.npz", "leg_curl_alternate")
    save_figure(folder / "nobody.npz", "hip_lift_good", 2.0, shown=False)
    first_seconds(SAMPLES / "hip_lift_good.mp4", 2.0, folder / "short.mp4")
    return folder


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], catch_exceptions=False)


def written(folder: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return report


def assert_refused(done: Result, said: str) -> None:
    """One line on standard error that says what is wrong, nothing else, and nothing left behind."""
    assert done.exit_code == 2
    assert done.stdout == ""
    assert re.fullmatch(rf"formcheck: [^\n]*{said}[^\n]*\n", done.stderr), done.stderr
    assert not Path("formcheck-reports").exists()


class TestTable:
    def test_english(self, kept: Path) -> None:
        done = run("analyze", kept / "lifts.npz")
        assert (done.exit_code, done.stderr) == (0, "")
        lines = done.stdout.splitlines()
        assert lines[0] == "Hip lift (recognised): hip_lift_mixed.mp4 (52.0 s)"
        assert "side" not in lines[1]
        assert re.search(r"^ *1 .*fault.*momentum \(0\.\d s\)", done.stdout, re.M)
        assert re.search(r"^ *5 .*partial.*too low \(\d+°\)", done.stdout, re.M)
        assert "5 repetitions, 2 clean, 3 with a fault; 1 more did not go far enough to count." in lines
        assert "Next: Don't arch your back. Lift with your glutes." in lines
        assert lines[-1] == f"Report: {Path('formcheck-reports/lifts')}"

    def test_japanese_columns_are_straight(self, kept: Path) -> None:
        done = run("analyze", kept / "curls.npz", "--lang", "ja")
        lines = done.stdout.splitlines()
        rule = next(number for number, line in enumerate(lines) if line.startswith("─"))
        table = [line for line in lines[rule - 1 :] if line.endswith(" ") or line == lines[rule - 1]]
        assert len(table) >= 6
        starts = {
            cell_len(line[: line.index(mark)]) for line in table for mark in ("左右", " 左 ", " 右 ") if mark in line
        }
        assert len(starts) <= 2
        assert "6回（左3回、右3回）でした。すべて良い動きです。" in lines
        assert lines[-1].startswith("レポート: ")

    def test_no_colours_and_no_wrapping_in_a_pipe(self, kept: Path) -> None:
        done = run("analyze", kept / "lifts.npz")
        assert "\x1b" not in done.stdout
        assert max(map(len, done.stdout.splitlines())) <= 100

    def test_no_repetition_is_an_answer(self, tmp_path: Path) -> None:
        done = run("analyze", save_figure(tmp_path / "still.npz", "hip_lift_good", 2.0), "--exercise", "hip_lift")
        assert (done.exit_code, done.stderr) == (0, "")
        assert "0 repetitions." in done.stdout
        assert "recognised" not in done.stdout

    @pytest.mark.parametrize(
        ("settings", "lang"),
        [
            ({"LC_ALL": "ja_JP.UTF-8"}, "ja"),
            ({"LC_ALL": "", "LC_MESSAGES": "ja_JP.UTF-8", "LANG": "en_US.UTF-8"}, "ja"),
            ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "ja"}, "ja"),
            ({"LC_ALL": "de_DE.UTF-8", "LANG": "ja_JP.UTF-8"}, "en"),
            ({"LC_ALL": "C"}, "en"),
        ],
    )
    def test_language_of_the_computer(
        self, settings: dict[str, str], lang: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        assert usual_lang() == lang
        assert ("あお向け" in run("exercises").stdout) == (lang == "ja")


class TestWhereReportsGo:
    def test_a_folder_of_the_same_name(self, kept: Path) -> None:
        assert run("analyze", kept / "lifts.npz").exit_code == 0
        assert sorted(path.name for path in Path("formcheck-reports/lifts").iterdir()) == FILES
        assert sorted(path.name for path in kept.iterdir()) == ["curls.npz", "lifts.npz", "nobody.npz", "short.mp4"]

    def test_the_same_recording_again_takes_its_place(self, kept: Path) -> None:
        run("analyze", kept / "lifts.npz")
        first = written(Path("formcheck-reports/lifts"))["session_id"]
        Path("formcheck-reports/lifts/report.html").write_text("older", encoding="utf-8")
        run("analyze", kept / "lifts.npz")
        assert [path.name for path in Path("formcheck-reports").iterdir()] == ["lifts"]
        assert written(Path("formcheck-reports/lifts"))["session_id"] == first  # in the history it is one session
        assert Path("formcheck-reports/lifts/report.html").stat().st_size > 10_000

    def test_another_recording_of_that_name(self, kept: Path, tmp_path: Path) -> None:
        run("analyze", kept / "lifts.npz")
        other = save_figure(tmp_path / "lifts.npz", "leg_curl_alternate")
        assert run("analyze", other).stdout.splitlines()[-1] == f"Report: {Path('formcheck-reports/lifts-2')}"
        assert written(Path("formcheck-reports/lifts"))["exercise"] == "hip_lift"
        assert written(Path("formcheck-reports/lifts-2"))["exercise"] == "leg_curl"

    def test_out(self, kept: Path) -> None:
        assert run("analyze", kept / "lifts.npz", "--out", "a/橋 1").exit_code == 0
        assert sorted(path.name for path in Path("a/橋 1").iterdir()) == FILES
        assert not Path("formcheck-reports").exists()

    def test_out_with_another_recording_in_it(self, kept: Path) -> None:
        run("analyze", kept / "lifts.npz", "--out", "a")
        assert_refused(
            run("analyze", kept / "curls.npz", "--out", "a"), "a: this folder holds another recording's report"
        )
        assert written(Path("a"))["exercise"] == "hip_lift"

    def test_json_file_only(self, kept: Path, tmp_path: Path) -> None:
        done = run("analyze", kept / "lifts.npz", "--json", "結果.json")
        assert done.exit_code == 0
        assert [path.name for path in tmp_path.iterdir()] == ["結果.json"]
        assert done.stdout.splitlines()[-1] == "Report: 結果.json"

    def test_json_to_standard_output(self, kept: Path, tmp_path: Path) -> None:
        done = run("analyze", kept / "lifts.npz", "--json", "-")
        assert Report.model_validate_json(done.stdout_bytes).summary.reps == 5
        assert (done.exit_code, done.stderr, list(tmp_path.iterdir())) == (0, "", [])

    def test_json_and_folder(self, kept: Path) -> None:
        run("analyze", kept / "lifts.npz", "--json", "a.json", "--out", "a")
        assert Path("a.json").read_bytes() == Path("a/report.json").read_bytes()

    def test_nothing_is_written_beside_a_report_that_fails(self, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(sinks, "write_csv", full)
        done = run("analyze", kept / "lifts.npz", "--out", "a")
        assert_refused(done, "a: cannot be written .No space left on device.; choose another folder")
        assert list(Path("a").iterdir()) == []


def unreadable(name: str, content: bytes) -> Callable[[], Path]:
    def write() -> Path:
        Path(name).write_bytes(content)
        return Path(name)

    return write


def folder() -> Path:
    Path("folder.mp4").mkdir()
    return Path("folder.mp4")


def sound() -> Path:
    with av.open("sound.mp4", "w") as output:
        stream = output.add_stream("aac", rate=16_000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 16_000), np.float32), format="fltp", layout="mono")
        frame.rate = 16_000
        output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return Path("sound.mp4")


def no_frames() -> Path:
    with av.open("none.mp4", "w") as output:
        stream = output.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        output.start_encoding()
    return Path("none.mp4")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(lambda: Path("none.mp4"), "none.mp4: there is no such file", id="missing"),
        pytest.param(folder, "this is a folder", id="folder"),
        pytest.param(unreadable("a.mp4", b""), "the file is empty", id="empty"),
        pytest.param(unreadable("a.mp4", "メモ\n".encode() * 99), "not a recording", id="text"),
        pytest.param(unreadable("a.mp4", np.random.default_rng(7).bytes(20_000)), "not a recording", id="noise"),
        pytest.param(unreadable("a.npz", b"PK\3\4 no"), "not landmarks saved by formcheck", id="landmarks"),
        pytest.param(sound, "only sound", id="sound"),
        pytest.param(no_frames, "no pictures", id="no-frames"),
    ],
)
@pytest.mark.parametrize("where", [(), ("--json", "-"), ("--out", "out")], ids=["folder", "json", "out"])
def test_unreadable_recordings(make: Callable[[], Path], said: str, where: tuple[str, ...]) -> None:
    assert_refused(run("analyze", make(), *where), said)
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        pytest.param(["analyze", "none.mp4"], "none.mp4: ファイルがありません。", id="missing"),
        pytest.param(["analyze", "."], ".: これはフォルダです。", id="folder"),
        pytest.param(
            ["exercises", "squat"],
            "「squat」という種目はありません。使えるのはheel_raise、hip_lift、leg_curl、stair_step",
            id="exercise",
        ),
    ],
)
def test_refused_in_japanese(args: list[str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_refused(run(*args, "--lang", "ja"), said)
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    assert_refused(run(*args), said)


def test_interrupted_in_japanese(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sinks, "write_csv", interrupted)
    done = run("analyze", kept / "lifts.npz", "--lang", "ja")
    assert (done.exit_code, done.stderr) == (130, "formcheck: 中断しました。何も書き込んでいません\n")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "the result cannot be shown (No space left on device)"),
        ("ja", "結果を表示できません（空き容量がありません）"),
    ],
)
def test_standard_output_is_full(lang: str, said: str) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "formcheck", "exercises", "--lang", lang]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, encoding="utf-8")
    assert done.returncode == 2
    assert done.stderr.startswith(f"formcheck: {said}")


def test_whoever_listened_has_left() -> None:
    here, there = os.pipe()
    os.close(here)
    with open(there, "wb") as gone:
        done = subprocess.run([sys.executable, "-m", "formcheck", "exercises"], stdout=gone, stderr=subprocess.PIPE)
    assert b"Traceback" not in done.stderr
    assert b"formcheck:" not in done.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        pytest.param(["analyze"], "Missing argument 'VIDEO'", id="no-video"),
        pytest.param(["analyze", "a.mp4", "b.mp4"], "unexpected extra argument", id="two-videos"),
        pytest.param(["analyze", "a.mp4", "--bad"], "No such option", id="option"),
        pytest.param(["analyze", "a.mp4", "--lang", "de"], "'de' is not one of", id="language"),
        pytest.param(["analyse"], "No such command 'analyse'", id="command"),
        pytest.param(
            ["exercises", "squat"],
            "no exercise 'squat'; known are heel_raise, hip_lift, leg_curl, stair_step",
            id="exercise",
        ),
    ],
)
def test_wrong_usage(args: list[str], said: str) -> None:
    assert_refused(run(*args), said)


class TestRefusedAtOnce:
    """What can be known before the minutes of analysis is said before them."""

    @pytest.fixture(autouse=True)
    def no_analysis(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(session, "analyze", lambda *_, **__: pytest.fail("the analysis began"))

    def test_unknown_exercise(self, kept: Path) -> None:
        assert_refused(run("analyze", kept / "short.mp4", "--exercise", "squat"), "no exercise 'squat'; known are")

    @pytest.mark.parametrize("option", ["--out", "--json"])
    def test_a_file_in_place_of_a_folder(self, option: str, kept: Path) -> None:
        Path("taken").write_text("a file", encoding="utf-8")
        done = run("analyze", kept / "short.mp4", option, "taken/result")
        assert_refused(done, "taken: this is a file, not a folder" if option == "--out" else "taken: this is a file")

    def test_a_file_in_place_of_the_reports(self, kept: Path) -> None:
        Path("formcheck-reports").write_text("a file", encoding="utf-8")
        done = run("analyze", kept / "short.mp4")
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
        assert "formcheck-reports: this is a file, not a folder" in done.stderr

    @pytest.mark.parametrize("where", [(), ("--out", "out"), ("--json", "out.json")], ids=str)
    def test_no_permission(self, where: tuple[str, ...], kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refused(**_: object) -> None:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

        monkeypatch.setattr(sinks.tempfile, "TemporaryFile", refused)
        assert_refused(run("analyze", kept / "short.mp4", *where), "cannot be written .Permission denied.")

    def test_json_into_no_folder(self, kept: Path) -> None:
        assert_refused(run("analyze", kept / "short.mp4", "--json", "none/a.json"), "no such folder; make it first")

    def test_json_over_a_folder(self, kept: Path, tmp_path: Path) -> None:
        assert_refused(run("analyze", kept / "short.mp4", "--json", tmp_path), "this is a folder; name a file in it")

    def test_json_over_the_recording(self, kept: Path) -> None:
        clip = Path("a.mp4")
        clip.write_bytes((kept / "short.mp4").read_bytes())
        assert_refused(run("analyze", clip, "--json", "./a.mp4"), "this is the recording itself")
        assert clip.read_bytes() == (kept / "short.mp4").read_bytes()


class TestModels:
    def test_damaged(self, kept: Path) -> None:
        whole = models.find_model("full").read_bytes()
        Path("own.task").write_bytes(whole[:1_000_000])
        assert_refused(run("analyze", kept / "short.mp4", "--model", "own.task"), "own.task: this is not a pose model")

    def test_damaged_bundle(self, kept: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        content = bytearray(models.find_model("full").read_bytes())
        content[5_000_000] ^= 1
        (tmp_path / "pose_landmarker_full.task").write_bytes(content)
        monkeypatch.setattr(models, "MODEL_FOLDERS", (tmp_path,))
        assert_refused(run("analyze", kept / "short.mp4"), "the model file is damaged; reinstall formcheck")

    def test_unknown(self, kept: Path) -> None:
        assert_refused(run("analyze", kept / "short.mp4", "--model", "lite"), "choose 'full' or 'heavy'")


class TestNothingToJudge:
    """Exit code 3: one line says why, and there is a report."""

    def assert_said(self, done: Result, why: str) -> None:
        assert done.exit_code == 3
        assert re.fullmatch(rf"formcheck: [^\n]*{why}[^\n]*\n", done.stderr), done.stderr

    def test_nobody(self, kept: Path) -> None:
        done = run("analyze", kept / "nobody.npz")
        self.assert_said(done, "nothing could be judged: nobody was seen; film the whole body")
        report = written(Path("formcheck-reports/nobody"))
        assert (report["exercise"], report["reps"]) == (None, [])
        assert [gap["reason"] for gap in report["unjudged"]] == ["person_lost"]
        assert done.stdout == f"Report: {Path('formcheck-reports/nobody')}\n"

    def test_nobody_in_japanese(self, kept: Path) -> None:
        self.assert_said(run("analyze", kept / "nobody.npz", "--lang", "ja"), "人が見つかりません")

    def test_nobody_in_json(self, kept: Path) -> None:
        done = run("analyze", kept / "nobody.npz", "--json", "-")
        self.assert_said(done, "nobody was seen")
        assert Report.model_validate_json(done.stdout_bytes).exercise is None

    @pytest.mark.parametrize(("lang", "said"), [("en", "lying on the back .2[0-9]"), ("ja", "あお向け（2")])
    def test_another_exercise(self, tmp_path: Path, lang: str, said: str) -> None:
        lifts = save_figure(tmp_path / "a.npz", "hip_lift_good", 25.0)
        self.assert_said(run("analyze", lifts, "--exercise", "leg_curl", "--lang", lang), said)

    def test_a_part_of_the_body(self, tmp_path: Path) -> None:
        path = save_figure(tmp_path / "a.npz", "hip_lift_good", 4.0)
        with np.load(path) as saved:
            arrays = dict(saved)
        arrays["xy_px"][..., 0] -= 400
        np.savez(path, **arrays)
        self.assert_said(run("analyze", path), "only a part of the body is in the picture")

    @pytest.mark.parametrize(
        "film",
        [
            pytest.param({"count": 1}, id="one-frame"),
            pytest.param({"size_px": (1, 1), "codec": "ffv1", "pixels": "bgr0"}, id="one-pixel"),
            pytest.param({"size_px": (321, 179), "codec": "ffv1", "pixels": "bgr0"}, id="odd-size"),
            pytest.param({"count": 20}, id="patches"),
        ],
    )
    def test_pictures_of_nothing(self, film: dict[str, Any]) -> None:
        self.assert_said(run("analyze", record(Path("a.mkv"), **film)), "nobody was seen")


class TestOddButNormal:
    @pytest.mark.parametrize(
        "name", ["ヒップリフト　１回目.npz", "my set (1).npz", "[bold]set[0].npz", "-x.npz", "--out.npz"]
    )
    def test_names(self, name: str, kept: Path) -> None:
        Path(name).write_bytes((kept / "lifts.npz").read_bytes())
        for args in (["--", name], [f"./{name}"]):
            done = run("analyze", *args)
            assert (done.exit_code, done.stderr) == (0, "")
            assert done.stdout.splitlines()[-1] == f"Report: {Path('formcheck-reports', name[:-4])}"

    def test_a_name_that_is_no_text(self, kept: Path) -> None:
        try:
            Path(os.fsdecode(b"a\xff.npz")).write_bytes((kept / "lifts.npz").read_bytes())
        except OSError:
            pytest.skip("this file system has only names that are text")
        assert run("analyze", os.fsdecode(b"a\xff.npz")).exit_code == 0
        assert Path("formcheck-reports/a?").is_dir()

    @pytest.mark.parametrize("lang", ["en", "ja"])
    def test_broken_off(self, lang: str) -> None:
        clip = first_seconds(SAMPLES / "hip_lift_good.mp4", 3.0, Path("whole.mp4"))
        with av.open(str(clip)) as whole, av.open("front.mp4", "w", options={"movflags": "faststart"}) as front:
            stream = front.add_stream_from_template(whole.streams.video[0])
            for packet in whole.demux(video=0):
                if packet.dts is not None:
                    packet.stream = stream
                    front.mux(packet)
        content = Path("front.mp4").read_bytes()
        Path("cut.mp4").write_bytes(content[: len(content) * 7 // 10])
        done = run("analyze", "cut.mp4", "--exercise", "hip_lift", "--lang", lang)
        said = {
            "en": "note: the recording breaks off after .* s of",
            "ja": "注意: 録画は.*秒（全.*秒）で途切れています",
        }
        assert done.exit_code == 0
        assert re.fullmatch(rf"formcheck: {said[lang]}.*\n", done.stderr), done.stderr
        assert written(Path("formcheck-reports/cut"))["tracking"]["frames_judged"] > 20

    @pytest.mark.parametrize("codec", [encoder("libx265")])
    def test_a_phones_recording(self, codec: str) -> None:
        """HEVC, ten bits, stored on its side with a note to turn it."""
        with (
            av.open(str(SAMPLES / "hip_lift_good.mp4")) as source,
            av.open("IMG_0001.MOV", "w", format="mov") as output,
        ):
            stream: Any = output.add_stream(codec, rate=30, options={"x265-params": "log-level=none"})
            stream.width, stream.height, stream.pix_fmt = 360, 640, "yuv420p10le"
            stream.set_display_rotation(-90)
            for number, picture in zip(range(30), source.decode(video=0), strict=False):
                side = np.ascontiguousarray(np.rot90(picture.to_ndarray(format="rgb24")))
                turned = av.VideoFrame.from_ndarray(side, "rgb24").reformat(format="yuv420p10le")
                turned.pts = number
                output.mux(stream.encode(turned))
            output.mux(stream.encode())
        done = run("analyze", "IMG_0001.MOV", "--exercise", "hip_lift")
        assert (done.exit_code, done.stderr) == (0, "")
        report = written(Path("formcheck-reports/IMG_0001"))
        assert (report["source"]["width"], report["source"]["height"]) == (640, 360)
        assert report["source"]["rotation_deg"] in (90, 270)
        assert report["tracking"]["head_at"] == "left"
        assert report["tracking"]["rest_deg"] == pytest.approx(129, abs=8)

    @pytest.mark.parametrize("codec", [encoder("libx264")])
    def test_8k(self, codec: str) -> None:
        clip = record(Path("8k.mp4"), codec=codec, size_px=(7680, 4320), count=2, options={"preset": "ultrafast"})
        assert run("analyze", clip).exit_code == 3
        assert written(Path("formcheck-reports/8k"))["source"]["width"] == 7680


def python(*args: str | Path, **settings: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **settings
    )


SLOW = """
import signal, sys
from formcheck import cli, estimate
signal.signal(signal.SIGINT, signal.default_int_handler)
step, count = estimate.Landmarker.step, 0
def counted(*args):
    global count
    count += 1
    if count == 20:
        print("under way", flush=True)
    return step(*args)
estimate.Landmarker.step = counted
cli.main(sys.argv[1:])
"""
"""The command line, saying when the network has seen twenty frames."""


class TestInterrupted:
    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
    def test_what_was_done_is_kept(self) -> None:
        with python("-c", SLOW, "analyze", SAMPLES / "hip_lift_mixed.mp4", "--exercise", "hip_lift") as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"under way\n"
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        assert process.returncode == 130
        assert re.fullmatch(
            rb"formcheck: interrupted; the result is incomplete: only the first .* s(, without .* s,)? were analysed\n",
            err,
        )
        assert b"Report: " in out
        folder = Path("formcheck-reports/hip_lift_mixed")
        report = written(folder)
        assert report["complete"] is False
        assert 5 <= report["source"]["frames"] < 1900
        assert sorted(path.name for path in folder.iterdir()) == FILES

    def test_while_writing(self, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(sinks, "write_csv", interrupted)
        done = run("analyze", kept / "lifts.npz", "--out", "a")
        assert done.exit_code == 130
        assert done.stderr.strip() == "formcheck: interrupted; nothing was written"
        assert list(Path("a").iterdir()) == []

    def test_while_drawing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The report is whole, only the film is missing."""

        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(publish, "film", interrupted)
        done = run("analyze", SAMPLES / "leg_curl_alternate.mp4", "--video", "--out", "a", "--lang", "en")
        assert done.exit_code == 130
        assert "the report is complete, but without film" in done.stderr
        assert written(Path("a"))["complete"] is True
        assert not list(Path("a").glob("*.mp4"))

    def test_before_the_first_frame(self, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(stretches, "wait", interrupted)
        done = run("analyze", kept / "short.mp4")
        assert done.exit_code == 130
        assert written(Path("formcheck-reports/short"))["complete"] is False


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "interrupted; the result is incomplete: only the first 52.0 s, without 10.0-20.5 s, were analysed"),
        ("ja", "中断しました。はじめの52.0秒（10.0-20.5秒を除く）だけの途中までの結果です"),
    ],
)
def test_what_was_left_out_before_an_interrupt_is_told(kept: Path, lang: Lang, said: str) -> None:
    report = session.analyze(kept / "lifts.npz").report
    gaps = [Gap(start_s=10.0, end_s=20.5, reason="not_analysed"), Gap(start_s=30.0, end_s=31.0, reason="person_lost")]
    assert interrupted(report.model_copy(update={"unjudged": gaps}), lang) == said


class TestFilm:
    def test_it_goes_with_its_report(self, kept: Path) -> None:
        """A second run without a film leaves none of the first run behind."""
        asked = ("analyze", kept / "short.mp4", "--exercise", "hip_lift", "--out", "a")
        assert run(*asked, "--video").exit_code == 0
        assert 'src="annotated.mp4"' in Path("a/report.html").read_text(encoding="utf-8")
        assert sorted(path.name for path in Path("a").iterdir()) == sorted([*FILES, "annotated.mp4"])
        assert run(*asked).exit_code == 0
        assert "annotated" not in Path("a/report.html").read_text(encoding="utf-8")
        assert sorted(path.name for path in Path("a").iterdir()) == sorted(FILES)


class TestQuiet:
    def test_nothing_of_the_libraries_is_seen(self, kept: Path) -> None:
        with python("-m", "formcheck", "analyze", kept / "short.mp4", "--exercise", "hip_lift") as process:
            out, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, b"")
        assert out.decode().startswith("Hip lift: short.mp4 (2.")

    def test_verbose_shows_them(self, kept: Path) -> None:
        with python("-m", "formcheck", "analyze", "-v", kept / "short.mp4", "--json", "-") as process:
            out, err = process.communicate(timeout=120)
        assert err != b""
        assert Report.model_validate_json(out).source.name == "short.mp4"

    def test_what_is_left_half_made_says_nothing(self, capfd: pytest.CaptureFixture[str]) -> None:
        """As MediaPipe's picture does when Ctrl-C comes while it is made."""

        class HalfMade:
            def __del__(self) -> None:
                raise AttributeError("never made")

        with quiet():
            HalfMade()
        assert capfd.readouterr().err == ""

    def test_errors_are_still_said(self, kept: Path) -> None:
        with python("-m", "formcheck", "analyze", kept / "short.mp4", "--model", "none") as process:
            out, err = process.communicate(timeout=120)
        assert (process.returncode, out, err.count(b"\n")) == (2, b"", 1)
        assert err.startswith(b"formcheck: none: there is no such model")

    def test_a_terminal_shows_the_time_left(self, kept: Path) -> None:
        pty = pytest.importorskip("pty")
        here, there = pty.openpty()
        settings = {"env": os.environ | {"TERM": "xterm", "COLUMNS": "100"}}
        process = subprocess.Popen(
            [sys.executable, "-m", "formcheck", "analyze", str(kept / "short.mp4"), "--json", "-"],
            stdout=subprocess.PIPE, stderr=there, **settings,
        )  # fmt: skip
        os.close(there)
        shown = b""
        try:
            while part := os.read(here, 65536):
                shown += part
        except OSError:  # how Linux says that the other end was closed
            pass
        os.close(here)
        out, _ = process.communicate(timeout=60)
        assert b"Analysing" in shown
        assert re.search(rb"\d+%", shown)
        assert b"W0000" not in shown
        assert b"Analysing" not in out


class TestHelp:
    def test_it_comes_at_once(self) -> None:
        code = (
            "import sys; from formcheck.cli import main\n"
            "try: main(['--help'])\n"
            "finally: print(sorted({'mediapipe', 'cv2', 'av', 'numpy', 'pydantic', 'rich'} & set(sys.modules)))"
        )
        said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert said.stdout.splitlines()[-1] == "[]"
        took_s = []
        for _ in range(3):
            start_s = time.perf_counter()
            subprocess.run([sys.executable, "-m", "formcheck", "--help"], capture_output=True, check=True)
            took_s.append(time.perf_counter() - start_s)
        assert min(took_s) < 0.5

    def test_every_command_has_help(self) -> None:
        assert set(main.commands) >= {"analyze", "exercises", "doctor", "schema"}
        for name, command in main.commands.items():
            assert command.get_short_help_str()
            assert run(name, "--help").exit_code == 0

    def test_every_option_has_help(self) -> None:
        options = [option for command in main.commands.values() for option in command.params]
        assert [o.name for o in options if o.param_type_name == "option" and not getattr(o, "help", None)] == []

    @pytest.mark.parametrize("name", [*main.commands, *all_exercises()])
    def test_the_readme_knows_it(self, name: str) -> None:
        """Every command with `formcheck NAME`, every exercise by its id, each with words about it."""
        text = README.read_text(encoding="utf-8")
        wanted = f"formcheck {name}" if name in main.commands else f"`{name}`"
        assert wanted in text
        line = next(line for line in text.splitlines() if wanted in line)
        assert len(line.replace(wanted, "")) > 20

    def test_alone_it_shows_the_help(self) -> None:
        done = run()
        assert (done.exit_code, done.stdout) == (0, run("--help").stdout)

    def test_version(self) -> None:
        assert re.fullmatch(r"formcheck \d+\.\d+\.\d+\n", run("--version").stdout)


class TestExercises:
    def test_list(self) -> None:
        lines = run("exercises").stdout.splitlines()
        assert lines[:5] == [
            "heel_raise      Heel raise (standing)", "hip_lift        Hip lift (lying on the back)",
            "leg_curl        Prone leg curl (lying on the front)", "stair_step      Stepping on the spot (standing)",
            "seated_posture  Seated posture (sitting)",
        ]  # fmt: skip

    @pytest.mark.parametrize("lang", ["en", "ja"])
    @pytest.mark.parametrize("name", all_exercises())
    def test_one_is_explained(self, name: str, lang: str) -> None:
        done, exercise = run("exercises", name, "--lang", lang), all_exercises()[name]
        assert done.exit_code == 0
        assert getattr(exercise.camera, lang) in done.stdout
        for measure in exercise.measures:
            assert f"  {measure}: " in done.stdout
        for fault in exercise.faults:
            assert f"  {fault.code}: {getattr(fault.label, lang)}" in done.stdout
            assert {getattr(fault.cue, lang), getattr(fault.reason, lang)} <= {
                line.split(": ", 1)[-1] for line in done.stdout.splitlines()
            }
            assert f"{fault.severe:g}" in done.stdout


class TestSchema:
    def test_a_report_is_valid(self, kept: Path) -> None:
        schema = json.loads(run("schema").stdout)
        jsonschema.Draft202012Validator.check_schema(schema)
        for name in ("lifts", "curls", "nobody"):
            run("analyze", kept / f"{name}.npz")
            jsonschema.validate(written(Path("formcheck-reports", name)), schema)

    @pytest.mark.parametrize(("field", "wrong"), [("schema_version", 2), ("reps", None), ("runtime", 3), ("new", 1)])
    def test_something_else_is_not(self, field: str, wrong: object, kept: Path) -> None:
        schema = json.loads(run("schema").stdout)
        report = json.loads(run("analyze", kept / "lifts.npz", "--json", "-").stdout)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(report | {field: wrong}, schema)


def test_two_runs_give_the_same_bytes(kept: Path) -> None:
    results = []
    for _ in range(2):
        run("analyze", kept / "short.mp4", "--exercise", "hip_lift")
        folder = Path("formcheck-reports/short")
        document = written(folder)
        text = (folder / "report.json").read_text(encoding="utf-8").replace(document["session_id"], "")
        results.append((text, *((folder / name).read_bytes() for name in FILES if name != "report.json")))
    assert results[0] == results[1]
