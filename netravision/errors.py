"""Every error netravision raises, each also the built-in a caller would expect.

A message is in the language in force when the error is raised.
"""

from netravision.languages import N_
from netravision.languages import gettext as _

__all__ = [
    "ArgumentError",
    "ArgumentTypeError",
    "AssetError",
    "DetectorError",
    "FolderError",
    "HashTextError",
    "HashVersionError",
    "HashWidthError",
    "MissingRequirementError",
    "NetravisionError",
    "PhotoError",
    "RecordError",
    "RunError",
    "ScreenerClosedError",
    "SecondOpinionUnavailableError",
    "WatchlistError",
    "cause",
]

#: What an operating system says most often, in its own words.
_CAUSES = (
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("File exists"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("No space left on device"),
    N_("Read-only file system"),
    N_("Input/output error"),
    N_("File name too long"),
)


def cause(error: OSError) -> str:
    """What went wrong, as the operating system says it, in the language in force.

    Parameters
    ----------
    error : OSError

    Returns
    -------
    str

    Examples
    --------
    >>> cause(FileNotFoundError(2, "No such file or directory"))
    'No such file or directory'
    """
    return _(error.strerror) if error.strerror else str(error)


class NetravisionError(Exception):
    """Base of all errors raised on purpose; the message says what, where, and what to do."""


class PhotoError(NetravisionError, ValueError):
    """A photo could not be read.

    Attributes
    ----------
    code : str
        One of :data:`netravision.result.ERROR_CODES`.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> tuple[type["PhotoError"], tuple[str, str]]:
        # Exceptions cross process borders by their args; the default would lose the code.
        return PhotoError, (self.code, str(self))


class ArgumentError(NetravisionError, ValueError):
    """An argument has a value that cannot be used.

    Parameters
    ----------
    name : str
        Of the argument.
    given : object
        What came.
    expected : str
        What was expected.
    """

    def __init__(self, name: str, given: object, expected: str) -> None:
        super().__init__(name, given, expected)

    def __str__(self) -> str:
        name, given, expected = self.args
        return _("{name}: expected {expected}, got {given}").format(
            name=name, expected=expected, given=repr(given)
        )


class ArgumentTypeError(ArgumentError, TypeError):
    """An argument is of a type that cannot be used."""


class FolderError(NetravisionError, IsADirectoryError):
    """A folder was given where a file is needed."""


class ScreenerClosedError(NetravisionError, ValueError):
    """A screener was used after it was closed."""


class RecordError(NetravisionError, ValueError):
    """A record cannot be read: of another schema, or not as its schema says."""


class WatchlistError(NetravisionError, ValueError):
    """A watchlist is not valid; the message names each key and what was expected."""


class MissingRequirementError(NetravisionError, RuntimeError):
    """The environment lacks something; ``netravision doctor`` says how to mend it."""


class SecondOpinionUnavailableError(MissingRequirementError, ImportError):
    """MediaPipe cannot be loaded here: it has no wheel for the system, or lacks a library.

    Screening does without it; evidence then says that no second opinion was available.
    """


class DetectorError(MissingRequirementError):
    """A third party's detector cannot be used; the message names it and its package."""


class AssetError(NetravisionError, RuntimeError):
    """A file shipped with the package is missing or differs from its published checksum."""


class RunError(NetravisionError, RuntimeError):
    """A run folder cannot be used: not one, made by another version, or of other photos."""


class HashWidthError(NetravisionError, ValueError):
    """Hashes have a width that cannot be used, or two widths that differ."""


class HashTextError(NetravisionError, ValueError):
    """A text is not a hash in hexadecimal digits."""


class HashVersionError(NetravisionError, ValueError):
    """A stored hash was made in another way than those it is to be compared with."""
