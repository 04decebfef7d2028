"""The documents do what they say."""

import re
from pathlib import Path

import pytest
from test_offline import first_seconds

ROOT = Path(__file__).resolve().parent.parent


def python_blocks(page: Path) -> str:
    """All Python code of a page, as one program."""
    return "\n".join(re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL))


def test_the_code_for_app_makers_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "sample_videos/leg_curl_alternate.mp4"
    (tmp_path / "sample_videos").mkdir()
    first_seconds(ROOT / name, 13.5, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    exec(compile(python_blocks(ROOT / "docs" / "API.md"), "docs/API.md", "exec"), {})
    said = capsys.readouterr().out
    assert "leg_curl 2 repetitions" in said
    assert "missing.mp4" in said


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("*.md"), *ROOT.glob("*/*.md")]), ids=lambda page: str(page.relative_to(ROOT))
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
