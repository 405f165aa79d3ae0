"""``netravision report`` as one types it, and runs that cannot be written to."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from netravision.run import Run
from netravision.run.decisions import Decisions, View
from netravision.watchlist import Watchlist
from tests.made_run import TWO, Folder
from tests.program import POSIX, run_program, without_privileges

Program = Callable[..., "subprocess.CompletedProcess[str]"]


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
