"""The review page: served to this computer's own browser, and to nobody else.

Who may talk to it is decided in one place, :func:`_comes_from_elsewhere` and the token; why these
checks, and why this server, stands in ``docs/decisions/0010-review-page.md``.
"""

from __future__ import annotations

import hmac
import json
import logging
import secrets
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from io import BytesIO
from itertools import groupby
from pathlib import Path
from threading import Thread
from typing import Any

from flask import Flask, Request, Response, abort, request
from waitress.server import TcpWSGIServer

from netravision.errors import MissingRequirementError, NetravisionError
from netravision.explanations import detector_name
from netravision.export.columns import ACCOUNT_COLUMNS, STATUSES
from netravision.export.formats import TableFormat, write_rows
from netravision.html.multilingual import multilingual
from netravision.html.page import PageParts, fill_fragment, fill_page
from netravision.html.rule_labels import RuleLabels
from netravision.languages import LANGUAGES, N_, gettext, in_language, language
from netravision.review.queue import QueuedPhoto, view_to_dict
from netravision.review.session import LARGE_SIDE, PICTURE_SIDE, Saying, Session
from netravision.run.decisions import CHOICES, FOLLOW_UPS, View

__all__ = ["MAX_ALSO", "MAX_NAME", "MAX_NOTE", "MAX_REQUEST", "MAX_WAITING", "ReviewServer"]

#: Characters; a note is a sentence or two.
MAX_NOTE = 500

#: Characters of a reviewer's name.
MAX_NAME = 80

#: Bytes of one request. The page sends at most 50 decisions at once, each with a note.
MAX_REQUEST = 256 * 2**10

#: Connections that have asked nothing, or half a request, are kept open up to so many. A browser
#: has six.
MAX_WAITING = 32

#: Other appearances of the same photo, and copies of it, that are named.
MAX_ALSO = 10

_HOST = "127.0.0.1"

#: Pictures that are drawn at the same time, and requests answered meanwhile.
_THREADS = 6


class ReviewServer:
    """Shows the candidates of a run on a page of this computer and keeps what is decided.

    Listening from the start; :meth:`serve` answers until it is interrupted.

    Parameters
    ----------
    folder : Path
        The run folder; it may be screened into at the same time.
    older : Path, optional
        Of an older run, which accounts are compared with.

    Raises
    ------
    RunError
        If a folder holds no run, or the decisions are of another version.

    Attributes
    ----------
    address : str
        To be opened in a browser; whoever has it may decide.
    read_only : bool
        The folder cannot be written to, so nothing can be decided.
    """

    def __init__(self, folder: Path, older: Path | None = None) -> None:
        session = Session(folder, older)
        self.read_only = session.read_only
        token = secrets.token_urlsafe(32)
        listening = _listen()
        host = f"{_HOST}:{listening.getsockname()[1]}"
        self.address = f"http://{host}/?token={token}"
        # Read while the browser starts.
        Thread(target=_read_ahead, args=(session,), daemon=True).start()
        self._server = _Server(
            _app(session, host, token),
            _sock=listening,
            bind_socket=False,
            sockinfo=(listening.family, listening.type, None, listening.getsockname()),
            ident=None,
            max_request_body_size=MAX_REQUEST,
            threads=_THREADS,
        )

    def serve(self) -> None:
        """Answer requests until Ctrl-C."""
        # Pictures that wait for a thread are no news to whoever started the review.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
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


