"""The page of speed figures: ratios of what was measured in one run, put where they belong."""

from __future__ import annotations

from pathlib import Path

from bench.speed import BEGIN, END, Measured, fastest, table, write

FOUND = {
    "usual": Measured(frames=1000, wall_s=50.0, cpu_s=45.0, peak_mb=200.0),
    "bare": Measured(frames=1000, wall_s=45.0, cpu_s=40.0, peak_mb=200.0),
    "2 by MediaPipe": Measured(frames=1000, wall_s=25.0, cpu_s=44.0, peak_mb=400.0),
}


def test_ratios_are_those_of_frames_per_second() -> None:
    """The limit is 20 s, the CPU time of decoding and network on two cores: 50 frames a second."""
    lines = table("a clip", FOUND, cores=2)
    assert "| formcheck, workers: 2 by MediaPipe | 40.0 | 2.00 | 0.80 | 44.0 | 400 |" in lines
    assert "| limit on 2 cores | 50.0 | 2.50 | 1.00 | | |" in lines


def test_the_least_disturbed_run_counts() -> None:
    runs = [Measured(10, wall_s, 2 * wall_s, 100.0) for wall_s in (2.0, 1.0, 9.0)]
    assert fastest(runs) == runs[1]


def test_the_page_keeps_its_words(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    for lines in (["new"], ["newer", "newest"]):
        write(page, lines)
    assert page.read_text(encoding="utf-8") == f"before\n{BEGIN}\n\nnewer\nnewest\n\n{END}\nafter\n"
