"""The review page: served to this computer's own browser, and to nobody else.

Who may talk to it is decided in one place, :func:`_comes_from_elsewhere` and the token; why these
checks, and why this server, stands in ``docs/decisions/0010-review-page.md``.
"""

from __future__ import annotations

import hmac
import secrets
import socket
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from urllib.parse import urlencode

from flask import Flask, Request, Response, abort, request
from waitress.server import TcpWSGIServer

from netravision.html.multilingual import multilingual
from netravision.html.page import PageParts, fill_page
from netravision.html.rule_labels import RuleLabels
from netravision.languages import LANGUAGES, N_, gettext, in_language, language
from netravision.review.queue import Filter, Neighbors, QueuedPhoto
from netravision.review.session import Session
from netravision.run.decisions import Choice

__all__ = ["MAX_ALSO", "MAX_NOTE", "MAX_REQUEST", "MAX_WAITING", "ReviewServer"]

#: Characters; a note is a sentence or two.
MAX_NOTE = 500

#: Bytes of one request. A note and the fields of a form have some 2,000.
MAX_REQUEST = 16 * 2**10

#: Connections that have asked nothing, or half a request, are kept open up to so many. A browser
#: has six.
MAX_WAITING = 32

#: Other appearances of the same photo that are named.
MAX_ALSO = 10

_HOST = "127.0.0.1"

# What a form may choose; a note can be kept without deciding.
_CHOSEN: dict[str, Choice | None] = {
    "right": "right",
    "wrong": "wrong",
    "undecided": "undecided",
    "note": None,
}


class ReviewServer:
    """Shows the candidates of a run on a page of this computer and keeps what is decided.

    Listening from the start; :meth:`serve` answers until it is interrupted.

    Parameters
    ----------
    folder : Path
        The run folder; it may be screened into at the same time.

    Raises
    ------
    RunError
        If the folder holds no run, or its decisions are of another version.

    Attributes
    ----------
    address : str
        To be opened in a browser; whoever has it may decide.
    read_only : bool
        The folder cannot be written to, so nothing can be decided.
    """

    def __init__(self, folder: Path) -> None:
        session = Session(folder)
        self.read_only = session.read_only
        token = secrets.token_urlsafe(32)
        listening = _listen()
        host = f"{_HOST}:{listening.getsockname()[1]}"
        self.address = f"http://{host}/?token={token}"
        self._server = _Server(
            _app(session, host, token),
            _sock=listening,
            bind_socket=False,
            sockinfo=(listening.family, listening.type, None, listening.getsockname()),
            ident=None,
            max_request_body_size=MAX_REQUEST,
        )

    def serve(self) -> None:
        """Answer requests until Ctrl-C."""
        self._server.run()


class _Server(TcpWSGIServer):  # type: ignore[misc]
    """Accepts whoever comes: too many that keep silent lose their oldest, not the newest.

    Waitress stops accepting at a hundred connections, and takes two minutes to close silent ones.
    """

    def handle_accept(self) -> None:
        super().handle_accept()
        silent = [channel for channel in self.active_channels.values() if not channel.requests]
        if len(silent) > MAX_WAITING:
            min(silent, key=lambda channel: channel.last_activity).will_close = True


