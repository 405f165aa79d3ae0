"""What the pages call the rules of a watchlist, and say about what was found by them."""

from __future__ import annotations

from netravision import explanations
from netravision.evidence import Evidence
from netravision.finding import Finding
from netravision.html.measures import measures
from netravision.html.multilingual import Multilingual, multilingual, same
from netravision.languages import gettext as _
from netravision.rules import Rule
from netravision.watchlist import Watchlist

__all__ = ["RuleLabels"]


class RuleLabels:
    """What a rule is called: by the watchlist's own label, a pose by its name.

    Parameters
    ----------
    watchlist : Watchlist
    """

    def __init__(self, watchlist: Watchlist) -> None:
        self._own = watchlist.labels
        self._labels = {
            Rule("pose", name).name: multilingual(_, message)
            for name, message in explanations.POSES.items()
        }
        self._labels |= {name: same(label) for name, label in self._own.items()}

    def __call__(self, rule: str) -> Multilingual:
        """In every language; the same in all where the watchlist gives the label."""
        return self._labels.get(rule) or same(rule)

    def reason(self, finding: Finding) -> Multilingual:
        """The sentence that explains a finding, with labels in place of ids.

        Parameters
        ----------
        finding : Finding

        Returns
        -------
        Multilingual
        """
        return multilingual(explanations.explain, finding.label, finding.evidence, self._own)

    def measures(self, evidence: Evidence) -> list[tuple[Multilingual, Multilingual]]:
        """What was measured, with labels in place of ids.

        Parameters
        ----------
        evidence : Evidence

        Returns
        -------
        list of (Multilingual, Multilingual)
        """
        return measures(evidence, self._own)
