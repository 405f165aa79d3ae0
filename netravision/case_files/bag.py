"""Case files as a bag (BagIt, RFC 8493), which other programs verify; and verified here.

Needs the package ``bagit``.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import bagit

from netravision.case_files.case import Case, cases
from netravision.case_files.documents import fill_letter, form_a, letter_template
from netravision.case_files.provenance import Provenance
from netravision.case_files.selection import Selection
from netravision.case_files.wording import reading_sentence, view_sentence
from netravision.errors import PhotoError, RunError, cause
from netravision.html.evidence_pictures import evidence_picture
from netravision.html.multilingual import multilingual
from netravision.html.page import write_page
from netravision.html.rule_labels import RuleLabels
from netravision.imaging.file import file_status, open_file
from netravision.languages import gettext as _
from netravision.languages import in_language
from netravision.result import Photo
from netravision.run import Run

__all__ = ["CaseFiles", "verify_case_files", "write_case_files"]

#: The pages hold every language and open in this one, that of the forms.
_LANGUAGE = "id"

# What is wrong with a bag is raised and said; without a handler it is also printed.
logging.getLogger("bagit").addHandler(logging.NullHandler())

_TAG_MANIFEST = "tagmanifest-sha256.txt"


@dataclass(frozen=True, slots=True)
class CaseFiles:
    """What was written, or found whole.

    Attributes
    ----------
    cases : int
    without_original : int
        Cases whose photo is no longer there as it was screened.
    seal : str
        64 hexadecimal digits that follow from every file; whoever keeps them elsewhere, on paper
        say, can tell whether anybody has written the case files again.
    """

    cases: int
    without_original: int
    seal: str


@dataclass(frozen=True, slots=True)
class _Line:
    """One case on the cover sheet."""

    folder: str
    photo: Photo
    rules: list[str]
    reviewers: list[str]
    decided_at: str | None
    complete: bool


def write_case_files(
    run: Run, output: Path, wanted: Collection[Selection], *, letter: bytes | None = None
) -> CaseFiles:
    """Write the case files of a run.

    Not to be called from several threads: ``bagit`` changes the current folder while it works.

    Parameters
    ----------
    run : Run
    output : Path
        A new folder, or a new file that ends in ``.zip``. There when all is written, not before.
    wanted : collection of str
        Some of :data:`netravision.case_files.selection.SELECTIONS`.
    letter : bytes, optional
        The office's own letter, a DOCX file; see
        :func:`netravision.case_files.documents.letter_template`.

    Returns
    -------
    CaseFiles

    Raises
    ------
    RunError
        If there is no such candidate, `output` exists, or the letter is no DOCX file.
    OSError
        If it cannot be written.
    """
    if output.exists():
        raise RunError(
            _("{file} exists already, and evidence is never overwritten; name another").format(
                file=output
            )
        )
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        dir=output.parent, prefix=f"{output.stem}.", suffix=".part"
    ) as unfinished:
        bag = Path(unfinished) / output.stem
        # Photos of people: who may read them beside the user is the user's to say.
        bag.mkdir(mode=0o700)
        lines = _write_cases(run, bag, wanted, letter)
        if not lines:
            raise RunError(
                _("{run}: no candidate was decided so; decide with “netravision review”").format(
                    run=run.folder
                )
            )
        _make_bag(bag, run)
        written = CaseFiles(len(lines), sum(not line.complete for line in lines), _seal(bag))
        if output.suffix.lower() == ".zip":
            packed = Path(unfinished) / "packed.zip"
            _pack(bag, packed)
            packed.chmod(0o600)
            packed.replace(output)
        else:
            bag.replace(output)
    return written


def verify_case_files(path: Path) -> CaseFiles:
    """Check that every file of case files is there and as it was written, and no other.

    Parameters
    ----------
    path : Path
        The folder, or the ZIP file.

    Returns
    -------
    CaseFiles

    Raises
    ------
    RunError
        If a file was changed, added or removed, or this is no bag; the message names the files.
    """
    with _unpacked(path) as folder:
        _check(folder, path)
        found = [*folder.glob("data/*/keterangan.json")]
        originals = [*folder.glob("data/*/asli*")]
        return CaseFiles(len(found), len(found) - len(originals), _seal(folder))


def _check(folder: Path, path: Path) -> None:
    """Have the library verify a bag, and say which files are to blame: it stops at their sum."""
    bag = None
    try:
        bag = bagit.Bag(str(folder))
        bag.validate()
    except bagit.BagError as error:
        differing = [] if bag is None else _differing(bag, folder)
        raise RunError(
            _("{file}: not as it was written: {why}").format(
                file=path, why="; ".join(differing) or error
            )
        ) from error
    if not (folder / _TAG_MANIFEST).is_file():
        raise RunError(
            _("{file}: not as it was written: {why}").format(
                file=path, why=_("{name} is missing").format(name=_TAG_MANIFEST)
            )
        )


def _differing(bag: Any, folder: Path) -> list[str]:
    missing, added = bag.compare_manifests_with_fs()
    changed = []
    for name, sums in sorted(bag.entries.items()):
        if (folder / name).is_file() and _sha256(folder / name) != sums.get("sha256"):
            changed.append(name)
    return [
        *(_("{name} is missing").format(name=name) for name in sorted(missing)),
        *(_("{name} was added").format(name=name) for name in sorted(added)),
        *(_("{name} was changed").format(name=name) for name in changed),
    ]


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write_cases(
    run: Run, folder: Path, wanted: Collection[Selection], letter: bytes | None
) -> list[_Line]:
    provenance = Provenance.of(run)
    letter = letter_template() if letter is None else letter
    shared: dict[str, Any] = {
        "labels": RuleLabels(run.watchlist),
        "watchlist": run.watchlist,
        "provenance": provenance,
    }
    lines = []
    for case in cases(run, wanted):
        original = _write_case(run, case, folder / case.folder, provenance, letter, shared)
        views = [view for each in case.candidates for view in each.decision.views]
        lines.append(
            _Line(
                case.folder,
                case.photo,
                list(dict.fromkeys(f.rule for f in case.findings if f.rule)),
                list(dict.fromkeys(view.reviewer for view in views if view.reviewer)),
                max((view.decided_at for view in views if view.decided_at), default=None),
                original is not None,
            )
        )
    if lines:
        with in_language(_LANGUAGE):
            write_page("cover.html.j2", folder / "sampul.html", lines=lines, **shared)
        _write_json(folder / "program.json", asdict(provenance))
        shutil.copytree(run.watchlist_file.parent, folder / "watchlist")
    return lines


def _write_case(
    run: Run,
    case: Case,
    folder: Path,
    provenance: Provenance,
    letter: bytes,
    shared: dict[str, Any],
) -> str | None:
    """Write the folder of a case; return the name of the original there, if it has one."""
    folder.mkdir()
    labels = run.watchlist.labels
    original = _copy_original(run, case, folder)
    marked = case.marked()
    if marked is not None and case.blurred is not None:
        (folder / "ditandai.jpg").write_bytes(marked)
        side = max(case.blurred.rgb.shape[:2])
        (folder / "wajah-diburamkan.jpg").write_bytes(
            evidence_picture(case.blurred.rgb, [], side=side)
        )
    today = date.today().isoformat()
    (folder / "formulir-a.docx").write_bytes(form_a(case, provenance, labels, marked))
    (folder / "surat.docx").write_bytes(fill_letter(letter, case, labels, today))
    _write_json(folder / "keterangan.json", _facts(case, original))
    with in_language(_LANGUAGE):
        write_page(
            "case.html.j2",
            folder / "keterangan.html",
            case=case,
            marked=marked,
            original=original,
            said_by_people=partial(multilingual, view_sentence),
            said_of_hand=partial(multilingual, reading_sentence),
            **shared,
        )
    return original


def _copy_original(run: Run, case: Case, folder: Path) -> str | None:
    """Copy the file as it is; None if it is no longer the one that was screened."""
    source = run.picture_path(case.result)
    if source is None:
        return None
    suffix = source.suffix.lower()
    # A plain name survives every system and archive; the photo's own stands in the facts.
    name = f"asli{suffix}" if suffix[1:].isalnum() and suffix.isascii() else "asli"
    try:
        # From within an archive, too; the time of change is part of what was found.
        with open_file(source) as (stream, _format), (folder / name).open("wb") as copy:
            shutil.copyfileobj(stream, copy)
        changed_at = file_status(source).st_mtime
        os.utime(folder / name, (changed_at, changed_at))
    except (OSError, PhotoError):
        (folder / name).unlink(missing_ok=True)
        return None
    if _sha256(folder / name) == case.photo.sha256:
        return name
    (folder / name).unlink()
    return None


def _facts(case: Case, original: str | None) -> dict[str, Any]:
    return {
        "schema": "netravision.case/1",
        "case": case.number,
        "record": case.result.to_dict(),
        "url": case.source_url,
        "original": original,
        "candidates": [
            {
                "number": each.number,
                "rules": [finding.rule for finding in each.candidate.findings],
                "box": each.candidate.box,
                "choice": each.decision.choice,
                "follow_up": each.decision.follow_up,
                "history": [asdict(said) for said in each.history],
                "second_readings": [asdict(reading) for reading in each.readings],
            }
            for each in case.candidates
        ],
    }


def _write_json(file: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, indent=2, ensure_ascii=False)
    file.write_bytes(text.encode("utf-8", "backslashreplace"))


def _make_bag(folder: Path, run: Run) -> None:
    about = {
        "External-Description": _(
            "Candidates that a program proposed and people decided about: {watchlist}"
        ).format(watchlist=" ".join(run.watchlist.name.split())),
        "External-Identifier": run.folder.name,
    }
    bagit.make_bag(str(folder), about, checksums=["sha256"])


def _seal(folder: Path) -> str:
    return hashlib.sha256((folder / _TAG_MANIFEST).read_bytes()).hexdigest()


def _pack(folder: Path, archive: Path) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED, strict_timestamps=False) as packed:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                packed.write(file, file.relative_to(folder.parent))


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """The folder of a bag, that of a ZIP file for as long as it is looked at."""
    if path.is_dir():
        yield path
        return
    with tempfile.TemporaryDirectory() as temporary:
        try:
            with zipfile.ZipFile(path) as packed:
                packed.extractall(temporary)
        except zipfile.BadZipFile as error:
            raise RunError(
                _("{file}: no folder and no whole ZIP file: {why}").format(file=path, why=error)
            ) from error
        except OSError as error:
            raise RunError(
                _("{file} cannot be read: {why}").format(file=path, why=cause(error))
            ) from error
        folders = [folder for folder in Path(temporary).iterdir() if folder.is_dir()]
        yield folders[0] if len(folders) == 1 else Path(temporary)
