"""What every detector promises, tried on the examples that it brings itself."""

import pytest

from netravision import installed_detectors
from netravision.evidence import registered_detectors
from netravision.testing import Check, detector_checks


def test_every_detector_with_evidence_is_tried() -> None:
    assert set(installed_detectors.SHIPPED) == set(registered_detectors())


@pytest.mark.parametrize(
    "check",
    [check for name in installed_detectors.SHIPPED for check in detector_checks(name)],
    ids=str,
)
def test_the_contract_is_kept(check: Check) -> None:
    check.run()
