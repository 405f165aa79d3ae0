"""Results turned into what other tools read, by methods of the results themselves.

The converters of :mod:`netravision.convert` know results. So results find them by name when a
method is called, as detectors are found.
"""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Tabular", "converted"]


def converted(converter: str, *given: Any) -> Any:
    """What a converter makes of a result.

    Parameters
    ----------
    converter : str
        Its module below :mod:`netravision.convert` and its name, ``"pandas:to_dataframe"``.
    *given
        What it takes.

    Returns
    -------
    object
        What it gives.

    Raises
    ------
    MissingRequirementError
        If the tool is not installed.
    """
    return resolve_name(f"netravision.convert.{converter}")(*given)


class Tabular:
    """What can be a table: one result, or those of a run."""

    __slots__ = ()

    def to_dataframe(self) -> DataFrame:
        """One row a finding or photo without, as a ``pandas.DataFrame``.

        Returns
        -------
        pandas.DataFrame
            As :func:`netravision.convert.pandas.to_dataframe` says.

        Raises
        ------
        MissingRequirementError
            If pandas is not installed.
        """
        table: DataFrame = converted("pandas:to_dataframe", self)
        return table
