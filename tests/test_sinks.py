"""Reports as files: what is written can be read back, and a failure leaves what was there."""

from __future__ import annotations

import csv
import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from figures import save_figure

from formcheck import sinks
from formcheck.errors import OutputError, SourceError
from formcheck.report import Report
from formcheck.session import Analysis, analyze
from formcheck.signals import Row

pytestmark = pytest.mark.filterwarnings("error")

DIGEST, OTHER = "0" * 64, "f" * 64


@pytest.fixture(scope="module")
def lifts(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    return analyze(save_figure(tmp_path_factory.mktemp("set") / "lifts.npz", "hip_lift_mixed", until_s=52.0))


@pytest.fixture(scope="module")
def curls(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    return analyze(save_figure(tmp_path_factory.mktemp("set") / "curls.npz", "leg_curl_alternate"))


@pytest.fixture(scope="module")
def nobody(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    return analyze(save_figure(tmp_path_factory.mktemp("set") / "nobody.npz", "hip_lift_good", 2.0, shown=False))


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestReportFolder:
    def test_holds_four_files(self, lifts: Analysis, tmp_path: Path) -> None:
        sinks.write_report(tmp_path / "a" / "レポート", lifts, DIGEST, "page")
        assert sorted(path.name for path in (tmp_path / "a" / "レポート").iterdir()) == sorted(sinks.FILES)

    def test_the_report_reads_back(self, lifts: Analysis, tmp_path: Path) -> None:
        sinks.write_report(tmp_path, lifts, DIGEST, "page")
        text = (tmp_path / "report.json").read_text(encoding="utf-8")
        assert Report.model_validate_json(text).to_json() == lifts.report.to_json() == text

    def test_the_fingerprint_is_in_the_form_of_sha256sum(self, lifts: Analysis, tmp_path: Path) -> None:
        sinks.write_report(tmp_path, lifts, DIGEST, "page")
        assert (tmp_path / "recording.sha256").read_bytes() == f"{DIGEST}  hip_lift_mixed.mp4\n".encode()

    def test_lines_end_alike_on_every_system(self, lifts: Analysis, tmp_path: Path) -> None:
        sinks.write_report(tmp_path, lifts, DIGEST, "page")
        assert all(b"\r" not in (tmp_path / name).read_bytes() for name in sinks.FILES if name != sinks.LANDMARKS)


def full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class TestFilm:
    """A report never stands beside the film of another run."""

    @pytest.fixture
    def folder(self, lifts: Analysis, tmp_path: Path) -> Path:
        (tmp_path / "new").mkdir()
        film = tmp_path / "new" / "annotated.mp4"
        film.write_bytes(b"first")
        sinks.write_report(tmp_path / "out", lifts, DIGEST, "page with film", film)
        assert not film.exists()
        return tmp_path / "out"

    def test_it_comes_and_goes_with_its_report(self, lifts: Analysis, folder: Path) -> None:
        assert sorted(path.name for path in folder.iterdir()) == sorted([*sinks.FILES, "annotated.mp4"])
        sinks.write_report(folder, lifts, DIGEST, "page")
        assert sorted(path.name for path in folder.iterdir()) == sorted(sinks.FILES)

    def test_another_codec_takes_its_place(self, lifts: Analysis, folder: Path, tmp_path: Path) -> None:
        film = tmp_path / "new" / "annotated.webm"
        film.write_bytes(b"second")
        sinks.write_report(folder, lifts, DIGEST, "page", film)
        assert sorted(path.name for path in folder.iterdir()) == sorted([*sinks.FILES, "annotated.webm"])

    def test_a_failure_leaves_film_and_report_as_they_were(
        self, lifts: Analysis, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sinks, "pack_landmarks", full_disk)
        with pytest.raises(OutputError):
            sinks.write_report(folder, lifts, DIGEST, "page")
        assert (folder / "annotated.mp4").read_bytes() == b"first"
        assert (folder / "report.html").read_text(encoding="utf-8") == "page with film"

    def test_a_film_of_nobody_knows_what_is_not_taken_away(self, tmp_path: Path) -> None:
        (tmp_path / "annotated.mp4").write_bytes(b"somebody's")
        assert not sinks.is_free(tmp_path, DIGEST)


class TestReps:
    def test_one_row_per_repetition(self, lifts: Analysis, tmp_path: Path) -> None:
        sinks.write_report(tmp_path, lifts, DIGEST, "page")
        rows = table(tmp_path / "reps.csv")
        assert len(rows) == len(lifts.report.reps) >= 6
        for row, rep in zip(rows, lifts.report.reps, strict=True):
            assert (int(row["index"]), int(row["set"]), row["side"], row["verdict"]) == (
                rep.index, rep.set, rep.side, rep.verdict,
            )  # fmt: skip
            for name in ("start_s", "top_start_s", "top_end_s", "end_s", "peak_deg", "hold_s", "up_s", "down_s"):
                assert float(row[name]) == pytest.approx(getattr(rep, name), abs=0.0006)
            assert [code for code in row["faults"].split(";") if code] == [fault.code for fault in rep.faults]
            assert [word for word in row["severities"].split(";") if word] == [f.severity for f in rep.faults]

    def test_the_value_of_a_fault_is_that_of_the_report(self, lifts: Analysis, tmp_path: Path) -> None:
        sinks.write_report(tmp_path, lifts, DIGEST, "page")
        found = [(row, rep) for row, rep in zip(table(tmp_path / "reps.csv"), lifts.report.reps, strict=True)]
        values = [(row[f"{f.code}_{f.unit}"], f.value) for row, rep in found for f in rep.faults]
        assert len(values) >= 4
        for written, value in values:
            assert float(written) == pytest.approx(value, abs=0.0006)

    def test_what_is_no_fault_has_its_value_too(self, lifts: Analysis, tmp_path: Path) -> None:
        sinks.write_report(tmp_path, lifts, DIGEST, "page")
        assert all(float(row["momentum_s"]) > 0.5 for row in table(tmp_path / "reps.csv"))

    def test_an_infinite_pause_is_an_empty_cell(self, lifts: Analysis, tmp_path: Path) -> None:
        sinks.write_report(tmp_path, lifts, DIGEST, "page")
        assert table(tmp_path / "reps.csv")[0]["bounce_s"] == ""

    def test_nobody_leaves_a_header(self, nobody: Analysis, tmp_path: Path) -> None:
        sinks.write_report(tmp_path, nobody, DIGEST, "page")
        assert table(tmp_path / "reps.csv") == []
        assert (tmp_path / "reps.csv").read_text(encoding="utf-8").startswith("index,set,side,verdict")


class TestFrames:
    def test_one_row_per_frame(self, lifts: Analysis, tmp_path: Path) -> None:
        sinks.write_report(tmp_path, lifts, DIGEST, "page")
        rows = table(tmp_path / "frames.csv")
        assert [int(row["frame"]) for row in rows] == list(range(len(lifts.track)))
        assert [float(row["t_s"]) for row in rows] == pytest.approx(lifts.track.t_s.tolist(), abs=0.0001)
        assert {row["seen"] for row in rows} == {"1"}
        assert {row["position"] for row in rows} == {"supine"}

    def test_the_signals_are_those_that_were_judged(self, lifts: Analysis, tmp_path: Path) -> None:
        sinks.write_report(tmp_path, lifts, DIGEST, "page")
        rows = table(tmp_path / "frames.csv")
        assert lifts.verdict is not None
        study = lifts.verdict.studies[0]
        part = rows[study.scene.start : study.scene.stop]
        for column, values, margin in (
            ("hip_deg", study.values["hip_deg"], 0.006),
            ("head_height_trunk", study.values["head_height_trunk"], 0.00006),
            ("hip_dps", study.speeds["hip_deg"], 0.06),
        ):
            written = np.array([float(row[column] or "nan") for row in part])
            np.testing.assert_allclose(written, values, atol=margin)

    def test_phases_and_repetitions_agree(self, lifts: Analysis, tmp_path: Path) -> None:
        sinks.write_report(tmp_path, lifts, DIGEST, "page")
        rows = table(tmp_path / "frames.csv")
        assert {row["phase"] for row in rows} == {"rest", "rising", "top", "lowering"}
        assert {row["rep"] for row in rows} == {"", *(str(rep.index) for rep in lifts.report.reps)}
        second = [row["phase"] for row in rows if row["rep"] == "2"]
        assert second.index("rising") < second.index("top") < second.index("lowering")

    def test_two_sides_have_a_phase_each(self, curls: Analysis, tmp_path: Path) -> None:
        sinks.write_report(tmp_path, curls, DIGEST, "page")
        row = table(tmp_path / "frames.csv")[0]
        assert {"phase_left", "phase_right", "knee_left_dps", "knee_right_dps"} <= set(row)

    def test_nobody_has_no_signals(self, nobody: Analysis, tmp_path: Path) -> None:
        sinks.write_report(tmp_path, nobody, DIGEST, "page")
        rows = table(tmp_path / "frames.csv")
        assert set(rows[0]) == {"frame", "t_s", "seen", "position", "usable", "rep"}
        assert {(row["seen"], row["position"], row["usable"], row["rep"]) for row in rows} == {("0", "none", "0", "")}

    def test_frames_outside_scenes_have_empty_cells(self, tmp_path: Path) -> None:
        path = save_figure(tmp_path / "half.npz", "hip_lift_good", 12.0)
        with np.load(path) as saved:
            arrays = dict(saved)
        arrays["xy_px"][200:] = np.nan
        np.savez(path, **arrays)
        sinks.write_report(tmp_path, analyze(path, exercise="hip_lift"), DIGEST, "page")
        rows = table(tmp_path / "frames.csv")
        assert rows[0]["hip_deg"] != ""
        assert {(row["hip_deg"], row["hip_dps"], row["phase"], row["usable"]) for row in rows[260:]} == {
            ("", "", "", "0")
        }


def failing(_: IO[bytes], rows: Iterator[Row]) -> None:
    next(rows)
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def interrupted(_: IO[bytes], rows: Iterator[Row]) -> None:
    raise KeyboardInterrupt


class TestNeverHalf:
    @pytest.fixture
    def before(self, lifts: Analysis, tmp_path: Path) -> dict[str, bytes]:
        sinks.write_report(tmp_path, lifts, DIGEST, "page")
        return {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def test_a_full_disk_leaves_the_old_report(
        self, before: dict[str, bytes], curls: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sinks, "write_csv", failing)
        with pytest.raises(OutputError, match="cannot be written \\(No space left on device\\)") as refusal:
            sinks.write_report(tmp_path, curls, OTHER, "page")
        assert "\n" not in str(refusal.value)
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before

    def test_an_interrupt_leaves_the_old_report(
        self, before: dict[str, bytes], curls: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sinks, "write_csv", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sinks.write_report(tmp_path, curls, OTHER, "page")
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before

    def test_a_file_that_cannot_take_its_place(
        self, lifts: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refused(*_: object) -> None:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

        (tmp_path / "a.json").write_text("old", encoding="utf-8")
        monkeypatch.setattr(sinks.os, "replace", refused)
        with pytest.raises(OutputError, match="Permission denied"):
            sinks.write_json(tmp_path / "a.json", lifts.report)
        assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["old"]

    def test_a_folder_that_cannot_be_made(self, lifts: Analysis, tmp_path: Path) -> None:
        (tmp_path / "taken").write_text("a file", encoding="utf-8")
        with pytest.raises(OutputError, match="cannot be written"):
            sinks.write_report(tmp_path / "taken" / "report", lifts, DIGEST, "page")


class TestJson:
    def test_replaces_an_older_file(self, lifts: Analysis, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text("old" * 100_000, encoding="utf-8")
        sinks.write_json(tmp_path / "a.json", lifts.report)
        assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["exercise"] == "hip_lift"
        assert [path.name for path in tmp_path.iterdir()] == ["a.json"]

    @pytest.mark.skipif(not Path("/dev/null").is_char_device(), reason="this system has no /dev/null")
    def test_a_device_is_written_to_and_stays(self, lifts: Analysis) -> None:
        sinks.require_writable_file(Path("/dev/null"), Path(__file__))
        sinks.write_json(Path("/dev/null"), lifts.report)
        assert Path("/dev/null").is_char_device()

    def test_a_link_stays_a_link(self, lifts: Analysis, tmp_path: Path) -> None:
        target, link = tmp_path / "there.json", tmp_path / "here.json"
        try:
            link.symlink_to(target)
        except OSError:
            pytest.skip("this user may not make links")
        sinks.write_json(link, lifts.report)
        assert link.is_symlink()
        assert target.stat().st_size > 1000


class TestWhoseFolder:
    def test_the_first_report_of_a_name(self, tmp_path: Path) -> None:
        assert sinks.choose_folder(tmp_path, Path("橋 1.mp4"), DIGEST) == tmp_path / "橋 1"

    def test_the_same_recording_again(self, lifts: Analysis, tmp_path: Path) -> None:
        sinks.write_report(tmp_path / "set", lifts, DIGEST, "page")
        assert sinks.choose_folder(tmp_path, Path("set.mp4"), DIGEST) == tmp_path / "set"

    def test_another_recording_of_the_same_name(self, lifts: Analysis, tmp_path: Path) -> None:
        sinks.write_report(tmp_path / "set", lifts, DIGEST, "page")
        assert sinks.choose_folder(tmp_path, Path("set.mp4"), OTHER) == tmp_path / "set-2"
        sinks.write_report(tmp_path / "set-2", lifts, OTHER, "page")
        assert sinks.choose_folder(tmp_path, Path("set.mp4"), OTHER) == tmp_path / "set-2"
        assert sinks.choose_folder(tmp_path, Path("set.mp4"), "a" * 64) == tmp_path / "set-3"

    def test_a_file_is_in_the_way(self, tmp_path: Path) -> None:
        (tmp_path / "set").write_text("a file", encoding="utf-8")
        assert sinks.choose_folder(tmp_path, Path("set.mp4"), DIGEST) == tmp_path / "set-2"

    @pytest.mark.parametrize(("name", "folder"), [("a. .mp4", "a"), ("...", "recording"), ("-x.mp4", "-x")])
    def test_names_that_no_folder_may_have(self, name: str, folder: str, tmp_path: Path) -> None:
        assert sinks.choose_folder(tmp_path, Path(name), DIGEST) == tmp_path / folder

    @pytest.mark.parametrize("name", ["report.json", "reps.csv", "frames.csv"])
    def test_files_without_a_fingerprint_are_somebody_elses(self, name: str, tmp_path: Path) -> None:
        (tmp_path / name).write_text("mine", encoding="utf-8")
        with pytest.raises(OutputError, match="holds another recording's report; choose another folder"):
            sinks.require_free(tmp_path, DIGEST)

    def test_other_files_do_not_matter(self, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
        sinks.require_free(tmp_path, DIGEST)
        assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


class TestWritable:
    def test_a_folder_yet_to_be_made(self, tmp_path: Path) -> None:
        sinks.require_writable(tmp_path / "a" / "b")
        assert list(tmp_path.iterdir()) == []

    def test_a_file_in_place_of_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_text("a file", encoding="utf-8")
        with pytest.raises(OutputError, match="a: this is a file, not a folder"):
            sinks.require_writable(tmp_path / "a" / "b")

    def test_no_permission(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refused(**_: object) -> None:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

        monkeypatch.setattr(sinks.tempfile, "TemporaryFile", refused)
        with pytest.raises(OutputError, match=r"cannot be written \(Permission denied\); choose another folder"):
            sinks.require_writable(tmp_path)


def test_fingerprints_are_sha256(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert sinks.fingerprint(tmp_path / "a").startswith("ba7816bf8f01cfea414140de5dae2223")
    with pytest.raises(SourceError, match="it cannot be read"):
        sinks.fingerprint(tmp_path)


@pytest.mark.parametrize("name", ["frames.csv", "reps.csv"])
def test_every_column_is_explained(name: str, lifts: Analysis, curls: Analysis, tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parent.parent / "docs" / "FILES.md").read_text(encoding="utf-8")
    for number, analysis in enumerate((lifts, curls)):
        sinks.write_report(tmp_path / str(number), analysis, DIGEST, "page")
        assert analysis.verdict is not None
        values = {f"{fault.code}_{fault.unit}" for fault in analysis.verdict.exercise.faults}
        columns = set(table(tmp_path / str(number) / name)[0])
        assert {column for column in columns - values if f"`{column}`" not in page} == set()
