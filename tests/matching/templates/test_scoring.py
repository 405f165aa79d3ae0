import pytest

from netravision.matching.templates.scoring import FEATURES, match_features, score
from netravision.matching.templates.similarity import Similarity

GOOD = Similarity(0.9, 0.8, 0.8, 0.85, 0.8, 0.9, 0.8, 1.0, 0.9, 0.02)
POOR = Similarity(0.3, 0.2, 0.1, 0.4, 0.2, 0.2, 0.1, 1.0, 0.3, 0.1)


def features(similarity, shortlisted=0.8, rivals=(0.0, 0.0), gray=False):
    return match_features(
        similarity,
        shortlisted,
        rival_shortlisted=rivals[0],
        rival_aligned=rivals[1],
        gray=gray,
    )


def test_there_is_a_number_for_each_feature():
    values = dict(zip(FEATURES, features(GOOD), strict=True))
    assert values["edges"] == 0.9
    assert values["cast"] == 0.02
    assert values["gray"] == 0
    # Without a rival, what is typical has to be beaten.
    assert values["shortlist_margin"] == pytest.approx(0.8 - 0.4)
    assert values["aligned_margin"] == pytest.approx(GOOD.overall - 0.45)


def test_in_gray_pictures_color_does_not_count():
    recolored = GOOD._replace(color=-1, core_color=-1, hue=-1, cast=1)
    plain, other = (features(each, gray=True).tolist() for each in (GOOD, recolored))
    changed = {name for name, a, b in zip(FEATURES, plain, other, strict=True) if a != b}
    assert changed == {"aligned_margin"}


def test_scores_are_probabilities_in_the_right_order():
    good, poor = score(features(GOOD)), score(features(POOR, 0.45))
    rivaled = score(features(GOOD, rivals=(0.85, 0.9)))
    assert 0 <= poor < 0.05
    assert 0.9 < good <= 1
    assert rivaled < good
