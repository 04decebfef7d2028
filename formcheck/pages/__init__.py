"""Pages for people: HTML from templates, one file each with everything in it, in Japanese or English."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from formcheck.pages.phrases import PHRASES
from formcheck.text import Lang, say

FOLDER = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """The templates; a name that is not there is an error, never an empty place on a page."""
    loader = PackageLoader("formcheck.pages")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def render(template: str, lang: Lang, **values: object) -> str:
    """A page from its template; `p("name")` in it is a phrase of `phrases.py` in the page's language."""

    def phrase(name: str, **parts: object) -> str:
        return say(PHRASES[name], lang).format(**parts)

    return environment().get_template(template).render(lang=lang, p=phrase, inline=inline, **values)


def inline(name: str) -> Markup:
    """A style sheet or script of ours, to be put into the page itself."""
    return Markup((FOLDER / name).read_text(encoding="utf-8"))
