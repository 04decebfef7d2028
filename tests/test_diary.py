"""The commands about what was kept, as a person meets them."""

import json
import re
import shlex
import sqlite3
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from replays import GOLDEN, replayed, saved

from formcheck import database, diary
from formcheck.cli import main
from formcheck.history import History
from formcheck.report import Report

pytestmark = pytest.mark.filterwarnings("error")
TODAY = date.today()


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder and a history of the test's own, and English around it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("FORMCHECK_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def kept(data: Path) -> None:
    """One hip lift of the day before yesterday and a leg curl of yesterday."""
    with History() as history:
        for number, (back, name) in enumerate(zip((2, 1), GOLDEN.values(), strict=True)):
            film = saved(name)
            at = f"{TODAY - timedelta(days=back)}T19:00:00+09:00"
            report = replayed(name).model_copy(update={"session_id": f"S{number}", "started_at": at})
            history.keep(report, film.track, film.info)


def run(*args: str, said: str | None = None) -> Result:
    return CliRunner().invoke(main, args, input=said, catch_exceptions=False)


def refused(done: Result) -> str:
    """The one line on standard error of a command that could not do it."""
    assert done.exit_code == 2
    assert done.stdout == ""
    assert re.fullmatch(r"formcheck: [^\n]+\n", done.stderr), done.stderr
    return done.stderr


def test_an_empty_history_says_so() -> None:
    assert run("history").stdout == "Nothing has been kept yet.\n"
    assert run("history", "--lang", "ja").stdout == "まだ記録がありません。\n"


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("lang", "word", "advice"), [("en", "clean", "third day of training"), ("ja", "良い動き", "3日続けて")]
)
def test_the_weeks_and_a_word_about_rest(lang: str, word: str, advice: str) -> None:
    said = run("history", "--lang", lang, "--weeks", "3").stdout
    assert said.count("x" if lang == "en" else "●") >= 2
    assert word in said
    assert advice in said
    assert re.search(r"^S1 ", said, re.M)


@pytest.mark.usefixtures("kept")
def test_people_are_apart() -> None:
    assert run("history", "--person", "母").stdout == "Nothing has been kept yet.\n"


def test_who_forgets_to_say_who_is_told_whose_there_are() -> None:
    with History() as history:
        history.keep(replayed(GOLDEN["hip_lift"]), person="O'Neil")
    whose = run("history").stdout.splitlines()[1]
    assert whose == """--person 'O'"'"'Neil'"""
    assert re.search(r"Hip lift", run("history", *shlex.split(whose)).stdout)


def test_every_session_of_the_weeks_is_listed_and_older_ones_are_counted() -> None:
    with History() as history:
        for back in (0, 1, 2, 3, 4, 5, 6, 70):
            at = datetime.now().astimezone() - timedelta(days=back)
            told = {"session_id": f"S{back}", "started_at": None if back == 0 else at.isoformat()}
            history.keep(replayed(GOLDEN["hip_lift"]).model_copy(update=told), at=at)
    said = run("history").stdout
    assert re.findall(r"^S\d+", said, re.M) == ["S6", "S5", "S4", "S3", "S2", "S1", "S0"]
    assert "1 older ones" in said
    assert re.search(r"^S70 ", run("history", "--weeks", "12").stdout, re.M)


@pytest.mark.usefixtures("kept")
def test_forgetting_one_and_all() -> None:
    asked = run("history", "delete", "S0", said="n\n")
    assert asked.stdout.endswith("Nothing was forgotten.\n")
    assert "S0 " in run("history").stdout
    stopped = run("history", "delete", "S0", "--lang", "ja", said="")
    assert (stopped.exit_code, stopped.stderr) == (130, "formcheck: 中断しました。何も書き込んでいません\n")
    assert asked.stdout.startswith(f"S0  {TODAY - timedelta(days=2)}  Hip lift")
    assert "all sessions (2)" in run("history", "delete", "--all", said="n\n").stdout
    assert run("history", "delete", "S0", said="y\n").exit_code == 0
    assert "S0 " not in run("history").stdout
    assert "no session 'S0'" in refused(run("history", "delete", "S0", "--yes"))
    assert run("history", "delete", "--all", "--yes").stdout == "Forgot 1.\n"
    assert run("history").stdout == "Nothing has been kept yet.\n"
    refused(run("history", "delete"))


