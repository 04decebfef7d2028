"""What watching somebody sit costs, and how right it is.

    python -m bench.sitting cost [--video V] [--minutes M]    CPU of `formcheck sit` while it watches
    python -m bench.sitting states CLIP ...                   states against the truth (NAME.truth.json) beside each

`cost` lets the whole of it run at its own pace on a recording's pictures, with the page written every minute and no
voice; what a camera's driver takes is not in it. Asked: at most 5 % of one core at 2 pictures a second at most.
`states` counts the seconds that are not within one of a change. Asked: 95 %.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from formcheck.coach.desk import Desk
from formcheck.day import Day
from formcheck.estimate import Snapshots
from formcheck.monitors import MONITORS
from formcheck.quiet import quiet
from formcheck.records import Frame
from formcheck.session import analyze
from formcheck.sit import watch
from formcheck.sources import Source
from formcheck.stream import Paced
from formcheck.video import VideoFile

MONITOR = MONITORS["seated_posture"]
SAMPLE = Path(__file__).resolve().parent.parent / "sample_videos" / "hip_lift_good.mp4"
PICTURES = 30
APART_S = 1.0


class Slides(Source[Frame]):
    """Some pictures of a recording again and again, a period apart, decoded before."""

    def __init__(self, video: Path, minutes: float) -> None:
        super().__init__()
        with VideoFile(video, max_side_px=960) as source:
            self.info = replace(source.info, kind="camera", name="slides")
            self._images = [frame.image for frame in itertools.islice(source, PICTURES)]
        self._count = round(60 * minutes / MONITOR.period_s)

    def __iter__(self) -> Iterator[Frame]:
        for index, image in enumerate(itertools.islice(itertools.cycle(self._images), self._count)):
            yield Frame(index, index * MONITOR.period_s, image)

    def close(self) -> None:
        """Nothing is held open."""


def cost(video: Path, minutes: float) -> None:
    slides = Slides(video, minutes)
    with tempfile.TemporaryDirectory() as folder, quiet(), Snapshots() as snapshots:
        day = Day.open(Path(folder), MONITOR, slides.info, datetime.now().astimezone(), model="full", lang="en")
        began_s, spent_s = time.monotonic(), time.process_time()
        watch(Paced(slides), snapshots.step, Desk(MONITOR, slides.info), day, [])
        wall_s, cpu_s = time.monotonic() - began_s, time.process_time() - spent_s
    pictures = day.report.source.frames
    each_ms, share = 1000 * cpu_s / pictures, 100 * cpu_s / wall_s
    print(f"{pictures} pictures in {wall_s:.0f} s: {each_ms:.1f} ms each, {share:.1f} % of a core")


def states(clips: list[Path]) -> None:
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for clip in clips:
        truth = json.loads(clip.with_name(f"{clip.stem}.truth.json").read_text(encoding="utf-8"))["episodes"]
        with quiet():
            report = analyze(clip, exercise=MONITOR.id).report
        here = [
            (each["state"], next((e.state for e in report.episodes if e.start_s <= t <= e.end_s), ""))
            for each in truth
            for t in range(int(each["start_s"]), int(each["end_s"]) + 1)
            if each["start_s"] + APART_S <= t <= each["end_s"] - APART_S
        ]
        asked.update(true for true, _ in here)
        right.update(true for true, found in here if true == found)
        print(
            f"{clip.stem:28} {sum(a == b for a, b in here)} of {len(here)} seconds, {len(report.reminders)} reminders"
        )
    for state in sorted(asked):
        print(f"{state:28} {100 * right[state] / asked[state]:.1f} % of {asked[state]} seconds")
    print(f"{'all':28} {100 * right.total() / max(asked.total(), 1):.1f} % of {asked.total()} seconds")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    costs = commands.add_parser("cost")
    costs.add_argument("--video", type=Path, default=SAMPLE)
    costs.add_argument("--minutes", type=float, default=2.0)
    commands.add_parser("states").add_argument("clips", type=Path, nargs="+")
    args = parser.parse_args()
    if args.command == "cost":
        cost(args.video, args.minutes)
    else:
        states(args.clips)


if __name__ == "__main__":
    main()
