"""The history: what was confirmed is there, whoever else writes, and whatever breaks."""

import json
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from replays import GOLDEN, replayed, saved

from formcheck import database
from formcheck.entries import Opinion, put_session
from formcheck.errors import HistoryError, RequestError
from formcheck.history import History
from formcheck.report import Report, summarise
from formcheck.trends import own_ranges, weeks_until

JST = timezone(timedelta(hours=9))
NAME = GOLDEN["hip_lift"]


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History(tmp_path / "data") as opened:
        yield opened


def session(number: int, started_at: str | None = "2026-11-24T19:00:00+09:00") -> Report:
    return replayed(NAME).model_copy(update={"session_id": f"S{number:05d}", "started_at": started_at})


def test_a_session_comes_back_as_it_was(history: History) -> None:
    film, report = saved(NAME), session(1)
    history.keep(report, film.track, film.info)
    (kept,) = history.sessions()
    assert (kept.id, kept.date, kept.reps, kept.clean) == (
        "S00001", date(2026, 11, 24), report.summary.reps, report.summary.clean,
    )  # fmt: skip
    assert history.results("S00001")[0].report == Report.model_validate_json(report.model_dump_json())
    assert history.landmarks_path("S00001").is_file()


def test_people_have_their_own(history: History) -> None:
    history.keep(session(1), person="母")
    history.keep(session(2))
    assert [kept.id for kept in history.sessions("母")] == ["S00001"]
    assert [kept.id for kept in history.sessions()] == ["S00002"]
    assert history.people() == ["", "母"]
    assert history.training_days("母") == {date(2026, 11, 24)}
    assert history.training_days("父") == set()


def test_the_same_recording_counts_once(history: History) -> None:
    """Judged as before, nothing is added; judged otherwise, both judgements and what was said of the first one stay."""
    film, own = saved(NAME), Opinion(rep=1, verdict="clean")
    assert history.keep(session(1), film.track, film.info, recording="abc") == "S00001"
    history.say_wrong(history.results("S00001")[0].id, own)
    assert history.keep(session(2), film.track, film.info, recording="abc") == "S00001"
    assert history.keep(session(3), recording="other") == "S00003"
    assert history.keep(session(4), recording="abc", person="母") == "S00004"
    assert len(history.results("S00001")) == 1
    newer = session(5).model_copy(update={"formcheck_version": "9.9", "reps": [], "summary": summarise([])})
    assert history.keep(newer, film.track, film.info, recording="abc") == "S00001"
    first, second = history.results("S00001")
    assert (second.version, second.report.session_id) == ("9.9", "S00001")
    assert history.opinions(first.id) == {1: own}
    assert [(kept.id, kept.reps) for kept in history.sessions()] == [("S00001", 0), ("S00003", session(3).summary.reps)]
    assert [path.stem for path in history.landmarks_path("S00001").parent.iterdir()] == ["S00001"]


def test_what_has_no_date_is_no_training_day(history: History) -> None:
    history.keep(session(1, started_at=None))
    assert history.training_days() == set()
    assert history.sessions()[0].date is None


def test_two_results_stay_beside_each_other(history: History) -> None:
    history.keep(session(1))
    history.add_result("S00001", session(1).model_copy(update={"formcheck_version": "9.9"}))
    assert [result.version for result in history.results("S00001")] == [session(1).formcheck_version, "9.9"]


def test_ones_own_verdict_is_kept_changed_and_taken_back(history: History) -> None:
    history.keep(session(1))
    result = history.results("S00001")[0].id
    history.say_wrong(result, Opinion(rep=2, verdict="clean"))
    history.say_wrong(result, Opinion(rep=2, verdict="none", note="寝返り"))
    assert history.opinions(result) == {2: Opinion(rep=2, verdict="none", note="寝返り")}
    history.take_back(result, 2)
    assert history.opinions(result) == {}


