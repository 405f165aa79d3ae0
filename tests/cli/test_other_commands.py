"""``watchlist``, ``report`` and ``doctor`` as one types them."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from netravision.cli import COMMANDS
from netravision.run import Run
from netravision.run.decisions import Decisions, View
from netravision.watchlist import Watchlist
from tests.made_run import TWO, Folder
from tests.program import POSIX, run_here, run_program, without_privileges

Program = Callable[..., "subprocess.CompletedProcess[str]"]


def test_a_new_watchlist_is_valid_and_never_overwrites(here: Program, tmp_path: Path) -> None:
    assert here("watchlist", "new", "baru.toml").returncode == 0
    written = (tmp_path / "baru.toml").read_bytes()
    checked = here("watchlist", "check", "baru.toml")
    assert checked.returncode == 0, checked.stderr
    assert "2 × number" in checked.stdout
    again = here("watchlist", "new", "baru.toml")
    assert again.returncode == 2
    assert "exists already" in again.stderr
    assert (tmp_path / "baru.toml").read_bytes() == written


def test_everything_commented_out_in_a_new_watchlist_is_valid_too(
    here: Program, tmp_path: Path, fixtures_dir: Path
) -> None:
    here("watchlist", "new", "baru.toml")
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
    here: Program, tmp_path: Path, content: str | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "w.toml").write_text(content)
    (tmp_path / "rusak.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    done = here("watchlist", "check", "w.toml")
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_report_is_written_where_it_says(here: Program, tmp_path: Path) -> None:
    with Run.start(tmp_path / "run", Watchlist.default()):
        pass
    done = here("report", "run")
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == tmp_path / "run" / "report.html"
    assert (tmp_path / "run" / "report.html").is_file()
    assert here("report", "nowhere").returncode == 2


@POSIX
def test_a_run_that_cannot_be_written_to_is_exported_and_reported(folder: Folder) -> None:
    folder.add(folder.picture(), TWO)
    run, place = folder.run.folder, folder.root / "kerja"
    place.mkdir()
    with Decisions(run, create=True) as decisions:
        content = folder.run.content(next(folder.run.results()))
        decisions.add(content, "post", [(TWO, View("right"))])
    folder.run.close()

    def ask(*words: str) -> "subprocess.CompletedProcess[str]":
        return run_program(*words, cwd=place, preexec_fn=without_privileges)

    before = ask("export", str(run), "--format", "csv").stdout
    assert "number-2" in before
    held = {file.name: file.read_bytes() for file in run.iterdir() if file.is_file()}
    run.chmod(0o500)
    assert ask("export", str(run), "--format", "csv").stdout == before
    done = ask("report", str(run))
    assert (done.returncode, done.stdout) == (0, f"{place / 'run-report.html'}\n"), done.stderr
    done = ask("report", str(run), "--output", "laporan.html")
    assert (done.returncode, done.stdout) == (0, "laporan.html\n"), done.stderr
    assert (place / "laporan.html").stat().st_size > 10_000
    done = ask("screen", str(folder.root / "a.png"), "--run", str(run))
    assert (done.returncode, done.stderr.count("\n")) == (3, 1), done.stderr
    assert held == {file.name: file.read_bytes() for file in run.iterdir() if file.is_file()}
    run.chmod(0o700)


@POSIX
def test_what_is_in_the_log_of_a_run_that_cannot_be_written_to_is_not_left_out(
    folder: Folder,
) -> None:
    folder.add(folder.picture(), TWO)
    copy = folder.root / "salinan"
    shutil.copytree(folder.run.folder, copy, ignore=shutil.ignore_patterns("*-shm"))
    folder.run.close()
    assert (copy / "run.sqlite-wal").stat().st_size
    copy.chmod(0o500)
    done = run_program("export", "salinan", cwd=folder.root, preexec_fn=without_privileges)
    assert done.returncode == 2
    assert "copy the folder to where you may write" in done.stderr
    copy.chmod(0o700)
    assert "number-2" in run_program("export", "salinan", cwd=folder.root).stdout


STEERING = ("\x1b]0;x\x07", "\x9b2J", "\u202e", "\x7f")


@POSIX
@pytest.mark.parametrize(
    "words",
    [
        ("screen", "{}"),
        ("screen", "a.png", "--{}"),
        ("screen", "a.png", "--manifest", "{}"),
        ("watchlist", "check", "dicari.toml"),
        ("export", "{}"),
        ("report", "run", "--output", "{}/x"),
        ("{}",),
    ],
)
def test_no_name_steers_a_terminal(folder: Folder, words: tuple[str, ...]) -> None:
    folder.picture()
    folder.run.close()
    name = "".join(STEERING)
    (folder.root / "dicari.toml").write_text(
        f'schema = 1\nname = "x"\n"\\u001b[2J\\u009b" = "{STEERING[2]}"\n', encoding="utf-8"
    )
    done = run_here(*(word.format(name) for word in words), cwd=folder.root)
    assert done.returncode == 2
    assert "\\x9b" in done.stderr
    assert not [sign for sign in "\x1b\x07\x9b\u202e\x7f" if sign in done.stdout + done.stderr]


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
