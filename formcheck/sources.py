"""What every source of pictures or poses promises, and the check that its file is there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, Self, TypeVar

from formcheck.errors import SourceError
from formcheck.records import SourceInfo
from formcheck.text import Text, why

Item = TypeVar("Item", covariant=True)


class Source(ABC, Generic[Item]):
    """Frames or sightings in time order, to be iterated once; plain sentences gather in `warnings` while reading."""

    info: SourceInfo
    duration_s: float | None = None
    """Length as estimated at opening, None where unknown."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    @abstractmethod
    def __iter__(self) -> Iterator[Item]: ...

    @abstractmethod
    def close(self) -> None:
        """Free everything; may be called again."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


FOLDER = Text(ja="これはフォルダです。中の録画を1つ選んでください", en="this is a folder; name one recording in it")
ABSENT = Text(
    ja="ファイルがありません。名前とフォルダを確かめてください",
    en="there is no such file; check the name and the folder",
)
IRREGULAR = Text(
    ja="ふつうのファイルではありません。このパソコンに保存した録画を選んでください",
    en="this is not a regular file; name a recording saved on this computer",
)
EMPTY = Text(
    ja="ファイルの中身が空です（0バイト）。コピーし直すか、撮り直してください",
    en="the file is empty (0 bytes); copy or record it again",
)
FORBIDDEN = Text(
    ja="読む許可がありません。許可を変えるか、自分のフォルダにコピーしてください",
    en="no permission to read it; change its permissions or copy it to a folder of your own",
)


def require_file(path: Path) -> None:
    """SourceError unless `path` is a readable file with something in it."""
    try:
        problem = _problem(path)
    except PermissionError:
        problem = FORBIDDEN
    except (OSError, ValueError) as error:
        reason = why(error)
        problem = Text(
            ja=f"開けません（{reason.ja}）。名前とフォルダを確かめてください",
            en=f"it cannot be opened ({reason.en}); check the name and the folder",
        )
    if problem:
        raise SourceError.about(path, en=problem.en, ja=problem.ja)


def _problem(path: Path) -> Text | None:
    if path.is_dir():
        return FOLDER
    if not path.exists():
        return ABSENT
    if not path.is_file():
        return IRREGULAR
    if path.stat().st_size == 0:
        return EMPTY
    path.open("rb").close()
    return None
