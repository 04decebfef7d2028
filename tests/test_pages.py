"""The pages: structure, numbers and words, in both languages."""

import re
import time
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from replays import DATA, GOLDEN

from formcheck.entries import Opinion
from formcheck.pages import FOLDER
from formcheck.pages.archive import about_page, best_and_worst, history_page, selfcheck_page
from formcheck.pages.curve import WIDTH, Chart, hold_spans, traces
from formcheck.pages.phrases import PHRASES, REASONS
from formcheck.pages.result import Story, result_page
from formcheck.restdays import advise
from formcheck.selfcheck import FINE, PAIN, PLAN, SIGNS, suggestion
from formcheck.session import Analysis, analyze
from formcheck.text import Lang, Text, say
from formcheck.words import amount

LANGS: tuple[Lang, ...] = ("ja", "en")
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


@pytest.fixture(scope="module", params=sorted(GOLDEN))
def analysis(request: pytest.FixtureRequest) -> Analysis:
    return analyze(DATA / f"{GOLDEN[request.param]}.npz")


class Reader(HTMLParser):
    """Collects the words, the addresses and the elements of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.classes: list[str] = []
        self._silent = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._silent = tag in ("script", "style")
        for name, value in attrs:
            if name in ("href", "src", "poster", "action", "xlink:href"):
                self.addresses.append(value or "")
            if name == "class":
                self.classes += (value or "").split()
            if name in ("title", "alt", "aria-label"):
                self.words.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent = False

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.words.append(data.strip())


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_tells_the_whole_report(analysis: Analysis, lang: Lang) -> None:
    page = Reader(result_page(Story.of(analysis), lang))
    text = " ".join(page.words)
    for rep in analysis.report.reps:
        assert PHRASES["rep"].ja.format(number=rep.index) in text or PHRASES["rep"].en.format(number=rep.index) in text
        for value in (rep.up_s, rep.hold_s, rep.down_s):
            assert amount(value, "s", lang) in text
        assert amount(rep.peak_deg, "deg", lang) in text
        for found in rep.faults:
            if found.unit in ("s", "deg"):
                assert amount(found.value, found.unit, lang) in text
    assert page.classes.count("card") == len(analysis.report.reps)
    assert page.tags.count("article") == len(analysis.report.reps)
    assert analysis.report.source.name in text
    assert analysis.report.formcheck_version in text


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_needs_nothing_from_elsewhere(analysis: Analysis, lang: Lang) -> None:
    page = result_page(Story.of(analysis, video="annotated.mp4"), lang)
    outside = [a for a in Reader(page).addresses if not a.startswith(("#", "data:")) and a != "annotated.mp4"]
    assert outside == []
    assert "http" not in page.replace("http://www.w3.org", "")


def test_a_page_of_one_language_has_no_words_of_the_other(analysis: Analysis) -> None:
    english = [w for w in Reader(result_page(Story.of(analysis), "en")).words if JAPANESE.search(w)]
    assert english == []


def texts() -> dict[str, Text]:
    named = {f"phrase {name}": text for name, text in PHRASES.items()} | {f"reason {n}": t for n, t in REASONS.items()}
    return named | {f"sign {n}": t for n, t in enumerate((*SIGNS, PLAN, FINE, PAIN))}


@pytest.mark.parametrize("name", texts())
def test_every_phrase_exists_in_both_languages(name: str) -> None:
    text = texts()[name]
    assert text.ja.strip()
    assert text.en.strip()
    assert not JAPANESE.search(text.en)
    assert JAPANESE.search(text.ja) or not re.search(r"[A-Za-z]{2,}", re.sub(r"\{\w+[^}]*\}", "", text.ja))
    parts = [sorted(re.findall(r"\{(\w+)", words)) for words in (text.ja, text.en)]
    assert parts[0] == parts[1]


@pytest.mark.parametrize("template", sorted(FOLDER.glob("*.html")) + sorted(FOLDER.glob("*.svg")), ids=lambda p: p.name)
def test_templates_hold_no_words_of_their_own_and_name_known_phrases(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    used = set(re.findall(r"\bp\(\s*\"(\w+)\"", source))
    assert used <= set(PHRASES)
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", source, flags=re.DOTALL)
    words = [w for w in Reader(bare).words if re.search(r"[A-Za-zぁ-ん一-龠]{2,}", w) and w != "formcheck"]
    assert words == []


def test_every_phrase_is_used() -> None:
    sources = [
        path.read_text(encoding="utf-8")
        for path in FOLDER.parent.parent.rglob("*")
        if path.suffix in (".html", ".svg", ".py")
    ]
    everything = "\n".join(source for source in sources if "PHRASES = {" not in source)
    prefixes = ("share_", "nav_", "about_", "start_", "top_")
    unused = [n for n in PHRASES if f'"{n}"' not in everything and not n.startswith(prefixes)]
    assert [name for name in unused if name not in ("up", "hold", "down")] == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("name", "banded"), [(GOLDEN["hip_lift"], True), ("heel_raise_good_s1", False)])
def test_the_green_band_is_told_of_where_there_is_one(name: str, banded: bool, lang: Lang) -> None:
    page = Reader(result_page(Story.of(analyze(DATA / f"{name}.npz")), lang))
    assert (say(PHRASES["chart_band"], lang) in " ".join(page.words)) == banded
    assert ("band" in page.classes) == banded


def test_no_more_points_than_pixels(analysis: Analysis) -> None:
    chart = Chart(
        analysis.report, analysis.verdict and analysis.verdict.exercise, traces(analysis), hold_spans(analysis)
    )
    for row in chart.rows():
        for _, path in row.paths:
            assert 0 < path.count("M") + path.count("L") <= WIDTH


def test_a_long_recording_is_told_quickly_in_rows(analysis: Analysis) -> None:
    """Ten minutes: the same set again and again."""
    story = Story.of(analysis)
    times = int(np.ceil(600 / analysis.report.source.duration_s))
    step_s = analysis.report.source.duration_s
    reps = [
        rep.model_copy(update={
            "index": k * len(analysis.report.reps) + rep.index,
            **{n: getattr(rep, n) + k * step_s for n in ("start_s", "top_start_s", "top_end_s", "end_s")},
        })
        for k in range(times) for rep in analysis.report.reps
    ]  # fmt: skip
    source = analysis.report.source.model_copy(update={"duration_s": step_s * times})
    long = replace(
        story,
        report=analysis.report.model_copy(update={"reps": reps, "source": source}),
        traces=[
            replace(
                trace, t_s=np.concatenate([trace.t_s + k * step_s for k in range(times)]),
                deg=np.tile(trace.deg, times), phase=list(trace.phase) * times,
            )
            for trace in story.traces
        ],
        pictures={rep.index: b"x" * 14_000 for rep in reps},
    )  # fmt: skip
    began_s = time.process_time()
    page = result_page(long, "ja")
    assert time.process_time() - began_s < 10  # the figure itself: python -m bench.report
    assert len(page) < 3_000_000
    assert Reader(page).classes.count("curve") >= 10


def test_nothing_judged_is_told_too() -> None:
    idle = analyze(DATA / f"{GOLDEN['leg_curl']}.npz", exercise="hip_lift")
    for lang in LANGS:
        text = " ".join(Reader(result_page(Story.of(idle), lang)).words)
        assert PHRASES["not_judged"].ja in text or PHRASES["not_judged"].en in text


def test_advice_and_ones_own_verdict_are_on_the_page(analysis: Analysis) -> None:
    advice = advise({date(2026, 11, 23)}, date(2026, 11, 24))
    own = {1: Opinion(rep=1, verdict="none", note="<b>猫</b>")}
    page = result_page(Story.of(analysis, advice=advice, opinions=own), "ja")
    assert "昨日もトレーニングの日でした" in page
    assert "動作ではない「&lt;b&gt;猫&lt;/b&gt;」" in page


@pytest.mark.parametrize("lang", LANGS)
def test_the_other_pages_can_be_made(lang: Lang) -> None:
    app = {
        "person": "",
        "query": "lang=ja",
        "lang_query": "lang=ja",
        "other": "/about?lang=en",
        "other_name": "English",
    }
    for page in (
        about_page(lang, app=app),
        selfcheck_page([(date(2026, 11, 24), [True] * 7)], lang, app=app),
        history_page([], [""], None, date(2026, 11, 24), lang, app=app),
    ):
        words = [w for w in Reader(page).words if w not in ("日本語", "English")]
        assert words
        assert lang == "ja" or not any(JAPANESE.search(word) for word in words)


def test_one_yes_suggests_the_plan() -> None:
    assert suggestion([False] * 7) == [FINE]
    assert suggestion([True, *[False] * 6]) == [PLAN]
    assert suggestion([*[False] * 6, True]) == [PLAN, PAIN]


def test_the_best_is_clean_and_the_worst_is_not() -> None:
    reps = analyze(DATA / f"{GOLDEN['hip_lift']}.npz").report.reps
    pair = best_and_worst(reps)
    assert pair is not None
    assert (pair[0].verdict, pair[1].verdict) == ("clean", "partial")
    assert best_and_worst(reps[:1]) is None
