"""``watchlist new`` and ``watchlist check`` as one types them: what is written, what is refused."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from netravision.watchlist import Watchlist
from tests.html.strict_html import Document
from tests.matching.invented_marks import mark, on_canvas

Program = Callable[..., "subprocess.CompletedProcess[str]"]

HOSTILE = "<script>alert(1)</script>'&<b>"


def write(folder: Path, *tables: tuple[str, str, np.ndarray], label: str = "Contoh") -> None:
    """A watchlist ``w.toml`` of one picture a table."""
    text = f"schema = 1\nname = '''{label}'''\n"
    for number, (table, name, picture) in enumerate(tables):
        Image.fromarray(picture).save(folder / f"{number}.png")
        text += f"[[{table}]]\nid = '{name}'\nlabel = '''{name} {label}'''\n"
        text += f"images = ['{number}.png']\n"
    (folder / "w.toml").write_text(text, encoding="utf-8")


def test_the_fixtures_watchlist(here: Program, tmp_path: Path, fixtures_dir: Path) -> None:
    shutil.copytree(fixtures_dir / "marks", tmp_path / "daftar" / "marks")
    shutil.copy(fixtures_dir / "watchlist.toml", tmp_path / "daftar" / "arunika.toml")
    done = here("watchlist", "check", "daftar/arunika.toml")
    assert done.returncode == 0, done.stderr
    page = tmp_path / "daftar" / "arunika-check.html"
    assert done.stdout.splitlines()[-1] == f"Pictures: {Path('daftar') / 'arunika-check.html'}"
    for rule in ("emblem-arunika", "emblem-sagara", "symbol-fajar", "symbol-lumbung"):
        line = next(line for line in done.stdout.splitlines() if line.startswith(rule))
        assert "13 of 13" in line
    assert sorted(file.name for file in page.parent.iterdir()) == [
        "arunika-check.html",
        "arunika.toml",
        "marks",
    ]
    document = Document(page.read_text(encoding="utf-8"))
    assert len(document.all("article")) == 4
    assert len(document.all("figure", "copy")) == 4 * 13
    assert not document.all("figure", "lost")
    assert len(document.images()) >= 4 * 14
    assert "Seberapa mudah lambang dan simbol dikenali" in document.text("id")
    assert "13 of 13 copies found" in document.text("en")
    assert "difoto dari cetakan" in document.text("id")


def test_two_that_look_alike_are_named_side_by_side(here: Program, tmp_path: Path) -> None:
    write(
        tmp_path,
        ("emblem", "asli", mark(0)),
        ("emblem", "kembaran", mark(0)),
        ("symbol", "lain", mark(1)),
        label=HOSTILE,
    )
    done = here("watchlist", "check", "w.toml")
    assert done.returncode == 0, done.stderr
    assert f"emblem-asli: Looks like kembaran {HOSTILE}, which scored" in done.stdout
    assert f"emblem-kembaran: Looks like asli {HOSTILE}" in done.stdout
    assert "symbol-lain: Looks like" not in done.stdout
    document = Document((tmp_path / "w-check.html").read_text(encoding="utf-8"))
    assert len(document.all("script")) == 1
    assert len(document.all("figure", "rival")) >= 2
    assert len(document.all("figure", "lost")) >= 2
    assert "another came first" in document.text("en")
    assert f"Mirip dengan kembaran {HOSTILE}" in document.text("id")
    # What needs a person comes first.
    assert [article["id"] for article in document.all("article")][-1] == "symbol-lain"


def test_every_copy_that_is_lost_is_shown_and_leads_to_advice(
    here: Program, tmp_path: Path
) -> None:
    # A mark beside a long line of text, as letterheads have it: the wider, the harder.
    letterheads = {}
    for width in (420, 620):
        letterheads[width] = on_canvas(mark(3, 120), 120, width, 0, 0)
        for x in range(140, width - 20, 24):
            letterheads[width][40:80, x : x + 5 + x % 11] = 30
    write(
        tmp_path,
        ("emblem", "panjang", letterheads[620]),
        ("emblem", "sedang", letterheads[420]),
        ("emblem", "lain", mark(1)),
    )
    done = here("watchlist", "check", "w.toml")
    assert done.returncode == 0, done.stderr
    found = {
        rule: int(count) for rule, count in re.findall(r"(emblem-\w+) +(\d+) of 13", done.stdout)
    }
    assert len(found) == 3
    advised = set(re.findall(r"^(emblem-\w+): (?:Add|Not even)", done.stdout, re.MULTILINE))
    assert advised == {rule for rule, count in found.items() if count < 13}
    document = Document((tmp_path / "w-check.html").read_text(encoding="utf-8"))
    assert len(document.all("figure", "lost")) == sum(13 - count for count in found.values())
    proposed = done.stdout.count("shows only its middle")
    assert len(document.all("figure", "proposed")) == proposed


SPECKS = np.full((300, 300, 3), 255, np.uint8)
SPECKS[10:290:56, 10:290:56] = 0
SPECKS[5:9, 5:9] = SPECKS[290:294, 290:294] = 0


@pytest.mark.parametrize("table", ["emblem", "symbol"])
@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (np.full((100, 100, 3), 255, np.uint8), "is blank"),
        (np.zeros((64, 64, 4), np.uint8), "is blank"),
        (on_canvas(mark(0, 20), 100, 100, 40, 40), "with at least 32 a side"),
        (SPECKS, "is mostly background"),
    ],
    ids=["blank", "transparent", "small", "background"],
)
def test_a_picture_that_cannot_serve_is_refused_with_a_reason(
    here: Program, tmp_path: Path, table: str, picture: np.ndarray, reason: str
) -> None:
    write(tmp_path, (table, "baik", mark(1)), (table, "buruk", picture))
    done = here("watchlist", "check", "w.toml")
    assert done.returncode == 2
    assert "buruk, picture 1" in done.stderr
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "w-check.html").exists()


def test_without_marks_no_page_is_written(here: Program, tmp_path: Path) -> None:
    here("watchlist", "new", "baru.toml")
    assert here("watchlist", "check", "baru.toml").returncode == 0
    assert [file.name for file in tmp_path.iterdir()] == ["baru.toml"]


def test_a_page_that_cannot_be_written_does_not_spoil_the_check(
    here: Program, tmp_path: Path
) -> None:
    write(tmp_path, ("emblem", "asli", mark(0)))
    (tmp_path / "w-check.html").mkdir()
    done = here("watchlist", "check", "w.toml")
    assert done.returncode == 0, done.stderr
    assert "w-check.html: cannot be written" in done.stderr
    assert "13 of 13" in done.stdout


def test_a_new_watchlist_is_valid_and_never_overwrites(here: Program, tmp_path: Path) -> None:
    assert here("watchlist", "new", "baru.toml").returncode == 0
    written = (tmp_path / "baru.toml").read_bytes()
    checked = here("watchlist", "check", "baru.toml")
    assert checked.returncode == 0, checked.stderr
    assert "2 × number" in checked.stdout
    again = here("watchlist", "new", "baru.toml")
    assert again.returncode == 2
    assert "exists already" in again.stderr
    assert (tmp_path / "baru.toml").read_bytes() == written


def test_everything_commented_out_in_a_new_watchlist_is_valid_too(
    here: Program, tmp_path: Path, fixtures_dir: Path
) -> None:
    here("watchlist", "new", "baru.toml")
    text = (tmp_path / "baru.toml").read_text(encoding="utf-8")
    # Lines that look like TOML behind their “#”.
    text = re.sub(r"^# (?=\[\[|period|\w+ = )", "", text, flags=re.MULTILINE)
    (tmp_path / "baru.toml").write_text(text, encoding="utf-8")
    for name in re.findall(r'"([\w/-]+\.(?:png|jpg))"', text):
        picture = tmp_path / name
        picture.parent.mkdir(exist_ok=True)
        picture.write_bytes((fixtures_dir / "marks" / "arunika.png").read_bytes())
    watchlist = Watchlist.load(tmp_path / "baru.toml")
    assert watchlist.period is not None
    assert all((watchlist.emblems, watchlist.symbols, watchlist.colors, watchlist.materials))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("schema = ", "not valid TOML"),
        ('schema = 1\nname = "x"\nnomor = 1\n', "nomor"),
        (
            'schema = 1\nname = "x"\n[[symbol]]\nid = "a"\nlabel = "A"\nimages = ["rusak.png"]\n',
            "rusak.png",
        ),
    ],
)
def test_a_wrong_watchlist_is_named(
    here: Program, tmp_path: Path, content: str | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "w.toml").write_text(content)
    (tmp_path / "rusak.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    done = here("watchlist", "check", "w.toml")
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