def test_what_is_deleted_is_gone(history: History) -> None:
    film = saved(NAME)
    for number in (1, 2, 3):
        history.keep(session(number), film.track, film.info)
    history.say_wrong(history.results("S00001")[0].id, Opinion(rep=1, verdict="clean"))
    history.delete("S00001")
    assert history.delete_person() == 2
    assert history.sessions() == []
    assert [history.rows(f"SELECT * FROM {table}") for table in ("results", "opinions", "people")] == [[], [], []]
    assert list(history.landmarks_path("S00001").parent.iterdir()) == []


@pytest.mark.parametrize("name", ["S0000", "s00002", "last", "nothing", ""])
def test_sessions_are_found_by_name(history: History, name: str) -> None:
    history.keep(session(1), at=datetime(2026, 11, 24, 20, tzinfo=JST))
    history.keep(session(2), at=datetime(2026, 11, 24, 21, tzinfo=JST))
    if name in ("s00002", "last"):
        assert history.find(name) == "S00002"
    else:
        with pytest.raises(RequestError, match="formcheck history lists them"):
            history.find(name)


def test_the_order_is_that_of_time_not_of_clocks(history: History) -> None:
    """Summer time ends at 3:00 and the clock shows 2:10 once more; on a journey it shows yet another time."""
    for number, at in enumerate(("02:50:00+02:00", "02:10:00+01:00", "09:00:00+09:00")):
        when = f"2026-10-25T{at}"
        history.keep(session(number, when), at=datetime.fromisoformat(when))
    assert [kept.id for kept in history.sessions()] == ["S00002", "S00000", "S00001"]
    assert history.find("last") == "S00001"
    history.keep(session(3, None), at=datetime(2026, 10, 26, 9, tzinfo=JST))  # nobody knows: where it was kept
    assert history.sessions()[-1].id == "S00003"


@pytest.mark.parametrize("version", range(database.NEWEST))
def test_every_earlier_version_is_brought_up(tmp_path: Path, version: int) -> None:
    with sqlite3.connect(tmp_path / database.FILE, isolation_level=None) as old:
        for script in database.VERSIONS[:version]:
            old.executescript(script)
        old.execute(f"PRAGMA user_version = {version}")
        if version:
            old.execute("INSERT INTO people VALUES (1, '母')")
            put_session(old, 1, session(0), "abc", "2026-11-24T20:00:00+09:00")
            old.execute(
                "INSERT INTO results (session, judged_at, version, report) VALUES ('S00000', '', '0.1', ?)",
                (session(0).model_dump_json(),),
            )
    old.close()
    with History(tmp_path) as history:
        if version:
            assert [kept.id for kept in history.sessions("母")] == ["S00000"]
            assert history.results("S00000")[0].report.to_json() == session(0).to_json()
        history.keep(session(1), person="母")
        history.say_wrong(history.results("S00001")[0].id, Opinion(rep=1, verdict="clean"))
        history.keep_selfcheck([True] * 7, date(2026, 11, 24), "母")
        assert history.people() == ["母"]
        assert history.rows("PRAGMA user_version")[0][0] == database.NEWEST


def test_a_newer_history_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / database.FILE) as newer:
        newer.execute(f"PRAGMA user_version = {database.NEWEST + 1}")
    newer.close()
    before = (tmp_path / database.FILE).read_bytes()
    with pytest.raises(HistoryError, match="newer formcheck"):
        History(tmp_path)
    assert (tmp_path / database.FILE).read_bytes() == before


def test_a_damaged_history_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / database.FILE).write_bytes(b"not a database at all, but long enough to look at" * 100)
    before = (tmp_path / database.FILE).read_bytes()
    with pytest.raises(HistoryError, match="damaged"):
        History(tmp_path)
    assert (tmp_path / database.FILE).read_bytes() == before


