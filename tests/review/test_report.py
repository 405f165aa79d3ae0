"""The report of real run folders, read with a strict HTML parser and in a real browser."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from netravision.cli.progress import print_summary
from netravision.explanations import failure_text
from netravision.finding import Finding
from netravision.languages import in_language
from netravision.result import ERROR_CODES, NOT_A_PICTURE, Failure
from netravision.review import cards, report
from netravision.review.report import write_report
from netravision.run.decisions import Decisions, View
from netravision.visible_text import visible
from tests.html.strict_html import Document
from tests.made_evidence import BADGE
from tests.made_run import BLUE, HAND, HOSTILE, THUMB, TWO, TWO_POSE, Folder


def report_of(folder: Folder) -> Document:
    output = folder.root / "report.html"
    write_report(folder.run, output)
    return Document(output.read_text(encoding="utf-8"))


def test_one_card_a_photo_strongest_first(folder: Folder):
    folder.add(folder.picture("biru.png", seed=1), BLUE)
    folder.add(folder.picture("dua.png", seed=2), TWO, TWO_POSE)
    folder.add(folder.picture("dua_orang.png", seed=3), TWO, TWO_POSE, THUMB)
    folder.add(folder.picture("kosong.png", seed=4))
    document = report_of(folder)
    assert [card["data-rules"] for card in document.all("article")] == [
        "pose-thumb_up number-2 pose-two",
        "number-2 pose-two",
        "color-biru-muda",
    ]
    # Two findings in the same box share one enlarged crop; a color means the whole picture.
    sizes = [image.size for image in document.images()]
    assert sizes == [(200, 120), (224, 224), (224, 224), (200, 120), (224, 224), (200, 120)]
    for language in ("id", "en"):
        text = document.text(language)
        for finding in (TWO, TWO_POSE, THUMB, BLUE):
            assert finding.explain(language, labels=folder.run.watchlist.labels) in text
        assert "kosong.png" not in text


@pytest.mark.parametrize(
    ("language", "present", "absent"),
    [
        ("id", ["Kandidat untuk dilihat", "jempol ke atas", "0,97", "0,40"], ["thumb up", "0.97"]),
        ("en", ["Candidates for a person", "thumb up", "0.97", "0.40"], ["jempol", "0,97"]),
    ],
)
def test_both_languages(folder: Folder, language, present, absent):
    folder.add(folder.picture(), TWO, THUMB, BLUE)
    document = report_of(folder)
    # The sentence of a detector quotes what it likes; the rest of the page is checked here.
    text = document.text(language)
    for finding in (TWO, THUMB, BLUE):
        text = text.replace(finding.explain(language, labels=folder.run.watchlist.labels), "")
    for words in present:
        assert words in text
    for words in absent:
        assert words not in text


def test_photos_and_candidates_are_told_apart_as_in_the_summary(
    folder: Folder, capsys: pytest.CaptureFixture[str]
):
    folder.add(folder.picture("a.png", seed=1), TWO, TWO_POSE, THUMB)
    folder.add(folder.picture("b.png", seed=2), TWO)
    folder.add(folder.picture("c.png", seed=3))
    text = report_of(folder).text("id")
    print_summary(folder.run)
    assert "Candidates  3 in 2 photos\n" in capsys.readouterr().out
    assert re.search(r"foto dengan kandidat\s*2\s*kandidat\s*3\b", text)
    # Two photos show two fingers, in three findings.
    assert re.search(r"Menurut yang dicari \(foto\)\s*Paslon 2 <b>tebal</b>\s*Tangan\s*2\b", text)


def test_a_report_never_judges(folder: Folder):
    folder.add(folder.picture(), TWO, THUMB, BLUE)
    source = report_of(folder).source.lower()
    for word in ("viol" + "ation", "gui" + "lty", "pelanggar", "bersalah", "melanggar", "offender"):
        assert word not in source
    assert "candidate" in source
    assert "kandidat" in source


def test_summary_counts(folder: Folder):
    for number, account in enumerate(["a", "a", "b", None]):
        folder.add(
            folder.picture(f"{number}.png", seed=number),
            *([TWO, BLUE] if account == "a" else []),
            account=account,
            path=f"{number}.png",
        )
    for code in ERROR_CODES:
        folder.add(folder.root / f"{code}.jpg", account="c", error=Failure(code, f"why {code}"))
    document = report_of(folder)
    text = document.text("en")
    assert re.search(r"photos screened 4\b", text)
    assert re.search(r"photos with candidates 2\b", text)
    # A hand in a photo full of the color is one candidate with two reasons.
    assert re.search(r"[^h] candidates 2\b", text)
    assert re.search(r"accounts with candidates 1 / 4\b", text)
    failures = [code for code in ERROR_CODES if code != NOT_A_PICTURE]
    assert re.search(rf"photos that failed {len(failures)}\b", text)
    assert re.search(r"no photos, skipped 1\b", text)
    assert f"c/{NOT_A_PICTURE}.jpg" not in text
    assert re.search(r"Biru muda Campaign insignia 2\b", text)
    for code in failures:
        assert f"c/{code}.jpg" in text
        assert f"{failure_text(code)} {code} Technical detail why {code}" in text


@pytest.mark.parametrize("account", [HOSTILE, "</span></bdi>", "{{ 7 * 7 }}", "' onload='x"])
def test_every_name_is_shown_as_text(folder: Folder, account):
    finding = Finding(
        "insignia", "color-biru-muda", HOSTILE, 0.5, (1, 1, 9, 9), replace(BADGE, digits=HOSTILE)
    )
    folder.add(
        folder.picture(), finding, account=account, path=f"{account}/{HOSTILE}.png", url=HOSTILE
    )
    folder.add(folder.root / "x", account=account, error=Failure("unreadable", HOSTILE))
    document = report_of(folder)
    assert len(document.all("script")) == 1
    text = document.text("id")
    assert visible(account) in text
    assert visible(f"{account}/{HOSTILE}.png") in text
    assert "Pilkada <i>contoh</i> & kawan" in text
    assert document.all("article")[0]["data-account"] == visible(account)


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://contoh.go.id/p/1?a=1&b=2", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        (" https://contoh.go.id", False),
    ],
)
def test_only_web_addresses_become_links(folder: Folder, url, linked):
    folder.add(folder.picture(), TWO, url=url)
    document = report_of(folder)
    assert (url in [link["href"] for link in document.all("a")]) is linked
    assert url.strip() in document.text("id")


def test_nothing_is_fetched_and_only_our_script_runs(folder: Folder):
    folder.add(folder.picture(), TWO)
    document = report_of(folder)
    for tag, attrs in document.elements:
        assert tag not in ("link", "iframe", "object", "embed", "base")
        for name in ("src", "srcset", "data", "poster", "action", "background", "style"):
            assert (attrs.get(name) or "data:").startswith("data:"), (tag, name)
    assert "@import" not in document.source
    assert "url(" not in document.source
    policy = next(
        meta["content"] or ""
        for meta in document.all("meta")
        if meta.get("http-equiv") == "Content-Security-Policy"
    )
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        content = re.search(f"<{tag}>(.*?)</{tag}>", document.source, re.DOTALL)
        assert content is not None
        digest = base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def _remove(file: Path) -> None:
    file.unlink()


def _damage(file: Path) -> None:
    file.write_bytes(b"not a picture")


def _swap(file: Path) -> None:
    Image.new("RGB", (9, 9)).save(file)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_remove, "The photo is no longer where it was."),
        (_damage, "The photo can no longer be opened."),
        (_swap, "The file has changed since it was screened, so it is not shown."),
    ],
)
def test_a_photo_that_cannot_be_shown_is_still_listed(
    folder: Folder, change: Callable[[Path], None], said: str
):
    file = folder.picture()
    folder.add(file, TWO)
    change(file)
    document = report_of(folder)
    assert document.images() == []
    assert said in document.text("en")
    assert "akun_a/a.png" in document.text("en")


@pytest.mark.parametrize(
    ("posted_at", "marked"),
    [
        ("2024-09-24", True),
        ("2024-09-25", False),
        ("2024-11-23T23:59:00", False),
        ("2024-11-24", True),
        (None, False),
    ],
)
def test_photos_outside_the_period_are_marked(folder: Folder, posted_at, marked):
    folder.add(folder.picture(), TWO, posted_at=posted_at)
    assert ("outside the watchlist's period" in report_of(folder).text("en")) is marked


def test_a_time_is_told_by_the_office_s_clock(folder: Folder):
    folder.add(folder.picture(), TWO, posted_at="2024-09-24T17:30:00Z")
    assert "25 September 2024, 00:30" in report_of(folder).text("en")


def test_an_empty_run_says_so(folder: Folder):
    document = report_of(folder)
    assert "Tidak ada kandidat" in document.text("id")
    assert "No candidates" in document.text("en")
    assert not document.all("article")


def test_a_large_run_stays_usable_and_nothing_is_hidden(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
):
    assert report.MAX_CARDS + report.MAX_LINES == 5000
    monkeypatch.setattr(report, "MAX_CARDS", 20)
    monkeypatch.setattr(report, "MAX_LINES", 1000)
    file = folder.picture("a.png", (32, 32))
    folder.add(file, TWO)
    more = 5
    photos = report.MAX_CARDS + report.MAX_LINES + more
    for number in range(photos - 1):
        folder.add(
            file, TWO, account="akun_b", path=f"akun_b/{number:05}.png", as_file=Path(f"{number}")
        )
    document = report_of(folder)
    assert len(document.all("article")) == report.MAX_CARDS
    assert len(document.all("tr", "line")) == report.MAX_LINES
    text = document.text("en")
    assert f"{more} more photos with lower scores are not in this file" in text
    assert f"photos with candidates {photos:,}" in text
    assert f"foto dengan kandidat {photos:,}".replace(",", ".") in document.text("id")


def test_pictures_stop_when_the_file_is_full(folder: Folder, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(report, "MAX_PICTURE_BYTES", 2 * 2**20)
    # Noise is what JPEG cannot compress: some 300 kB a picture.
    photos = 12
    for number in range(photos):
        folder.add(folder.picture(f"{number}.bmp", (640, 640), seed=number), TWO, THUMB)
    document = report_of(folder)
    cards = len(document.all("article"))
    assert 2 < cards < photos
    assert cards + len(document.all("tr", "line")) == photos
    assert len(document.source) < report.MAX_PICTURE_BYTES + 2 * 2**20


def said(folder: Folder, path: str, *views: View, number: int = 0) -> None:
    """Have people say something about a candidate of a photo."""
    with Decisions(folder.run.folder, create=True) as decisions:
        for result in folder.run.results():
            if result.photo.path == path:
                found = result.candidates[number].findings
                for view in views:
                    decisions.add(folder.run.content(result), "post", [(f, view) for f in found])


@pytest.fixture
def decided(folder: Folder) -> Folder:
    folder.add(folder.picture("a.png", seed=1), TWO, TWO_POSE, THUMB, account="akun_a")
    folder.add(folder.picture("b.png", seed=2), TWO, account="akun_b")
    folder.add(folder.picture("c.png", seed=3), BLUE, account="akun_c")
    when = "2024-10-01T05:00:00+00:00"
    said(
        folder,
        "akun_a/a.png",
        View("right", "yes", "<b>lihat", "Pengawas 1", False, when),
        number=1,
    )
    said(folder, "akun_a/a.png", View("wrong", "no", "", "Pengawas 1"), number=0)
    said(
        folder,
        "akun_b/b.png",
        View("right", "yes", "", "Pengawas 1"),
        View("right", "no", "", "Pengawas 2"),
    )
    return folder


def test_what_needs_follow_up_is_reported_and_nobody_else(decided: Folder):
    document = report_of(decided)
    assert [card["data-rules"] for card in document.all("article")] == ["number-2 pose-two"]
    assert [image.size for image in document.images()] == [(200, 120), (224, 224)]
    text = document.text("en")
    assert text.count("Cases for follow-up") == 1
    assert "akun_b/b.png" not in text
    assert "thumb up" not in text
    assert "akun_b" not in text
    assert "Shown is 1 candidate that people marked for follow-up." in text
    assert "3 others are not; netravision report RUN --all has all." in text
    assert re.search(r"Is the finding right\? Right 2 Wrong 1 Undecided 1 Share .* 0.67", text)
    assert re.search(r"Does it need follow-up\? Yes 1 No 1 Undecided 1 Views differ 1", text)
    assert re.search(r"Decided by \(candidates\) Pengawas 1 3 Pengawas 2 1", text)
    assert re.search(r"Pengawas 1 , 1 October 2024, .* : Right , follow-up : Yes · <b>lihat", text)
    assert re.search(r"Decided by Pengawas 1 Decided by Pengawas 2 Noted by", text)
    assert "Kasus yang ditindaklanjuti" in document.text("id")


def test_everything_is_reported_when_asked_for_and_while_nothing_is_decided(
    decided: Folder, tmp_path: Path
):
    output = tmp_path / "all.html"
    write_report(decided.run, output, everything=True)
    document = Document(output.read_text(encoding="utf-8"))
    assert len(document.all("article")) == 3
    text = document.text("en")
    assert "Candidates for a person to look at" in text
    assert re.search(
        r"Views differ Pengawas 1 , .*follow-up : Yes .*Pengawas 2 , .*follow-up : No", text
    )
    (decided.run.folder / "decisions.sqlite").unlink()
    text = report_of(decided).text("en")
    assert "Candidates for a person to look at" in text
    assert "Noted by" not in text


def test_with_decisions_and_no_case_it_says_so(folder: Folder):
    folder.add(folder.picture(), TWO)
    said(folder, "akun_a/a.png", View("wrong", "no", "", "Pengawas 1"))
    document = report_of(folder)
    assert document.all("article") == []
    assert "No candidate was marked for follow-up." in document.text("en")


def test_a_crowd_of_hands_has_a_bounded_card(folder: Folder):
    hands = [
        Finding(
            "hands",
            "number-2",
            "two",
            0.9 - n / 100,
            (5 * n, 10, 5 * n + 4, 20),
            replace(HAND, fingers=(1,) * 999),
        )
        for n in range(40)
    ]
    folder.add(folder.picture(), *hands)
    document = report_of(folder)
    assert len(document.images()) == 1 + cards.MAX_CROPS
    assert len(document.all("div", "finding")) == 40
    assert "1 1 1" in document.text("en")
    assert len(document.source) < 2**20


def test_an_old_report_stays_until_the_new_one_is_complete(folder: Folder):
    output = folder.root / "report.html"
    output.write_text("old", encoding="utf-8")
    (folder.root / "report.html.part").mkdir()
    with pytest.raises(OSError):  # noqa: PT011 -- which one depends on the system
        write_report(folder.run, output)
    assert output.read_text(encoding="utf-8") == "old"


def test_in_a_browser(folder: Folder, open_page):
    folder.add(folder.picture("a.png", seed=1), TWO, TWO_POSE, account=HOSTILE, path="x/a.png")
    folder.add(folder.picture("b.png", seed=2), THUMB, BLUE, account="akun_b")
    folder.add(folder.picture("c.png", seed=3), BLUE, account="akun_c")
    with in_language("id"):
        report_of(folder)
    with open_page(folder.root / "report.html") as page:
        assert page.messages == []
        assert [url for url in page.requests if not url.startswith(("file:", "data:"))] == []
        assert page.evaluate(
            "[...document.images].every((image) => image.complete && image.naturalWidth > 0)"
        )
        heading = "document.querySelector('h1').innerText"
        assert page.evaluate(heading) == "Kandidat untuk dilihat"
        page.evaluate("document.querySelector('label[for=language-en]').click()")
        assert page.evaluate(heading) == "Candidates for a person to look at"
        assert page.evaluate("document.documentElement.lang") == "en"
        assert page.evaluate("document.querySelector('select[name=detector]').options[0].text") == (
            "All detectors"
        )
        assert shown(page, "") == [
            "pose-thumb_up color-biru-muda",
            "number-2 pose-two",
            "color-biru-muda",
        ]
        assert shown(page, "f.detector.value = 'hands'") == [
            "pose-thumb_up color-biru-muda",
            "number-2 pose-two",
        ]
        assert page.evaluate("document.querySelectorAll('.finding.aside').length") == 2
        assert shown(page, "f.rule.value = 'pose-two'") == ["number-2 pose-two"]
        assert shown(page, "f.account.value = 'akun_c'") == ["color-biru-muda"]
        assert shown(page, f"f.account.value = {json.dumps(visible(HOSTILE))}") == [
            "number-2 pose-two"
        ]
        assert shown(page, "f.text.value = 'B.PNG thumb'") == ["pose-thumb_up color-biru-muda"]
        assert shown(page, "f.text.value = 'nowhere'") == []
        assert page.evaluate("document.querySelector('output').innerText") == "Photos shown: 0"
        for width in (1366, 800):
            page.resize(width, 900)
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_in_a_browser_without_script(folder: Folder, open_page):
    folder.add(folder.picture(), TWO)
    with in_language("id"):
        report_of(folder)
    with open_page(folder.root / "report.html", script=False) as page:
        assert page.evaluate("document.getElementById('filter').hidden")
        assert page.evaluate("document.querySelector('h1').innerText") == "Kandidat untuk dilihat"
        page.evaluate("document.getElementById('language-en').checked = true")
        assert page.evaluate("document.querySelector('h1').innerText").startswith("Candidates")


def shown(page, setting: str) -> list[str]:
    """Set the filter and read which cards a person then sees."""
    return page.evaluate(
        f"""(() => {{
            const f = document.getElementById("filter").elements;
            document.getElementById("filter").reset();
            {setting};
            document.getElementById("filter").dispatchEvent(new Event("input"));
            return [...document.querySelectorAll("article")]
                .filter((card) => card.getClientRects().length > 0)
                .map((card) => card.dataset.rules);
        }})()"""
    )
