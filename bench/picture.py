"""The picture in the README: a sample recording's hip angle as formcheck measures it, beside the truth.

python -m bench.picture [CLIP] [--out docs/result.png]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from textwrap import fill

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from formcheck import analyze

ROOT = Path(__file__).resolve().parent.parent
COLOURS = {"clean": "#2a7f5f", "fault": "#c8641b", "partial": "#8a8a8a"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path, nargs="?", default=ROOT / "sample_videos" / "hip_lift_mixed.mp4")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "result.png")
    args = parser.parse_args()
    analysis = analyze(args.clip)
    assert analysis.verdict is not None
    truth = json.loads(args.clip.with_suffix(".truth.json").read_text(encoding="utf-8"))["per_frame"]
    study = analysis.verdict.studies[0]
    labels = {fault.code: fault.label.en for fault in analysis.verdict.exercise.faults}
    figure, axes = plt.subplots(figsize=(11, 4.2), layout="constrained")
    axes.axhspan(172, 190, color="#dcefe6", label="on the line")
    axes.plot(truth["t_s"], truth["hip_deg_signed"], color="#444444", lw=1.1, ls=(0, (4, 2)), label="truth")
    axes.plot(study.t_s, study.values["hip_deg"], color="#1f4e8c", lw=1.8, label="formcheck")
    for rep in analysis.report.reps:
        colour = COLOURS[rep.verdict]
        axes.axvspan(rep.start_s, rep.end_s, color=colour, alpha=0.10)
        said = "\n".join(fill(labels[fault.code], 11) for fault in rep.faults) or "clean"
        axes.text(
            (rep.start_s + rep.end_s) / 2, 205, f"{rep.index}\n{said}", ha="center", va="top", color=colour, fontsize=9
        )
    axes.set(xlabel="s", ylabel="shoulder-hip-knee (degrees)", ylim=(118, 207), xlim=(0, np.max(study.t_s)))
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower right", ncols=3, frameon=False, bbox_to_anchor=(1, 0.02))
    figure.savefig(args.out, dpi=110)


if __name__ == "__main__":
    main()