def test_a_full_disk_loses_nothing(history: History) -> None:
    history.keep(session(1))
    pages = history.rows("PRAGMA page_count")[0][0]
    history.rows(f"PRAGMA max_page_count = {pages}")
    keep_many = (history.keep(session(number)) for number in range(2, 200))
    with pytest.raises(HistoryError, match="full"):
        list(keep_many)
    history.rows("PRAGMA max_page_count = 1000000")
    assert history.sessions()[0].id == "S00001"
    history.keep(session(500))


KILLER = textwrap.dedent("""
    import json, os, random, select, signal, sys, time
    from pathlib import Path
    from formcheck.history import History
    from formcheck.report import Report, summarise

    folder, report = Path(sys.argv[1]), Report.model_validate_json(Path(sys.argv[2]).read_text())
    chance = random.Random(7)

    def write_for_ever(kill, mouth):
        with History(folder) as history:
            for number in range(10_000):
                history.keep(report.model_copy(update={"session_id": f"K{kill}-{number}"}))
                os.write(mouth, b"%d\\n" % number)  # one write: a kill never leaves half a word

    def killed(kill):
        ear, mouth = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(ear)
            try:
                write_for_ever(kill, mouth)
            finally:
                os._exit(1)
        os.close(mouth)
        try:
            ready, _, _ = select.select([ear], [], [], 30.0)
            assert ready, "the writer kept nothing"
            time.sleep(chance.uniform(0.0, 0.03))
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        with os.fdopen(ear) as words:  # ends by itself: nobody is left who could speak
            said = [f"K{kill}-{int(number)}" for number in words]
        assert said, "the writer died before it kept anything"
        return said

    print(json.dumps([killed(kill) for kill in range(100)]))
""")


def test_nothing_confirmed_is_lost_when_a_writer_is_killed(tmp_path: Path) -> None:
    """100 writers, each killed (-9) in the middle of its work."""
    (tmp_path / "report.json").write_text(session(1).to_json(), encoding="utf-8")
    History(tmp_path / "data").close()
    command = [sys.executable, "-c", KILLER, str(tmp_path / "data"), str(tmp_path / "report.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    confirmed = json.loads(done.stdout)
    with History(tmp_path / "data") as history:
        kept = {kept.id for kept in history.sessions()}
        assert history.rows("PRAGMA integrity_check")[0][0] == "ok"
    assert len(confirmed) == 100
    assert {name for said in confirmed for name in said} <= kept


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text(session(1).to_json(), encoding="utf-8")
    code = textwrap.dedent("""
        import sys
        from pathlib import Path
        from formcheck.history import History
        from formcheck.report import Report, summarise
        report = Report.model_validate_json(Path(sys.argv[2]).read_text())
        with History(Path(sys.argv[1])) as history:
            for number in range(40):
                history.keep(report.model_copy(update={"session_id": f"{sys.argv[3]}{number}"}))
    """)
    command = [sys.executable, "-c", code, str(tmp_path / "data"), str(tmp_path / "report.json")]
    both = [subprocess.Popen([*command, name]) for name in ("A", "B")]
    assert [process.wait() for process in both] == [0, 0]
    with History(tmp_path / "data") as history:
        assert len(history.sessions()) == 80


def test_weeks_and_ranges(history: History) -> None:
    for number, day in enumerate((9, 16, 18, 18, 24)):
        history.keep(session(number, f"2026-11-{day:02d}T19:00:00+09:00"))
    weeks = weeks_until(history.sessions(), date(2026, 11, 24), 3)
    assert [week.monday for week in weeks] == [date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23)]
    assert [week.sessions for week in weeks] == [(1, 0, 0, 0, 0, 0, 0), (1, 0, 2, 0, 0, 0, 0), (0, 1, 0, 0, 0, 0, 0)]
    assert [week.days for week in weeks] == [1, 2, 1]
    (usual,) = own_ranges(history.sessions())
    assert usual.sessions == 5
    assert usual.peak_deg[0] == pytest.approx(usual.peak_deg[1])
