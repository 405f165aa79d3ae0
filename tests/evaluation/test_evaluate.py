"""A run measured by labels: numbers counted by hand, and laws that always hold."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from netravision import Screener, Watchlist
from netravision.cli import main
from netravision.errors import RunError
from netravision.evaluation.evaluate import evaluate_run
from netravision.evaluation.ground_truth import decided_ground_truth
from netravision.evaluation.results import PrecisionRecall, Rate
from netravision.finding import Finding
from netravision.run import Run
from netravision.run.decisions import Decisions, View
from tests.evaluation.labelled_run import LABELS, measure
from tests.made_evidence import EMBLEM
from tests.made_run import HAND, TWO, Folder


def test_the_toy_run_by_hand(toy: Folder) -> None:
    evaluation = measure(toy, LABELS)
    assert (evaluation.photos, evaluation.failed, evaluation.problems) == (6, 1, [])
    assert evaluation.false_alarms == Rate(1, 1)  # b
    # Two fingers: there in a, c, d, e; found in a, b, c.
    assert evaluation.rules == {
        "number-2": PrecisionRecall(there=4, hits=2, found=3, right=2),
        "pose-thumb_up": PrecisionRecall(there=1, hits=1, found=1, right=1),
        "color-biru-muda": PrecisionRecall(there=1, hits=1, found=2, right=1),
    }
    hands, insignia = evaluation.detectors
    # Of hands: two fingers in a, d, e and the thumb in a; found in a twice, b, and c, a badge.
    assert (hands.name, hands.line) == ("hands", PrecisionRecall(there=4, hits=2, found=4, right=2))
    assert (insignia.name, insignia.line) == (
        "insignia",
        PrecisionRecall(there=2, hits=2, found=3, right=2),
    )
    assert hands.line.precision == Rate(2, 4)
    assert hands.line.recall == Rate(2, 4)
    assert hands.thresholds[0.5] == PrecisionRecall(4, 2, 4, 2)
    assert hands.thresholds[0.6] == hands.thresholds[0.7] == PrecisionRecall(4, 2, 3, 2)
    assert hands.thresholds[0.8] == hands.thresholds[0.9] == PrecisionRecall(4, 2, 2, 2)
    assert hands.thresholds[0.95] == PrecisionRecall(4, 1, 1, 1)
    assert list(hands.telling_thresholds) == [0.5, 0.7, 0.9, 0.95]
    assert hands.calibration.found.tolist() == [0, 0, 0, 0, 0, 1, 0, 1, 0, 2]
    assert hands.calibration.correct.tolist() == [0, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert hands.calibration.expected_calibration_error == pytest.approx(
        (0.56 + 0.72 + 2 * (1 - 0.94)) / 4
    )
    assert [(claim.path, claim.rule, claim.detector) for claim in evaluation.wrong] == [
        ("b.png", "number-2", "hands"),
        ("c.png", "number-2", "hands"),
        ("b.png", "color-biru-muda", "insignia"),
    ]
    assert [(claim.path, claim.rule) for claim in evaluation.missed] == [
        ("d.png", "number-2"),
        ("e.png", "number-2"),
    ]


def test_a_number_of_which_nobody_says_by_what_counts_for_no_detectors_recall(toy: Folder) -> None:
    evaluation = measure(toy, "path,rule\na.png,number-2\nc.png,number-2\nd.png,number-2\n")
    assert evaluation.rules["number-2"] == PrecisionRecall(there=3, hits=2, found=2, right=2)
    hands, insignia = evaluation.detectors
    assert hands.line == PrecisionRecall(
        there=0, hits=0, found=3, right=2
    )  # the thumb of a is not named
    assert insignia.line == PrecisionRecall(there=0, hits=0, found=1, right=1)
    assert hands.line.recall.value is None


def test_only_what_was_labelled(toy: Folder) -> None:
    evaluation = measure(toy, LABELS, only=("pose", "color"))
    assert list(evaluation.rules) == ["pose-thumb_up", "color-biru-muda"]
    assert [claim.rule for claim in evaluation.wrong] == ["color-biru-muda"]
    assert evaluation.false_alarms == Rate(1, 3)  # c and d have neither, nor a finding of them
    with pytest.raises(RunError, match="has nothing of emblem"):
        measure(toy, LABELS, only=("emblem",))


def test_people_may_name_the_pose_of_a_hand_that_is_reported_by_its_number(folder: Folder) -> None:
    folder.add(folder.picture("a.png", seed=1), TWO, path="a.png")
    for rule in ("number-2", "pose-two"):
        evaluation = measure(folder, f"path,rule\na.png,{rule}\n")
        assert evaluation.rules == {rule: PrecisionRecall(1, 1, 1, 1)}
    both = measure(folder, "path,rule\na.png,number-2\na.png,pose-two\n")
    assert both.rules["number-2"] == PrecisionRecall(1, 1, 1, 1)


def test_a_run_is_perfect_by_its_own_export(toy: Folder) -> None:
    done = CliRunner().invoke(main, ["export", str(toy.run.folder), "--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(done.stdout_bytes.decode("utf-8-sig"), newline="")))
    kept = [{name: row[name] for name in row if name != "decision"} for row in rows]
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, kept[0])
    writer.writeheader()
    writer.writerows(kept)
    evaluation = measure(toy, stream.getvalue())
    assert evaluation.photos == len({row["path"] for row in rows})
    assert evaluation.problems == evaluation.wrong == evaluation.missed == []
    lines = [*evaluation.rules.values(), *(each.line for each in evaluation.detectors)]
    assert lines
    for line in lines:
        assert line.there == line.hits == line.found == line.right > 0


def test_labels_meet_photos_however_they_are_spelled(folder: Folder) -> None:
    for number, path in enumerate(("desa/De\u0301sa.JPG", "1000647/a.jpg", "1000647/A.jpg")):
        folder.add(folder.picture(f"{number}.png", seed=number), TWO, path=path)
    rows = "desa/D\u00e9sa.jpg,,number-2\n1000647/a.jpg,1E+06,number-2\n"
    evaluation = measure(folder, f"path,account,rule\n{rows}")
    assert (evaluation.photos, evaluation.problems) == (2, [])
    assert evaluation.rules["number-2"] == PrecisionRecall(2, 2, 2, 2)


def test_decisions_of_a_review_tell_precision_and_no_recall(toy: Folder) -> None:
    with Decisions(toy.run.folder, create=True) as decisions:
        for result in toy.run.results():
            if result.photo.path in ("a.png", "b.png"):
                choice = "right" if result.photo.path == "a.png" else "wrong"
                said = [(f, View(choice)) for f in result.findings]
                decisions.add(toy.run.content(result), result.photo.kind, said)
    done = CliRunner().invoke(main, ["export", str(toy.run.folder), "--format", "csv"])
    evaluation = measure(toy, done.stdout_bytes.decode("utf-8-sig"))
    assert (evaluation.photos, evaluation.complete, evaluation.clean) == (2, False, 0)
    assert evaluation.rules["number-2"].precision == Rate(1, 2)
    hands = evaluation.detectors[0]
    assert hands.line.precision == Rate(2, 3)
    record = evaluation.to_dict()
    assert all(each["recall"] is None for each in (*record["rules"], *record["detectors"]))


def test_a_threshold_is_proposed_from_decisions_in_the_run_and_not_applied(folder: Folder) -> None:
    scores = [0.5 + number / 100 for number in range(40)]
    with Decisions(folder.run.folder, create=True) as decisions:
        for number, score in enumerate(scores):
            folder.add(folder.picture(f"{number}.png", seed=number), replace(TWO, score=score))
        for result, content in folder.run.found():
            (finding,) = result.findings
            # Whether it needs follow-up says nothing of the program.
            view = View("right", "no") if finding.score > 0.595 else View("wrong", "no")
            if finding.score < 0.885:
                decisions.add(content, "post", [(finding, view)])
    evaluation = evaluate_run(folder.run, decided_ground_truth(folder.run))
    assert evaluation.rules["number-2"] == PrecisionRecall(0, 0, 39, 29)
    whole, rule = evaluation.proposals
    assert (whole.rule, rule.rule, rule.detector) == (None, "number-2", "hands")
    # 29 of 31 are right, and the interval of that begins at 0.79; of 30, at 0.83.
    assert (rule.score, rule.kept, rule.lost) == (0.59, Rate(29, 30), 0)
    assert evaluation.to_dict()["proposals"][1]["score"] == 0.59
    assert len(list(folder.run.found())) == 40
    few = evaluate_run(folder.run, decided_ground_truth(folder.run), wanted=0.99)
    assert few.proposals[0].score is None
    done = CliRunner().invoke(main, ["evaluate", str(folder.run.folder), "--precision", "0.8"])
    assert done.exit_code == 0, done.output
    assert "proposed for a precision of 0.80, not applied" in done.output
    assert (folder.root / "run-evaluation" / "evaluation.html").is_file()


def test_recall_falls_and_counts_fall_with_the_threshold(toy: Folder) -> None:
    for each in measure(toy, LABELS).detectors:
        assert (np.diff(each.curve.found) > 0).all()
        assert (np.diff(each.curve.correct) >= 0).all()
        assert (each.hits.correct <= each.curve.correct).all()
        assert (each.curve.correct <= each.curve.found).all()
        # The lowest threshold is what the run reports: it has no observations.
        assert each.curve.found[-1] == each.line.found


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("path,rule\nz.png,number-2\na.png,\n", "row 2: 'z.png' is not in the run; left out"),
        ("path,account,rule\na.png,lain,number-2\nb.png,,\n", "'a.png' of lain is not in the run"),
        ("path,account,rule\nx.png,,number-2\na.png,,\n", "is 2 photos of the run; name the acc"),
        ("path,account,rule\na.png,,\na.png,AKUN_A,\nb.png,,\n", "rows with or without account"),
    ],
)
def test_a_photo_that_is_not_the_one_of_the_run_is_named(
    toy: Folder, text: str, problem: str
) -> None:
    for seed in (8, 9):
        toy.add(toy.picture(f"x{seed}.png", seed=seed), TWO, path="x.png", account=f"akun_{seed}")
    evaluation = measure(toy, text)
    assert evaluation.photos == 1
    assert problem in evaluation.problems[0]
    assert measure(toy, "path,account,rule\nx.png,@Akun_8,number-2\n").rules["number-2"].right == 1


def test_an_official_account_neither_misses_nor_wears(tmp_path: Path) -> None:
    made = Folder.__new__(Folder)
    made.root = tmp_path
    mark = made.picture("lambang.png", seed=5)
    watchlist = Watchlist.model_validate(
        {
            "schema": 1,
            "name": "Uji",
            "emblem": [
                {"id": "d", "label": "D", "images": [mark], "official_accounts": ["@Dinas"]}
            ],
        }
    )
    worn = Finding("emblem", "emblem-d", "d", 0.9, None, EMBLEM)
    with Run.start(tmp_path / "run", watchlist) as made.run:
        for number, account in enumerate(("dinas", "warga")):
            name = f"{account}.png"
            made.add(made.picture(name, seed=number), worn, path=name, account=account)
        evaluation = measure(made, "path,rule\ndinas.png,emblem-d\nwarga.png,emblem-d\n")
    assert evaluation.rules == {"emblem-d": PrecisionRecall(1, 1, 1, 1)}


def test_what_was_observed_below_the_threshold_is_on_the_curve(tmp_path: Path) -> None:
    made = Folder.__new__(Folder)
    made.root = tmp_path
    seen = Finding("hands", None, "two", 0.31, (1, 1, 9, 9), HAND)
    listed = Watchlist.model_validate(
        {"schema": 1, "name": "Uji", "number": [{"value": 2, "label": "2"}]}
    )
    with Run.start(tmp_path / "run", listed, observations=True) as made.run:
        made.add(made.picture("a.png", seed=1), TWO, path="a.png")
        made.add(made.picture("b.png", seed=2), path="b.png", observations=(seen,))
        evaluation = measure(
            made, "path,rule,detector\na.png,number-2,hands\nb.png,number-2,hands\n"
        )
    (hands,) = evaluation.detectors
    assert hands.line == PrecisionRecall(2, 1, 1, 1)
    assert hands.thresholds[0.3] == PrecisionRecall(2, 2, 2, 2)
    assert hands.thresholds[0.4] == PrecisionRecall(2, 1, 1, 1)
    assert [claim.seen for claim in evaluation.missed] == [0.31]


def test_the_rule_of_an_observation_is_that_of_its_finding(fixtures_dir: Path) -> None:
    watchlist = Watchlist.load(fixtures_dir / "watchlist.toml")
    asked = set()
    with Screener(watchlist, "fast", observations=True) as screener:
        for name, kind in (
            ("akun_jari/two_400px_tan_left.jpg", "post"),
            ("akun_jari/thumb_up_200px_brown_left.jpg", "post"),
            ("relawan_fajar/nomor_2_circle_stroke.jpg", "post"),
            ("relawan_fajar/poster.jpg", "post"),
            ("warga_arunika/avatar_polos.jpg", "avatar"),
        ):
            file = fixtures_dir / "photos" / name
            result = screener.screen(file, kind=kind)
            for finding in result.findings:
                if finding.rule.startswith("color-"):
                    continue
                (seen,) = [
                    each
                    for each in result.observations
                    if (each.detector, each.label, each.box, each.score)
                    == (finding.detector, finding.label, finding.box, finding.score)
                ]
                rule = watchlist.rule_for(seen, kind)
                assert rule is not None
                assert rule.name == finding.rule
                asked.add(rule.kind)
    assert asked == {"number", "pose", "symbol", "material", "emblem"}


def test_photos_with_nothing_in_them_tell_of_false_alarms_alone(folder: Folder) -> None:
    for seed in range(3):
        folder.add(folder.picture(f"{seed}.png", seed=seed), path=f"{seed}.png")
    evaluation = measure(folder, "path,rule\n0.png,\n1.png,\n2.png,\n")
    assert evaluation.false_alarms == Rate(0, 3)
    assert evaluation.rules == {}
    assert evaluation.detectors == []