def _listen() -> socket.socket:
    """A socket on a free port that only programs on this computer reach."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # On Windows another program could otherwise take over the port.
    exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
    if exclusive is not None:
        listening.setsockopt(socket.SOL_SOCKET, exclusive, 1)
    listening.bind((_HOST, 0))
    return listening


def _app(session: Session, host: str, token: str) -> Flask:
    app = Flask(__name__, static_folder=None)
    parts = PageParts("review.js", "review.css", served=True)
    # Browsers keep one set of cookies for all ports of a host.
    cookie = f"netravision-{host.rpartition(':')[2]}"
    labels = RuleLabels(session.watchlist)
    # Requests are answered in threads of their own, which speak English unless told.
    default_language = language()
    lock = Lock()

    @app.before_request
    def guard() -> Response | None:
        if _comes_from_elsewhere(request, host):
            return _refused()
        if _same(request.cookies.get(cookie), token):
            return None
        if request.method == "GET" and _same(request.args.get("token"), token):
            answer = Response(status=303, headers={"Location": "/"})
            answer.set_cookie(cookie, token, httponly=True, samesite="Strict")
            return answer
        return _refused()

    @app.before_request
    def keep_as_it_is() -> Response | None:
        if request.method == "GET" or not session.read_only:
            return None
        return _plain(N_("The run folder cannot be written to, so nothing can be decided."), 403)

    @app.after_request
    def harden(answer: Response) -> Response:
        answer.headers.update(
            {
                "Content-Security-Policy": f"{parts.policy}; frame-ancestors 'none'",
                "Cross-Origin-Opener-Policy": "same-origin",
                "Cross-Origin-Resource-Policy": "same-origin",
                # Photos of people do not stay behind in the browser's files.
                "Cache-Control": "no-store",
                # Not “no-referrer”, under which a form is sent without its origin.
                "Referrer-Policy": "same-origin",
                "X-Content-Type-Options": "nosniff",
            }
        )
        return answer

    @app.get("/")
    def page() -> Response:
        wanted = _filter(request)
        with lock:
            if not request.args:
                session.read_queue()
            queue = session.queue
            photos = queue.fitting(wanted)
            photo = queue.photo(request.args.get("photo", "")) or next(iter(photos), None)
        # Drawn before the lock is taken again: a large photo takes a second.
        card = None if photo is None else session.card(photo)
        with lock:
            chosen = request.cookies.get("language", "")
            with in_language(chosen if chosen in LANGUAGES else default_language):
                text = "".join(
                    fill_page(
                        "review.html.j2",
                        parts,
                        photo=photo,
                        card=card,
                        said=[] if photo is None else session.said(photo),
                        current=0 if photo is None else _current_candidate(request, photo, wanted),
                        neighbors=Neighbors(None, None, 0, len(photos))
                        if photo is None
                        else queue.neighbors(photo, wanted),
                        counts=queue.counts(),
                        found=queue.found(),
                        accounts=queue.accounts(),
                        can_undo=session.can_undo,
                        read_only=session.read_only,
                        wanted=wanted,
                        address=_address,
                        watchlist=session.watchlist,
                        labels=labels,
                        max_also=MAX_ALSO,
                        max_note=MAX_NOTE,
                    )
                )
        return Response(text, mimetype="text/html")

    @app.get("/large")
    def large() -> Response:
        photo = session.queue.photo(request.args.get("photo", ""))
        picture = None if photo is None else session.large_picture(photo)
        return Response(picture, mimetype="image/jpeg") if picture else abort(404)

    @app.post("/decide")
    def decide() -> Response:
        wanted, note = _filter(request), request.form.get("note")
        chosen_word = request.form.get("choice", "")
        with lock:
            photo = session.queue.photo(request.args.get("photo", ""))
            if photo is None or chosen_word not in _CHOSEN or len(note or "") > MAX_NOTE:
                abort(400)
            chosen, choice = _chosen_candidates(request, photo), _CHOSEN[chosen_word]
            session.decide(photo, chosen, choice, note)
            if choice not in ("right", "wrong"):
                return _go(wanted, photo, chosen[0])
            candidate = photo.candidate_after(chosen, wanted)
            if candidate is not None:
                return _go(wanted, photo, candidate)
            return _go(wanted, session.queue.neighbors(photo, wanted).following)

    @app.post("/undo")
    def undo() -> Response:
        with lock:
            return _go(_filter(request), session.undo())

    @app.errorhandler(sqlite3.Error)
    def not_kept(error: sqlite3.Error) -> Response:
        return _plain(N_("Not saved; try again."), 500, f"\n{error}\n")

    return app


def _comes_from_elsewhere(asked: Request, host: str) -> bool:
    """Whether another page, or this computer under another name, is behind a request.

    A name that a foreign page has made to point here (DNS rebinding) stands in ``Host``; what a
    foreign page sends has its own ``Origin``, and newer browsers also say ``cross-site``, or
    ``same-site`` for another port.
    """
    return (
        asked.headers.get("Host") != host
        or asked.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")
        or (asked.method == "POST" and asked.headers.get("Origin") != f"http://{host}")
    )


def _same(given: str | None, token: str) -> bool:
    return hmac.compare_digest((given or "").encode(), token.encode())


def _refused() -> Response:
    # Whoever asks has chosen no language yet.
    return _plain(N_("Open the address that “netravision review” printed."), 403)


def _plain(message: str, status: int, details: str = "") -> Response:
    """A page of text alone, in every language."""
    said = multilingual(gettext, message).by_language.values()
    return Response("\n".join([*said, details]), status=status, mimetype="text/plain")


def _filter(asked: Request) -> Filter:
    return Filter(**{name: asked.args.get(name, value) for name, value in asdict(Filter()).items()})


def _address(wanted: Filter, photo: QueuedPhoto | None = None, candidate: int | None = None) -> str:
    """The query of a page; what is not given is left out."""
    where = {
        "photo": photo and photo.id,
        "candidate": None if candidate is None else str(candidate + 1),
    }
    fields = {name: value for name, value in where.items() if value is not None}
    return "?" + urlencode(asdict(wanted) | fields)


def _go(wanted: Filter, photo: QueuedPhoto | None = None, candidate: int | None = None) -> Response:
    return Response(status=303, headers={"Location": f"/{_address(wanted, photo, candidate)}"})


def _current_candidate(asked: Request, photo: QueuedPhoto, wanted: Filter) -> int:
    number = asked.args.get("candidate", 0, int)
    if 1 <= number <= len(photo.candidates):
        return number - 1
    return photo.candidate_after((), wanted) or 0


def _chosen_candidates(asked: Request, photo: QueuedPhoto) -> Sequence[int]:
    """The candidate of a form, or all that nobody has decided about."""
    if asked.form.get("candidate") == "all":
        left = [
            i for i, candidate in enumerate(photo.candidates) if candidate.choice == "undecided"
        ]
        return left or range(len(photo.candidates))
    number = asked.form.get("candidate", 0, int)
    if not 1 <= number <= len(photo.candidates):
        abort(400)
    return [number - 1]
