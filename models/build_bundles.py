"""Wrap MediaPipe's published BlazePose networks into .task bundles that its PoseLandmarker loads.

The networks come from the npm package @mediapipe/pose (Google, Apache-2.0), which carries them as bare .tflite
files. PoseLandmarker refuses those: "Input tensor has type float32: it requires specifying NormalizationOptions".
This adds that metadata (detector: [-1, 1]; landmarks: [0, 1]) and zips the pair.

    npm pack @mediapipe/pose@0.5.1675469404 && tar xzf mediapipe-pose-0.5.1675469404.tgz
    python3.11 -m venv .bundle && .bundle/bin/pip install mediapipe==0.10.21
    .bundle/bin/python build_bundles.py package .

The metadata writer of mediapipe 0.10.21 works; that of 1.x does not.
"""

import hashlib
import sys
import zipfile
from pathlib import Path

from mediapipe.tasks.python.metadata.metadata_writers import metadata_writer

DETECTOR = ("pose_solution_packed_assets.data", "a63c614bef30d35947f13be361820b1e4e3bec9cfeebf4d11216a18373108e85")
LANDMARKS = {
    "full": ("pose_landmark_full.tflite", "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f"),
    "heavy": ("pose_landmark_heavy.tflite", "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe"),
}


def read_verified(folder: Path, name: str, sha256: str) -> bytearray:
    data = (folder / name).read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise SystemExit(f"{name}: sha256 differs from the published file; fetch the package again")
    return bytearray(data)


def with_normalization(model: bytearray, mean: float, std: float) -> bytes:
    writer = metadata_writer.MetadataWriter(model)
    writer.add_image_input([mean], [std])
    return bytes(writer.populate()[0])


def main(package: Path, out: Path) -> None:
    detector = with_normalization(read_verified(package, *DETECTOR), 127.5, 127.5)
    for size, source in LANDMARKS.items():
        landmarks = with_normalization(read_verified(package, *source), 0.0, 255.0)
        with zipfile.ZipFile(out / f"pose_landmarker_{size}.task", "w", zipfile.ZIP_STORED) as bundle:
            for name, data in (("pose_detector.tflite", detector), ("pose_landmarks_detector.tflite", landmarks)):
                bundle.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
