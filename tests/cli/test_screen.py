"""``netravision screen`` as one types it: summary, resume, exit codes, Ctrl-C."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from netravision.cli import main
from netravision.run import Run

Program = Callable[..., "subprocess.CompletedProcess[str]"]


def exported(program: Program, folder: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in program("export", folder).stdout.splitlines()]


def test_a_folder_becomes_records_a_summary_and_a_report(
    netravision: Program, here: Program, photos: Path, tmp_path: Path
) -> None:
    first = netravision("screen", "foto", "--profile", "fast")
    assert first.returncode == 0, first.stderr
    assert "Photos      4, 4 of them screened" in first.stdout
    assert "Failed" not in first.stdout
    assert "Skipped     1 file that is no photo" in first.stdout
    assert "4 photos in" in first.stderr
    assert "4 screened now, 0 already done" in first.stderr
    assert (tmp_path / "netravision-run" / "report.html").stat().st_size > 0
    records = exported(here, "netravision-run")
    assert len(records) == 5
    again = netravision("screen", "foto", "--profile", "fast")
    assert again.returncode == 0
    assert "0 screened now, 4 already done" in again.stderr
    assert again.stdout == first.stdout
    assert exported(here, "netravision-run") == records
    # The folder is now for this profile only.
    other = here("screen", "foto", "--profile", "thorough")
    assert other.returncode == 2
    assert "the profile fast" in other.stderr
    assert "--run" in other.stderr


def test_manifest_observations_and_quiet(here: Program, photos: Path, tmp_path: Path) -> None:
    (tmp_path / "daftar.csv").write_text(
        "path,account,kind,posted_at,url\n"
        "akun_a/1.png,asli,avatar,2024-09-25,https://x.id/1\n"
        "akun_a/2.png,asli,poster,,\n"
        "akun_c/9.png,asli,,,\n",
        encoding="utf-8",
    )
    done = here(
        *("screen", "foto", "--run", "hasil", "--profile", "fast", "--manifest", "daftar.csv"),
        *("--observations", "--quiet", "--workers", "1", "--kind", "post"),
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == [
        "Manifest: row 3: kind must be avatar or post, got 'poster'; skipped",
        "Manifest: 'akun_c/9.png' is in the manifest and in no source",
    ]
    with Run.open(tmp_path / "hasil") as run:
        assert run.observations
        told, untold, *_ = run.results()
        assert run.source_url(told) == "https://x.id/1"
    photo = told.photo
    assert (photo.account, photo.kind, photo.posted_at) == ("asli", "avatar", "2024-09-25")
    assert (untold.photo.account, untold.photo.kind) == ("akun_a", "post")


def test_shards_together_are_the_whole(here: Program, photos: Path) -> None:
    paths: list[str] = []
    for part in ("1/2", "2/2"):
        folder = f"bagian-{part[0]}"
        done = here("screen", "foto", "--run", folder, "--shard", part, "--profile", "fast")
        assert done.returncode == 0, done.stderr
        paths += [record["photo"]["path"] for record in exported(here, folder)]  # type: ignore[index]
        with Run.open(photos.parent / folder) as run:
            assert run.shards == [part]
    assert sorted(paths) == [
        *("akun_a/1.png", "akun_a/2.png", "akun_b/1.png", "akun_b/2.png", "akun_b/catatan.txt")
    ]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "Missing argument"),
        (["nowhere"], "does not exist"),
        (["foto", "--shard", "3/2"], "I/N"),
        (["foto", "--shard", "eins"], "I/N"),
        (["foto", "--workers", "0"], "--workers"),
        (["foto", "--kind", "frame"], "--kind"),
        (["foto", "--manifest", "none.csv"], "cannot be read"),
        (["foto", "--watchlist", "none.toml"], "cannot be read"),
        (["foto", "--watchlist", "wrong.toml"], "number[1].value"),
        (["foto", "--watchlist", "broken.toml"], "logo.png"),
        pytest.param(
            ["foto", "--watchlist", "words.toml"],
            'pip install "netravision[text]"',
            marks=pytest.mark.skipif(find_spec("rapidocr") is not None, reason="it is installed"),
        ),
    ],
)
def test_wrong_usage_is_one_clear_message_and_code_2(
    photos: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], message: str
) -> None:
    tmp_path = photos.parent
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong.toml").write_text(
        'schema = 1\nname = "x"\n[[number]]\nvalue = "dua"\nlabel = "Dua"\n'
    )
    (tmp_path / "logo.png").write_text("no picture")
    (tmp_path / "broken.toml").write_text(
        'schema = 1\nname = "x"\n[[emblem]]\nid = "a"\nlabel = "A"\nimages = ["logo.png"]\n'
    )
    (tmp_path / "words.toml").write_text(
        'schema = 1\nname = "x"\n[[text]]\nid = "a"\nlabel = "A"\nphrases = ["menang"]\n'
    )
    done = CliRunner().invoke(main, ["screen", *args])
    assert done.exit_code == 2, done.exception
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_many_bad_files_are_a_count_by_code_and_no_flood(
    netravision: Program, here: Program, tmp_path: Path
) -> None:
    good = io.BytesIO()
    Image.fromarray(np.full((80, 120, 3), 100, np.uint8)).save(good, "PNG")
    folder = tmp_path / "foto" / "akun"
    folder.mkdir(parents=True)
    for number in range(2_000):
        bad = number % 100 < 3
        content = (b"", b"rapat %d" % number, good.getvalue()[:40] + b"%d" % number)[
            number % 100 % 3
        ]
        (folder / f"{number:04}.png").write_bytes(content if bad else good.getvalue())
    done = netravision("screen", "foto", "--profile", "fast", "--workers", "1")
    assert done.returncode == 0, done.stderr
    summary = done.stdout.splitlines()
    assert summary[0] == "Photos      1,980, 1,940 of them screened"
    assert summary[1:5] == [
        "Failed      40; the report and the export name them",
        "            20 × The file is empty (empty)",
        "            20 × The file is cut off, and nothing in it can be seen (truncated)",
        "Candidates  0 in 0 photos",
    ]
    assert "Skipped     20 files that are no photos" in summary
    assert len(summary) <= 8
    # A line every ten seconds, and the last.
    assert len(done.stderr.splitlines()) < 20
    assert all("photos" in line for line in done.stderr.splitlines())
    found = exported(here, "netravision-run")
    assert len(found) == 2_000
    named = [record for record in found if record["status"] == "failed"]
    assert len(named) == 40
    report = (tmp_path / "netravision-run" / "report.html").read_text(encoding="utf-8")
    assert all(record["photo"]["path"] in report for record in named)  # type: ignore[index]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to consoles only")
def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(
    netravision: Program, tmp_path: Path
) -> None:
    folder = tmp_path / "foto saya"
    folder.mkdir()
    for shade in range(12):
        Image.fromarray(np.full((900, 1200, 3), 60 + shade, np.uint8)).save(folder / f"{shade}.png")
    command = ["screen", "foto saya", "--workers", "1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "netravision", *command],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        # As a terminal does, the whole group gets the signal, workers included.
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    database = tmp_path / "netravision-run" / "run.sqlite"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if database.is_file() and _count(tmp_path / "netravision-run") > 0:
            break
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == ""
    assert err.splitlines()[-1].strip() == ("netravision screen 'foto saya' --workers 1")
    assert "Traceback" not in err
    kept = _count(tmp_path / "netravision-run")
    assert kept > 0
    with Run.open(tmp_path / "netravision-run") as run:
        assert (run.shards, run.unfinished) == ([], ["1/1"])
    assert f"{12 - kept} screened now, {kept} already done" in netravision(*command).stderr
    assert _count(tmp_path / "netravision-run") == 12
    with Run.open(tmp_path / "netravision-run") as run:
        assert (run.shards, run.unfinished) == (["1/1"], [])


def _count(folder: Path) -> int:
    try:
        with Run.open(folder) as run:
            return run.store.count()
    except Exception:  # being made just now
        return 0
