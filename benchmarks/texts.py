"""Phrases in drawn posters, captions, video frames and banners, and in ordinary and real pictures.

    NETRAVISION_DATA=../shared/data python -m benchmarks.texts --every 3
    NETRAVISION_DATA=../shared/data python -m benchmarks.texts --only real

Needs the extra ``text`` and the fonts of benchmarks/badge_pictures.py.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from pathlib import Path
from typing import get_args

import cv2

from benchmarks.insignia import ordinary_photos
from benchmarks.text_pictures import PHRASES, draw_texts
from netravision.arguments import Profile
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.insignia.texts import Texts
from netravision.finding import Finding
from netravision.imaging.image import read_image
from netravision.watchlist import Phrases

#: What a person reads on the real pictures of ballots, banners, podiums, shirts, signs and posters
#: (logos/in_the_wild), by picture; without people's names and what is shorter than four letters,
#: as no phrase may be. Noted from the pictures; two of 11.jpg were added once they were found.
REAL = {
    "03.png": ("Dinas Kelautan dan Perikanan", "Provinsi Kalimantan Timur"),
    "05.png": ("Dinas Pekerjaan Umum", "Provinsi Kalimantan Timur"),
    "07.png": ("Dari Jawa ke Kepulauan Riau", "Jasa Konstruksi"),
    "11.jpg": (
        "Pemerintah Provinsi Kalimantan Timur",
        "Provinsi Kalimantan Timur",
        "Dinas Pekerjaan Umum",
        "Bidang Bina Konstruksi",
    ),
    "13.jpg": ("Lembaga Administrasi Negara",),
    "21.png": ("Sukseskan Kaltim Green", "Visit Kaltim"),
    "25.png": ("Gerindra", "Sekretaris Jenderal"),
    "27.png": ("DPP PKB",),
    "29.png": ("Partai Kebangkitan Bangsa", "DPP PKB"),
    "33.png": ("PDI Perjuangan",),
    "37.jpg": ("Pemuda Pancasila",),
    "39.jpg": ("Komisi",),
    "41.jpg": ("Rumah Aspirasi",),
    "43.jpg": ("Inovator Perubahan",),
    "49.jpg": ("AMIN",),
    "53.png": ("AMIN",),
    "57.png": ("Ayo jangan ragu", "Vaksin COVID-19 dipastikan aman"),
    "59.png": ("Bisnis online", "Perlu sertifikasi elektronik"),
    "61.png": ("Yuk gunakan masker dobel", "Untuk pencegahan COVID-19"),
}


def measure_real(data: Path, profile: Profile) -> None:
    """Every phrase of :data:`REAL` looked for in every real picture."""
    phrases = sorted({phrase for each in REAL.values() for phrase in each})
    texts = Texts(
        tuple(Phrases(id=f"p{n}", label=p, phrases=(p,)) for n, p in enumerate(phrases)), profile
    )
    found = total = 0
    for path in sorted((data / "logos" / "in_the_wild").glob("*.*g")):
        findings = texts.look(texts.read(picture_of(path))).findings
        seen = {phrases[int(each.label[1:])] for each in findings}
        there = REAL.get(path.name, ())
        found, total = found + len(seen & set(there)), total + len(there)
        missed, other = sorted(set(there) - seen), sorted(seen - set(there))
        if missed or other:
            print(f"  {path.name}: missed {missed}, found {other}")
    print(f"real pictures: {found} of {total} phrases found")


def picture_of(path: Path) -> ImagePyramid:
    """An image file as detectors take it."""
    return ImagePyramid(read_image(path).rgb)


def main() -> None:
    """Print how many phrases are found, and what else is."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--every", type=int, default=1, help="take every n-th picture")
    parser.add_argument("--profile", choices=get_args(Profile), default="balanced")
    parser.add_argument("--only", choices=("drawn", "real"))
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    data = Path(os.environ["NETRAVISION_DATA"])
    if arguments.only != "drawn":
        measure_real(data, arguments.profile)
    if arguments.only != "real":
        measure_drawn(data, arguments.profile, arguments.every)


def measure_drawn(data: Path, profile: Profile, every: int) -> None:
    """Phrases in drawn pictures, and in ordinary photos, which have none."""
    photos = ordinary_photos(data)
    entries = tuple(
        Phrases(id=f"p{number}", label=phrase, phrases=(phrase,))
        for number, phrase in enumerate(PHRASES)
    )
    labels = {entry.id: entry.label for entry in entries}
    texts = Texts(entries, profile)
    drawn: Counter[str] = Counter()
    found: Counter[str] = Counter()
    wrong = asked = 0
    seconds = 0.0
    # In pairs, one picture with a phrase and one without: every n-th pair.

    def found_in(picture: ImagePyramid) -> list[Finding]:
        return texts.look(texts.read(picture)).findings

    for number, picture in enumerate(draw_texts(photos[::5])):
        if (number // 2) % every:
            continue
        start = time.process_time()
        seen = {labels[each.label] for each in found_in(ImagePyramid(picture.picture))}
        seconds, asked = seconds + time.process_time() - start, asked + 1
        wrong += bool(seen - {picture.phrase})
        if picture.phrase is not None:
            drawn[picture.kind] += 1
            found[picture.kind] += picture.phrase in seen
    for kind, number in drawn.items():
        print(f"{kind}: {found[kind]} of {number} phrases found")
    print(
        f"all: {found.total() / drawn.total():.3f} found, {wrong} of {asked} pictures with a wrong "
        f"one, {seconds / asked:.2f} s of processor time each"
    )
    some = photos[::every]
    flagged = sum(bool(found_in(picture_of(path))) for path in some)
    print(f"ordinary photos: {flagged} of {len(some)} flagged")


if __name__ == "__main__":
    main()
