"""What our detectors say of themselves: which rules could ask for what they see."""

from dataclasses import replace

import pytest

from netravision.arguments import Kind
from netravision.detectors.shipped import EMBLEM, HANDS, INSIGNIA
from netravision.evidence import Evidence
from netravision.plugins import DetectorPlugin
from netravision.rules import DETECTORS_OF
from tests import made_evidence as made


@pytest.mark.parametrize(
    ("plugin", "label", "evidence", "kind", "rules"),
    [
        (EMBLEM, "arunika", made.EMBLEM, "post", ["emblem-arunika"]),
        (EMBLEM, "arunika", replace(made.EMBLEM, wear="present"), "post", []),
        (EMBLEM, "arunika", replace(made.EMBLEM, wear="present"), "avatar", ["emblem-arunika"]),
        (HANDS, "two", made.HAND, "post", ["number-2", "pose-two"]),
        (HANDS, "fist", replace(made.HAND, number=None), "post", ["pose-fist"]),
        (HANDS, "seven", made.TWO_HANDS, "post", ["number-7"]),
        (INSIGNIA, "2", made.BADGE, "post", ["number-2"]),
        (INSIGNIA, "0", made.BADGE, "post", []),
        (INSIGNIA, "partai-a", made.SYMBOL, "post", ["symbol-partai-a"]),
        (INSIGNIA, "biru", made.COLOR, "frame", ["color-biru"]),
        (INSIGNIA, "poster", made.MATERIAL, "post", ["material-poster"]),
        (INSIGNIA, "slogan", made.TEXT, "post", ["text-slogan"]),
    ],
)
def test_the_rules_that_could_ask_for_it(
    plugin: DetectorPlugin, label: str, evidence: Evidence, kind: Kind, rules: list[str]
) -> None:
    assert plugin.rules_for is not None
    assert [rule.name for rule in plugin.rules_for(label, evidence, kind)] == rules


@pytest.mark.parametrize("plugin", [EMBLEM, HANDS, INSIGNIA], ids=lambda plugin: plugin.name)
def test_its_tables_are_those_whose_rules_it_can_find(plugin: DetectorPlugin) -> None:
    tables = {entry.table for entry in plugin.entries}
    assert tables == {kind for kind, names in DETECTORS_OF.items() if plugin.name in names}
