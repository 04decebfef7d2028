"""The pages about what was kept, as routes of the local app: nothing of them leaves this computer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from formcheck import retell
from formcheck.entries import Opinion, OwnVerdict
from formcheck.errors import FormcheckError
from formcheck.exercises import get_exercise
from formcheck.history import History
from formcheck.pages import FOLDER
from formcheck.pages.archive import about_page, compare_page, history_page, selfcheck_page
from formcheck.pages.phrases import PHRASES
from formcheck.pages.result import result_page
from formcheck.restdays import advise
from formcheck.selfcheck import SIGNS, suggestion
from formcheck.text import Lang, say
from formcheck.words import VERDICTS

FILES = {
    "page.css": "text/css", "drawing.css": "text/css", "report.js": "text/javascript", "archive.js": "text/javascript",
}  # fmt: skip
Page = Callable[[Request, History], Response]
Said = TypeVar("Said", bound=BaseModel)


class Wrong(BaseModel):
    """What the person says of a repetition; without a verdict an earlier word is taken back."""

    model_config = ConfigDict(extra="forbid")

    result: int
    rep: int
    verdict: OwnVerdict | None
    fault: list[str] = []
    note: str = ""

    @field_validator("result", "rep", "verdict", "note", mode="before")
    @classmethod
    def _first(cls, value: object) -> object:
        """A form sends lists."""
        return value[0] if isinstance(value, list) and value else value

    def opinion(self) -> Opinion:
        """As it is kept; what is clean, or no repetition at all, has no faults."""
        faults = tuple(dict.fromkeys(self.fault)) if self.verdict in ("fault", "partial") else ()
        return Opinion(rep=self.rep, verdict=self.verdict or "none", faults=faults, note=self.note[:200])


class Answers(BaseModel):
    """The ticked signs of the self-check, and whether to keep them."""

    model_config = ConfigDict(extra="forbid")

    sign: list[int] = []
    keep: list[str] = []


def lang_of(request: Request) -> Lang:
    """The language asked for, or else the browser's."""
    asked = request.query_params.get("lang")
    if asked in ("ja", "en"):
        return "ja" if asked == "ja" else "en"
    return "ja" if request.headers.get("accept-language", "").lower().startswith("ja") else "en"


def app_of(request: Request, **extra: object) -> dict[str, Any]:
    """What every page of the app knows of where it is."""
    lang, person = lang_of(request), request.query_params.get("person", "")
    kept = {"lang": lang, **({"person": person} if person else {})}
    other = {**request.query_params, "lang": "en" if lang == "ja" else "ja"}
    other.pop("token", None)
    address = f"{request.url.path}?{urlencode(other)}"
    return {
        "query": urlencode(kept),
        "person": person,
        "lang_query": urlencode({"lang": lang}),
        "other": address,
        **extra,
        "other_name": "English" if lang == "ja" else "日本語",
    }


def routes(folder: Path | None = None, today: Callable[[], date] = date.today) -> Sequence[BaseRoute]:
    """The pages on the history of a folder, by default this user's."""

    def page(answer: Page) -> Callable[[Request], Response]:
        def served(request: Request) -> Response:
            try:
                with History(folder) as history:
                    return answer(request, history)
            except FormcheckError as error:
                return PlainTextResponse(say(error.text, lang_of(request)), status_code=404)

        return served

    def posted(kind: type[Said], answer: Callable[[Request, History, Said], Response]) -> Callable[[Request], Any]:
        async def served(request: Request) -> Response:
            try:
                said = kind.model_validate_json(await body_of(request))
            except (ValidationError, ValueError):
                return PlainTextResponse("not understood", status_code=400)
            return page(lambda request, history: answer(request, history, said))(request)

        return served

    return [
        Route("/history", page(lambda request, history: overview(request, history, today()))),
        Route("/history/{session}", page(session_page)),
        Route("/history/{session}/report.html", page(saved_page)),
        Route("/history/{session}/wrong", posted(Wrong, wrong), methods=["POST"]),
        Route("/history/{session}/again", page(again), methods=["POST"]),
        Route("/history/{session}/delete", page(forget), methods=["POST"]),
        Route("/compare", page(compare)),
        Route("/selfcheck", page(selfcheck)),
        Route(
            "/selfcheck",
            posted(Answers, lambda request, history, said: checked(request, history, said, today())),
            methods=["POST"],
        ),
        Route("/about", lambda request: HTMLResponse(about_page(lang_of(request), app=app_of(request)))),
        Route("/archive/{name}", asset),
    ]


