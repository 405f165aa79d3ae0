"""``netravision find`` and ``duplicates`` as one types them."""

from pathlib import Path

import pytest
from PIL import Image

from tests.html.strict_html import Document
from tests.program import run_here

WATCHLIST = 'schema = 1\nname = "x"\n[[color]]\nid = "a"\nlabel = "A"\nsrgb = "#8fd3f4"\n'


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory, fixtures_dir: Path) -> Path:
    root = tmp_path_factory.mktemp("cari")
    (root / "dicari.toml").write_text(WATCHLIST, encoding="utf-8")
    with Image.open(fixtures_dir / "photos" / "alam_raya" / "pemandangan_1.jpg") as image:
        for account, scale in (("akun_a", 1), ("akun_b", 2)):
            (root / "foto" / account).mkdir(parents=True)
            small = image.resize((image.width // scale, image.height // scale))
            small.save(root / "foto" / account / "unggahan.jpg", quality=60)
        image.save(root / "cari.png")
    words = ("screen", "foto", "--run", "run", "--watchlist", "dicari.toml", "--workers", "1")
    done = run_here(*words, "--quiet", cwd=root)
    assert done.returncode == 0, done.stderr
    return root


def test_who_else_posted_this_picture(screened: Path) -> None:
    done = run_here("find", "cari.png", "run", "--page", "salinan.html", cwd=screened)
    assert done.returncode == 0, done.stderr
    *lines, page = done.stdout.splitlines()
    first, second = sorted(line.partition("\t")[2] for line in lines)
    assert (first, second) == (
        "akun_a/unggahan.jpg\takun_a",
        "akun_b/unggahan.jpg\takun_b",
    )
    document = Document((screened / page).read_text(encoding="utf-8"))
    assert len(document.images()) == 3
    assert "2 photos · 2 accounts" in " ".join(document.text("en").split())


def test_copies_are_grouped(screened: Path) -> None:
    done = run_here("duplicates", "run", cwd=screened)
    assert done.returncode == 0, done.stderr
    cells = [line.split("\t") for line in done.stdout.splitlines()]
    assert [(number, account) for number, _how, _path, account in cells] == [
        ("1", "akun_a"),
        ("1", "akun_b"),
    ]


def test_a_picture_that_nobody_has(screened: Path, fixtures_dir: Path) -> None:
    other = fixtures_dir / "photos" / "galeri_rupa" / "abstrak_1.jpg"
    done = run_here("find", str(other), "run", "--whole", cwd=screened)
    assert (done.returncode, done.stdout) == (0, "")
    assert "No photo shows this picture." in done.stderr


def test_what_is_no_picture_is_refused(screened: Path) -> None:
    done = run_here("find", "dicari.toml", "run", cwd=screened)
    assert done.returncode == 2
    assert "dicari.toml" in done.stderr or "picture" in done.stderr
