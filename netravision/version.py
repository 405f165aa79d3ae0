"""The version, where the parts of netravision can read it without importing the whole."""

__all__ = ["VERSION"]

#: As in ``pyproject.toml``; runs of different versions are not merged.
VERSION = "0.1.0"
