"""The commands about what was kept: history, report, selfcheck."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from formcheck.errors import FormcheckError, RequestError
from formcheck.quiet import quiet
from formcheck.shell import OK, Command, explain, lang_option, usual_lang
from formcheck.text import Lang, say, told

if TYPE_CHECKING:
    from formcheck.entries import Kept, Result
    from formcheck.history import History
    from formcheck.retell import Format
    from formcheck.trends import Week

DAYS = {"ja": "月火水木金土日", "en": "MTWTFSS"}
person_option = click.option("--person", default="", metavar="NAME", help="Whose, where several use one computer.")


class Commands(click.Group):
    """A group whose commands say what went wrong in one line."""

    command_class = Command

    def invoke(self, context: click.Context) -> Any:
        with_line = context.params.get("lang", usual_lang())
        try:
            return super().invoke(context)
        except (FormcheckError, KeyboardInterrupt) as error:
            return explain(error, with_line)


@click.group("history", cls=Commands, invoke_without_command=True)
@click.option("--weeks", default=8, type=click.IntRange(1, 520), help="How many weeks to show.")
@person_option
@lang_option
@click.pass_context
def history(context: click.Context, weeks: int, person: str, lang: Lang) -> None:
    """Show the weeks behind you, and whether today is a day of rest."""
    if context.invoked_subcommand is None:
        for line in overview(weeks, person, lang, date.today()):
            click.echo(line)


def overview(count: int, person: str, lang: Lang, today: date) -> list[str]:
    """The calendar, the own range, the sessions of these weeks and a word about rest."""
    from formcheck.exercises import all_exercises
    from formcheck.history import History
    from formcheck.restdays import advise
    from formcheck.trends import own_ranges, spread, weeks_until

    with History() as kept:
        sessions, advice = kept.sessions(person), advise(kept.training_days(person), today)
        others = [name for name in kept.people() if name not in ("", person)]
    if not sessions:
        nothing = told(lang, ja="まだ記録がありません。", en="Nothing has been kept yet.")
        return [nothing, *(f"--person {shlex.quote(name)}" for name in others)]
    names = {name: say(exercise.name, lang) for name, exercise in all_exercises().items()}
    lines = [week_line(week, lang) for week in weeks_until(sessions, today, count)]
    head = " " * 10 + " ".join(DAYS[lang])
    ranges = [
        told(
            lang,
            ja=f"{names.get(r.exercise, r.exercise)}: いつもの範囲は{spread(r.peak_deg, 0, lang)}度、"
            f"キープ{spread(r.hold_s, 1, lang)}秒（最近の{r.sessions}件）",
            en=f"{names.get(r.exercise, r.exercise)}: usually {spread(r.peak_deg, 0, lang)}°,"
            f" held {spread(r.hold_s, 1, lang)} s ({r.sessions} sessions)",
        )
        for r in own_ranges(sessions)
    ]
    first = today - timedelta(days=today.weekday(), weeks=count - 1)
    shown = [session_line(s, lang) for s in sessions if (s.date or date.fromisoformat(s.kept_at[:10])) >= first]
    older = len(sessions) - len(shown)
    more = told(lang, ja=f"それより前に{older}件（--weeks で表示）", en=f"{older} older ones: --weeks shows more")
    return [
        head, *lines, "", *ranges, *([more] if older else []), *shown, *([say(advice.before, lang)] if advice else []),
    ]  # fmt: skip


def session_line(kept: Kept, lang: Lang) -> str:
    """A session in the list: its id, day, exercise, clean repetitions of all, name of the recording."""
    from formcheck.exercises import all_exercises

    exercise = all_exercises().get(kept.exercise or "")
    day = kept.date or told(lang, ja="日付不明", en="no date")
    return f"{kept.id}  {day}  {say(exercise.name, lang) if exercise else '-'}  {kept.clean}/{kept.reps}  {kept.name}"


def week_line(week: Week, lang: Lang) -> str:
    """One week: a mark for every day of training, then what was done."""
    wide = told(lang, ja="● ", en="x ")
    marks = "".join(wide if count else told(lang, ja="・ ", en=". ") for count in week.sessions)
    hold = f"{week.hold_s:.1f}" if week.hold_s is not None else ""
    done = told(
        lang,
        ja=f" 良い動き {week.clean}/{week.reps}回" + (f" キープ {hold}秒" if hold else ""),
        en=f" clean {week.clean} of {week.reps}" + (f", hold {hold} s" if hold else ""),
    )
    return f"{week.monday:%m/%d}     {marks}{done if week.reps else ''}"


@history.command("delete")
@click.argument("session", required=False)
@click.option("--all", "everything", is_flag=True, help="Forget everything of this person.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@person_option
@lang_option
def delete(session: str | None, everything: bool, yes: bool, person: str, lang: Lang) -> None:
    """Forget one session, or all of them."""
    from formcheck.history import History

    if bool(session) == everything:
        raise click.UsageError("Name one session, or say --all.")
    with History() as kept:
        found = None if everything else kept.find(session or "", person)
        if not yes:
            click.echo(told_of(kept, found, person, lang))
            if not click.confirm(told(lang, ja="元に戻せません。消しますか", en="This cannot be undone. Forget it")):
                click.echo(told(lang, ja="消しませんでした。", en="Nothing was forgotten."))
                return
        count = kept.delete_person(person) if found is None else 1
        if found:
            kept.delete(found)
    click.echo(told(lang, ja=f"{count}件を消しました。", en=f"Forgot {count}."))


def told_of(history: History, session: str | None, person: str, lang: Lang) -> str:
    """What is about to be forgotten: one session, or how many all of a person's are."""
    if session is None:
        count = len(history.sessions(person))
        whose = told(lang, ja=f"{person}の", en=f" of {person}") if person else ""
        return told(lang, ja=f"{whose}記録すべて（{count}件）", en=f"all sessions{whose} ({count})")
    return next(session_line(s, lang) for s in history.sessions(history.person_of(session)) if s.id == session)