@pytest.mark.usefixtures("kept")
def test_a_backup_goes_out_and_comes_back(data: Path) -> None:
    before = run("history").stdout
    assert run("history", "export", "all.zip").stdout == "Wrote 2: all.zip\n"
    assert run("history", "export", "plain.json", "--anonymous").exit_code == 0
    assert "19:00" not in Path("plain.json").read_text(encoding="utf-8")
    run("history", "delete", "--all", "--yes")
    assert run("history", "import", "all.zip").stdout == "Added 2; 0 were there.\n"
    assert run("history").stdout == before
    assert len(list((data / "landmarks").iterdir())) == 2


@pytest.mark.usefixtures("kept")
def test_a_wrong_file_is_one_line_and_changes_nothing() -> None:
    before = run("history").stdout
    Path("wrong.json").write_text("[]", encoding="utf-8")
    assert "nothing was changed" in refused(run("history", "import", "wrong.json"))
    assert "何も変えていません" in refused(run("history", "import", "wrong.json", "--lang", "ja"))
    assert run("history").stdout == before


@pytest.mark.parametrize("command", [["history"], ["report", "last"], ["history", "export", "a.json"]])
@pytest.mark.parametrize("harm", ["damaged", "newer", "folder"])
def test_a_history_that_cannot_be_read_is_one_line(data: Path, command: list[str], harm: str) -> None:
    data.mkdir()
    path = data / database.FILE
    if harm == "damaged":
        path.write_bytes(b"no database " * 500)
    elif harm == "folder":
        path.mkdir()
    else:
        with sqlite3.connect(path) as newer:
            newer.execute(f"PRAGMA user_version = {database.NEWEST + 1}")
        newer.close()
    before = path.read_bytes() if path.is_file() else b""
    assert path.name in refused(run(*command))
    assert (path.read_bytes() if path.is_file() else b"") == before
    assert not Path("a.json").exists()


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("form", ["html", "json", "csv", "trc", "mot"])
def test_any_format_and_language(form: str, lang: str) -> None:
    done = run("report", "S0", "--format", form, "--lang", lang, "--height", "1.7")
    assert done.exit_code == 0
    text = Path(f"S0.{form}").read_text(encoding="utf-8")
    if form == "html":
        assert f'<html lang="{lang}">' in text
    elif form == "json":
        assert Report.model_validate_json(text).session_id == "S0"
    elif form == "csv":
        assert len(pd.read_csv("S0.csv")) == len(replayed(GOLDEN["hip_lift"]).reps)
    else:
        assert len(text.splitlines()) > 1000


@pytest.mark.usefixtures("kept")
def test_judging_again_is_asked_for_and_both_results_can_be_told() -> None:
    assert "--result" not in run("report", "S0", "--format", "json").stdout
    with History() as history:  # as an older version would have judged it
        older = history.results("S0")[0].report.model_copy(update={"formcheck_version": "0.0.1"})
        with history.writing() as rows:
            rows.execute(
                "UPDATE results SET version = '0.0.1', report = ? WHERE session = 'S0'", (older.model_dump_json(),)
            )
    said = run("report", "S0", "--format", "json", "--judge-again").stdout
    assert re.findall(r"--result (\d): .*formcheck (\S+),", said) == [
        ("1", "0.0.1"),
        ("2", replayed(GOLDEN["hip_lift"]).formcheck_version),
    ]
    versions = []
    for number in ("1", "2"):
        run("report", "S0", "--format", "json", "--result", number)
        versions.append(json.loads(Path("S0.json").read_text(encoding="utf-8"))["formcheck_version"])
    assert versions == ["0.0.1", replayed(GOLDEN["hip_lift"]).formcheck_version]
    assert "judged 2 times" in refused(run("report", "S0", "--result", "3"))
    run("report", "S0", "--format", "json", "--judge-again")
    with History() as history:  # the same once more is no further result
        assert len(history.results("S0")) == 2


@pytest.mark.usefixtures("kept")
def test_damaged_landmarks_leave_what_was_judged(data: Path) -> None:
    (data / "landmarks" / "S0.npz").write_bytes(b"damaged")
    for form in ("html", "json"):
        assert run("report", "S0", "--format", form).exit_code == 0
    for form in ("csv", "trc", "mot"):
        assert "analyse the recording again" in refused(run("report", "S0", "--format", form))


