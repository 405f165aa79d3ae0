"""What a case was found with: program, models, watchlist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from netravision.languages import gettext as _
from netravision.run import Run

__all__ = ["Provenance"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the cases of a run were found with.

    Attributes
    ----------
    version : str
        Of netravision.
    profile : {"fast", "balanced", "thorough"}
    screened_at : str
        When the run was begun, ISO 8601, UTC.
    watchlist : str
        Its name.
    watchlist_sha256 : str
        Of what it says, its pictures included.
    models : dict of str to str
        SHA-256 of each model file, by name.
    detectors : dict of str to str
        Package and version of each detector of a third party, by name.
    """

    version: str
    profile: str
    screened_at: str
    watchlist: str
    watchlist_sha256: str
    models: dict[str, str]
    detectors: dict[str, str]

    @classmethod
    def of(cls, run: Run) -> Provenance:
        """What a run's photos were screened with.

        Parameters
        ----------
        run : Run

        Returns
        -------
        Provenance
        """
        meta: dict[str, Any] = run.store.meta
        return cls(
            meta["version"],
            run.profile,
            run.created,
            run.watchlist.name,
            meta["watchlist_copy"],
            dict(meta["models"]),
            dict(meta.get("detectors", {})),
        )

    def sentence(self) -> str:
        """Program and watchlist in one sentence, in the language in force."""
        return _(
            "Found by netravision {version} with the watchlist “{watchlist}”; the checksums of "
            "its models stand in the case files."
        ).format(version=self.version, watchlist=self.watchlist)
