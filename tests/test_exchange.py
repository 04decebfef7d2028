"""The history out and back in."""

import errno
import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import IO

import pytest
from replays import GOLDEN, replayed, saved

from formcheck import exchange
from formcheck.entries import Opinion
from formcheck.errors import HistoryError, SourceError
from formcheck.history import History

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


def test_what_two_people_gave_away_without_names_stays_apart(history: History, tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        exchange.export(history, tmp_path / name, nameless=True)
    with History(tmp_path / "new") as new:
        assert [exchange.bring_in(new, tmp_path / name) for name in ("a.json", "b.json", "a.json")] == [
            (3, 0), (3, 0), (0, 3),
        ]  # fmt: skip
        assert len(new.people()) == 2


def test_landmarks_that_do_not_fit_leave_the_sessions_out_and_come_the_next_time(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange.export(history, tmp_path / "b.zip")
    copied = shutil.copyfileobj

    def refuse_the_second(source: IO[bytes], target: IO[bytes]) -> None:
        if list((tmp_path / "new" / "landmarks").glob("*.npz")):
            raise OSError(errno.ENOSPC, "No space left on device")
        copied(source, target)

    with History(tmp_path / "new") as new:
        monkeypatch.setattr(shutil, "copyfileobj", refuse_the_second)
        with pytest.raises(HistoryError, match="free space"):
            exchange.bring_in(new, tmp_path / "b.zip")
        assert new.people() == []
        assert list(tmp_path.glob("new/landmarks/*")) == []
        monkeypatch.undo()
        assert exchange.bring_in(new, tmp_path / "b.zip") == (3, 0)


def test_lost_landmarks_come_back_from_a_backup(history: History, tmp_path: Path) -> None:
    exchange.export(history, tmp_path / "b.zip")
    lost = history.landmarks_path("S1")
    was = lost.read_bytes()
    lost.unlink()
    assert exchange.bring_in(history, tmp_path / "b.zip") == (0, 3)
    assert lost.read_bytes() == was


def test_the_lists_of_a_restored_history_show_the_newest_judgement(history: History, tmp_path: Path) -> None:
    report = history.results("S0")[0].report
    history.add_result("S0", report.model_copy(update={"summary": report.summary.model_copy(update={"clean": 0})}))
    exchange.export(history, tmp_path / "b.json")
    with History(tmp_path / "new") as new:
        exchange.bring_in(new, tmp_path / "b.json")
        assert [s.clean for s in new.sessions("花子")] == [s.clean for s in history.sessions("花子")]


def test_a_damaged_part_of_a_backup_changes_nothing(history: History, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    exchange.export(history, path)
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("landmarks/S1.npz").header_offset + 500
    whole = bytearray(path.read_bytes())
    whole[at] ^= 0xFF
    path.write_bytes(whole)
    with History(tmp_path / "new") as new, pytest.raises(SourceError, match="nothing was changed"):
        exchange.bring_in(new, path)
    assert not list(tmp_path.glob("new/landmarks/*"))
