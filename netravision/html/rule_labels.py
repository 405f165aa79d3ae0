"""What the pages call a rule."""

from __future__ import annotations

from netravision import explanations
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
        self._labels = {
            Rule("pose", name).name: (indonesian, english)
            for name, (english, indonesian) in explanations.POSES.items()
        }
        self._labels |= {name: (label, label) for name, label in watchlist.labels.items()}

    def __call__(self, rule: str) -> tuple[str, str]:
        """Indonesian and English; the same where the watchlist gives the label."""
        return self._labels.get(rule, (rule, rule))
