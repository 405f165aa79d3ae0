"""The index on real emblems: a small part of the exam, to notice when it breaks."""

import sys
from pathlib import Path

import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.matching.templates.index import TemplateIndex

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def exam():
    sys.path.insert(0, str(BENCHMARKS))
    import exam

    yield exam
    sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="module")
def enrolled(exam, data_dir):
    return exam.enrol(exam.read_marks(data_dir, "provinces"))


@pytest.fixture(scope="module")
def index(exam, enrolled):
    return TemplateIndex(exam.references(enrolled))


def test_other_drawings_are_named(exam, data_dir, enrolled, index):
    names = ("plain", "circle", "padded", "q15")
    cases = list(exam.positives(data_dir, "provinces", enrolled, names))
    cases = [case for case in cases if not case.same_drawing][::7]
    best = [next(iter(index.search(ImagePyramid(case.picture))), None) for case in cases]
    named = [
        found is not None and found.id == case.truth and found.score >= 0.5
        for case, found in zip(cases, best, strict=True)
    ]
    # 0.97 and more in the full exam; 0.72 is what was asked for first.
    assert sum(named) >= 0.85 * len(named)


def test_lookalikes_are_not(exam, data_dir, index):
    marks = exam.read_marks(data_dir, "regencies") + exam.read_marks(data_dir, "institutions")
    flagged = [
        mark.path.name
        for mark in marks[::2]
        if any(
            match.score >= 0.5
            for match in index.search(ImagePyramid(exam.read_image(mark.path).rgb))
        )
    ]
    assert len(flagged) <= 1
