"""The page of a search."""

from pathlib import Path

import numpy as np
from PIL import Image

from netravision.result import Photo
from netravision.review.copies_page import MAX_SHOWN, write_copies_page
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
