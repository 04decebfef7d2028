"""What people said of the judgement, as truth for tuning, in the form of the rendered clips' truth where it applies."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from formcheck import sinks
from formcheck.entries import Kept, Opinion, Result
from formcheck.history import History
from formcheck.movement import FULL_MOVE
from formcheck.report import RepFound, Report

Document = dict[str, object]


def truth(history: History, person: str) -> Iterator[Document]:
    """The truth of every session that the person said something of, on its newest such judgement."""
    for kept in history.sessions(person):
        said = [(result, own) for result in history.results(kept.id) if (own := history.opinions(result.id))]
        if said:
            yield document_of(kept, *said[-1])


def document_of(kept: Kept, result: Result, own: dict[int, Opinion]) -> Document:
    """One session: its repetitions as the person sees them, and what was called one and is none.

    What the person said nothing of stands as formcheck judged it, with `by` saying so.
    """
    report, source, tracking = result.report, result.report.source, result.report.tracking
    reps = [(rep, own.get(rep.index)) for rep in report.reps]
    return {
        "schema_version": 1, "clip": kept.id, "file": source.name, "exercise": report.exercise, "fps": source.fps,
        "frame_count": source.frames, "duration_s": source.duration_s, "width": source.width, "height": source.height,
        "view": {"yaw_deg": tracking.view_yaw_deg, "head_at": tracking.head_at, "near_side": tracking.near_side},
        "rest_hip_deg": tracking.rest_deg if report.exercise == "hip_lift" else None,
        "formcheck_version": result.version,
        "reps": [true_rep(report, rep, said) for rep, said in reps if not said or said.verdict != "none"],
        "no_reps": [no_rep(rep, said) for rep, said in reps if said and said.verdict == "none"],
    }  # fmt: skip


def true_rep(report: Report, rep: RepFound, said: Opinion | None) -> Document:
    """A repetition with the person's verdict, or ours; times and sizes are measured ones."""
    doses = {fault.code: fault for fault in rep.faults}
    codes = said.faults if said else tuple(doses)
    near = rep.side in ("both", report.tracking.near_side)
    return {
        "index": rep.index, "side": rep.side, "near": near,
        **{name: getattr(rep, name) for name in ("start_s", "top_start_s", "top_end_s", "end_s", "peak_deg", "hold_s")},
        "up_s": rep.up_s, "down_s": rep.down_s, "up_10_90_s": rep.up_s * FULL_MOVE,
        "down_90_10_s": rep.down_s * FULL_MOVE, "verdict": said.verdict if said else rep.verdict,
        "faults": [
            {"code": c, "dose": doses[c].value if c in doses else None, "unit": doses[c].unit if c in doses else None}
            for c in codes
        ],
        "by": "person" if said else "formcheck", "ours": ours(rep), "note": said.note if said else "",
    }  # fmt: skip


def no_rep(rep: RepFound, said: Opinion) -> Document:
    """A stretch that was judged as a repetition and is none."""
    return {"index": rep.index, "start_s": rep.start_s, "end_s": rep.end_s, "ours": ours(rep), "note": said.note}


def ours(rep: RepFound) -> Document:
    """What formcheck had said."""
    return {"verdict": rep.verdict, "faults": [fault.code for fault in rep.faults]}


def without_names(document: Document, clip: str) -> Document:
    """The same with nothing in it that names a person, a file or a session."""
    parts = {name: [{**part, "note": ""} for part in parts_of(document, name)] for name in ("reps", "no_reps")}
    return {**document, **parts, "clip": clip, "file": f"{clip}.mp4"}


def parts_of(document: Document, name: str) -> list[Document]:
    """The repetitions, or what is none."""
    parts = document[name]
    return parts if isinstance(parts, list) else []


def export(history: History, path: Path, person: str | None = None, *, nameless: bool = False) -> int:
    """Write the corrections of one person or everybody; returns of how many sessions. OutputError on refusal.

    A .zip gets CLIP.truth.json with the landmarks CLIP.npz beside each, which name the recording and so are left out
    without names; any other file is one list in JSON.
    """
    names = history.people() if person is None else [person]
    found = [document for name in names for document in truth(history, name)]
    if nameless:
        found = [without_names(document, f"S{number}") for number, document in enumerate(found, 1)]
    with sinks.written(path) as file:
        if path.suffix.lower() != ".zip":
            file.write(written(found))
            return len(found)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for document in found:
                archive.writestr(f"{document['clip']}.truth.json", written(document))
                landmarks = history.landmarks_path(str(document["clip"]))
                if landmarks.exists() and not nameless:
                    archive.write(landmarks, landmarks.name)
    return len(found)


def written(document: Document | list[Document]) -> bytes:
    """As JSON in UTF-8."""
    return json.dumps(document, indent=1, ensure_ascii=False).encode()
