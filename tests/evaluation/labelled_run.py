"""A toy run with labels, small enough to be counted by hand."""

from dataclasses import replace

from netravision.evaluation.evaluate import evaluate_run
from netravision.evaluation.ground_truth import read_ground_truth
from netravision.evaluation.results import Evaluation
from netravision.finding import Finding
from netravision.result import Failure
from tests.made_evidence import BADGE
from tests.made_run import BLUE, THUMB, TWO, Folder

BADGE_TWO = Finding("insignia", "number-2", "2", 0.95, (100, 30, 140, 90), BADGE)

#: What people say of the toy run.
LABELS = """path,rule,detector
a.png,number-2,hands
a.png,pose-thumb_up,
b.png,,
c.png,number-2,insignia
d.png,number-2,hands
e.png,number-2,hands
f.png,color-biru-muda,
"""


def add_toy_photos(folder: Folder) -> None:
    """Two fingers found rightly (a), wrongly (b), as a badge (c), not (d), in no picture (e)."""
    for seed, (name, findings) in enumerate(
        {
            "a.png": (TWO, replace(TWO, score=0.6, box=(0, 0, 9, 9)), THUMB),
            "b.png": (replace(TWO, score=0.72), BLUE),
            "c.png": (BADGE_TWO, replace(TWO, score=0.56)),
            "d.png": (),
            "f.png": (BLUE,),
            "g.png": (TWO,),
        }.items()
    ):
        folder.add(folder.picture(name, seed=seed), *findings, path=name)
    broken = folder.root / "e.png"
    broken.write_bytes(b"")
    folder.add(broken, path="e.png", error=Failure("empty", "the file has no content"))


def measure(folder: Folder, text: str, only: tuple[str, ...] = ()) -> Evaluation:
    file = folder.root / "label.csv"
    file.write_text(text, encoding="utf-8")
    return evaluate_run(folder.run, read_ground_truth(file, folder.run.watchlist), only)