def _read_ahead(session: Session) -> None:
    # What is wrong is told when the page asks again.
    with suppress(NetravisionError, sqlite3.Error):
        session.read_queue()


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
    accounts_parts = PageParts("accounts.js", "review.css", served=True)
    # Browsers keep one set of cookies for all ports of a host.
    cookie = f"netravision-{host.rpartition(':')[2]}"
    labels = RuleLabels(session.watchlist)
    # Requests are answered in threads of their own, which speak English unless told.
    default_language = language()

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
                "Content-Security-Policy": (
                    f"{(accounts_parts if request.path == '/accounts' else parts).policy};"
                    " frame-ancestors 'none'"
                ),
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
        return _html(
            fill_page,
            "review.html.j2",
            parts=parts,
            watchlist=session.watchlist,
            labels=labels,
            read_only=session.read_only,
            max_name=MAX_NAME,
            max_note=MAX_NOTE,
        )

    @app.get("/favicon.ico")
    def no_icon() -> Response:
        return Response(status=204)

    @app.get("/candidates")
    def candidates() -> Response:
        first = session.read_first() if "first" in request.args else None
        queue = first or session.read_queue()
        found = queue.found()
        detectors = {detector for detector, _rule in found}
        return _json(
            {
                "complete": first is None,
                "photos": [photo.to_dict() for photo in queue.photos],
                "labels": {rule: labels(rule).by_language for _detector, rule in found},
                "detectors": {
                    name: multilingual(detector_name, name).by_language for name in detectors
                },
            }
        )

    @app.get("/photo/<id_>")
    def photo_text(id_: str) -> Response:
        photo = _known(id_)
        return _html(
            fill_fragment,
            "review_photo.html.j2",
            photo=photo,
            shown=session.shown_candidates(photo),
            source_url=session.source_url(photo),
            copies=session.copies(photo),
            history=session.history(photo),
            references=session.references,
            watchlist=session.watchlist,
            labels=labels,
            max_also=MAX_ALSO,
        )

    @app.get("/picture/<id_>")
    def picture(id_: str) -> Response:
        photo = _known(id_)
        looked_at = request.args.get("candidate", None, int)
        if looked_at is not None and not 0 <= looked_at < len(photo.candidates):
            abort(400)
        side = LARGE_SIDE if "large" in request.args else PICTURE_SIDE
        joints = "joints" in request.args
        jpeg = session.picture(photo, side=side, looked_at=looked_at, joints=joints)
        if jpeg is None:
            # Said in words by the page.
            return Response(session.without_picture(photo), status=404, mimetype="text/plain")
        return Response(jpeg, mimetype="image/jpeg")

    @app.get("/others/<id_>")
    def others(id_: str) -> Response:
        photo = _known(id_)
        return _html(
            fill_fragment, "review_others.html.j2", photo=photo, others=session.others(photo)
        )

    @app.get("/other/<id_>/<int:number>")
    def other(id_: str, number: int) -> Response:
        jpeg = session.other_picture(_known(id_), number)
        return Response(jpeg, mimetype="image/jpeg") if jpeg else abort(404)

    @app.get("/thumbnail/<id_>/<int:number>")
    def thumbnail(id_: str, number: int) -> Response:
        photo = _known(id_)
        jpeg = session.thumbnail(photo, number) if number < len(photo.candidates) else None
        return Response(jpeg, mimetype="image/jpeg") if jpeg else abort(404)

    @app.get("/reference/<rule>/<int:number>")
    def reference(rule: str, number: int) -> Response:
        jpeg = session.reference(rule, number)
        return Response(jpeg, mimetype="image/jpeg") if jpeg else abort(404)

    @app.post("/say")
    def say() -> Response:
        changed = session.say(_sayings(session))
        return _json(
            {
                photo.id: [
                    [view_to_dict(view) for view in candidate.decision.views]
                    for candidate in photo.candidates
                ]
                for photo in changed
            }
        )

    @app.get("/accounts")
    def accounts() -> Response:
        rows = session.account_rows()
        return _html(
            fill_page,
            "accounts.html.j2",
            parts=accounts_parts,
            accounts=[[*own] for _, own in groupby(rows, key=lambda row: row.account)],
            warned=session.warned(),
            statuses={name: multilingual(gettext, STATUSES[name]) for name in STATUSES},
            watchlist=session.watchlist,
            labels=labels,
            read_only=session.read_only,
            max_name=MAX_NAME,
        )

    @app.get("/accounts.csv")
    def accounts_csv() -> Response:
        return _sheet("csv")

    @app.get("/accounts.xlsx")
    def accounts_xlsx() -> Response:
        return _sheet("xlsx")

    def _sheet(form: TableFormat) -> Response:
        sheet = BytesIO()
        with in_language(_chosen_language()):
            try:
                rows = session.account_rows()
                write_rows(ACCOUNT_COLUMNS, rows, form, sheet, translated=True)
            except MissingRequirementError as error:
                return Response(str(error), status=404, mimetype="text/plain")
        answer = Response(sheet.getvalue(), mimetype="application/octet-stream")
        answer.headers["Content-Disposition"] = f'attachment; filename="akun.{form}"'
        return answer

    @app.post("/warned")
    def warned() -> Response:
        said: Any = request.get_json(silent=True)
        try:
            account, reviewer = said["account"], said["reviewer"].strip()
            day = date.fromisoformat(said["day"]) if said["day"] else None
        except (AttributeError, KeyError, TypeError, ValueError):
            abort(400)
        if not isinstance(account, str) or not account or not 0 < len(reviewer) <= MAX_NAME:
            abort(400)
        session.warn(account, day, reviewer)
        return Response(status=204)

    def _known(id_: str) -> QueuedPhoto:
        return session.photo(id_) or abort(404)

    def _chosen_language() -> str:
        chosen = request.cookies.get("language", "")
        return chosen if chosen in LANGUAGES else default_language

    def _html(fill: Callable[..., Iterator[str]], template: str, **values: Any) -> Response:
        with in_language(_chosen_language()):
            text = "".join(fill(template, **values))
        return Response(text, mimetype="text/html")

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


def _json(said: Any) -> Response:
    return Response(json.dumps(said), mimetype="application/json")


def _sayings(session: Session) -> list[Saying]:
    """What a request says, all of it checked before any of it is kept."""
    said = request.get_json(silent=True)
    if not isinstance(said, list):
        abort(400)
    return [_saying(session, each) for each in said]


def _saying(session: Session, said: Any) -> Saying:
    try:
        photo = session.photo(said["photo"])
        numbers = [int(number) for number in said["candidates"]]
        view = View(
            said["choice"],
            said["follow_up"],
            said["note"],
            said["reviewer"].strip(),
            bool(said.get("settles", False)),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        abort(400)
    if (
        photo is None
        or not numbers
        or any(not 0 <= number < len(photo.candidates) for number in numbers)
        or view.choice not in CHOICES[:-1]
        or view.follow_up not in FOLLOW_UPS[:-1]
        or not isinstance(view.note, str)
        or len(view.note) > MAX_NOTE
        or not 0 < len(view.reviewer) <= MAX_NAME
    ):
        abort(400)
    return Saying(photo, numbers, view)