@history.command("export")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--anonymous", is_flag=True, help="Without names, notes and times; dates are moved by whole weeks.")
@click.option("--corrections", is_flag=True, help="Only the repetitions you disagreed on, as truth for tuning.")
@click.option("--person", default=None, metavar="NAME", help="Only this person's; by default everybody's.")
@lang_option
def export_history(path: Path, anonymous: bool, corrections: bool, person: str | None, lang: Lang) -> None:
    """Write the history to a .json file, or to a .zip with the landmarks, which is a whole backup."""
    from formcheck import corrections as said
    from formcheck import exchange
    from formcheck.history import History

    with History() as kept:
        if person is not None and person not in kept.people():
            raise RequestError(
                en=f"nothing has been kept of '{person}'; leave out --person for everybody",
                ja=f"「{person}」の記録はありません。全員なら --person を外してください",
            )
        count = (said if corrections else exchange).export(kept, path, person, nameless=anonymous)
    click.echo(told(lang, ja=f"{count}件を書き出しました: {path}", en=f"Wrote {count}: {path}"))


@history.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@lang_option
def import_history(path: Path, lang: Lang) -> None:
    """Bring back what export wrote. Sessions that are already there stay as they are."""
    from formcheck import exchange
    from formcheck.history import History

    with History() as kept:
        added, there = exchange.bring_in(kept, path)
    click.echo(
        told(lang, ja=f"{added}件を加えました（{there}件はすでにあります）。", en=f"Added {added}; {there} were there.")
    )


@click.command("report", cls=Command)
@click.argument("session")
@click.option(
    "--format",
    "form",
    default="html",
    type=click.Choice(["html", "json", "csv", "pdf", "trc", "mot"]),
    help="What to write.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="PATH", help="File to write; by default in this folder."
)
@click.option(
    "--height", "height_m", type=click.FloatRange(0.5, 2.5), metavar="M", help="Body height for trc, in metres."
)
@click.option("--judge-again", is_flag=True, help="Judge it with this version first; the older result is kept too.")
@click.option("--result", "number", type=click.IntRange(1), metavar="N", help="Tell judgement N; 1 is the first one.")
@person_option
@lang_option
def report(
    session: str, form: Format, out: Path | None, height_m: float | None, judge_again: bool, number: int | None,
    person: str, lang: Lang,
) -> int:  # fmt: skip
    """Tell a kept session again: an id from the history, "last", or the folder of a report."""
    from formcheck import retell
    from formcheck.history import History

    with quiet():
        if (Path(session) / "report.json").is_file():
            if judge_again or number:
                raise RequestError(
                    en="a folder has one judgement; for this name the session, as formcheck history lists it",
                    ja="フォルダにある判定は1つだけです。formcheck history の一覧にあるIDを指定してください",
                )
            kept_told = retell.open_folder(Path(session))
            # The page that analyze wrote has pictures and film; it stays.
            path = out or Path(session) / (f"report.{lang}.html" if form == "html" else f"report.{form}")
            retell.write_as(kept_told, retell.story_of(kept_told, None, person), form, path, lang, height_m)
            judged: list[str] = []
        else:
            with History() as kept:
                found = kept.find(session, person)
                if judge_again:
                    retell.judge_again(kept, found)
                kept_told = retell.recall(kept, found, retell.numbered(kept, found, number))
                path = out or Path(f"{found}.{form}")
                story = retell.story_of(kept_told, kept, kept.person_of(found))
                retell.write_as(kept_told, story, form, path, lang, height_m)
                judged = judgements(kept.results(found), lang)
    click.echo(told(lang, ja="書き出しました: ", en="Written: ") + str(path))
    for line in judged:
        click.echo(line)
    return OK


def judgements(results: Sequence[Result], lang: Lang) -> list[str]:
    """Where a session was judged more than once: every result in a line, with its number."""
    if len(results) < 2:
        return []
    line = told(
        lang,
        ja="  --result {number}: {date}、formcheck {version}、良い動き {clean}/{reps}回",
        en="  --result {number}: {date}, formcheck {version}, {clean} clean of {reps}",
    )
    return [
        line.format(
            number=number, date=result.judged_at[:10], version=result.version,
            clean=result.report.summary.clean, reps=result.report.summary.reps,
        )
        for number, result in enumerate(results, 1)
    ]  # fmt: skip


@click.command("selfcheck", cls=Command)
@click.option("--keep", is_flag=True, help="Keep the answers in the history.")
@person_option
@lang_option
def selfcheck(keep: bool, person: str, lang: Lang) -> int:
    """Seven questions about your hamstrings."""
    from formcheck.history import History
    from formcheck.selfcheck import SIGNS, suggestion

    answers = [click.confirm(f"{number}. {say(sign, lang)}", default=False) for number, sign in enumerate(SIGNS, 1)]
    for text in suggestion(answers):
        click.echo(say(text, lang))
    if keep:
        with History() as kept:
            kept.keep_selfcheck(answers, date.today(), person)
    return OK
