"""``watchlist``, ``report`` and ``doctor`` as one types them."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from netravision.cli import COMMANDS
from netravision.run import Run
from netravision.watchlist import Watchlist

Program = Callable[..., "subprocess.CompletedProcess[str]"]


def test_a_new_watchlist_is_valid_and_never_overwrites(
    netravision: Program, tmp_path: Path
) -> None:
    assert netravision("watchlist", "new", "baru.toml").returncode == 0
    written = (tmp_path / "baru.toml").read_bytes()
    checked = netravision("watchlist", "check", "baru.toml")
    assert checked.returncode == 0, checked.stderr
    assert "2 × number" in checked.stdout
    again = netravision("watchlist", "new", "baru.toml")
    assert again.returncode == 2
    assert "exists already" in again.stderr
    assert (tmp_path / "baru.toml").read_bytes() == written


def test_everything_commented_out_in_a_new_watchlist_is_valid_too(
    netravision: Program, tmp_path: Path, fixtures_dir: Path
) -> None:
    netravision("watchlist", "new", "baru.toml")
    text = (tmp_path / "baru.toml").read_text(encoding="utf-8")
    # Lines that look like TOML behind their “#”.
    text = re.sub(r"^# (?=\[\[|period|\w+ = )", "", text, flags=re.MULTILINE)
    (tmp_path / "baru.toml").write_text(text, encoding="utf-8")
    for name in re.findall(r'"([\w/-]+\.(?:png|jpg))"', text):
        picture = tmp_path / name
        picture.parent.mkdir(exist_ok=True)
        picture.write_bytes((fixtures_dir / "marks" / "arunika.png").read_bytes())
    watchlist = Watchlist.load(tmp_path / "baru.toml")
    assert watchlist.period is not None
    assert all((watchlist.emblems, watchlist.symbols, watchlist.colors, watchlist.materials))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("schema = ", "not valid TOML"),
        ('schema = 1\nname = "x"\nnomor = 1\n', "nomor"),
        (
            'schema = 1\nname = "x"\n[[symbol]]\nid = "a"\nlabel = "A"\nimages = ["rusak.png"]\n',
            "rusak.png",
        ),
    ],
)
def test_a_wrong_watchlist_is_named(
    netravision: Program, tmp_path: Path, content: str | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "w.toml").write_text(content)
    (tmp_path / "rusak.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    done = netravision("watchlist", "check", "w.toml")
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_report_is_written_where_it_says(netravision: Program, tmp_path: Path) -> None:
    with Run.start(tmp_path / "run", Watchlist.default()):
        pass
    done = netravision("report", "run")
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == tmp_path / "run" / "report.html"
    assert (tmp_path / "run" / "report.html").is_file()
    assert netravision("report", "nowhere").returncode == 2


def test_the_doctor_finds_this_environment_well(netravision: Program) -> None:
    done = netravision("doctor")
    assert done.returncode == 0, done.stdout
    assert "All is well." in done.stdout
    for looked_at in ("Python", "mediapipe", "cv2", "hand_landmarker.task", "journal wal"):
        assert looked_at in done.stdout
    for read in ("AVIF", "HEIC", "MP4, MOV, WEBM, MKV, AVI, TS, WMV are read"):
        assert read in done.stdout
    for package in ("matplotlib", "pyarrow", "distributed"):
        assert f"yes, by {package}" in done.stdout


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


def test_the_module_is_the_program(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "netravision", "--help"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert all(name in done.stdout for name in COMMANDS)
