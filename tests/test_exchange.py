"""The history out and back in."""

import json
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from replays import GOLDEN, replayed, saved

from formcheck import exchange
from formcheck.errors import SourceError
from formcheck.history import History, Opinion

NAME = GOLDEN["hip_lift"]


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    film = saved(NAME)
    with History(tmp_path / "data") as opened:
        for number, started_at in enumerate(("2026-11-20T19:00:00+09:00", "2026-11-24T19:00:00+09:00", None)):
            report = replayed(NAME).model_copy(update={"session_id": f"S{number}", "started_at": started_at})
            opened.keep(report, film.track, film.info, person="花子", recording=f"r{number}")
        opened.say_wrong(opened.results("S1")[0].id, Opinion(rep=2, verdict="none", note="花子のひとこと"))
        opened.keep_selfcheck([True, *[False] * 6], date(2026, 11, 20), "花子")
        yield opened


def everything(history: History) -> dict[str, object]:
    return exchange.document_of(history).model_dump()


@pytest.mark.parametrize("suffix", ["json", "zip"])
def test_a_backup_restores(history: History, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"backup.{suffix}"
    assert exchange.export(history, path) == 3
    with History(tmp_path / "new") as new:
        assert exchange.bring_in(new, path) == (3, 0)
        assert everything(new) == everything(history)
        assert [new.landmarks_path(s.id).exists() for s in new.sessions("花子")] == [suffix == "zip"] * 3
        assert exchange.bring_in(new, path) == (0, 3)
        assert everything(new) == everything(history)


def test_anonymous_means_anonymous(history: History, tmp_path: Path) -> None:
    path = tmp_path / "plain.json"
    exchange.export(history, path, nameless=True)
    text = path.read_text(encoding="utf-8")
    assert [
        word for word in ("花子", "ひとこと", saved(NAME).info.name, "2026-11", "19:00", '"r0"') if word in text
    ] == []
    days = [s["results"][0]["report"]["started_at"] for s in json.loads(text)["people"][0]["sessions"]]
    dated = sorted(date.fromisoformat(day[:10]) for day in days if day)
    assert (dated[1] - dated[0]).days == 4
    assert dated[0].weekday() == date(2026, 11, 20).weekday()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"{}",
        b'{"formcheck_history": 2, "people": []}',
        b'{"formcheck_history": 1, "people": [{"name": "x", "sessions": [{"id": "../../etc", "kept_at": "", '
        b'"recording": null, "results": []}]}]}',
        b"PK\x03\x04 broken zip",
    ],
)
def test_a_wrong_file_changes_nothing(history: History, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "wrong.json").write_bytes(content)
    before = everything(history)
    with pytest.raises(SourceError, match="nothing was changed"):
        exchange.bring_in(history, tmp_path / "wrong.json")
    assert everything(history) == before


def test_landmarks_of_a_foreign_name_stay_outside(history: History, tmp_path: Path) -> None:
    exchange.export(history, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip", "a") as archive:
        archive.writestr("landmarks/../../evil.npz", b"x")
    with History(tmp_path / "new") as new:
        exchange.bring_in(new, tmp_path / "b.zip")
    assert not list(tmp_path.rglob("evil*"))
