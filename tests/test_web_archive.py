"""The pages of what was kept, asked of the app itself."""

import asyncio
import re
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from replays import GOLDEN, replayed, saved
from starlette.applications import Starlette

from formcheck.entries import Opinion
from formcheck.history import History
from formcheck.web.archive import routes

TODAY = date(2026, 11, 24)
JST = timezone(timedelta(hours=9))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with History(tmp_path) as history:
        for number, name in enumerate((*GOLDEN.values(), GOLDEN["hip_lift"])):
            film = saved(name)
            report = replayed(name).model_copy(
                update={"session_id": f"S{number}", "started_at": f"2026-11-{21 + number}T19:00:00+09:00"}
            )
            history.keep(report, film.track, film.info, at=datetime(2026, 11, 21 + number, tzinfo=JST))
    return tmp_path


class Client:
    """Asks the app without a network."""

    def __init__(self, folder: Path) -> None:
        self.app = Starlette(routes=routes(folder, lambda: TODAY))

    def get(self, address: str, **extra: Any) -> httpx.Response:
        return asyncio.run(self._ask("GET", address, **extra))

    def post(self, address: str, **extra: Any) -> httpx.Response:
        return asyncio.run(self._ask("POST", address, **extra))

    async def _ask(self, method: str, address: str, **extra: Any) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://testserver") as client:
            return await client.request(method, address, **extra)


@pytest.fixture
def client(folder: Path) -> Client:
    return Client(folder)


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(
    "address",
    ["/history?x=1", "/history/S0?x=1", "/history/S1/report.html?x=1", "/compare?a=S0", "/compare?a=S0&b=S1",
     "/selfcheck?x=1", "/about?x=1"],
)  # fmt: skip
def test_every_page_opens_in_both_languages(client: Client, address: str, lang: str) -> None:
    answer = client.get(f"{address}&lang={lang}")
    assert answer.status_code == 200
    assert f'<html lang="{lang}">' in answer.text
    assert "style=" not in answer.text  # the app's security policy forbids styles inside the page
    for name in ("page.css", "report.js", "archive.js"):
        assert client.get(f"/archive/{name}").status_code == 200


def test_the_language_follows_the_browser(client: Client) -> None:
    assert '<html lang="ja">' in client.get("/about", headers={"accept-language": "ja,en;q=0.5"}).text
    assert '<html lang="en">' in client.get("/about", headers={"accept-language": "de"}).text


def test_the_calendar_and_the_word_about_rest(client: Client) -> None:
    page = client.get("/history?lang=ja").text
    assert page.count('class="day done') == 3
    assert "3日続けてのトレーニング" in page


def test_this_was_wrong_is_kept_and_taken_back(client: Client, folder: Path) -> None:
    with History(folder) as history:
        result = history.results("S0")[0].id
        said = {"result": [str(result)], "rep": ["2"], "verdict": ["none"], "note": ["寝返り"]}
        assert client.post("/history/S0/wrong", json=said).status_code == 200
        assert history.opinions(result) == {2: Opinion(rep=2, verdict="none", note="寝返り")}
        assert "動作ではない「寝返り」" in client.get("/history/S0?lang=ja").text
        client.post("/history/S0/wrong", json={"result": result, "rep": 2, "verdict": None})
        assert history.opinions(result) == {}


def test_ones_own_faults_are_kept_and_shown(client: Client, folder: Path) -> None:
    with History(folder) as history:
        result = history.results("S0")[0].id
        said = {
            "result": [str(result)],
            "rep": ["2"],
            "verdict": ["fault"],
            "fault": ["lumbar_arch", "head_up"],
            "note": [""],
        }
        assert client.post("/history/S0/wrong", json=said).status_code == 200
        assert history.opinions(result)[2].faults == ("lumbar_arch", "head_up")
        page = client.get("/history/S0?lang=en").text
        assert "Your own verdict: fault (back arched, head lifting)" in page
        assert len(re.findall(r'value="(?:lumbar_arch|head_up)" checked', page)) >= 2
        client.post("/history/S0/wrong", json={**said, "verdict": ["clean"]})
        assert history.opinions(result)[2].faults == ()
        assert client.post("/history/S0/wrong", json={**said, "fault": ["hips_rise"]}).status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"result": 1, "rep": 99, "verdict": "clean"}, 404),
        ({"result": 99, "rep": 1, "verdict": "clean"}, 404),
        ({"result": 1, "rep": 1, "verdict": "superb"}, 400),
        ([], 400),
    ],
)
def test_nonsense_is_refused(client: Client, body: object, status: int) -> None:
    assert client.post("/history/S0/wrong", json=body).status_code == status


def test_a_form_of_another_site_is_refused(client: Client, folder: Path) -> None:
    answer = client.post("/selfcheck", content="sign=1&keep=1", headers={"content-type": "text/plain"})
    assert answer.status_code == 400
    with History(folder) as history:
        assert history.selfchecks() == []


def test_judging_again_keeps_both(client: Client, folder: Path) -> None:
    with History(folder) as history:  # as an older version would have judged it
        older = history.results("S0")[0].report.model_copy(update={"formcheck_version": "0.0.1"})
        with history.writing() as rows:
            rows.execute("UPDATE results SET report = ? WHERE session = 'S0'", (older.model_dump_json(),))
    for _ in range(2):
        assert client.post("/history/S0/again").status_code == 200
    with History(folder) as history:
        first, second = history.results("S0")
    assert second.report.reps == first.report.reps
    assert second.report.started_at == first.report.started_at
    assert client.get(f"/history/S0?result={first.id}").status_code == 200


def test_what_cannot_be_drawn_is_said(client: Client, folder: Path) -> None:
    words = "the landmarks of this session were not kept"
    assert words not in client.get("/compare?a=S0&b=S1&lang=en").text
    (folder / "landmarks" / "S0.npz").write_bytes(b"damaged")
    assert client.get("/compare?a=S0&b=S1&lang=en").text.count(words) == 1
    assert client.get("/history/S0?lang=en").status_code == 200


def test_what_is_deleted_is_gone(client: Client) -> None:
    assert client.post("/history/S1/delete").status_code == 200
    answer = client.get("/history/S1?lang=ja")
    assert (answer.status_code, "formcheck history" in answer.text) == (404, True)


def test_the_selfcheck_answers_and_keeps_only_on_request(client: Client, folder: Path) -> None:
    said = client.post("/selfcheck?lang=ja", json={"sign": ["5"]}).json()
    assert "週に2〜3日" in said["answer"]
    with History(folder) as history:
        assert history.selfchecks() == []
        client.post("/selfcheck?lang=ja", json={"sign": ["0", "6"], "keep": ["1"]})
        assert history.selfchecks() == [(TODAY, [True, False, False, False, False, False, True])]
