"""The pages of a search and of groups."""

from pathlib import Path

import numpy as np
from PIL import Image

from netravision.result import Photo
from netravision.review.copies_page import (
    MAX_GROUPS,
    MAX_LISTED,
    MAX_SHOWN,
    write_copies_page,
    write_duplicates_page,
)
from netravision.run.copies import Copy
from tests.html.strict_html import Document


def test_every_photo_is_named_and_the_first_are_shown(tmp_path: Path) -> None:
    rgb = np.full((40, 60, 3), 120, np.uint8)
    file = tmp_path / "a.png"
    Image.fromarray(rgb).save(file)
    copies = [
        Copy(Photo(f"akun_{n}/{n}.jpg", None, 9, 9, f"akun_{n}"), file, None, n)
        for n in range(MAX_SHOWN + 3)
    ]
    copies[1] = Copy(copies[1].photo, tmp_path / "gone.jpg", "https://x.example/1", 1)
    write_copies_page(tmp_path / "a.html", "cari <b>.jpg", rgb, copies)
    document = Document((tmp_path / "a.html").read_text(encoding="utf-8"))
    text = document.text("en")
    assert "cari <b>.jpg" in text
    assert all(copy.photo.path in text for copy in copies)
    # The picture that is sought, and each that is shown and still there.
    assert document.source.count("data:image/jpeg") == 1 + MAX_SHOWN - 1


def test_a_page_of_groups_stays_short_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    Image.fromarray(np.full((40, 60, 3), 120, np.uint8)).save(file)

    def group(number: int, photos: int, first: Path = file) -> list[Copy]:
        names = [f"akun_{n % 7}/{number}-{n}.jpg" for n in range(photos)]
        of = [Photo(name, None, 9, 9, name.partition("/")[0]) for name in names]
        return [Copy(photo, file if n else first, None, n) for n, photo in enumerate(of)]

    groups = [group(1, MAX_LISTED + 2, tmp_path / "gone.jpg"), group(2, 3)]
    groups += [group(number, 2) for number in range(3, MAX_GROUPS + 3)]
    write_duplicates_page(tmp_path / "a.html", "run <b>", groups)
    document = Document((tmp_path / "a.html").read_text(encoding="utf-8"))
    text = " ".join(document.text("en").split())
    assert "Copies within run <b> 402 groups · 829 photos · 7 accounts" in text
    assert f"Group 1 {MAX_LISTED + 2} photos · 7 accounts" in text
    assert "and 2 more photos" in text
    assert "2 smaller groups are not on this page" in text
    assert document.source.count("data:image/jpeg") == MAX_SHOWN
    write_duplicates_page(tmp_path / "b.html", "x", [])
    assert "No two photos show the same picture." in (tmp_path / "b.html").read_text("utf-8")
