"""Run folders: one watchlist, one writer, and official accounts left alone."""

import hashlib
import os
import shutil
import stat
from pathlib import Path

import pytest
from PIL import Image

from netravision.errors import RunError
from netravision.finding import Finding
from netravision.result import Failure, Photo, Result
from netravision.review.report import write_report
from netravision.run import Run
from netravision.run.appearance import Appearance
from netravision.run.decisions import Decisions
from netravision.run.run import Listing
from netravision.watchlist import Watchlist
from tests import made_evidence
from tests.program import POSIX

EMBLEM = Finding("emblem", "emblem-daerah", "daerah", 0.9, None, made_evidence.EMBLEM)
TWO = Finding("hands", "number-2", "two", 0.8, (1.0, 2.0, 3.0, 4.0), made_evidence.HAND)


def watchlist(folder: Path, official: str = "", tail: str = "") -> Watchlist:
    folder.mkdir(exist_ok=True)
    Image.new("RGB", (64, 64), "red").save(folder / "logo daerah.PNG")
    file = folder / "dicari.toml"
    file.write_text(
        'schema = 1\nname = "Uji – coba"\nperiod = { start = 2024-09-25, end = 2024-11-23 }\n'
        '[[emblem]]\nid = "daerah"\nlabel = "Lambang \\"Daerah\\""\n'
        f'images = ["logo daerah.PNG"]\nofficial_accounts = [{official}]\n{tail}',
        encoding="utf-8",
    )
    return Watchlist.load(file)


def add(run: Run, path: str, account: str, *findings: Finding) -> None:
    sha256 = format(run.store.count(), "064x")
    file = Path("/foto", path).absolute()
    run.store.add(
        Appearance(file, path, account, "avatar", False, None, "https://x.id/1", 1, 2, sha256),
        Result(Photo(None, sha256, 120, 80), None, findings),
    )


def test_the_copy_of_the_watchlist_is_complete_in_itself(tmp_path: Path) -> None:
    asked = watchlist(tmp_path / "w", '"pemda"')
    with Run.start(tmp_path / "run", asked) as run:
        pass
    shutil.rmtree(tmp_path / "w")
    with Run.open(tmp_path / "run") as run:
        copy = run.watchlist
    assert copy.model_dump(exclude={"emblems"}) == asked.model_dump(exclude={"emblems"})
    (emblem,) = copy.emblems
    assert emblem.label == 'Lambang "Daerah"'
    assert copy.is_official("pemda", "emblem-daerah")
    (image,) = emblem.images
    assert image.parent == tmp_path / "run" / "watchlist" / "images"
    with Image.open(image) as picture:
        assert picture.size == (64, 64)


def test_a_copy_that_is_interrupted_leaves_the_former_one_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = watchlist(tmp_path / "w")
    with Run.start(tmp_path / "run", asked) as run:
        add(run, "a/1.png", "a")
    copy = tmp_path / "run" / "watchlist"
    before = {file: file.read_bytes() for file in copy.rglob("*") if file.is_file()}

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            Run.start(tmp_path / "run", watchlist(tmp_path / "w", '"pemda"'))
    assert {file: file.read_bytes() for file in before} == before
    with Run.start(tmp_path / "run", asked) as run:
        assert run.watchlist.emblems[0].images[0].read_bytes() in before.values()


def test_an_official_account_may_wear_its_own_emblem(tmp_path: Path) -> None:
    with Run.start(tmp_path / "run", watchlist(tmp_path / "w", '"@PemDa"')) as run:
        add(run, "pemda/pp.png", "pemda", EMBLEM, TWO)
        add(run, "lain/pp.png", "lain", EMBLEM)
        add(run, "pemda/pp2.png", "pemda", EMBLEM)
    with Run.open(tmp_path / "run") as run:
        assert [result.findings for result in run.results()] == [(EMBLEM,), (TWO,), ()]
        assert len(list(run.results(with_findings=True))) == 2
        summary = run.summary()
    assert (summary.photos, summary.skipped, summary.failures) == (3, 0, {})
    assert (summary.candidates, summary.candidate_photos) == (2, 2)
    assert summary.findings == {"emblem-daerah": 1, "number-2": 1}


def test_an_account_that_turns_out_official_needs_no_new_screening(tmp_path: Path) -> None:
    with Run.start(tmp_path / "run", watchlist(tmp_path / "w")) as run:
        add(run, "dinas/pp.png", "dinas", EMBLEM)
        assert [result.findings for result in run.results()] == [(EMBLEM,)]
    with Run.start(tmp_path / "run", watchlist(tmp_path / "w", '"dinas"')) as run:
        assert [result.findings for result in run.results()] == [()]


def test_the_same_watchlist_elsewhere_is_the_same(tmp_path: Path) -> None:
    with Run.start(tmp_path / "run", watchlist(tmp_path / "w")) as run:
        add(run, "a/1.png", "a")
    with Run.start(tmp_path / "run", watchlist(tmp_path / "moved")) as run:
        assert run.store.count() == 1


