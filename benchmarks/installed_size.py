"""What an installation takes: packages and megabytes of netravision and all that it requires.

    python benchmarks/installed_size.py
    python benchmarks/installed_size.py --extras dask evidence

asks the environment that it runs in, in which netravision must be installed; other packages there
do not count. Files are those that the installer has recorded: with ``pip`` also the compiled ones.
"""

from __future__ import annotations

import argparse
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

#: Packages with a line of their own.
SHOWN = 20


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--extras", nargs="*", default=[], help="of netravision")
    args = parser.parse_args()
    sizes = {name: size_mb(name) for name in required("netravision", frozenset(args.extras))}
    print(f"{len(sizes)} packages, {sum(sizes.values()):.0f} MB")
    largest = sorted(sizes, key=lambda name: -sizes[name])
    for name in largest[:SHOWN]:
        print(f"  {name:24} {sizes[name]:6.1f} MB")
    print(f"  {'others':24} {sum(sizes[name] for name in largest[SHOWN:]):6.1f} MB")


def required(name: str, extras: frozenset[str]) -> set[str]:
    """A distribution and all that it requires here, each by its normalized name."""
    found: set[str] = set()
    seen = {(canonicalize_name(name), extras)}
    waiting = list(seen)
    while waiting:
        package, wanted = waiting.pop()
        found.add(package)
        for requirement in map(Requirement, metadata.requires(package) or ()):
            marker = requirement.marker
            if marker and not any(marker.evaluate({"extra": extra}) for extra in ("", *wanted)):
                continue
            next_one = canonicalize_name(requirement.name), frozenset(requirement.extras)
            if next_one not in seen:
                seen.add(next_one)
                waiting.append(next_one)
    return found


def size_mb(name: str) -> float:
    """Of all files of a distribution."""
    files = (file.locate() for file in metadata.files(name) or ())
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


if __name__ == "__main__":
    main()
