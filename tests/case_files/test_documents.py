"""Form A and the letter, read back as Word would."""

import io
from dataclasses import replace

import docx
import pytest
from docx.document import Document

from netravision.case_files.case import Case, cases
from netravision.case_files.documents import fill_letter, form_a, letter_template
from netravision.case_files.provenance import Provenance
from netravision.errors import RunError
from netravision.finding import Finding
from netravision.run.decisions import Decisions, View
from tests.made_evidence import EMBLEM
from tests.made_run import TWO, TWO_POSE, Folder

EMBLEM_WORN = Finding("emblem", "emblem-kaltim", "kaltim", 0.9, None, EMBLEM)

VIEW = View("right", "yes", "jelas", "Pengawas 1", decided_at="2024-10-05T02:00:00+00:00")

HEADINGS = [
    "FORMULIR MODEL A",
    "LAPORAN HASIL PENGAWASAN",
    "I. Data Pengawas",
    "II. Kegiatan Pengawasan",
    "III. Uraian Singkat Hasil Pengawasan",
    "IV. Informasi Dugaan Pelanggaran",
    "1. Peristiwa",
    "2. Saksi",
    "3. Alat dan Barang Bukti",
    "4. Uraian Singkat Dugaan",
    "5. Fakta dan Keterangan",
    "6. Analisa",
]


@pytest.fixture
def case(folder: Folder) -> Case:
    folder.add(
        folder.picture(),
        TWO,
        TWO_POSE,
        url="https://contoh.invalid/p/1",
        posted_at="2024-10-02T01:30:00+00:00",
    )
    with Decisions(folder.run.folder, create=True) as decisions:
        for result in folder.run.results():
            said = [(finding, VIEW) for finding in result.findings]
            decisions.add(folder.run.content(result), "post", said)
    return next(cases(folder.run, ["follow-up"]))


def form_of(case: Case, folder: Folder) -> Document:
    provenance = Provenance.of(folder.run)
    return opened(form_a(case, provenance, folder.run.watchlist.labels, case.marked()))


def opened(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def fields(form: Document) -> dict[str, str]:
    """The cells of all tables, each named by its table and letter."""
    return {
        f"{number}{row.cells[0].text}": row.cells[1].text
        for number, table in enumerate(form.tables, start=1)
        for row in table.rows
    }


def text_of(document: Document) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_the_form_has_its_headings_in_order(case: Case, folder: Folder):
    lines = [line.text for line in form_of(case, folder).paragraphs]
    assert [line for line in lines if line in HEADINGS] == HEADINGS


def test_the_form_says_what_is_known(case: Case, folder: Folder):
    form = form_of(case, folder)
    known = fields(form)
    assert known["2c. Sasaran"] == "Unggahan akun akun_a"
    assert "Paslon 2" in known["3a. Peristiwa"]
    assert known["3b. Tempat"] == "https://contoh.invalid/p/1"
    # On the clock of the office, in Jakarta.
    assert known["3c. Waktu"] == "2 Oktober 2024, 08.30"
    text = text_of(form)
    assert case.photo.sha256 in text
    assert TWO.explain("id", labels=folder.run.watchlist.labels) in text
    assert "Pengawas 1: temuannya tepat; perlu tindak lanjut; catatan: jelas" in text
    assert "Pilkada <i>contoh</i> & kawan" in text
    assert len(form.inline_shapes) == 1


def test_what_only_the_supervisor_knows_is_empty(case: Case, folder: Folder):
    form = form_of(case, folder)
    known = fields(form)
    for name in ("1b. Nama", "1c. Jabatan", "1d. Nomor Surat Perintah Tugas", "3d. Pelaku"):
        assert known[name] == ""
    lines = [line.text for line in form.paragraphs]
    assert lines[lines.index("6. Analisa") + 1 :] == [""]
    assert lines[lines.index("2. Saksi") + 1] == ""


def test_the_programs_own_words_judge_nobody(case: Case, folder: Folder):
    form = form_of(case, folder)
    own = "\n".join([text_of(form), *fields(form).values()])
    assert own.lower().count("pelanggaran") == HEADINGS[5].lower().count("pelanggaran") == 1
    assert "kandidat" in own


def test_nothing_known_stays_empty(case: Case, folder: Folder):
    unknown = replace(case, source_url=None, posted=None)
    known = fields(form_of(unknown, folder))
    assert (known["3b. Tempat"], known["3c. Waktu"]) == ("", "")


def test_the_letter_is_filled(case: Case):
    letter = opened(fill_letter(letter_template(), case, {"number-2": "Paslon 2"}, "2024-10-05"))
    text = text_of(letter)
    for words in ("akun akun_a", "https://contoh.invalid/p/1", "2 Oktober 2024", "Paslon 2"):
        assert words in text
    assert "5 Oktober 2024" in text
    assert "menurunkannya bila perlu" in text
    assert "{" not in text


def test_the_owner_of_an_emblem_is_asked_to_replace_it(case: Case):
    worn = replace(case.candidates[0].candidate, findings=(EMBLEM_WORN,))
    emblem = replace(case, candidates=[replace(case.candidates[0], candidate=worn)])
    labels = {"emblem-kaltim": "Logo Pemprov"}
    text = text_of(opened(fill_letter(letter_template(), emblem, labels, "2024-10-05")))
    assert "mengganti logo tersebut pada foto profil" in text
    assert "Logo Pemprov" in text


def test_an_edited_letter_keeps_its_look(case: Case):
    own = docx.Document()
    own.sections[0].header.paragraphs[0].text = "DINAS CONTOH, tentang {akun}"
    line = own.add_paragraph("Kepada ")
    # Word cuts words into runs where the spelling checker has looked.
    for piece in ("{ak", "un", "}, yang "):
        line.add_run(piece).bold = True
    line.add_run("baik. {lain}")
    own.add_table(1, 1).cell(0, 0).text = "{tanggal}"
    stream = io.BytesIO()
    own.save(stream)
    filled = opened(fill_letter(stream.getvalue(), case, {}, "2024-10-05"))
    assert filled.sections[0].header.paragraphs[0].text == "DINAS CONTOH, tentang akun_a"
    assert filled.paragraphs[0].text == "Kepada akun_a, yang baik. {lain}"
    assert [run.text for run in filled.paragraphs[0].runs if run.bold] == ["akun_a", "", ", yang "]
    assert filled.tables[0].cell(0, 0).text == "5 Oktober 2024"


def test_a_letter_that_is_no_docx_is_refused(case: Case):
    with pytest.raises(RunError, match="DOCX"):
        fill_letter(b"Dengan hormat", case, {}, "2024-10-05")