def test_other_settings_are_refused_and_named(tmp_path: Path) -> None:
    rules = watchlist(tmp_path / "w")
    with Run.start(tmp_path / "run", rules) as run:
        add(run, "a/1.png", "a")
    with pytest.raises(RunError, match=r"the profile balanced; .* --run"):
        Run.start(tmp_path / "run", rules, "fast")
    with pytest.raises(RunError, match="the profile balanced, no observations"):
        Run.start(tmp_path / "run", rules, "fast", observations=True)
    with Run.start(tmp_path / "run", rules) as run:  # no refusal has left a lock
        assert run.profile == "balanced"


BLUE = '[[color]]\nid = "biru"\nlabel = "Biru"\nsrgb = "#8fd3f4"\n'
NUMBER = '[[number]]\nvalue = 2\nlabel = "Paslon 2"\n'


@pytest.mark.parametrize(
    ("tail", "to_ask"),
    [
        (NUMBER + BLUE, set()),
        (NUMBER.replace("Paslon 2", "Nomor dua") + BLUE, set()),  # labels are only shown
        (NUMBER + BLUE.replace("8fd3f4", "ff0000"), {"insignia"}),
        (NUMBER.replace("value = 2", "value = 3") + BLUE, {"hands", "insignia"}),
        (NUMBER + BLUE + '[[pose]]\nname = "two"\n', {"hands"}),
        (BLUE, {"insignia"}),  # of the hands nothing is asked
        ("", set()),
    ],
)
def test_of_a_changed_watchlist_only_those_detectors_look_again_that_it_concerns(
    tmp_path: Path, tail: str, to_ask: set[str]
) -> None:
    with Run.start(tmp_path / "run", watchlist(tmp_path / "w", tail=NUMBER + BLUE)) as run:
        add(run, "a/1.png", "a", EMBLEM, TWO)
        run.begin_shard("1/1")
        assert run.unhashed == 1
        run.end_shard("1/1", Listing(1, "ab" * 32))
        assert (run.store.meta["unhashed"], run.unhashed) == (1, 1)
        (content,) = (run.content(result) or "" for result in run.results())
        assert run.to_ask(content, "avatar") == set()
        assert run.to_ask("cd" * 32, "avatar") == {"emblem", "hands", "insignia"}
    changed = watchlist(tmp_path / "v", tail=tail)
    for _ in range(2):
        with Run.start(tmp_path / "run", changed) as run:
            assert run.to_ask(content, "avatar") == to_ask
            assert run.summary().outdated == bool(to_ask)
            (result,) = run.results()
            rules = {finding.rule for finding in result.findings}
            assert rules == {"emblem-daerah", "number-2"} & {rule.name for rule in changed.rules}
            assert run.shards == (["1/1"] if tail == (NUMBER + BLUE) else [])
            assert run.watchlist.numbers == changed.numbers
    # What was let go is not there any more, whatever is asked for next.
    with Run.start(tmp_path / "run", watchlist(tmp_path / "w", tail=NUMBER + BLUE)) as run:
        gone = {"hands", "insignia"} if tail in ("", BLUE) else to_ask
        assert run.to_ask(content, "avatar") == gone


def test_what_a_detector_says_anew_joins_what_others_have_said(tmp_path: Path) -> None:
    with Run.start(tmp_path / "run", watchlist(tmp_path / "w", tail=NUMBER)) as run:
        add(run, "a/1.png", "a", EMBLEM, TWO)
    with Run.start(tmp_path / "run", watchlist(tmp_path / "w", tail=NUMBER * 0 + BLUE)) as run:
        (result,) = run.results()
        appearance = run.store.appearance(run.picture_path(result) or Path())
        assert appearance is not None
        blue = Finding("insignia", "color-biru", "biru", 0.95, None, made_evidence.COLOR)
        new = Result(Photo(None, result.photo.sha256, 120, 80), None, (blue,))
        run.store.add(appearance, new, search=run.search, detectors=frozenset({"insignia"}))
        (result,) = run.results()
        assert result.findings == (blue, EMBLEM)
        assert run.summary().outdated == 0


def test_a_run_without_photos_takes_new_settings(tmp_path: Path) -> None:
    with Run.start(tmp_path / "run", watchlist(tmp_path / "w")):
        pass
    with Run.start(tmp_path / "run", Watchlist.default(), "fast", observations=True) as run:
        assert (run.watchlist, run.profile, run.observations) == (
            Watchlist.default(),
            "fast",
            True,
        )


def test_one_writes_and_others_may_read(tmp_path: Path) -> None:
    with Run.start(tmp_path / "run", Watchlist.default()) as run:
        add(run, "a/1.png", "a")
        with pytest.raises(RunError, match="another netravision is screening"):
            Run.start(tmp_path / "run", Watchlist.default())
        with Run.open(tmp_path / "run") as reader:
            assert reader.summary().photos == 1
    with Run.start(tmp_path / "run", Watchlist.default()):
        pass


