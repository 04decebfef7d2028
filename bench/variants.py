"""Does the same recording in another form give the same repetitions and faults?

    python -m bench.variants [CLIP ...] [--model full]

Each clip is encoded anew at 15, 24 and 60 frames per second, at half size, mirrored, and turned by its display matrix,
analysed with the real model, and compared with the original: number, sides, faults, edges (largest difference, s).
"""

from __future__ import annotations

import argparse
import struct
import tempfile
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from formcheck import analyze
from formcheck.report import RepFound, Report

ROOT = Path(__file__).resolve().parent.parent
Picture = NDArray[np.uint8]
Timed = tuple[float, Picture]
TURNED = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
"""Display matrix of an mp4 track header: shown turned by 90 degrees clockwise."""
WITHHELD = {"bounce"}
"""Faults that are not judged below 24 frames per second."""


def frames(clip: Path) -> Iterator[Timed]:
    with av.open(str(clip)) as container:
        for frame in container.decode(video=0):
            yield float(frame.time or 0.0), frame.to_ndarray(format="rgb24")


def at_rate(clip: Path, fps: int) -> Iterator[Timed]:
    """The frames shown at regular times: dropped where there are too many, shown twice where too few."""
    shown, due = None, 0
    for t_s, picture in frames(clip):
        while shown is not None and due / fps < t_s - 1e-6:
            yield due / fps, shown
            due += 1
        shown = picture
    if shown is not None:
        yield due / fps, shown


def encode(pictures: Iterable[Timed], out: Path, fps: int = 30) -> Path:
    with av.open(str(out), "w") as container:
        stream = None
        for t_s, picture in pictures:
            if stream is None:
                stream = container.add_stream("libx264", rate=fps, options={"crf": "18", "preset": "veryfast"})
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = "yuv420p"
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.pts, frame.time_base = round(t_s * fps), Fraction(1, fps)
            container.mux(stream.encode(frame))
        if stream is not None:
            container.mux(stream.encode())
    return out


def turned(clip: Path, out: Path) -> Path:
    """Stored lying on its side, and turned back by the display matrix."""
    encode(((t_s, np.rot90(picture)) for t_s, picture in frames(clip)), out)
    content = bytearray(out.read_bytes())
    matrix = content.index(b"tkhd") + 4 + 40
    content[matrix : matrix + 36] = TURNED
    out.write_bytes(content)
    return out


def halved(picture: Picture) -> Picture:
    height, width = (side // 4 * 4 for side in picture.shape[:2])
    quarters = picture[:height, :width].reshape(height // 2, 2, width // 2, 2, 3)
    mean: Picture = quarters.mean(axis=(1, 3)).astype(np.uint8)
    return mean


VARIANTS: dict[str, Callable[[Path, Path], Path]] = {
    "15 fps": lambda clip, out: encode(at_rate(clip, 15), out, 15),
    "24 fps": lambda clip, out: encode(at_rate(clip, 24), out, 24),
    "60 fps": lambda clip, out: encode(at_rate(clip, 60), out, 60),
    "half size": lambda clip, out: encode(((t_s, halved(picture)) for t_s, picture in frames(clip)), out),
    "mirrored": lambda clip, out: encode(((t_s, picture[:, ::-1]) for t_s, picture in frames(clip)), out),
    "turned": turned,
}
OTHER = {"left": "right", "right": "left", "both": "both", "unknown": "unknown"}


def compare(name: str, original: Report, variant: Report) -> str:
    """One line: what differs."""
    if len(original.reps) != len(variant.reps):
        return f"{len(variant.reps)} repetitions instead of {len(original.reps)}"
    pairs = list(zip(original.reps, variant.reps, strict=True))
    sides = sum((OTHER[a.side] if name == "mirrored" else a.side) != b.side for a, b in pairs)
    withheld = WITHHELD if name == "15 fps" else set()
    differing = [
        f"rep {a.index}: {sorted(codes(a) - withheld)} -> {sorted(codes(b))}"
        for a, b in pairs
        if codes(a) - withheld != codes(b)
    ]
    edge_s = max((abs(x - y) for a, b in pairs for x, y in zip(edges(a), edges(b), strict=True)), default=0.0)
    peak_deg = max((abs(a.peak_deg - b.peak_deg) for a, b in pairs), default=0.0)
    faults = "; ".join(differing) or "same"
    return f"{sides} sides differ, edges within {edge_s:.3f} s, peaks within {peak_deg:.1f} deg; faults: {faults}"


def codes(rep: RepFound) -> set[str]:
    return {fault.code for fault in rep.faults}


def edges(rep: RepFound) -> tuple[float, ...]:
    return rep.start_s, rep.top_start_s, rep.top_end_s, rep.end_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="*", default=sorted((ROOT / "sample_videos").glob("*.mp4")))
    parser.add_argument("--model", default="full")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for clip in args.clips:
            original = analyze(clip, model=args.model).report
            print(f"{clip.name}: {original.exercise}, {len(original.reps)} repetitions", flush=True)
            for name, make in VARIANTS.items():
                variant = analyze(make(clip, Path(folder) / "variant.mp4"), model=args.model).report
                print(f"  {name:10s} {compare(name, original, variant)}", flush=True)


if __name__ == "__main__":
    main()
