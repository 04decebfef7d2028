"""The pose models: where they lie, what they are called, and whether they are whole."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from pathlib import Path

from formcheck.errors import ModelError
from formcheck.text import why

BUNDLED = {
    "full": "563b0638542257af9ea190a4965843ea135cce1c0a6129438fde6a85444573ad",
    "heavy": "5dceb2a2df4521227a19ec8c84aa23aa550a43b4ea432367b671c7a36cc8707a",
}
"""SHA-256 of the models that come along; "lite" is left out since it bends knees by 17-40 deg in prone poses."""

MODEL_FOLDERS = (Path(__file__).parent / "models", Path(__file__).parents[1] / "models")
"""Where bundled models lie: inside the installed package, or beside it in a checkout."""


def find_model(name_or_path: str | Path) -> Path:
    """The file of a bundled model ("full", "heavy") or of any other pose model; ModelError when there is none."""
    name = str(name_or_path)
    if name in BUNDLED:
        candidates = [folder / f"pose_landmarker_{name}.task" for folder in MODEL_FOLDERS]
        found = next((path for path in candidates if path.is_file()), None)
        if found is None:
            raise ModelError.about(
                candidates[0],
                en=f"the model '{name}' is missing; reinstall formcheck or fetch the file again",
                ja=f"モデル「{name}」がありません。formcheckを入れ直してください",
            )
        return found
    path = Path(name_or_path)
    if not path.is_file():
        choices = " or ".join(f"'{bundled}'" for bundled in BUNDLED)
        raise ModelError.about(
            name,
            en=f"there is no such model; choose {choices}, or name a .task file",
            ja=f"そのモデルはありません。{'か'.join(BUNDLED)}、または.taskファイルを選んでください",
        )
    return path


def model_label(name_or_path: str | Path) -> str:
    """What reports call a model: "full", "heavy", or the file's name without its ending."""
    return str(name_or_path) if str(name_or_path) in BUNDLED else Path(name_or_path).stem


def read_model(name_or_path: str | Path) -> bytes:
    """The model's bytes, checked: a bundled one against its hash, another for being a .task bundle; else ModelError."""
    path = find_model(name_or_path)
    try:
        content = path.read_bytes()
        bundle = _whole_zip(path)
    except OSError as error:
        reason = why(error)
        raise ModelError.about(
            path,
            en=f"the model cannot be read ({reason.en}); check its permissions",
            ja=f"モデルを読めません（{reason.ja}）。ファイルの許可を確かめてください",
        ) from error
    expected = BUNDLED.get(str(name_or_path))
    if expected is not None and hashlib.sha256(content).hexdigest() != expected:
        raise ModelError.about(
            path,
            en="the model file is damaged; reinstall formcheck or fetch the file again",
            ja="モデルのファイルが壊れています。formcheckを入れ直してください",
        )
    if not bundle:
        raise no_pose_model(path)
    return content


def no_pose_model(path: str | Path) -> ModelError:
    """The error of a file that holds something else."""
    return ModelError.about(
        path,
        en="this is not a pose model; name a pose landmarker bundle (.task)",
        ja="姿勢を読み取るモデルではありません。Pose Landmarkerの.taskファイルを選んでください",
    )


def _whole_zip(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as bundle:
            return bundle.testzip() is None
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):
        return False
