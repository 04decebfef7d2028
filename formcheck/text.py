"""Words in both languages, and names that fit on one line."""

from __future__ import annotations

import errno
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Lang = Literal["ja", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in both languages."""

    ja: str
    en: str


def same(words: str) -> Text:
    """What is written alike in both, such as names and numbers."""
    return Text(ja=words, en=words)


def say(text: Text, lang: Lang) -> str:
    """A text in one language."""
    return text.ja if lang == "ja" else text.en


def told(lang: Lang, *, ja: str, en: str) -> str:
    """One of two sentences, by language."""
    return ja if lang == "ja" else en


def printable(name: str | Path) -> str:
    """A file's name fit for one line of output and for UTF-8, whatever bytes the file system holds."""
    # Control characters, bytes that are no text, line ends; `str.isprintable` would refuse the Japanese space.
    refused = ("Cc", "Cs", "Zl", "Zp")
    return "".join("?" if unicodedata.category(letter) in refused else letter for letter in str(name))


REASONS_JA = {
    errno.ENOSPC: "空き容量がありません",
    errno.EACCES: "許可がありません",
    errno.EPERM: "許可がありません",
    errno.EROFS: "書き込めない場所です",
    errno.ENOENT: "見つかりません",
    errno.ENAMETOOLONG: "名前が長すぎます",
}


def why(error: BaseException) -> Text:
    """What the system says of an error; its own words where they are not known in Japanese."""
    en = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return Text(ja=REASONS_JA.get(getattr(error, "errno", None) or 0, en), en=en)
