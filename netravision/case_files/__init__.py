"""Case files: what was found and decided, handed on with checksums, and the letters about it."""
