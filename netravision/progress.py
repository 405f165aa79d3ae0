"""How far the screening of many photos is, for who waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["How", "Progress"]

#: What became of a file: looked at now; same picture as another file; done by an earlier call;
#: failed now; no picture and no video.
How = Literal["screened", "repeated", "kept", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a call of ``screen_folder`` or ``screen_many`` is.

    Attributes
    ----------
    done : int
        Photos and videos whose result is there, from 0.
    total : int
        Photos and videos to come in all: counted before, those of a folder by the names of files,
        and corrected as their content is known. Of a generator, which nobody can count, those done.
    kept : int
        Of those done, the ones that an earlier call has screened.
    failed : int
        Of those done, the ones that have failed in this call.
    skipped : int
        Other files met so far.
    enrolling : int
        Pictures of campaign material that ``screen_folder`` enrolls before the first result; 0 from
        then on, and where an earlier call has enrolled some.
    """

    done: int
    total: int
    kept: int = 0
    failed: int = 0
    skipped: int = 0
    enrolling: int = 0

    def after(self, how: How, *, counted: bool = True) -> Progress:
        """The progress when one more file is done.

        Parameters
        ----------
        how : {"screened", "repeated", "kept", "failed", "skipped"}
        counted : bool
            It was counted as a photo or video before.

        Returns
        -------
        Progress
        """
        is_media = how != "skipped"
        return Progress(
            self.done + is_media,
            self.total + is_media - counted,
            self.kept + (how == "kept"),
            self.failed + (how == "failed"),
            self.skipped + (not is_media),
        )
