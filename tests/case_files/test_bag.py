"""Case files written from real runs, and checked by other programs."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from PIL import Image
from referencing import Registry, Resource

from netravision import schemas
from netravision.case_files.bag import verify_case_files, write_case_files
from netravision.errors import RunError
from netravision.run.decisions import Decisions, View
from tests.html.strict_html import Document
from tests.made_run import BLUE, HOSTILE, THUMB, TWO, TWO_POSE, Folder
from tests.strict_schema import assert_refused


def decide(folder: Folder, view: View, *, account: str | None = None) -> None:
    with Decisions(folder.run.folder, create=True) as decisions:
        for result in folder.run.results(with_findings=True):
            if account in (None, result.photo.account):
                said = [(finding, view) for finding in result.findings]
                decisions.add(folder.run.content(result), result.photo.kind, said)


FOLLOW_UP = View("right", "yes", "jelas", "Pengawas 1", decided_at="2024-10-05T02:00:00+00:00")
UNSURE = View("unsure", "later", "ragu", "Pengawas 1", decided_at="2024-10-04T02:00:00+00:00")


@pytest.fixture
def decided(folder: Folder) -> Folder:
    return fill(folder)


def fill(folder: Folder) -> Folder:
    folder.add(folder.picture("a.png", seed=1), TWO, TWO_POSE, url="https://contoh.invalid/a")
    folder.add(
        folder.picture("b.png", seed=2),
        BLUE,
        account="akun_b",
        posted_at="2024-10-02",
        known_from={"posted_at": "sidecar"},
    )
    folder.add(folder.picture("c.png", seed=3), THUMB, account="akun_c")
    decide(folder, UNSURE)
    decide(folder, FOLLOW_UP, account="akun_a")
    decide(folder, FOLLOW_UP, account="akun_b")
    return folder


@pytest.fixture(scope="module")
def written_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = fill(Folder(tmp_path_factory.mktemp("run")))
    with made.run:
        write_case_files(made.run, made.root / "bukti", ["follow-up"])
    return made.root / "bukti"


@pytest.fixture
def bag(written_once: Path, tmp_path: Path) -> Path:
    """Case files of two photos, to be changed at will."""
    return Path(shutil.copytree(written_once, tmp_path / "bukti"))


def facts(bag: Path, number: int) -> dict:
    file = bag / "data" / f"kasus-{number:04d}" / "keterangan.json"
    return json.loads(file.read_text(encoding="utf-8"))


def test_a_case_for_each_photo_that_people_confirmed(bag: Path):
    found = verify_case_files(bag)
    assert (found.cases, found.without_original) == (2, 0)
    one, two = facts(bag, 1), facts(bag, 2)
    assert [each["record"]["photo"]["account"] for each in (one, two)] == ["akun_a", "akun_b"]
    assert [said["choice"] for said in one["candidates"][0]["history"]] == ["unsure", "right"]
    assert [said["note"] for said in one["candidates"][0]["history"]] == ["ragu", "jelas"]
    assert one["candidates"][0]["rules"] == ["number-2", "pose-two"]
    assert one["url"] == "https://contoh.invalid/a"
    # Noise shows no hand; the other program says so, where it can be asked.
    assert one["candidates"][0]["second_readings"][0]["outcome"] in ("no_hand", "unavailable")
    assert two["candidates"][0]["second_readings"] == []
    # A case refers to the record and to what one person said.
    known = [Resource.from_contents(schemas.load(name)) for name in schemas.names()]
    registry = Registry().with_resources([(each.id(), each) for each in known])
    validator = jsonschema.Draft202012Validator(schemas.load("case/1"), registry=registry)
    for place, value in (
        (("candidates", 0, "history", 0, "choice"), "conflict"),
        (("record", "findings", 0, "score"), 2),
        (("schema",), "netravision.case/2"),
    ):
        assert_refused(validator, one, place, value)
    validator.validate(two)


def test_the_original_is_untouched(bag: Path, written_once: Path):
    original = (bag / "data" / "kasus-0001" / "asli.png").read_bytes()
    assert original == (written_once.parent / "a.png").read_bytes()
    assert hashlib.sha256(original).hexdigest() == facts(bag, 1)["record"]["photo"]["sha256"]
    with Image.open(bag / "data" / "kasus-0001" / "ditandai.jpg") as marked:
        assert marked.size == (200, 120)


def test_an_original_in_an_archive_comes_out_as_it_was(folder: Folder):
    picture = folder.picture()
    with zipfile.ZipFile(folder.root / "akun.zip", "w") as packed:
        packed.write(picture, "a.png")
    folder.add(picture, TWO, as_file=folder.root / "akun.zip" / "a.png")
    decide(folder, FOLLOW_UP)
    write_case_files(folder.run, folder.root / "bukti", ["follow-up"])
    original = folder.root / "bukti" / "data" / "kasus-0001" / "asli.png"
    assert original.read_bytes() == picture.read_bytes()


def test_other_programs_verify_it(bag: Path):
    command = [sys.executable, "-m", "bagit", "--validate", str(bag)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    listed = (bag / "manifest-sha256.txt").read_text(encoding="utf-8").splitlines()
    sums = dict(reversed(line.split(maxsplit=1)) for line in listed)
    files = [file for file in (bag / "data").rglob("*") if file.is_file()]
    assert set(sums) == {file.relative_to(bag).as_posix() for file in files}
    for file in files:
        assert (
            hashlib.sha256(file.read_bytes()).hexdigest() == sums[file.relative_to(bag).as_posix()]
        )


@pytest.mark.parametrize("name", ["bukti", "bukti.zip"])
def test_verified_as_it_was_written(decided: Folder, name: str):
    output = decided.root / name
    written = write_case_files(decided.run, output, ["follow-up"])
    assert verify_case_files(output) == written
    if os.name == "posix":
        assert output.stat().st_mode & 0o077 == 0
    assert [file.name for file in decided.root.iterdir() if ".part" in file.name] == []


def change(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b" ")


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (lambda data: change(data / "kasus-0001" / "asli.png"), "asli.png"),
        (lambda data: change(data / "kasus-0001" / "keterangan.json"), "keterangan.json"),
        (lambda data: (data / "kasus-0002" / "surat.docx").unlink(), "surat.docx"),
        (lambda data: (data / "kasus-0002" / "lain.txt").write_text("x"), "lain.txt"),
        (lambda data: change(data.parent / "manifest-sha256.txt"), "manifest-sha256.txt"),
    ],
)
def test_what_was_tampered_with_is_named(bag: Path, tamper, named: str):
    tamper(bag / "data")
    with pytest.raises(RunError, match=named):
        verify_case_files(bag)


def test_the_seal_tells_case_files_that_were_written_again(decided: Folder):
    first = write_case_files(decided.run, decided.root / "satu", ["follow-up"])
    decide(decided, replace(FOLLOW_UP, note="lain"), account="akun_a")
    second = write_case_files(decided.run, decided.root / "dua", ["follow-up"])
    assert verify_case_files(decided.root / "dua").seal == second.seal != first.seal


def test_a_damaged_archive_is_refused(decided: Folder):
    archive = decided.root / "bukti.zip"
    write_case_files(decided.run, archive, ["follow-up"])
    with zipfile.ZipFile(archive) as packed:
        assert {name.split("/")[0] for name in packed.namelist()} == {"bukti"}
    archive.write_bytes(archive.read_bytes()[:-200])
    with pytest.raises(RunError, match=r"bukti\.zip"):
        verify_case_files(archive)


def test_nothing_decided_so_is_an_error_and_leaves_nothing(folder: Folder):
    folder.add(folder.picture(), TWO)
    with pytest.raises(RunError, match="netravision review"):
        write_case_files(folder.run, folder.root / "bukti", ["follow-up"])
    assert not (folder.root / "bukti").exists()
    assert [file.name for file in folder.root.iterdir() if ".part" in file.name] == []


def test_evidence_is_never_overwritten(decided: Folder):
    (decided.root / "bukti").mkdir()
    with pytest.raises(RunError, match="never overwritten"):
        write_case_files(decided.run, decided.root / "bukti", ["follow-up"])


def test_a_photo_that_is_gone_or_changed_is_a_case_without_an_original(decided: Folder):
    (decided.root / "a.png").unlink()
    change(decided.root / "b.png")
    bag = decided.root / "bukti"
    written = write_case_files(decided.run, bag, ["follow-up"])
    assert (written.cases, written.without_original) == (2, 2)
    assert verify_case_files(bag) == written
    for number in (1, 2):
        assert facts(bag, number)["original"] is None
        names = {file.name for file in (bag / "data" / f"kasus-{number:04d}").iterdir()}
        assert "formulir-a.docx" in names
        assert not names & {"asli.png", "ditandai.jpg", "wajah-diburamkan.jpg"}


def test_a_date_says_where_it_is_known_from(bag: Path):
    page = Document((bag / "data" / "kasus-0002" / "keterangan.html").read_text(encoding="utf-8"))
    for words in ("2 October 2024", "by the file that was downloaded with it"):
        assert words in page.text("en")


def test_the_cover_sheet_says_who_proposed_and_who_decided(bag: Path):
    cover = Document((bag / "data" / "sampul.html").read_text(encoding="utf-8"))
    text = cover.text("id")
    assert "Program menyaring foto-foto dan mengusulkan kandidat" in text
    assert "diputuskan oleh orang" in text
    for words in ("akun_a", "akun_b", "Pengawas 1", facts(bag, 1)["record"]["photo"]["sha256"]):
        assert words in text
    assert "pelanggaran" not in text.lower()


def test_the_page_of_a_case_has_the_whole_history(bag: Path):
    page = Document((bag / "data" / "kasus-0001" / "keterangan.html").read_text(encoding="utf-8"))
    for words in ("ragu", "jelas", "Alamat web", "https://contoh.invalid/a", "contoh</i>"):
        assert words in page.text("id")
    assert "Pengawas 1: the finding is right; needs follow-up; note: jelas" in page.text("en")
    assert page.images()[0].size == (200, 120)


def test_views_that_differ_are_shown(folder: Folder):
    folder.add(folder.picture(), TWO)
    decide(folder, FOLLOW_UP)
    decide(folder, View("wrong", "no", "kerajinan", "Pengawas 2"))
    output = folder.root / "bukti"
    with pytest.raises(RunError, match="netravision review"):
        write_case_files(folder.run, output, ["follow-up", "right"])
    assert write_case_files(folder.run, output, ["conflict"]).cases == 1
    page = Document(
        (output / "data" / "kasus-0001" / "keterangan.html").read_text(encoding="utf-8")
    )
    for words in (
        "Views differ",
        "Pengawas 1: the finding is right",
        "Pengawas 2: the finding is wrong",
    ):
        assert words in page.text("en")


def test_hostile_names_stay_text(folder: Folder):
    folder.add(folder.picture(), TWO, account=HOSTILE, path=f"{HOSTILE}/=1+1.png")
    decide(folder, View("right", "yes", HOSTILE, HOSTILE))
    bag = folder.root / "bukti"
    write_case_files(folder.run, bag, ["follow-up"])
    for page in (bag / "data").rglob("*.html"):
        assert "<script>alert" not in page.read_text(encoding="utf-8")
    assert verify_case_files(bag).cases == 1
