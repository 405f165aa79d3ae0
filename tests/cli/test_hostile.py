"""What downloaded folders really hold: every file becomes exactly one record."""

import io
import json
import os
import struct
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from PIL import Image

from netravision import schemas
from netravision.imaging.file_type import IMAGE_FORMATS
from netravision.result import ERROR_CODES
from tests.html.strict_html import Document
from tests.reels import write_reel

Program = Callable[..., "subprocess.CompletedProcess[str]"]

SCHEMA = schemas.load("result/2")


def huge_png() -> bytes:
    """50,000 × 50,000 pixels in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = packer.compress(bytes(2_000_000)) + packer.flush()
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def long_gif() -> bytes:
    """10,000 frames of 2 × 2 pixels."""
    head = b"GIF89a" + struct.pack("<HHBBB", 2, 2, 0x80, 0, 0) + bytes((90, 90, 90, 250, 250, 250))
    frame = b"\x21\xf9\x04\x00\x0a\x00\x00\x00\x2c" + struct.pack("<HHHHB", 0, 0, 2, 2, 0)
    frame += b"\x02\x02\x84\x51\x00"
    return head + frame * 10_000 + b";"


def pictures() -> Iterator[tuple[str, bytes]]:
    """A small file of each format, its suffix first."""
    rgb = np.random.default_rng(9).integers(60, 190, (40, 60, 3), np.uint8)
    for form in IMAGE_FORMATS:
        if form == "HEIC":
            continue
        buffer = io.BytesIO()
        Image.fromarray(rgb).save(buffer, form)
        yield form.lower(), buffer.getvalue()


def fill(folder: Path) -> None:
    """Write some of everything."""
    rng = np.random.default_rng(4)
    for suffix, data in pictures():
        for tenth in range(11):
            file = folder / "cut" / f"{tenth}.{suffix}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data[: len(data) * tenth // 10])
    gray = np.full((48, 64, 3), 120, np.uint8)
    for suffix in ("mp4", "webm"):
        data = write_reel(folder / f"reel.{suffix}", [gray] * 12).read_bytes()
        for tenth in range(0, 10, 3):
            (folder / "cut" / f"{tenth}.{suffix}").write_bytes(data[: len(data) * tenth // 10])
    noise = folder / "noise"
    noise.mkdir()
    heads = (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"II*\0", b"RIFF\0\0\0\0WEBP")
    heads += (b"\0\0\0\x18ftypisom", b"\0\0\0\x18ftypavif", b"\x1a\x45\xdf\xa3")
    for number, head in enumerate(heads):
        for size in (1, 100, 5000):
            (noise / f"{number}_{size}.jpg").write_bytes(head + rng.bytes(size))
    (folder / "bomb.png").write_bytes(huge_png())
    (folder / "long.gif").write_bytes(long_gif())
    (folder / "notes.jpg").write_text("rapat hari Senin")
    fill_names(folder / "names")


def fill_names(folder: Path) -> None:
    folder.mkdir()
    names = ["-rf.png", "--help.png", "😀 rapat.png", "\u202egnp.exe.png", "\u200f\u200e.png"]
    names += ["=1+1.png", "%s%n{0}.png", "n" * 251 + ".png", "é" * 120 + ".png"]
    if sys.platform != "win32":
        names += [
            "two\nlines.png",
            "tab\t.png",
            '"<script>alert(1)<.png',
            "back\\slash.png",
            "\x01.png",
            "blank.png ",
        ]
    if sys.platform == "linux":
        names += ["caf\udce9.png", "\udcff\udcfe.png"]
    for shade, name in enumerate(names):
        Image.new("RGB", (50, 40), (90 + shade,) * 3).save(folder / "plain.png")
        (folder / "plain.png").rename(folder / name)


def links(folder: Path) -> int:
    """Loops and dead ends; the number of records they are."""
    there = folder / "links"
    there.mkdir()
    (there / "up").symlink_to(folder, target_is_directory=True)
    (there / "self").symlink_to(there / "self")
    (there / "ping").symlink_to(there / "pong")
    (there / "pong").symlink_to(there / "ping")
    (there / "nowhere.jpg").symlink_to(folder / "gone.jpg")
    return 4


def records(program: Program, *arguments: str) -> list[dict[str, Any]]:
    lines = program("export", *arguments).stdout.splitlines()
    found = [json.loads(line) for line in lines]
    for record in found:
        Draft202012Validator(SCHEMA).validate(record)
    return found


def codes(found: list[dict[str, Any]]) -> Counter[str]:
    return Counter(r["error"]["code"] if r["error"] else "screened" for r in found)


def test_every_file_is_one_record(netravision: Program, here: Program, tmp_path: Path) -> None:
    folder = tmp_path / "foto"
    folder.mkdir()
    fill(folder)
    expected = sum(1 for _, _, names in os.walk(folder) for _ in names)
    if sys.platform != "win32":
        expected += links(folder)
    done = netravision("screen", "foto", "--profile", "fast", "--workers", "2")
    assert done.returncode == 0, done.stderr
    found = records(here, "netravision-run")
    assert len(found) == expected
    assert len({record["photo"]["path"] for record in found}) == expected
    by_path = {record["photo"]["path"]: record for record in found}
    error = {path: record["error"] and record["error"]["code"] for path, record in by_path.items()}
    assert set(error.values()) <= {None, *ERROR_CODES}
    # No file ends a process, hangs or trips over our own code.
    assert not {"crashed", "timed_out", "internal"} & set(error.values())
    assert error["bomb.png"] == "too_large"
    assert error["long.gif"] is None
    assert error["notes.jpg"] == "not_a_picture"
    assert error["reel.mp4"] is error["reel.webm"] is None
    assert by_path["reel.mp4"]["photo"]["kind"] == "frame"
    for suffix, _ in pictures():
        assert error[f"cut/0.{suffix}"] == "empty"
        assert error[f"cut/10.{suffix}"] is None
        assert "truncated" not in by_path[f"cut/10.{suffix}"]["photo"]
    assert by_path["cut/5.jpeg"]["photo"]["truncated"] is True
    assert error["cut/5.webp"] == error["cut/6.mp4"] == "truncated"
    assert not any(error[path] for path in error if path.startswith("names/"))
    if sys.platform != "win32":
        assert {error[f"links/{name}"] for name in ("self", "ping", "nowhere.jpg")} <= {
            "vanished",
            "unreadable",
        }
    Document((tmp_path / "netravision-run" / "report.html").read_text(encoding="utf-8"))
    again = netravision("screen", "foto", "--profile", "fast", "--workers", "2")
    assert again.returncode == 0, again.stderr
    assert records(here, "netravision-run") == found


@pytest.mark.data
def test_the_hostile_pictures_run_through(
    netravision: Program, here: Program, data_dir: Path, tmp_path: Path
) -> None:
    source = data_dir / "hostile"
    done = netravision("screen", str(source), "--profile", "fast", "--workers", "2", "--quiet")
    assert done.returncode == 0, done.stderr
    found = records(here, "netravision-run")
    assert len(found) == sum(1 for file in source.rglob("[!.]*") if file.is_file())
    outcome = codes(found)
    assert not {"crashed", "timed_out", "internal"} & set(outcome)
    assert outcome["screened"] > 170
    assert outcome["unsupported"] > 70
