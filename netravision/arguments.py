"""What callers may choose between, by the names of the arguments that take them."""

from __future__ import annotations

from typing import Literal

__all__ = ["Kind", "Profile"]

#: What a photo is to the account that posted it; a frame is one of a video.
Kind = Literal["avatar", "post", "frame"]

#: How much time a photo gets.
Profile = Literal["fast", "balanced", "thorough"]
