"""What people said of the judgement, as truth."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from replays import GOLDEN, replayed, saved

from formcheck import corrections
from formcheck.entries import Opinion
from formcheck.history import History
from formcheck.report import RepFound
from formcheck.saved import SavedLandmarks

NAME = GOLDEN["hip_lift"]
TRUTH = Path(__file__).parent / "data" / f"{NAME}.truth.json"
OWN = [
    Opinion(rep=1, verdict="fault", faults=("lumbar_arch", "head_up"), note="花子の腰"),
    Opinion(rep=2, verdict="none", note="寝返り"),
]


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    film = saved(NAME)
    with History(tmp_path / "data") as opened:
        for session in ("S1", "S2"):
            report = replayed(NAME).model_copy(update={"session_id": session})
            opened.keep(report, film.track, film.info, person="花子")
        for own in OWN:
            opened.say_wrong(opened.results("S2")[0].id, own)
        yield opened


def exported(history: History, path: Path, **extra: Any) -> list[dict[str, Any]]:
    assert corrections.export(history, path, **extra) == 1
    documents: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return documents


def test_what_was_said_stands_beside_ours(history: History, tmp_path: Path) -> None:
    (document,) = exported(history, tmp_path / "said.json")
    ours: list[RepFound] = replayed(NAME).reps
    assert document["clip"] == "S2"
    assert [rep["index"] for rep in document["reps"]] == [rep.index for rep in ours if rep.index != 2]
    first, other = document["reps"][0], document["reps"][1]
    assert (first["verdict"], first["by"]) == ("fault", "person")
    assert [fault["code"] for fault in first["faults"]] == ["lumbar_arch", "head_up"]
    assert first["ours"] == {"verdict": ours[0].verdict, "faults": [fault.code for fault in ours[0].faults]}
    assert (other["verdict"], other["by"]) == (ours[2].verdict, "formcheck")
    assert [(part["index"], part["note"]) for part in document["no_reps"]] == [(2, "寝返り")]
    assert document["no_reps"][0]["start_s"] == pytest.approx(ours[1].start_s, abs=0.001)


def test_a_measured_fault_has_its_dose(history: History, tmp_path: Path) -> None:
    rep = next(rep for rep in replayed(NAME).reps if rep.faults and rep.index > 2)
    history.say_wrong(
        history.results("S2")[0].id, Opinion(rep=rep.index, verdict="fault", faults=(rep.faults[0].code, "head_up"))
    )
    (document,) = exported(history, tmp_path / "said.json")
    faults = next(r["faults"] for r in document["reps"] if r["index"] == rep.index)
    assert faults[0]["dose"] == pytest.approx(rep.faults[0].value, abs=0.001)
    assert faults[1] == {"code": "head_up", "dose": None, "unit": None}


def test_it_has_the_form_of_the_clips_truth(history: History, tmp_path: Path) -> None:
    """What the truth of the rendered clips says of a repetition is there, with the same meaning."""
    (document,) = exported(history, tmp_path / "said.json")
    truth = json.loads(TRUTH.read_text(encoding="utf-8"))
    assert document["exercise"] == truth["exercise"]
    for name in ("head_at", "near_side"):
        assert document["view"][name] == truth[name]
    true = {
        rep["index"]: part for rep, part in zip(document["reps"], truth["reps"][:1] + truth["reps"][2:], strict=False)
    }
    for rep in document["reps"]:
        for name, margin in (
            ("start_s", 0.3),
            ("top_start_s", 0.5),
            ("top_end_s", 0.5),
            ("end_s", 0.3),
            ("peak_deg", 8),
        ):
            assert rep[name] == pytest.approx(true[rep["index"]][name], abs=margin)
        assert rep["side"] == true[rep["index"]]["side"]


def test_a_zip_brings_the_landmarks(history: History, tmp_path: Path) -> None:
    assert corrections.export(history, tmp_path / "said.zip") == 1
    with zipfile.ZipFile(tmp_path / "said.zip") as archive:
        assert sorted(archive.namelist()) == ["S2.npz", "S2.truth.json"]
        archive.extractall(tmp_path / "out")
    with SavedLandmarks(tmp_path / "out" / "S2.npz") as again:
        assert len(again.track) == len(saved(NAME).track)


def test_anonymous_means_anonymous(history: History, tmp_path: Path) -> None:
    exported(history, tmp_path / "said.json", nameless=True)
    text = (tmp_path / "said.json").read_text(encoding="utf-8")
    assert [word for word in ("花子", "寝返り", "S2", saved(NAME).info.name) if word in text] == []
    corrections.export(history, tmp_path / "said.zip", nameless=True)
    with zipfile.ZipFile(tmp_path / "said.zip") as archive:
        assert archive.namelist() == ["S1.truth.json"]
