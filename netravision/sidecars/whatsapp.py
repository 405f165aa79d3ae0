"""WhatsApp: names of what it saves, and exported chats with the text beside the pictures.

``IMG-20240925-WA0003.jpg`` on a phone, ``WhatsApp Image 2024-09-25 at 14.05.30.jpeg`` from a
browser, ``00000012-PHOTO-2024-09-25-14-05-30.jpg`` in a chat exported by an iPhone, without the
first number where it was shared alone. The chat is ``_chat.txt`` there, and ``WhatsApp Chat with
….txt`` or ``Chat WhatsApp dengan ….txt`` from Android. Times are those of the phone, without a
zone.
https://faq.whatsapp.com/1180414079177245
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from unicodedata import normalize

from netravision.sidecars.base import Place, Reader, Told, read, told
from netravision.sidecars.tree import Tree

__all__ = ["READER"]

_MAX_CHAT_BYTES = 64 * 2**20

_PHONE_NAME = re.compile(
    r"(?<![^\W_])(?:IMG|VID|STK)-([0-9]{4})([0-9]{2})([0-9]{2})-WA[0-9]+(?![0-9])"
)
_EXPORTED_NAME = re.compile(
    r"(?:[0-9]{8}-)?(?:PHOTO|VIDEO|GIF|STICKER)-([0-9]{4}-[0-9]{2}-[0-9]{2})-([0-9]{2})-([0-9]{2})-([0-9]{2})"
)
_BROWSER_NAME = re.compile(
    r".*\bWhatsApp\b.*?\b([0-9]{4}-[0-9]{2}-[0-9]{2})[\s-]+[^\W\d_]+[\s-]+"
    r"([0-9]{1,2})[.:]([0-9]{2})(?:[.:]([0-9]{2}))?(?:[\s-]*([AP])M)?",
    re.IGNORECASE,
)

_CHAT = re.compile(r"_chat\.txt|.*\bWhatsApp\b.*\.txt", re.IGNORECASE)

# A message, as "[25/09/24 14.05.30] Nama: …" or "25/09/24 14.05 - Nama: …". Marks of direction,
# which have no width, stand in front of it and in it.
_MARKS = "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"
_MESSAGE = re.compile(
    r"\[?([0-9]{1,4})[./-]([0-9]{1,2})[./-]([0-9]{1,4}),?\s+(?:pukul |jam )?"
    r"([0-9]{1,2})[.:]([0-9]{2})(?:[.:]([0-9]{2}))?(?:\s?([AaPp])\.?\s?[Mm]\.?)?"
    r"(?:\]|\s-)\s(?:~\s*)?([^:]{1,200}):\s(.*)"
)
_ATTACHED = re.compile(r"<[^<>:]{3,30}:\s*([^<>]{1,255})>$|^(.{1,255}\.\w{2,5}) \([^()]{3,40}\)")

# Lines of a caption between a message's first and the file that it is about.
_MAX_CAPTION_LINES = 50

_OWN_FOLDERS = re.compile(
    r"((com\.whatsapp/)?WhatsApp( Business)?/(Media/)?)?"
    r"(WhatsApp( Business)? (Images|Video|Animated Gifs|Documents|Stickers|Profile Photos)/)?"
    r"((?<=/)(Sent|Private)/)*"
    r"((WhatsApp Chat (-|with) |Chat WhatsApp dengan )[^/]+/)?",
    re.IGNORECASE,
)


def _read(photo: Place) -> Iterator[Told]:
    yield from _by_name(photo.path.stem)
    if "WhatsApp Profile Photos" in photo.folder.parts:
        yield told("name", kind="avatar")
    name = normalize("NFC", photo.path.name)  # as macOS does not write it
    # Some programs unpack the pictures of a chat into a folder below it.
    for folder in dict.fromkeys((photo.folder, photo.folder.parent)):
        for chat in photo.tree.once(_chats, folder) or ():
            sent = photo.tree.once(_chat, chat) or {}
            if name in sent:
                account, posted_at = sent[name]
                yield told("sidecar", account=account, kind="post", posted_at=posted_at)
                return


def _by_name(stem: str) -> Iterator[Told]:
    if match := _PHONE_NAME.search(stem):
        yield told("name", posted_at="-".join(match.groups()))
    elif match := _EXPORTED_NAME.match(stem):
        day, *clock = match.groups()
        yield told("name", posted_at=f"{day}T{':'.join(clock)}")
    elif match := _BROWSER_NAME.match(stem):
        day, hour, minute, second, half = match.groups()
        yield told("name", posted_at=f"{day}T{_clock(hour, minute, second, half)}")


def _clock(hour: str, minute: str, second: str | None, half: str | None) -> str:
    hours = int(hour)
    if half is not None:
        hours = hours % 12 + 12 * (half.upper() == "P")
    return f"{hours:02}:{minute}:{second or '00'}"


def _chats(tree: Tree, folder: PurePosixPath) -> list[PurePosixPath]:
    return [folder / name for name in sorted(filter(_CHAT.fullmatch, tree.files(folder)))]


def _chat(tree: Tree, path: PurePosixPath) -> dict[str, tuple[str, str]]:
    """Who has sent each file, and when."""
    data = read(tree, path, _MAX_CHAT_BYTES)
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # saved by an editor
    text = data.decode("utf-16" if is_wide else "utf-8", "replace")
    lines = [line.translate(dict.fromkeys(map(ord, _MARKS))) for line in text.splitlines()]
    messages = []
    begun: re.Match[str] | None = None  # the message that a line belongs to
    begun_at = looked_at = 0
    for number, line in enumerate(lines):
        if "<" not in line and "(" not in line:
            continue
        message, said = _MESSAGE.fullmatch(line), line
        if message:
            said, begun, begun_at, looked_at = message[9], message, number, number
        elif line.endswith(">"):  # an iPhone has the file behind the last line of its caption
            for at in range(number - 1, max(looked_at, number - _MAX_CAPTION_LINES) - 1, -1):
                if above := _MESSAGE.fullmatch(lines[at]):
                    begun, begun_at = above, at
                    break
            looked_at = number
            message = begun if number - begun_at <= _MAX_CAPTION_LINES else None
        if message and (attached := _ATTACHED.search(said)):
            *when, account, _ = message.groups()
            # A name may have a colon; a file has none, and a phone writes nothing before it.
            *more, file = (attached[1] or attached[2]).split(": ")
            messages.append((file.strip(), ": ".join([account, *more]), when))
    month_first = _is_month_first(messages)
    sent: dict[str, tuple[str, str]] = {}
    for name, account, (first, second, third, *clock) in messages:
        day = _day(first, second, third, month_first=month_first)
        sent.setdefault(normalize("NFC", name), (account, f"{day}T{_clock(*clock)}"))
    return sent


def _is_month_first(messages: list[tuple[str, str, list[str]]]) -> bool:
    """Whether the phone writes 9/25/24: as the names of files say, or a day that is no month."""
    for name, _, (first, second, *_) in messages:
        for said in _by_name(name):
            month, day = (
                (said.posted_at or "0000-00-00")[5:7],
                (said.posted_at or "0000-00-00")[8:10],
            )
            if month != day and {int(first), int(second)} == {int(month), int(day)}:
                return int(first) == int(month)
    return any(int(second) > 12 for _, _, (_, second, *_) in messages)


def _day(first: str, second: str, third: str, *, month_first: bool) -> str:
    if len(first) == 4:
        year, month, day = first, second, third
    elif month_first:
        month, day, year = first, second, third
    else:
        day, month, year = first, second, third
    return f"{int(year) % 100 + 2000}-{int(month):02}-{int(day):02}"


READER = Reader(_read, _OWN_FOLDERS)
