"""The documents of a case that an office goes on writing: Form A and a letter, as DOCX.

Both are Indonesian, whatever the language in force; needs the package ``python-docx``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from zipfile import BadZipFile

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from netravision.case_files.case import Case
from netravision.case_files.provenance import Provenance
from netravision.case_files.wording import (
    candidate_sentences,
    reading_sentence,
    rule_labels,
    view_sentence,
)
from netravision.errors import RunError
from netravision.html.page import time_text
from netravision.languages import gettext as _
from netravision.languages import in_language

__all__ = ["fill_letter", "form_a", "letter_template"]

_LANGUAGE = "id"

# A4, of which offices here print everything; python-docx begins with a letter of the United States.
_PAGE_CM = (21.0, 29.7)
_MARGIN_CM = 2.5
_PICTURE_CM, _PICTURE_HEIGHT_CM = 15.0, 10.5
_COLUMNS_CM = (5.5, 10.5)

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def form_a(
    case: Case, provenance: Provenance, labels: Mapping[str, str], marked: bytes | None
) -> bytes:
    """Formulir Model A of a case, as far as it can be written from what is known.

    The headings are those of Perbawaslu 5/2022. What only the supervisor knows stays empty, above
    all who it was and the analysis.

    Parameters
    ----------
    case : Case
    provenance : Provenance
    labels : mapping of str to str
        What the watchlist calls its rules.
    marked : bytes or None
        The picture to show, a JPEG file.

    Returns
    -------
    bytes
        A DOCX file.
    """
    with in_language(_LANGUAGE):
        form = _new_document()
        _heading(form, "FORMULIR MODEL A", centered=True)
        _heading(form, "LAPORAN HASIL PENGAWASAN", centered=True)
        _centered(form, "Nomor:")
        known = _Known(case, labels)
        _heading(form, "I. Data Pengawas")
        _fields(
            form,
            {
                "a. Tahapan": "",
                "b. Nama": "",
                "c. Jabatan": "",
                "d. Nomor Surat Perintah Tugas": "",
                "e. Alamat": "",
            },
        )
        _heading(form, "II. Kegiatan Pengawasan")
        _fields(
            form,
            {
                "a. Bentuk": "",
                "b. Tujuan": "",
                "c. Sasaran": known.account,
                "d. Waktu dan Tempat": "",
            },
        )
        _heading(form, "III. Uraian Singkat Hasil Pengawasan")
        form.add_paragraph(known.summary)
        if marked is not None:
            picture = form.add_picture(io.BytesIO(marked), width=Cm(_PICTURE_CM))
            # A tall one would leave the first page half empty.
            shrunk = min(1.0, Cm(_PICTURE_HEIGHT_CM) / picture.height)
            picture.width, picture.height = (
                int(side * shrunk) for side in (picture.width, picture.height)
            )
        _heading(form, "IV. Informasi Dugaan Pelanggaran")
        _subheading(form, "1. Peristiwa")
        _fields(
            form,
            {
                "a. Peristiwa": known.shown,
                "b. Tempat": known.address,
                "c. Waktu": known.posted_at,
                "d. Pelaku": "",
                "e. Alamat": "",
            },
        )
        _subheading(form, "2. Saksi")
        form.add_paragraph()
        _subheading(form, "3. Alat dan Barang Bukti")
        for line in known.exhibits:
            form.add_paragraph(line)
        _subheading(form, "4. Uraian Singkat Dugaan")
        for line in known.seen:
            form.add_paragraph(line)
        _subheading(form, "5. Fakta dan Keterangan")
        for line in (*known.facts, provenance.sentence()):
            form.add_paragraph(line)
        _subheading(form, "6. Analisa")
        form.add_paragraph()
        return _bytes(form)


class _Known:
    """What is known of a case, as the form says it."""

    def __init__(self, case: Case, labels: Mapping[str, str]) -> None:
        photo = case.photo
        account = photo.account or _("not known")
        self.account = _("Posts of the account {account}").format(account=account)
        self.address = case.source_url or ""
        self.posted_at = time_text(case.posted) if case.posted else ""
        self.shown = _("A photo of the account {account} shows: {rules}").format(
            account=account, rules=", ".join(rule_labels(case, labels))
        )
        self.summary = _(
            "A program looked through downloaded photos and proposed this one as a candidate; a "
            "person looked at it and decided. The account {account} has the photo {photo}, "
            "which shows: {rules}."
        ).format(
            account=account,
            photo=photo.path or photo.sha256,
            rules=", ".join(rule_labels(case, labels)),
        )
        self.exhibits = [
            _("Photo {photo}, SHA-256 {sha256}, in the case files under {folder}").format(
                photo=photo.path or photo.sha256, sha256=photo.sha256, folder=case.folder
            )
        ]
        self.seen = [line for each in case.candidates for line in candidate_sentences(each, labels)]
        # Five hands of one photo are decided about at once, and nobody reads it five times.
        decided: dict[str, list[str]] = {}
        read: dict[str, list[str]] = {}
        for each in case.candidates:
            for said in each.history:
                decided.setdefault(view_sentence(said), []).append(str(each.number))
            for reading in each.readings:
                read.setdefault(reading_sentence(reading), []).append(str(each.number))
        self.facts = [
            *(
                _("Decision about candidate {number}: {said}").format(
                    number=", ".join(dict.fromkeys(numbers)), said=said
                )
                for said, numbers in decided.items()
            ),
            *(
                _("Second reading of candidate {number}: {said}").format(
                    number=", ".join(dict.fromkeys(numbers)), said=said
                )
                for said, numbers in read.items()
            ),
        ]


def letter_template() -> bytes:
    """A letter to the owner of an account, to be edited by the office.

    Words in braces, such as ``{akun}``, are filled for each case.

    Returns
    -------
    bytes
        A DOCX file.
    """
    with in_language(_LANGUAGE):
        letter = _new_document()
        for line in (
            _("[Letterhead of the office]"),
            "",
            _("Number:"),
            _("Subject: request about a photo of the account {akun}"),
            "",
            _("To the owner of the account {akun}"),
            "",
            _("Dear Sir or Madam,"),
            _(
                "On your account {akun} we have seen the photo {foto} ({alamat}), posted on "
                "{tanggal_foto}. It shows: {yang_dicari}."
            ),
            _("We kindly ask you {permohonan}."),
            _(
                "If you think that we are mistaken, please write to us. A program pointed out the "
                "photo as a candidate, and an officer of ours has looked at it."
            ),
            _("Thank you for your attention and cooperation."),
            "",
            _("[Place], {tanggal}"),
            _("[Position]"),
            "",
            "",
            _("[Name]"),
        ):
            letter.add_paragraph(line)
        return _bytes(letter)


def fill_letter(template: bytes, case: Case, labels: Mapping[str, str], today: str) -> bytes:
    """The letter of a case.

    Parameters
    ----------
    template : bytes
        A DOCX file, as :func:`letter_template` or an office wrote it.
    case : Case
    labels : mapping of str to str
        What the watchlist calls its rules.
    today : str
        ISO 8601 date.

    Returns
    -------
    bytes
        A DOCX file; unknown words in braces stay as they are.

    Raises
    ------
    RunError
        If the template is no DOCX file.
    """
    try:
        letter = docx.Document(io.BytesIO(template))
    except (BadZipFile, PackageNotFoundError, KeyError, ValueError) as error:
        raise RunError(_("the letter is no DOCX file: {why}").format(why=error)) from error
    with in_language(_LANGUAGE):
        kinds = {finding.evidence.kind for finding in case.findings}
        words = {
            "akun": case.photo.account or _("not known"),
            "alamat": case.source_url or _("address not known"),
            "foto": case.photo.path or "",
            "tanggal_foto": time_text(case.posted) if case.posted else _("a date not known"),
            "tanggal": time_text(today),
            "yang_dicari": ", ".join(rule_labels(case, labels)),
            "permohonan": _("to replace this logo in the profile picture")
            if kinds == {"emblem"}
            else _("to look at this post again and to take it down where needed"),
        }
    for paragraph in _paragraphs(letter):
        _fill(paragraph, words)
    return _bytes(letter)


def _paragraphs(document: Document) -> list[Paragraph]:
    """All of them, in tables and letterheads too."""
    parts = [document, *(part for s in document.sections for part in (s.header, s.footer))]
    found = [paragraph for part in parts for paragraph in part.paragraphs]
    for table in (table for part in parts for table in part.tables):
        found += [line for row in table.rows for cell in row.cells for line in cell.paragraphs]
    return found


def _fill(paragraph: Paragraph, words: Mapping[str, str]) -> None:
    """Fill words in braces; Word may have cut one into several runs, its first has the look."""
    runs = paragraph.runs
    while True:
        text = "".join(run.text for run in runs)
        found = next((m for m in _PLACEHOLDER.finditer(text) if m[1] in words), None)
        if found is None:
            return
        at = 0
        value: str | None = words[found[1]].replace("{", "(").replace("}", ")")
        for run in runs:
            start, end = at, at + len(run.text)
            at = end
            if end <= found.start() or start >= found.end():
                continue
            before = run.text[: max(found.start() - start, 0)]
            after = run.text[found.end() - start :] if end > found.end() else ""
            run.text = before + (value or "") + after
            value = None


def _new_document() -> Document:
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = (Cm(side) for side in _PAGE_CM)
    section.left_margin = section.right_margin = Cm(_MARGIN_CM)
    section.top_margin = section.bottom_margin = Cm(_MARGIN_CM)
    font = document.styles["Normal"].font
    font.name, font.size = "Arial", Pt(11)
    return document


def _heading(document: Document, text: str, *, centered: bool = False) -> None:
    paragraph = _centered(document, "") if centered else document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(text).bold = True


def _subheading(document: Document, text: str) -> None:
    document.add_paragraph(text).paragraph_format.keep_with_next = True


def _centered(document: Document, text: str) -> Paragraph:
    paragraph = document.add_paragraph(text)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def _fields(document: Document, values: Mapping[str, str]) -> None:
    table = document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, _COLUMNS_CM, strict=True):
        column.width = Cm(width)
    for name, value in values.items():
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, value
        cells[0].width, cells[1].width = (Cm(width) for width in _COLUMNS_CM)
    document.add_paragraph()


def _bytes(document: Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
