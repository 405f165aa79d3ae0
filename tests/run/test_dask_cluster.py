"""A real scheduler and real workers on this machine, one of which is killed in mid-run."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import pytest

from netravision.errors import MissingRequirementError
from netravision.run import Run
from netravision.run.dask_cluster import Cluster
from netravision.run.pipeline import screen_entries
from netravision.run.sources import list_entries
from netravision.watchlist import Watchlist
from tests.program import run_program, without_package

Draw = Callable[..., None]

#: As many as the fixture below makes.
PHOTOS = 19

# Loopback only; dask's own pages and their ports are not needed.
_LOOPBACK = ("--host", "127.0.0.1", "--no-dashboard")


class Spare:
    """One scheduler and its workers, each with the nanny that starts it again."""

    def __init__(
        self, folder: Path, stack: ExitStack, workers: int, port: int = 0, **environment: str
    ) -> None:
        self._folder = folder
        self._stack = stack
        self._environment = {**os.environ, **environment}
        self._protocol = "tls" if "DASK_DISTRIBUTED__COMM__TLS__CA_FILE" in environment else "tcp"
        file = folder / "scheduler.json"
        file.unlink(missing_ok=True)
        self.scheduler = self._start(
            "scheduler", "--port", str(port), "--scheduler-file", str(file)
        )
        while not file.is_file() or not file.read_text():
            time.sleep(0.05)
        self.address: str = json.loads(file.read_text())["address"]
        self.workers = [
            self._start(
                *("worker", self.address, "--nthreads", "1", "--nworkers", "1"),
                *("--local-directory", str(folder)),
            )
            for _ in range(workers)
        ]

    def _start(self, part: str, *args: str) -> psutil.Popen:
        command = [sys.executable, "-m", f"distributed.cli.dask_{part}", *args]
        process = psutil.Popen(
            [*command, *_LOOPBACK, "--protocol", self._protocol],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._stack.callback(end, process)
        return process


def end(process: psutil.Popen) -> None:
    """Kill a process with all that it has started."""
    with suppress(psutil.NoSuchProcess):
        for child in process.children(recursive=True):
            child.kill()
        process.kill()
    process.wait()


@pytest.fixture
def photos(tmp_path: Path, fixtures_dir: Path, draw: Draw) -> Path:
    """Avatars with an emblem, ordinary photos, a copy and a broken file; and a watchlist."""
    folder = tmp_path / "foto"
    shutil.copytree(fixtures_dir / "photos" / "warga_arunika", folder / "warga_arunika")
    for seed in range(10):
        draw(folder / "lain" / f"{seed:02}.png", seed, (900, 600))
    shutil.copy(folder / "lain" / "03.png", folder / "lain" / "salinan.png")
    (folder / "lain" / "kosong.jpg").touch()
    shutil.copy(fixtures_dir / "marks" / "arunika.png", tmp_path)
    (tmp_path / "dicari.toml").write_text(
        'schema = 1\nname = "Uji"\n'
        '[[emblem]]\nid = "arunika"\nlabel = "Arunika"\nimages = ["arunika.png"]\n'
        # Hands take long enough that something can happen meanwhile.
        '[[number]]\nvalue = 2\nlabel = "Dua"\n'
    )
    return folder


def words(source: str, folder: str, *options: str) -> list[str]:
    return [
        *("screen", source, "--run", folder),
        *("--watchlist", "dicari.toml", "--profile", "fast", "--quiet", *options),
    ]


def screen(place: Path, source: str, folder: str, *options: str) -> str:
    done = run_program(*words(source, folder, *options), cwd=place)
    assert done.returncode == 0, done.stderr
    return done.stderr


def records(folder: Path) -> list[str]:
    with Run.open(folder) as run:
        return [json.dumps(result.to_dict()) for result in run.results()]


def count(folder: Path) -> int:
    try:
        with Run.open(folder) as run:
            return run.store.count()
    except Exception:  # being made just now
        return 0


def lose(place: Path, folder: str, address: str, lost: psutil.Popen) -> tuple[int, str]:
    """Screen on the cluster, and end one of its processes in mid-run."""
    process = subprocess.Popen(
        [sys.executable, "-m", "netravision", *words("foto", folder, "--scheduler", address)],
        cwd=place,
        # How long dask tries to find its scheduler again.
        env={**os.environ, "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "5s"},
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    while process.poll() is None and count(place / folder) < 3:
        time.sleep(0.01)
    end(lost)
    assert 3 <= count(place / folder) < PHOTOS
    _, errors = process.communicate(timeout=120)
    return process.returncode, errors


def test_whatever_is_lost_in_mid_run_the_results_are_those_of_one_pc(
    tmp_path: Path, photos: Path
) -> None:
    screen(tmp_path, "foto", "here")
    expected = records(tmp_path / "here")
    assert len(expected) == PHOTOS
    assert sum('"emblem-arunika"' in line for line in expected) >= 5
    with ExitStack() as stack:
        (tmp_path / "dask").mkdir()
        spare = Spare(tmp_path / "dask", stack, workers=2)

        code, errors = lose(tmp_path, "there", spare.address, spare.workers[0])
        assert code == 0, errors
        assert records(tmp_path / "there") == expected

        if Path("/proc/self/cwd").exists():
            # A path that leads each process elsewhere: the worker finds nothing there, or
            # another photo, and is sent the bytes.
            decoy = tmp_path / "dask" / "foto" / "warga_arunika" / "avatar_polos.jpg"
            decoy.parent.mkdir(parents=True)
            shutil.copy(photos / "lain" / "00.png", decoy)
            screen(tmp_path, "/proc/self/cwd/foto", "sent", "--scheduler", spare.address)
            assert records(tmp_path / "sent") == expected

        # Without its scheduler the command ends, and goes on without a cluster.
        code, errors = lose(tmp_path, "left", spare.address, spare.scheduler)
        assert code == 3, errors
        assert "cannot go on" in errors
        assert "Traceback" not in errors
        screen(tmp_path, "foto", "left")
        assert records(tmp_path / "left") == expected


def test_a_photo_that_ends_its_workers_is_a_failed_record(
    tmp_path: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(tmp_path / "foto" / "1.png", 1, (3000, 3000))
    folder = tmp_path / "run"

    def screened(address: str) -> list[str]:
        with (
            Run.start(folder, Watchlist.default(), "fast") as run,
            Cluster(
                address, folder / "watchlist" / "watchlist.toml", "fast", observations=False
            ) as cluster,
        ):
            steps = screen_entries(run, list_entries([tmp_path / "foto"]), cluster)
            return [step.how for step in steps]

    with ExitStack() as stack:
        (tmp_path / "dask").mkdir()
        environment = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
        spare = Spare(tmp_path / "dask", stack, workers=1, **environment)
        with monkeypatch.context() as patch:
            patch.setattr("netravision.run.dask_cluster.TIME_LIMIT_S", 0.01)
            assert screened(spare.address) == ["failed"]
        with Run.open(folder) as run:
            (result,) = run.results()
        assert result.error is not None
        assert result.error.code == "crashed"
        assert "1 workers of the cluster ended" in result.error.message
        # The nanny has a new worker, and the next call tries again.
        assert screened(spare.address) == ["screened"]
        # A worker that would see other things is refused by name.
        with monkeypatch.context() as patch:
            patch.setattr("netravision.run.dask_cluster.VERSION", "0.0.0")
            draw(tmp_path / "foto" / "2.png", 2)
            with pytest.raises(
                MissingRequirementError, match=r"another netravision \(.*not 0\.0\.0"
            ):
                screened(spare.address)
        # Nor is a cluster without workers waited for without end.
        end(spare.workers[0])
        with monkeypatch.context() as patch:
            patch.setattr("netravision.run.dask_cluster.PATIENCE_S", 0.5)
            with pytest.raises(MissingRequirementError, match="cannot go on"):
                screened(spare.address)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes the certificate")
def test_over_tls_and_with_a_scheduler_that_is_started_again(tmp_path: Path, draw: Draw) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-subj", "/CN=kantor"),
            *("-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    tls = {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(certificate)}
    for part in ("SCHEDULER", "WORKER", "CLIENT"):
        tls[f"DASK_DISTRIBUTED__COMM__TLS__{part}__CERT"] = str(certificate)
        tls[f"DASK_DISTRIBUTED__COMM__TLS__{part}__KEY"] = str(key)
    (tmp_path / "dicari.toml").write_text(
        'schema = 1\nname = "Uji"\n[[color]]\nid = "biru"\nlabel = "Biru"\nsrgb = "#8fd3f4"\n'
    )
    (tmp_path / "dask").mkdir()
    draw(tmp_path / "foto" / "1.png", 1)

    def screened(address: str, **environment: str) -> tuple[int, str]:
        at = words("foto", "run", "--scheduler", address)
        done = run_program(*at, cwd=tmp_path, env={**os.environ, **environment})
        return done.returncode, done.stderr

    with ExitStack() as stack:
        spare = Spare(tmp_path / "dask", stack, workers=1, **tls)
        assert spare.address.startswith("tls://")
        code, errors = screened(spare.address)
        assert code == 3, errors
        assert f"no dask scheduler answers at {spare.address}: TLS" in errors
        assert screened(spare.address, **tls) == (0, "")
        for process in (spare.scheduler, *spare.workers):
            end(process)
        draw(tmp_path / "foto" / "2.png", 2)
        again = Spare(tmp_path / "dask", stack, 1, int(spare.address.rpartition(":")[2]), **tls)
        assert again.address == spare.address
        assert screened(again.address, **tls) == (0, "")
        assert count(tmp_path / "run") == 2


def test_without_a_scheduler_it_says_so(tmp_path: Path, photos: Path) -> None:
    environment = {**os.environ, "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "500ms"}
    done = run_program(
        *words("foto", "run", "--scheduler", "tcp://127.0.0.1:9"), cwd=tmp_path, env=environment
    )
    assert done.returncode == 3
    assert "no dask scheduler answers at tcp://127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_package_it_says_which(tmp_path: Path, photos: Path) -> None:
    at = "foto", "run", "--scheduler", "tcp://127.0.0.1:9"
    done = run_program(*words(*at), cwd=tmp_path, env=without_package("distributed", tmp_path))
    assert done.returncode == 3
    assert 'pip install "netravision[dask]"' in done.stderr
    with_both = run_program(*words(*at, "--workers", "2"), cwd=tmp_path)
    assert with_both.returncode == 2
    assert "--workers is about this PC" in with_both.stderr