@pytest.mark.usefixtures("kept")
def test_an_export_of_nobody_is_no_backup() -> None:
    assert "nothing has been kept of 'Nobody'" in refused(run("history", "export", "a.json", "--person", "Nobody"))
    assert not Path("a.json").exists()


def test_what_analyze_keeps(data: Path, tmp_path: Path) -> None:
    landmarks = str(Path(__file__).parent / "data" / f"{GOLDEN['hip_lift']}.npz")
    run("analyze", landmarks, "--out", "a", "--no-history")
    assert run("history").stdout == "Nothing has been kept yet.\n"
    run("analyze", landmarks, "--out", "a", "--person", "母")
    run("analyze", landmarks, "--out", "b", "--person", "母")  # the same recording counts once
    with History() as history:
        assert len(history.sessions("母")) == 1
        assert history.training_days("母") == set()  # nobody knows when that was
    report = json.loads(run("analyze", landmarks, "--json", "-", "--person", "父").stdout)
    run("analyze", landmarks, "--json", "b.json", "--person", "娘", "--no-history")
    with History() as history:
        assert [kept.id for kept in history.sessions("父")] == [report["session_id"]]
        assert history.sessions("娘") == []
    page = Path("a/report.html").read_bytes()
    assert run("report", "a", "--lang", "ja").stdout == f"書き出しました: {Path('a/report.ja.html')}\n"
    assert Path("a/report.html").read_bytes() == page
    assert "formcheck history lists it" in refused(run("report", "a", "--judge-again"))
    assert "formcheck history lists it" in refused(run("report", "a", "--result", "1"))


@pytest.mark.usefixtures("data")
def test_a_hold_that_was_asked_for_is_asked_for_again_when_judged_anew() -> None:
    landmarks = str(Path(__file__).parent / "data" / f"{GOLDEN['hip_lift']}.npz")

    def held_too_briefly(*command: str) -> tuple[int, float]:
        report = json.loads(run(*command).stdout)
        return report["summary"]["fault_counts"].get("short_hold", 0), report["tracking"]["hold_target_s"]

    usual, target_s = held_too_briefly("analyze", landmarks, "--json", "-", "--no-history")
    assert target_s == 3.0
    more = held_too_briefly("analyze", landmarks, "--json", "-", "--hold", "6")
    assert more[0] > usual
    assert more[1] == 6.0
    with History() as history:
        [kept] = history.sessions()
    run("report", kept.id, "--judge-again", "--format", "json", "--out", "again.json")
    again = json.loads(Path("again.json").read_text(encoding="utf-8"))
    assert (again["summary"]["fault_counts"]["short_hold"], again["tracking"]["hold_target_s"]) == more


def test_a_broken_history_does_not_cost_the_report(data: Path) -> None:
    data.mkdir()
    (data / database.FILE).write_bytes(b"no database " * 500)
    done = run("analyze", str(Path(__file__).parent / "data" / f"{GOLDEN['leg_curl']}.npz"), "--out", "a")
    assert done.exit_code == 0
    assert "note: not kept:" in done.stderr
    assert Path("a/report.html").is_file()


def test_the_selfcheck_suggests_a_plan_and_keeps_only_on_request() -> None:
    one_yes = "n\n" * 6 + "y\n"
    done = run("selfcheck", said=one_yes)
    assert "two sets of ten" in done.stdout
    with History() as history:
        assert history.selfchecks() == []
    assert "10回ずつ2セット" in run("selfcheck", "--keep", "--lang", "ja", said=one_yes).stdout
    assert "two sets of ten" not in run("selfcheck", said="n\n" * 7).stdout
    with History() as history:
        assert history.selfchecks() == [(TODAY, [False] * 6 + [True])]


def test_a_week_is_drawn_day_by_day() -> None:
    from formcheck.trends import Week

    week = Week(date(2026, 11, 23), (1, 0, 2, 0, 0, 0, 0), 12, 9, 3.14)
    assert diary.week_line(week, "en") == "11/23     x . x . . . .  clean 9 of 12, hold 3.1 s"


def test_a_spread_of_one_value_is_one_number() -> None:
    from formcheck.trends import spread

    assert [spread((3.11, 3.14), 1, lang) for lang in ("ja", "en")] == ["3.1", "3.1"]
    assert [spread((3.1, 3.4), 1, lang) for lang in ("ja", "en")] == ["3.1〜3.4", "3.1 to 3.4"]
