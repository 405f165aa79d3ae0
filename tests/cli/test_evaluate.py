"""``netravision evaluate`` as one types it: what it prints, writes and refuses."""

import json
import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.made_run import BLUE, THUMB, TWO, Folder
from tests.program import without_package

Program = Callable[..., "subprocess.CompletedProcess[str]"]

LABELS = "path,rule\na.png,number-2\nb.png,\nc.png,number-2\nd.png,pose-thumb_up\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run ``netravision-run`` beside ``label.csv``: two fingers found in a and b, not in c."""
    made = Folder(tmp_path)
    with made.run:
        made.add(made.picture("a.png", seed=1), TWO, path="a.png")
        made.add(made.picture("b.png", seed=2), replace(TWO, score=0.6), path="b.png")
        made.add(made.picture("c.png", seed=3), path="c.png")
        made.add(made.picture("d.png", seed=4), THUMB, BLUE, path="d.png")
    (tmp_path / "run").rename(tmp_path / "netravision-run")
    (tmp_path / "label.csv").write_text(LABELS)
    return tmp_path


def row(text: str, name: str) -> list[str]:
    """The cells of the first line that begins with a name."""
    line = next(line for line in text.splitlines() if line.startswith(name))
    return re.split(r"\s{2,}", line.strip())


def test_it_prints_and_writes_what_was_measured(here: Program, folder: Path) -> None:
    done = here("evaluate", "label.csv")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Photos      4"
    assert lines[1] == "Nothing in  1 of them, 1 of these have a finding: 1.00 (0.21 to 1.00)"
    assert row(done.stdout, "number-2")[1:] == [
        *("2", "2", "1"),
        *("0.50 (0.09 to 0.91)", "0.50 (0.09 to 0.91)"),
    ]
    assert row(done.stdout, "pose-thumb_up")[1:4] == ["1", "1", "1"]
    assert row(done.stdout, "color-biru-muda")[1:] == ["0", "1", "0", "0.00 (0.00 to 0.79)", "-"]
    assert row(done.stdout, "hands, all")[1:4] == ["1", "3", "2"]
    assert row(done.stdout, "hands from 0.9")[1:4] == ["1", "2", "2"]
    assert row(done.stdout, "hands 0.60")[1:4] == ["1", "0", "0.00 (0.00 to 0.79)"]
    made = folder / "label-evaluation"
    assert lines[-1] == f"Page and plots in {Path('label-evaluation') / 'evaluation.html'}"
    assert sorted(file.name for file in made.iterdir()) == [
        "evaluation.html",
        "evaluation.json",
        "precision-recall.svg",
        "reliability.svg",
    ]
    for plot in made.glob("*.svg"):
        assert ET.parse(plot).getroot().tag == "{http://www.w3.org/2000/svg}svg"
    record = json.loads((made / "evaluation.json").read_text(encoding="ascii"))
    assert record["schema"] == "netravision.evaluation/1"
    assert [rule["rule"] for rule in record["rules"]] == [
        "number-2",
        "pose-thumb_up",
        "color-biru-muda",
    ]
    assert record["wrong"] == [
        {
            "path": path,
            "account": "akun_a",
            "rule": rule,
            "detector": detector,
            "score": score,
        }
        for path, rule, detector, score in (
            ("b.png", "number-2", "hands", 0.6),
            ("d.png", "color-biru-muda", "insignia", 0.4),
        )
    ]
    assert [(each["path"], each["seen"]) for each in record["missed"]] == [("c.png", None)]
    again = here("evaluate", "label.csv", "--only", "pose", "--output", "lain/hasil")
    assert again.returncode == 0
    assert "number-2" not in again.stdout
    assert (folder / "lain" / "hasil" / "evaluation.json").is_file()


def test_a_reviewed_export_will_do(here: Program, folder: Path) -> None:
    here("export", "netravision-run", "--format", "csv", "--output", "ekspor.csv")
    undecided = here("evaluate", "ekspor.csv")
    assert undecided.returncode == 2
    assert "nothing is decided in its column decision" in undecided.stderr
    text = (folder / "ekspor.csv").read_text(encoding="utf-8-sig")
    for answers in ("right,no", "wrong,no"):
        text = text.replace("undecided,undecided", answers, 1)
    (folder / "ekspor.csv").write_text(text, encoding="utf-8")
    done = here("evaluate", "ekspor.csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Recall      unknown" in done.stdout
    assert row(done.stdout, "number-2")[1:] == ["0", "2", "1", "0.50 (0.09 to 0.91)", "-"]


@pytest.mark.parametrize(
    ("args", "text", "message"),
    [
        ((), None, "cannot be read"),
        ((), "path,aturan\na.png,number-2\n", "must name the columns path and rule"),
        ((), "path,rule\nz.png,number-2\n", "none of its photos is in netravision-run"),
        ((), "path,rule\na.png,number-9\n", "is no rule of the run's watchlist"),
        (("--run", "nowhere"), LABELS, "is not a run folder"),
        (("--only", "hands"), LABELS, "'hands' is not one of"),
    ],
)
def test_wrong_use(
    here: Program, folder: Path, args: tuple[str, ...], text: str | None, message: str
) -> None:
    (folder / "label.csv").unlink()
    if text is not None:
        (folder / "label.csv").write_text(text)
    done = here("evaluate", "label.csv", *args)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "label-evaluation").exists()


def test_wrong_rows_are_named_and_the_rest_is_measured(here: Program, folder: Path) -> None:
    wrong = "".join(f"z{number}.png,\n" for number in range(25))
    (folder / "label.csv").write_text(f"{LABELS}a.png,nomor-2\n{wrong}")
    done = here("evaluate", "label.csv")
    assert done.returncode == 0
    assert "label.csv: row 6: 'nomor-2' is no rule of the run's watchlist; skipped" in done.stderr
    assert "label.csv: 'a.png': left out, as row 6 about it was skipped" in done.stderr
    assert "label.csv: row 7: 'z0.png' is not in the run; left out" in done.stderr
    assert "label.csv: 7 more rows with a problem" in done.stderr
    assert done.stdout.startswith("Photos      3\n")


def test_without_matplotlib_everything_but_the_plots_is_there(
    netravision: Program, folder: Path
) -> None:
    done = netravision("evaluate", "label.csv", env=without_package("matplotlib", folder))
    assert done.returncode == 3
    assert 'python -m pip install "netravision[evaluate]"' in done.stderr
    assert row(done.stdout, "number-2")[1:4] == ["2", "2", "1"]
    made = sorted(file.name for file in (folder / "label-evaluation").iterdir())
    assert made == ["evaluation.html", "evaluation.json"]
