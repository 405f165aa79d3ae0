"""``netravision doctor`` as one types it."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

Program = Callable[..., "subprocess.CompletedProcess[str]"]


def test_the_doctor_finds_this_environment_well(netravision: Program) -> None:
    done = netravision("doctor")
    assert done.returncode == 0, done.stdout
    assert "All is well." in done.stdout
    for looked_at in ("Python", "mediapipe", "cv2", "hand_landmarker.task", "journal wal"):
        assert looked_at in done.stdout
    for read in ("AVIF", "HEIC", "PDF", "MP4, MOV, WEBM, MKV, AVI, TS, WMV are read"):
        assert read in done.stdout
    for package in ("matplotlib", "pyarrow", "distributed"):
        assert f"yes, by {package}" in done.stdout


def test_the_doctor_names_the_detectors_of_others(netravision: Program, tmp_path: Path) -> None:
    broken = tmp_path / "site" / "stamps-0.1.dist-info"
    broken.mkdir(parents=True)
    (broken / "METADATA").write_text("Name: stamps\nVersion: 0.1\n")
    (broken / "entry_points.txt").write_text("[netravision.detectors]\nstamp = stamps:PLUGIN\n")
    done = netravision("doctor", env={**os.environ, "PYTHONPATH": str(tmp_path / "site")})
    assert done.returncode == 3
    assert "detector stamp: update or remove the package that brings it" in done.stdout
    assert "DetectorError" in done.stdout


def test_the_doctor_sees_a_second_cv2_and_says_how_to_mend_it(
    netravision: Program, tmp_path: Path
) -> None:
    other = tmp_path / "site" / "opencv_contrib_python-4.10.dist-info"
    other.mkdir(parents=True)
    (other / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: opencv-contrib-python\nVersion: 4.10\n"
    )
    (other / "top_level.txt").write_text("cv2\n")
    done = netravision("doctor", env={**os.environ, "PYTHONPATH": str(tmp_path / "site")})
    assert done.returncode == 3
    assert "python -m pip uninstall -y opencv-contrib-python &&" in done.stdout
    assert "All is well." not in done.stdout
