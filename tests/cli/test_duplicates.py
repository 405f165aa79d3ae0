"""``netravision duplicates`` as one types it."""

import subprocess
from collections.abc import Callable

from netravision.core.pyramid import ImagePyramid
from netravision.imaging.image import read_image
from netravision.picture_hashes import hash_picture
from tests.html.strict_html import Document
from tests.made_run import Folder
from tests.program import run_here

Program = Callable[..., "subprocess.CompletedProcess[str]"]


def test_groups_are_numbered_and_name_their_photos(folder: Folder) -> None:
    for name, seed in (("a.png", 1), ("b.png", 1), ("c.png", 2)):
        file = folder.picture(name, seed=seed)
        folder.add(
            file,
            hashes=hash_picture(ImagePyramid(read_image(file).rgb)),
            url=f"https://x.example/{name}",
        )
    folder.run.close()
    done = run_here("duplicates", "run", "--page", "kelompok.html", cwd=folder.root)
    assert (done.returncode, done.stderr) == (0, "")
    *printed, page = done.stdout.splitlines()
    lines = [line.split("\t") for line in printed]
    assert [(line[0], line[2], line[-1]) for line in lines] == [
        ("1", "akun_a/a.png", "https://x.example/a.png"),
        ("1", "akun_a/b.png", "https://x.example/b.png"),
    ]
    document = Document((folder.root / page).read_text(encoding="utf-8"))
    assert len(document.images()) == 1
    text = " ".join(document.text("en").split())
    assert "Copies within run 1 group · 2 photos · 1 account" in text
    assert all(f"akun_a/{name}" in text for name in ("a.png", "b.png"))
    assert "Kelompok 1" in document.text("id")


def test_a_folder_without_a_run_is_named(here: Program) -> None:
    done = here("duplicates", "nowhere")
    assert (done.returncode, "nowhere" in done.stderr) == (2, True)
