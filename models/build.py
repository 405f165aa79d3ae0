"""Rebuild the shipped networks from the MediaPipe wheel that carries them.

    python models/build.py                  downloads the wheel with pip
    python models/build.py --wheel FILE     uses one already here

The same wheel always gives the same bytes: members are stored uncompressed with a fixed date,
and every checksum on the way is compared with the one written below. Checksums of what was
built, and of the other shipped model files, are written to ``SHA256SUMS``.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from any_size import for_any_size
from split import split

MODELS = Path(__file__).resolve().parent

# The last release whose wheel carries the full hand networks; later ones download them at run
# time. Any platform's wheel of it carries the same networks; this one is pinned by checksum.
WHEEL = "mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl"
WHEEL_SHA256 = "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3"

# What MediaPipe's HandLandmarker expects inside its bundle, and where the wheel keeps it.
HAND_MEMBERS = {
    "hand_detector.tflite": (
        "mediapipe/modules/palm_detection/palm_detection_full.tflite",
        "1b14e9422c6ad006cde6581a46c8b90dd573c07ab7f3934b5589e7cea3f89a54",
    ),
    "hand_landmarks_detector.tflite": (
        "mediapipe/modules/hand_landmark/hand_landmark_full.tflite",
        "11c272b891e1a99ab034208e23937a8008388cf11ed2a9d776ed3d01d0ba00e3",
    ),
}
FACE_MEMBER = (
    "mediapipe/modules/face_detection/face_detection_full_range_sparse.tflite",
    "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1",
)
# Behind its steps at half the size of the picture and before those at a quarter. All that passes
# there is 16 channels, which is the least before the network is an eighth as wide.
FACE_CUT = 69

SHIPPED_SUFFIXES = {".task", ".tflite", ".npz"}

# Zip archives cannot hold earlier dates.
EPOCH = (1980, 1, 1, 0, 0, 0)


def build(wheel: bytes, folder: Path) -> None:
    """Write ``hand_landmarker.task`` and the two halves of the face detector."""
    with zipfile.ZipFile(io.BytesIO(checked(wheel, WHEEL_SHA256, WHEEL))) as archive:
        hand = {
            name: checked(archive.read(member), sha256, member)
            for name, (member, sha256) in HAND_MEMBERS.items()
        }
        member, sha256 = FACE_MEMBER
        face = checked(archive.read(member), sha256, member)
    (folder / "hand_landmarker.task").write_bytes(stored_zip(hand))
    halves = split(for_any_size(face), FACE_CUT)
    for name, half in zip(("face_stem.tflite", "face_trunk.tflite"), halves, strict=True):
        (folder / name).write_bytes(half)
    write_checksums(folder)


def stored_zip(members: dict[str, bytes]) -> bytes:
    """An uncompressed zip that depends on nothing but the members.

    Uncompressed because MediaPipe maps the networks straight out of the bundle.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3  # else it would say which system built it
            archive.writestr(entry, content)
    return buffer.getvalue()


def write_checksums(folder: Path) -> None:
    """List every shipped model file with its SHA-256, in the format of ``sha256sum``."""
    shipped = sorted(path for path in folder.iterdir() if path.suffix in SHIPPED_SUFFIXES)
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in shipped]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="ascii", newline="\n")


def checked(content: bytes, sha256: str, name: str) -> bytes:
    """``content``, if it has this checksum.

    Raises
    ------
    ValueError
        If it has another; the message says which was expected and what was found.
    """
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ValueError(f"{name}: expected SHA-256 {sha256}, got {found}")
    return content


def download() -> bytes:
    """The pinned wheel, by pip, from whatever index pip is set up for."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
                *("--only-binary=:all:", "--python-version=3.11", "--implementation=cp"),
                *("--abi=cp311", "--platform=manylinux_2_28_x86_64"),
                *("--dest", folder, "mediapipe==0.10.21"),
            ],
            check=True,
        )
        return (Path(folder) / WHEEL).read_bytes()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheel", type=Path, help=f"path of {WHEEL}")
    wheel_path = parser.parse_args().wheel
    build(wheel_path.read_bytes() if wheel_path else download(), MODELS)
