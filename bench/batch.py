"""Many short recordings: how many an hour here, on a Dask cluster of this machine, and with a worker killed in between?

    python -m bench.batch [--clips 200] [--seconds 5] [--workers 2]

Clips are cut from the sample recordings, each from another place, so that no two are alike. The cluster is a scheduler
and workers started as a person would, on the loopback address. Printed: recordings per hour each way, CPU seconds and
peak memory per recording, bytes written, and how many results there are, how many of them different.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av

ROOT = Path(__file__).resolve().parent.parent
FORMCHECK = [sys.executable, "-m", "formcheck", "batch"]


def pieces(folder: Path, count: int, seconds: float) -> Path:
    """So many clips of so many seconds, encoded anew."""
    folder.mkdir()
    samples = sorted((ROOT / "sample_videos").glob("*.mp4"))
    for k in range(count):
        source = samples[k % len(samples)]
        with av.open(str(source)) as given, av.open(str(folder / f"{k:04d}.mp4"), "w") as target:
            old = given.streams.video[0]
            start_s = (given.duration / av.time_base - seconds) * (k // len(samples)) / (count / len(samples))
            new = target.add_stream("libx264", rate=old.average_rate, options={"preset": "veryfast"})
            new.width, new.height, new.pix_fmt = old.width, old.height, "yuv420p"
            wanted = (p for p in given.decode(old) if start_s <= p.time)
            rate = old.average_rate or Fraction(30)
            for index, picture in enumerate(itertools.islice(wanted, round(seconds * rate))):
                picture.pts, picture.time_base = index, 1 / rate
                target.mux(new.encode(picture))
            target.mux(new.encode())
    return folder


@contextmanager
def cluster(workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and workers with one thread each, without the nanny that would start a killed one again."""
    from distributed import Client

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    dask, address = [sys.executable, "-m", "dask"], f"tcp://127.0.0.1:{port}"
    options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"]
    commands = [[*dask, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]]
    commands += [[*dask, "worker", address, *options] for _ in range(workers)]
    with tempfile.TemporaryDirectory() as folder:
        started = [
            subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for command in commands
        ]
        try:
            with Client(address, timeout=60) as client:
                client.wait_for_workers(workers, timeout=60)
            yield address, started
        finally:
            for process in reversed(started):
                process.kill()
                process.wait()


def run(name: str, clips: Path, out: Path, options: list[str], victim: subprocess.Popen[bytes] | None = None) -> float:
    """One batch; recordings per hour. The victim is killed when a third is done."""
    began = time.perf_counter()
    count = len(list(clips.iterdir()))
    with subprocess.Popen(
        [*FORMCHECK, str(clips), "--out", str(out), *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while victim and process.poll() is None and len(list(out.glob("index/*.json"))) < count / 3:
            time.sleep(0.05)
        if victim:
            victim.kill()
    per_hour = 3600 * count / (time.perf_counter() - began)
    with (out / "summary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    good = [row for row in rows if row["status"] != "failed"]
    folders, contents = {row["folder"] for row in good}, {row["sha256"] for row in good}
    print(
        f"{name:24} {per_hour:7.0f} an hour; {len(good)} results of {count}, {len(contents)} contents,"
        f" {len(folders)} folders",
        flush=True,
    )
    return per_hour


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clips = pieces(folder / "clips", args.clips, args.seconds)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        here = run("here", clips, folder / "here", ["--workers", str(args.workers)])
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        given, made = (sum(p.stat().st_size for p in f.rglob("*") if p.is_file()) for f in (clips, folder / "here"))
        print(
            f"  CPU {cpu_s / args.clips:.2f} s, peak {after.ru_maxrss / 1024:.0f} MB,"
            f" {given / args.clips / 1e6:.2f} MB read, {made / args.clips / 1e6:.2f} MB written, each"
        )
        with cluster(args.workers) as (address, _):
            there = run("cluster", clips, folder / "there", ["--scheduler", address])
        print(f"  of the local executor: {there / here:.2f}")
        with cluster(args.workers) as (address, started):
            run("cluster, a worker killed", clips, folder / "killed", ["--scheduler", address], started[-1])


if __name__ == "__main__":
    main()
