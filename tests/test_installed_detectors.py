"""Which detectors there are, ours first; nothing is imported before it is asked for."""

import subprocess
import sys

import pytest

from netravision import installed_detectors
from netravision.errors import DetectorError
from netravision.plugins import DetectorPlugin


def test_ours_describe_themselves() -> None:
    for name in installed_detectors.SHIPPED:
        plugin = installed_detectors.load(name)
        assert isinstance(plugin, DetectorPlugin)
        assert plugin.name == name
        assert installed_detectors.origin(name) is None
        assert installed_detectors.where(name).startswith("netravision.detectors.")


def test_one_that_is_not_installed_is_none() -> None:
    assert installed_detectors.load("stempel") is None
    assert installed_detectors.origin("stempel") is None
    assert "stempel" not in installed_detectors.installed()


def test_their_names_load_no_detector() -> None:
    code = (
        "import sys; from netravision import installed_detectors as d; d.installed(); "
        "print([m for m in sys.modules if m.startswith('netravision.detectors')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_fault_of_a_third_party_is_named_with_its_line() -> None:
    with pytest.raises(DetectorError, match=r"'stempel'.*nowhere:Detector.*ModuleNotFoundError"):
        installed_detectors.imported("stempel", "nowhere:Detector")
    try:
        raise ValueError("no code")
    except ValueError as error:
        assert "ValueError: no code (test_installed_detectors.py, line " in (
            installed_detectors.said(error)
        )
