"""Which candidates make a case, by what people said about them."""

from __future__ import annotations

from typing import Literal, get_args

from netravision.run.decisions import Decision

__all__ = ["SELECTIONS", "Selection", "fits"]

#: The first two are about follow-up, the others about whether the finding is right.
Selection = Literal["follow-up", "later", "right", "wrong", "unsure", "undecided", "conflict"]
SELECTIONS: tuple[Selection, ...] = get_args(Selection)


def fits(decision: Decision, selection: Selection) -> bool:
    """Whether a candidate is one of those selected.

    Parameters
    ----------
    decision : Decision
        About it.
    selection : str
        One of :data:`SELECTIONS`; ``"conflict"`` is a difference in either question.

    Returns
    -------
    bool
    """
    if selection == "conflict":
        return decision.in_conflict
    if selection == "follow-up":
        return decision.follow_up == "yes"
    if selection == "later":
        return decision.follow_up == "later"
    return decision.choice == selection
