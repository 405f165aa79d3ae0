"""What the pages call a rule."""

from __future__ import annotations

from netravision import explanations
from netravision.watchlist import Watchlist


class RuleLabels:
    """What a rule is called: by the watchlist's own label, a pose by its name."""

    def __init__(self, watchlist: Watchlist) -> None:
        self._labels = {
            f"pose-{name}": (indonesian, english)
            for name, (english, indonesian) in explanations.POSES.items()
        }
        self._labels |= {f"number-{rule.value}": (rule.label,) * 2 for rule in watchlist.numbers}
        for table, rules in (
            ("emblem", watchlist.emblems),
            ("symbol", watchlist.symbols),
            ("color", watchlist.colors),
            ("material", watchlist.materials),
        ):
            self._labels |= {f"{table}-{rule.id}": (rule.label,) * 2 for rule in rules}

    def __call__(self, rule: str) -> tuple[str, str]:
        """Indonesian and English; the same where the watchlist gives the label."""
        return self._labels.get(rule, (rule, rule))