async def body_of(request: Request) -> bytes:
    """What a page of ours sent; ValueError for anything larger or of another kind, such as another site's form."""
    body = await request.body()
    if len(body) > 10_000 or request.headers.get("content-type") != "application/json":
        raise ValueError("not from a page of ours")
    return body


def overview(request: Request, history: History, today: date) -> Response:
    """All that was kept of a person, week by week."""
    person = request.query_params.get("person", "")
    sessions, people, lang = history.sessions(person), history.people(), lang_of(request)
    advice = advise(history.training_days(person), today)
    return HTMLResponse(history_page(sessions, people, advice, today, lang, app=app_of(request)))


def wrong(request: Request, history: History, said: Wrong) -> Response:
    """Keep what the person says of a repetition."""
    report = next((r.report for r in history.results(found(request, history)) if r.id == said.result), None)
    if report is None or said.rep not in {rep.index for rep in report.reps}:
        return PlainTextResponse("no such repetition", status_code=404)
    if not set(said.fault) <= {fault.code for fault in get_exercise(report.exercise or "").faults}:
        return PlainTextResponse("no such fault", status_code=400)
    if said.verdict is None:
        history.take_back(said.result, said.rep)
    else:
        history.say_wrong(said.result, said.opinion())
    return JSONResponse({})


def selfcheck(request: Request, history: History) -> Response:
    """The seven questions, and what was answered before."""
    before = history.selfchecks(request.query_params.get("person", ""))
    return HTMLResponse(selfcheck_page(before, lang_of(request), app=app_of(request)))


def checked(request: Request, history: History, said: Answers, today: date) -> Response:
    """What the answers suggest; they are kept when asked for."""
    answers = [number in said.sign for number in range(len(SIGNS))]
    if said.keep:
        history.keep_selfcheck(answers, today, request.query_params.get("person", ""))
    return JSONResponse({"answer": " ".join(say(text, lang_of(request)) for text in suggestion(answers))})


def found(request: Request, history: History) -> str:
    """The session that the address names."""
    return history.find(request.path_params["session"])


def _told(request: Request, history: History, session: str) -> tuple[retell.Told, int]:
    asked = request.query_params.get("result", "")
    results = history.results(session)
    chosen = int(asked) if asked.isdigit() and int(asked) in {r.id for r in results} else results[-1].id
    return retell.recall(history, session, chosen), chosen


def session_page(request: Request, history: History) -> Response:
    """One session with everything that was judged of it."""
    session, lang = found(request, history), lang_of(request)
    told, chosen = _told(request, history, session)
    story = retell.story_of(told, history, history.person_of(session))
    verdicts = [*((name, say(text, lang)) for name, text in VERDICTS.items()), ("none", say(PHRASES["no_rep"], lang))]
    app = app_of(request, session=session, result=chosen, results=history.results(session), verdicts=verdicts)
    return HTMLResponse(result_page(story, lang, app=app))


def saved_page(request: Request, history: History) -> Response:
    """The same as one file to keep or send."""
    session = found(request, history)
    told, _ = _told(request, history, session)
    return HTMLResponse(result_page(retell.story_of(told, history, history.person_of(session)), lang_of(request)))


def again(request: Request, history: History) -> Response:
    """Judge a session with this version; both results stay."""
    retell.judge_again(history, found(request, history))
    return JSONResponse({})


def forget(request: Request, history: History) -> Response:
    """Delete a session."""
    history.delete(found(request, history))
    return JSONResponse({})


def compare(request: Request, history: History) -> Response:
    """Two sessions, or the best and the worst repetition of one."""
    named = [history.find(request.query_params[key]) for key in ("a", "b") if request.query_params.get(key)]
    if not named:
        return PlainTextResponse("name one session or two: /compare?a=...&b=...", status_code=400)
    stories = [retell.story_of(retell.recall(history, name), None, "") for name in named]
    second = stories[1] if len(stories) > 1 else None
    return HTMLResponse(compare_page(stories[0], second, lang_of(request), app=app_of(request)))


def asset(request: Request) -> Response:
    """The style sheet and the scripts of the pages."""
    kind = FILES.get(request.path_params["name"])
    if kind is None:
        return PlainTextResponse("not here", status_code=404)
    return Response((FOLDER / request.path_params["name"]).read_bytes(), media_type=kind)
