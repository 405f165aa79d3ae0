"""``netravision merge``: the runs of several PCs give what one PC would, or say why not."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from netravision.cli import main
from netravision.run import Run
from netravision.run.merge import merge_runs
from netravision.run.store import Store

Program = Callable[..., Result]
FAST = ("--profile", "fast", "--workers", "1", "--quiet")


def screen(program: Program, source: str, folder: str, *options: str) -> None:
    done = program("screen", source, "--run", folder, *FAST, *options)
    assert done.exit_code == 0, done.stderr


@pytest.fixture
def netravision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """The program, without starting a process for each of the many refusals."""
    monkeypatch.chdir(tmp_path)
    return lambda *args: CliRunner().invoke(main, args)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, fixtures_dir: Path) -> Path:
    """Rendered photos, one of them in three accounts, screened whole and in three parts."""
    place = tmp_path_factory.mktemp("kantor")
    for name in ("warga_arunika", "warga_1"):
        shutil.copytree(fixtures_dir / "photos" / name, place / "foto" / name)
    shutil.copytree(place / "foto" / "warga_1", place / "foto" / "warga_2")
    (place / "foto" / "warga_2" / "kosong.jpg").touch()
    avatar = (place / "foto" / "warga_1" / "avatar.jpg").read_bytes()
    (place / "foto" / "warga_3").mkdir()
    commented = avatar[:2] + b"\xff\xfe\0\x09diunduh" + avatar[2:]
    (place / "foto" / "warga_3" / "avatar.jpg").write_bytes(commented)
    shutil.copytree(fixtures_dir / "marks", place / "marks")
    # As on another PC, where the same photos lie in another place.
    shutil.copytree(place / "foto", place / "pc" / "foto")
    (place / "dicari.toml").write_text(
        'schema = 1\nname = "Uji"\n'
        '[[emblem]]\nid = "arunika"\nlabel = "Arunika"\nimages = ["marks/arunika.png"]\n'
    )

    def program(*args: str) -> Result:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(place)
            return CliRunner().invoke(main, args)

    rules = ("--watchlist", "dicari.toml")
    screen(program, "foto", "utuh", *rules)
    for part in (1, 2, 3):
        source = "pc/foto" if part == 2 else "foto"
        screen(program, source, f"bagian-{part}", *rules, "--shard", f"{part}/3")
    return place


@pytest.fixture
def place(office: Path, tmp_path: Path) -> Path:
    """A copy of the run folders that a test may spoil."""
    for folder in ("utuh", "bagian-1", "bagian-2", "bagian-3"):
        shutil.copytree(office / folder, tmp_path / folder)
    return tmp_path


#: As many as the fixture above copies and makes.
PHOTOS = 11

PARTS = ("bagian-1", "bagian-2", "bagian-3")


def lines(program: Program, folder: str, form: str = "jsonl") -> list[str]:
    done = program("export", folder, "--format", form)
    assert done.exit_code == 0, done.stderr
    return sorted(done.stdout.splitlines())


def test_parts_together_are_what_one_pc_gives(netravision: Program, place: Path) -> None:
    counts = [len(lines(netravision, part)) for part in PARTS]
    assert all(counts), "every part has photos"
    done = netravision("merge", *PARTS, "--run", "semua")
    assert done.exit_code == 0, done.stderr
    for form in ("jsonl", "csv"):
        assert lines(netravision, "semua", form) == lines(netravision, "utuh", form)
    assert sum(counts) == len(lines(netravision, "semua"))
    assert "Arunika (" in done.stdout
    assert (place / "semua" / "report.html").is_file()
    with Run.open(place / "semua") as joined, Run.open(place / "bagian-1") as part:
        assert joined.shards == ["1/1"]
        assert joined.watchlist.emblems[0].images[0].is_relative_to(place / "semua")
        assert part.shards == ["1/3"]
    # Again, in another order: the same.
    assert netravision("merge", *reversed(PARTS), "--run", "semua").exit_code == 0
    assert lines(netravision, "semua") == lines(netravision, "utuh")


def test_a_merge_that_is_stopped_leaves_what_was_there(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [place / part for part in PARTS]
    copy = Store._copy

    def stopped(self: Store, other: Store, table: str, condition: str) -> None:
        copy(self, other, table, condition)
        if table == "appearances":
            raise KeyboardInterrupt

    for before in (0, PHOTOS):  # into a new folder, and into one that holds the whole
        with monkeypatch.context() as patch:
            patch.setattr(Store, "_copy", stopped)
            with pytest.raises(KeyboardInterrupt):
                merge_runs(parts, place / "semua")
        with Run.open(place / "semua") as run:
            assert run.store.count() == before
        with merge_runs(parts, place / "semua") as run:
            assert run.store.count() == PHOTOS


def test_whole_runs_over_different_photos_are_joined(netravision: Program, office: Path) -> None:
    rules = ("--watchlist", str(office / "dicari.toml"))
    screen(netravision, str(office / "foto" / "warga_1"), "satu", *rules)
    screen(netravision, str(office / "foto" / "warga_arunika"), "dua", *rules)
    done = netravision("merge", "satu", "dua", "--run", "semua")
    assert done.exit_code == 0, done.stderr
    both = lines(netravision, "satu") + lines(netravision, "dua")
    assert lines(netravision, "semua") == sorted(both)
    # warga_2 has the same avatar under the same relative path.
    screen(netravision, str(office / "foto" / "warga_2"), "tiga", *rules)
    done = netravision("merge", "satu", "tiga", "--run", "lain")
    assert done.exit_code == 2
    assert "'avatar.jpg' is in" in done.stderr


def unfinished(place: Path) -> None:
    with Run.open(place / "bagian-3") as run:
        run.begin_shard("3/3")


def another_listing(place: Path) -> None:
    with Run.open(place / "bagian-3") as run:
        listing = run.listings["3/3"]
        run.store.set_meta(listings={"3/3": {"files": listing.files - 1, "digest": "0" * 64}})


def another(place: Path, **meta: object) -> None:
    with Run.open(place / "bagian-3") as run:
        run.store.set_meta(**meta)


def own_photos(place: Path) -> None:
    shutil.copytree(place / "utuh", place / "semua")


@pytest.mark.parametrize(
    ("runs", "spoil", "message"),
    [
        (("bagian-1", "bagian-3"), None, "part 2/3 is missing"),
        (("bagian-1",), None, "part 3/3 is missing"),
        ((*PARTS, "bagian-2"), None, "part 2/3 is in more than one run"),
        ((*PARTS, "utuh"), None, "parts of different divisions"),
        (("utuh", "utuh"), None, "is in"),
        ((*PARTS, "nowhere"), None, "is not a run folder"),
        ((*PARTS, "semua"), None, "is not a run folder|merged into"),
        (PARTS, unfinished, "not gone through to its end; first repeat .*--shard 3/3"),
        (PARTS, another_listing, "not of the same photos"),
        (PARTS, lambda place: another(place, watchlist="x"), "rules or reference pictures"),
        (PARTS, lambda place: another(place, watchlist_copy="x"), "official accounts"),
        (
            PARTS,
            lambda place: another(place, profile="thorough"),
            r"profile .*\(thorough, not fast",
        ),
        (PARTS, lambda place: another(place, observations=True), "--observations"),
        (PARTS, lambda place: another(place, models="x"), "model files"),
        (PARTS, lambda place: another(place, version="9.9"), r"\(9.9, not"),
        (PARTS, own_photos, "has photos of its own"),
    ],
)
def test_what_does_not_make_one_run_is_refused_with_the_reason(
    netravision: Program,
    place: Path,
    runs: tuple[str, ...],
    spoil: Callable[[Path], None] | None,
    message: str,
) -> None:
    if spoil is not None:
        spoil(place)
    done = netravision("merge", *runs, "--run", "semua")
    assert done.exit_code == 2, done.stdout
    assert re.search(message, done.stderr), done.stderr
    assert "Traceback" not in done.stderr
