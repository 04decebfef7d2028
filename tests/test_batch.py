"""Many recordings: found, each judged in a process of its own, told in one table, and gone on with after any end."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from figures import save_figure

from formcheck.batch import cluster, inputs, overview, places
from formcheck.batch.jobs import Job, Row
from formcheck.batch.work import work
from formcheck.cli import main
from formcheck.errors import RequestError, SourceError

COUNT = 6
POISON = """
import os, signal, sys
def died(event, args):
    if event == "open" and "poison" in str(args[0]):
        os.kill(os.getpid(), signal.SIGSEGV)
sys.addaudithook(died)
"""
"""Loaded by every Python of the test: whoever opens a poisoned recording crashes, as a broken decoder does."""


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Landmarks of one set, each of another length."""
    folder = tmp_path_factory.mktemp("figures")
    return [save_figure(folder / f"{k}.npz", "hip_lift_good", 8.0 + k) for k in range(COUNT)]


@pytest.fixture(autouse=True)
def aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where everything temporary goes; nothing of ours may stay there, and no process of ours."""
    folder = tmp_path / "aside"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    yield folder
    assert eventually(lambda: not list(folder.glob("formcheck-batch-*")) and not processes(str(folder)))


def eventually(true: Callable[[], object], within_s: float = 20.0) -> bool:
    until_s = time.monotonic() + within_s
    while not true():
        if time.monotonic() > until_s:
            return False
        time.sleep(0.05)
    return True


def processes(word: str) -> list[str]:
    """Command lines of running processes that contain a word, Linux only."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if word in line and "formcheck.batch.child" in line:
            found.append(line)
    return found


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(main, ["batch", *(str(arg) for arg in args)], catch_exceptions=False)


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "summary.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestFinding:
    def test_folders_patterns_lists_and_names(self, tmp_path: Path) -> None:
        for name in ("in/a.mp4", "in/sub/a.MOV", "in/.hidden/b.mp4", "in/notes.md", "in/out/annotated.mp4", "in/c.mp4"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(b"x")
        (tmp_path / "list.csv").write_text("recording,exercise\nin/a.mp4,hip_lift\n\n# no\nx y.mp4\n", encoding="utf-8")
        (tmp_path / "list.txt").write_text("in/a.mp4\ns3://bucket/b,1.mp4\n", encoding="utf-8")
        found = inputs.find(["in"], str(tmp_path / "in" / "out"))
        assert [(each.recording, each.name) for each in found] == [
            ("in/a.mp4", "a"), ("in/c.mp4", "c"), ("in/sub/a.MOV", "sub/a"),
        ]  # fmt: skip
        assert [each.name for each in inputs.find(["in/*.mp4", "in/sub/a.MOV"], "out")] == ["a", "c", "a-2"]
        listed = inputs.find([str(tmp_path / "list.csv")], "out")
        assert [(each.recording, each.exercise) for each in listed] == [
            (str(tmp_path / "in/a.mp4"), "hip_lift"), (str(tmp_path / "x y.mp4"), None),
        ]  # fmt: skip
        assert [each.recording for each in inputs.find(["list.txt"], "out")] == ["in/a.mp4", "s3://bucket/b,1.mp4"]

    @pytest.mark.parametrize(
        ("line", "said"),
        [("a.mp4,hip_list", "hip_list"), ("a.mp4,hip_lift,2", "a line is"), (",hip_lift", "a line is")],
    )
    def test_a_bad_line_is_told_with_its_number(self, tmp_path: Path, line: str, said: str) -> None:
        (tmp_path / "list.csv").write_text(f"b.mp4\n{line}\n", encoding="utf-8")
        done = run("list.csv")
        assert done.exit_code == 2
        assert re.fullmatch(rf"formcheck: list\.csv, line 2: [^\n]*{said}[^\n]*\n", done.stderr), done.stderr
        assert not Path("formcheck-batch").exists()

    @pytest.mark.parametrize("path", ["nothing/*.mp4", "."])
    def test_where_there_is_nothing(self, path: str) -> None:
        done = run(path)
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert "there is no recording in it" in done.stderr


class TestBatch:
    def test_one_that_is_broken_and_one_that_kills_stop_nothing(
        self, figures: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "site").mkdir()
        (tmp_path / "site" / "sitecustomize.py").write_text(POISON, encoding="utf-8")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
        for name in ("broken.mp4", "poison.mp4"):
            (tmp_path / name).write_bytes(b"x")
        done = run("broken.mp4", "poison.mp4", "missing.mp4", *figures[:2], "--out", "out", "--workers", "2")
        assert done.exit_code == 2
        rows = table(tmp_path / "out")
        assert [row["status"] for row in rows] == ["failed", "failed", "failed", "done", "done"]
        assert "not a recording" in rows[0]["reason"]
        assert "SIGSEGV" in rows[1]["reason"]
        assert "5 recordings: 2 judged, 0 with nothing to judge, 3 failed." in done.stdout
        assert len(done.stderr.splitlines()) == 3
        page = (tmp_path / "out" / "overview.html").read_text(encoding="utf-8")
        assert page.index("poison.mp4") < page.index("0.npz")
        for row in rows[3:]:
            report = json.loads((tmp_path / "out" / row["folder"] / "report.json").read_text(encoding="utf-8"))
            assert (report["exercise"], str(report["summary"]["reps"])) == (row["exercise"], row["reps"])
            assert f'href="{row["folder"]}/report.html"' in page

    def test_what_is_done_is_known_by_its_content(self, figures: list[Path], tmp_path: Path) -> None:
        recording = tmp_path / "a.npz"
        recording.write_bytes(figures[0].read_bytes())
        assert run(recording, "--out", "out").exit_code == 0
        made = (tmp_path / "out/a/report.json").stat().st_mtime_ns
        recording.rename(tmp_path / "b.npz")
        recording.write_bytes(figures[1].read_bytes())
        assert run("b.npz", "a.npz", "--out", "out").exit_code == 0
        rows = table(tmp_path / "out")
        assert [row["folder"] for row in rows] == ["a", f"a-{rows[1]['sha256'][:8]}"]
        assert (tmp_path / "out/a/report.json").stat().st_mtime_ns == made

    @pytest.mark.parametrize("change", ["version", "report", "exercise"])
    def test_what_is_no_longer_the_same_is_done_again(self, figures: list[Path], tmp_path: Path, change: str) -> None:
        run(figures[0], "--out", "out")
        report = tmp_path / "out/0/report.json"
        made = report.stat().st_mtime_ns
        (index,) = (tmp_path / "out/index").iterdir()
        if change == "version":
            index.write_text(index.read_text(encoding="utf-8").replace('"0.1.0"', '"0.0.9"'), encoding="utf-8")
        if change == "report":
            report.unlink()
        run(figures[0], "--out", "out", *(["--exercise", "hip_lift"] if change == "exercise" else []))
        assert report.stat().st_mtime_ns > made
        assert Row.model_validate_json(index.read_bytes()).formcheck_version == "0.1.0"

    def test_it_goes_on_after_kill_9(self, figures: list[Path], tmp_path: Path, aside: Path) -> None:
        command = [sys.executable, "-m", "formcheck", "batch", *map(str, figures), "--out", "out", "--workers", "1"]
        index = tmp_path / "out" / "index"
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            assert eventually(lambda: len(list(index.glob("*.json"))) >= 2, 60)
            assert eventually(lambda: processes(str(aside)), 10)
            process.send_signal(signal.SIGKILL)
        assert eventually(lambda: not processes(str(aside)))
        made = {path: path.stat().st_mtime_ns for path in index.glob("*.json")}
        assert 2 <= len(made) < COUNT
        assert run(*figures, "--out", "out").exit_code == 0
        assert [row["status"] for row in table(tmp_path / "out")] == ["done"] * COUNT
        assert len(list(index.glob("*.json"))) == COUNT
        assert {path: path.stat().st_mtime_ns for path in made} == made

    def test_ctrl_c_keeps_what_is_done(self, figures: list[Path], tmp_path: Path) -> None:
        code = (
            "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "from formcheck.cli import main; main(sys.argv[1:])"
        )
        command = [sys.executable, "-c", code, "batch", *map(str, figures), "--out", "out", "--workers", "1"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert eventually(lambda: len(list((tmp_path / "out" / "index").glob("*.json"))) >= 2, 60)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=30)
        assert process.returncode == 130
        assert said == b"formcheck: interrupted; the same command goes on where it stopped\n"
        assert 1 <= len(table(tmp_path / "out")) < COUNT

    def test_a_worker_of_another_version_refuses(self, figures: list[Path]) -> None:
        row = work(Job(recording=str(figures[0]), name="a", out="out", version="9.9.9"))
        assert (row.status, row.reason) == (
            "failed", "the worker has formcheck 0.1.0, but 9.9.9 asked; install the same version everywhere",
        )  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler with two workers, as a person starts them."""
    folder = tmp_path_factory.mktemp("cluster")
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    host, port = place.split(":")
    dask = [sys.executable, "-m", "dask"]
    started = [subprocess.Popen([*dask, "scheduler", "--host", host, "--port", port, "--no-dashboard"], **silent)]  # type: ignore[call-overload]
    for _ in range(2):
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"]
        started.append(subprocess.Popen([*dask, "worker", f"tcp://{place}", *options], **silent))  # type: ignore[call-overload]
    from distributed import Client

    with Client(f"tcp://{place}", timeout=60) as client:
        client.wait_for_workers(2, timeout=60)
    yield f"tcp://{place}", started
    for process in reversed(started):
        process.kill()
        process.wait()


def test_a_long_page_shows_what_needs_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "MOST_LINES", 3)
    job = Job(recording="x.mp4", name="x", out="out", version="0.1.0")
    rows = [Row(recording=f"{k}.mp4", status="done", exercise="leg_curl", reps=2, clean=1) for k in range(5)]
    page = overview.page([*rows, Row.failure(job, "x.mp4: not a recording")], "en")
    assert page.count("<tr class=") == 3
    assert "<td>x.mp4</td>" in page
    assert "<td>not a recording</td>" in page
    assert "3 more are in summary.csv." in page


class TestCluster:
    def test_another_version_is_refused(
        self, address: tuple[str, object], figures: list[Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cluster, "version", lambda _: "9.9.9")
        done = run(figures[0], "--scheduler", address[0])
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
        assert re.search(r"another version of formcheck \(0\.1\.0, here 9\.9\.9\)", done.stderr)

    def test_a_worker_that_is_killed_costs_a_retry(
        self, address: tuple[str, list[subprocess.Popen[bytes]]], figures: list[Path], tmp_path: Path
    ) -> None:
        where, (_, first, _) = address
        command = [sys.executable, "-m", "formcheck", "batch", *map(str, figures), "--out", "out", "--scheduler", where]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert eventually(lambda: list((tmp_path / "out" / "index").glob("*.json")), 60)
            first.kill()
            out, said = process.communicate(timeout=90)
        assert (process.returncode, said) == (0, b"")
        rows = table(tmp_path / "out")
        assert [row["status"] for row in rows] == ["done"] * COUNT
        assert len({row["folder"] for row in rows}) == len({row["sha256"] for row in rows}) == COUNT
        assert f"{COUNT} recordings: {COUNT} judged".encode() in out

    def test_a_scheduler_that_goes(
        self, address: tuple[str, list[subprocess.Popen[bytes]]], figures: list[Path], tmp_path: Path
    ) -> None:
        where, (scheduler, *_) = address
        command = [sys.executable, "-m", "formcheck", "batch", *map(str, figures), "--out", "out", "--scheduler", where]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert eventually(lambda: list((tmp_path / "out" / "index").glob("*.json")), 60)
            scheduler.kill()
            _, said = process.communicate(timeout=90)
        assert process.returncode == 2
        assert said.startswith(b"formcheck: the scheduler has gone;")
        assert said.count(b"\n") == 1

    def test_no_scheduler(self, figures: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cluster, "ANSWER_S", 1)
        done = run(figures[0], "--scheduler", "tcp://127.0.0.1:9")
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert "tcp://127.0.0.1:9: no scheduler answers there" in done.stderr


class TestUrls:
    def test_an_object_store(self, figures: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
        """From a bucket and into a bucket, then again: nothing is done twice."""
        import fsspec
        from moto.server import ThreadedMotoServer

        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        try:
            host, port = server.get_host_and_port()
            for name, value in (
                ("AWS_ENDPOINT_URL", f"http://{host}:{port}"), ("AWS_ACCESS_KEY_ID", "test"),
                ("AWS_SECRET_ACCESS_KEY", "test"), ("AWS_DEFAULT_REGION", "us-east-1"),
            ):  # fmt: skip
                monkeypatch.setenv(name, value)
            files = fsspec.filesystem("s3", skip_instance_cache=True)
            files.mkdir("recordings")
            files.mkdir("results")
            for path in figures[:2]:
                files.put_file(str(path), f"recordings/day/{path.name}")
            urls = [f"s3://recordings/day/{path.name}" for path in figures[:2]]
            assert run(*urls, "s3://recordings/missing.mp4", "--out", "s3://results/one").exit_code == 2
            files.invalidate_cache()
            rows = list(csv.DictReader(files.cat_file("results/one/summary.csv").decode().splitlines()))
            assert [row["status"] for row in rows] == ["done", "done", "failed"]
            assert json.loads(files.cat_file("results/one/0/report.json"))["source"]["name"] == "hip_lift_good.mp4"
            made = files.info("results/one/0/report.json")["LastModified"]
            assert run(*urls, "--out", "s3://results/one").exit_code == 0
            files.invalidate_cache()
            assert files.info("results/one/0/report.json")["LastModified"] == made
        finally:
            server.stop()

    def test_an_address_that_does_not_answer(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(places, "READ_S", 0.5)
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            url = f"http://127.0.0.1:{silent.getsockname()[1]}/a.mp4"
            with pytest.raises(SourceError, match=r"the address does not give or take it \(.*Timeout"):
                places.fetch(url, tmp_path)

    def test_nobody_there(self, figures: list[Path], tmp_path: Path) -> None:
        done = run("http://127.0.0.1:9/a.mp4", figures[0], "--out", "out")
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
        assert done.stderr.startswith("formcheck: http://127.0.0.1:9/a.mp4: the address does not give")
        assert [row["status"] for row in table(tmp_path / "out")] == ["failed", "done"]

    def test_an_unknown_protocol(self) -> None:
        with pytest.raises(RequestError, match="nosuch://"):
            places.store("nosuch://a/b")


def test_children_end_with_whoever_asked(figures: list[Path], tmp_path: Path, aside: Path) -> None:
    """Also where that was killed so that it could not say so: its pipe closes."""
    folder = aside / "formcheck-batch-test"
    job = Job(recording=str(figures[0]), name="a", out=str(tmp_path / "out"), version="0.1.0")
    child = subprocess.Popen(
        [sys.executable, "-m", "formcheck.batch.child", str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    child.communicate(job.model_dump_json().encode() + b"\n", timeout=30)
    assert eventually(lambda: not folder.exists())
    assert os.listdir(aside) == []
