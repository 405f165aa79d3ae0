"""Results in the tools of the trade: one module a tool, which is loaded when a caller asks for it.

All take one result, several, or a whole :class:`netravision.Run`; the photos of several runs are
joined with :func:`itertools.chain`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netravision.errors import MissingRequirementError
from netravision.languages import gettext as _
from netravision.result import Result
from netravision.run import Run

__all__ = ["Results", "each_result", "missing_tool"]

#: What the converters take.
Results = Run | Result | Iterable[Result]


def each_result(results: Results) -> Iterator[Result]:
    """One result after the other.

    Parameters
    ----------
    results : Run, Result or iterable of Result

    Yields
    ------
    Result
    """
    if isinstance(results, Run):
        yield from results.results()
    elif isinstance(results, Result):
        yield results
    else:
        yield from results


def missing_tool(error: ModuleNotFoundError, package: str) -> MissingRequirementError:
    """What to say where a tool is not installed.

    Parameters
    ----------
    error : ModuleNotFoundError
    package : str
        What is to be installed.

    Returns
    -------
    MissingRequirementError
    """
    return MissingRequirementError(
        _("the package {name} is not installed: python -m pip install {package}").format(
            name=error.name, package=package
        )
    )
