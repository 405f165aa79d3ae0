"""A page as a strict reader takes it."""

import base64
import io
import re
from html.parser import HTMLParser

from PIL import Image

VOID = {"meta", "img", "input", "link", "br", "hr"}


class Document(HTMLParser):
    """Parses strictly: every element is closed in order, every attribute appears once."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.source = source
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, tuple[str, ...], str]] = []
        self.feed(source)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> repeats an attribute: {names}"
        assert not [name for name in names if name.startswith("on")], f"<{tag}> has a handler"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1][0] == tag, f"</{tag}> closes <{self.open[-1][0]}>"
        self.open.pop()

    def handle_data(self, data):
        if data.strip():
            languages = [attrs["lang"] for tag, attrs in self.open[1:] if "lang" in attrs]
            tags = tuple(tag for tag, _ in self.open)
            self.texts.append((languages[-1] if languages else "", tags, data))

    def text(self, language: str) -> str:
        """What a reader of one language sees, spaces collapsed."""
        return re.sub(
            r"\s+",
            " ",
            " ".join(
                data
                for spoken, tags, data in self.texts
                if spoken in ("", language) and not {"script", "style", "option"} & set(tags)
            ),
        )

    def all(self, tag: str, class_name: str | None = None) -> list[dict[str, str | None]]:
        return [
            attrs
            for name, attrs in self.elements
            if name == tag
            and (class_name is None or class_name in (attrs.get("class") or "").split())
        ]

    def images(self) -> list[Image.Image]:
        found = []
        for attrs in self.all("img"):
            head, data = (attrs["src"] or "").split(",", 1)
            assert head == "data:image/jpeg;base64"
            found.append(Image.open(io.BytesIO(base64.b64decode(data, validate=True))))
        return found
