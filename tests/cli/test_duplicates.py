"""``netravision duplicates`` as one types it."""

import subprocess
from collections.abc import Callable

from netravision.imaging.image import read_image
from netravision.picture_hashes import hash_picture
from tests.made_run import Folder
from tests.program import run_here

Program = Callable[..., "subprocess.CompletedProcess[str]"]


def test_groups_are_numbered_and_name_their_photos(folder: Folder) -> None:
    for name, seed in (("a.png", 1), ("b.png", 1), ("c.png", 2)):
        file = folder.picture(name, seed=seed)
        folder.add(file, hashes=hash_picture(read_image(file).rgb), url=f"https://x.example/{name}")
    folder.run.close()
    done = run_here("duplicates", "run", cwd=folder.root)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert [(line[0], line[2], line[-1]) for line in lines] == [
        ("1", "akun_a/a.png", "https://x.example/a.png"),
        ("1", "akun_a/b.png", "https://x.example/b.png"),
    ]


def test_a_folder_without_a_run_is_named(here: Program) -> None:
    done = here("duplicates", "nowhere")
    assert (done.returncode, "nowhere" in done.stderr) == (2, True)