def test_a_result_leads_to_its_picture_and_address(tmp_path: Path) -> None:
    with Run.start(tmp_path / "run", Watchlist.default()) as run:
        add(run, "a/1.png", "a")
        (result,) = run.results()
        assert run.picture_path(result) == Path("/foto/a/1.png").absolute()
        assert run.source_url(result) == "https://x.id/1"
        stranger = Result(Photo("a/2.png", None, None, None), Failure("vanished", "gone"))
        assert run.picture_path(stranger) is None


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="cannot be made"):
        Run.start(tmp_path / "file" / "run", Watchlist.default())


@POSIX
def test_a_run_is_private(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with Run.start(tmp_path / "baru" / "run", watchlist(tmp_path / "w")) as run:
            add(run, "a/1.png", "a")
            Decisions(run.folder, create=True).close()
            write_report(run, run.report_path)
            made = [run.folder, *run.folder.rglob("*")]
            rights = {file.relative_to(run.folder).as_posix(): file.stat().st_mode for file in made}
    finally:
        os.umask(before)
    assert {"run.sqlite", "run.sqlite-wal", "run.lock", "report.html", "decisions.sqlite"} <= {
        *rights
    }
    assert "watchlist/watchlist.toml" in rights
    for name, mode in rights.items():
        assert stat.S_IMODE(mode) == (0o700 if stat.S_ISDIR(mode) else 0o600), name


def fill(run: Run, folder: Path) -> None:
    """Four photos and a note in a folder, and in the run, as screening leaves them."""
    for number in range(5):
        file = folder / "akun" / f"{number}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"%d" % number * (number + 1))
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        status = file.stat()
        about = (status.st_size, status.st_mtime_ns, sha256)
        run.store.add(
            Appearance(file, f"akun/{number}.jpg", "akun", "post", True, None, None, *about),
            Result(Photo(None, sha256, 120, 80)),
        )


def test_a_second_folder_is_refused_by_name_unless_both_are_named(tmp_path: Path) -> None:
    one, other, third = (tmp_path / name for name in ("satu", "dua", "tiga"))
    for folder in (other, third):
        folder.mkdir()
    with Run.start(tmp_path / "run", Watchlist.default()) as run:
        run.take_sources([one])
        run.take_sources([other])  # nothing has been screened of the first
        fill(run, other)
        with pytest.raises(RunError, match=r"holds the photos of .*dua, and .*tiga is another"):
            run.take_sources([third])
        run.take_sources([other])
        run.take_sources([third, other])
        run.take_sources([third])
        assert run.store.meta["sources"] == [str(other), str(third)]


def test_a_folder_of_which_only_an_empty_file_is_known_is_followed(tmp_path: Path) -> None:
    empty = tmp_path / "foto" / "akun" / "kosong.jpg"
    empty.parent.mkdir(parents=True)
    empty.touch()
    with Run.start(tmp_path / "run", Watchlist.default()) as run:
        run.take_sources([tmp_path / "foto"])
        told = (empty, "akun/kosong.jpg", "akun", "post", True, None, None, 0, 1, None)
        run.store.add(Appearance(*told, error=Failure("empty", "it is empty")))
        (tmp_path / "foto").rename(tmp_path / "pindah")
        (tmp_path / "lain").mkdir()
        with pytest.raises(RunError, match="is another folder"):
            run.take_sources([tmp_path / "lain"])
        run.take_sources([tmp_path / "pindah"])
        assert run.store.meta["sources"] == [str(tmp_path / "pindah")]


def test_a_folder_that_moved_is_followed(tmp_path: Path) -> None:
    with Run.start(tmp_path / "run", Watchlist.default()) as run:
        run.take_sources([tmp_path / "foto"])
        fill(run, tmp_path / "foto")
        shutil.copytree(tmp_path / "foto", tmp_path / "salinan")
        with pytest.raises(RunError, match="is another folder"):  # the first is there, too
            run.take_sources([tmp_path / "salinan"])
        (tmp_path / "foto").rename(tmp_path / "pindah")
        (tmp_path / "pindah" / "akun" / "3.jpg").unlink()
        run.take_sources([tmp_path / "pindah"])
        assert run.store.meta["sources"] == [str(tmp_path / "pindah")]
        assert run.store.count() == 5
        for result in run.results():
            path = run.picture_path(result)
            assert path is not None
            assert path == tmp_path / "pindah" / (result.photo.path or "")
        shutil.rmtree(tmp_path / "pindah")
        (tmp_path / "lain" / "akun").mkdir(parents=True)
        (tmp_path / "lain" / "akun" / "0.jpg").write_bytes(b"another photo of the same name")
        with pytest.raises(RunError, match="is another folder"):
            run.take_sources([tmp_path / "lain"])
