"""A page served to this computer's own browser, and to nobody else.

Who may talk to it is decided in one place, :func:`_comes_from_elsewhere` and the token; why these
checks, and why this server, stands in ``docs/decisions/0010-review-page.md``.
"""

from __future__ import annotations

import hmac
import json
import logging
import secrets
import socket
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask, Request, Response, request
from waitress.server import TcpWSGIServer

from netravision.html.multilingual import multilingual
from netravision.html.page import PageParts, fill_fragment, fill_page
from netravision.languages import LANGUAGES, N_, gettext, in_language, language

__all__ = ["MAX_REQUEST", "MAX_WAITING", "LocalServer", "json_answer", "plain_answer"]

#: Bytes of one request. A page sends at most 50 decisions at once, each with a note.
MAX_REQUEST = 256 * 2**10

#: Connections that have asked nothing, or half a request, are kept open up to so many. A browser
#: has six.
MAX_WAITING = 32

_HOST = "127.0.0.1"

#: Pictures that are drawn at the same time, and requests answered meanwhile.
_THREADS = 6


class LocalServer:
    """Serves pages at an address of its own.

    Listening from the start; :meth:`serve` answers until it is interrupted.

    Attributes
    ----------
    app : Flask
        What is shown, from :meth:`make_app`; another one may take its place.
    address : str
        To be opened in a browser; whoever has it may do what the pages can.
    """

    app: Flask

    def __init__(self) -> None:
        self._token = secrets.token_urlsafe(32)
        listening = _listen()
        self._host = f"{_HOST}:{listening.getsockname()[1]}"
        self.address = f"http://{self._host}/?token={self._token}"
        # Requests are answered in threads of their own, which speak English unless told.
        self._default_language = language()
        self._server = _Server(
            lambda *asked: self.app(*asked),
            _sock=listening,
            bind_socket=False,
            sockinfo=(listening.family, listening.type, None, listening.getsockname()),
            ident=None,
            max_request_body_size=MAX_REQUEST,
            threads=_THREADS,
        )

    def serve(self) -> None:
        """Answer requests until Ctrl-C."""
        # Pictures that wait for a thread are no news to whoever started it.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._server.run()

    def make_app(self, parts_of: Callable[[str], PageParts]) -> Flask:
        """Make an app that answers nobody but this computer's own browser.

        Parameters
        ----------
        parts_of : callable
            Takes the path of an address, returns the :class:`~netravision.html.page.PageParts` of
            its page.

        Returns
        -------
        Flask
        """
        app = Flask(__name__, static_folder=None)
        _keep_to_this_computer(app, self._host, self._token, parts_of)
        return app

    def chosen_language(self) -> str:
        """The language of the request that is being answered.

        Returns
        -------
        str
            What was chosen on a page; at first that in force when the server was made.
        """
        chosen = request.cookies.get("language", "")
        return chosen if chosen in LANGUAGES else self._default_language

    def page(self, template: str, parts: PageParts, **values: Any) -> Response:
        """Fill a template, as the answer to a request.

        Parameters
        ----------
        template : str
            As :func:`~netravision.html.page.fill_page` takes it.
        parts : PageParts
        **values
            What the template shows.

        Returns
        -------
        Response
        """
        return self._html(fill_page, template, parts=parts, **values)

    def fragment(self, template: str, **values: Any) -> Response:
        """Fill a template that is a part of a page.

        Parameters
        ----------
        template : str
            As :func:`~netravision.html.page.fill_fragment` takes it.
        **values
            What it shows.

        Returns
        -------
        Response
        """
        return self._html(fill_fragment, template, **values)

    def _html(self, fill: Callable[..., Iterator[str]], template: str, **values: Any) -> Response:
        with in_language(self.chosen_language()):
            text = "".join(fill(template, **values))
        return Response(text, mimetype="text/html")


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


def _keep_to_this_computer(
    app: Flask, host: str, token: str, parts_of: Callable[[str], PageParts]
) -> None:
    # Browsers keep one set of cookies for all ports of a host.
    cookie = f"netravision-{host.rpartition(':')[2]}"

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

    @app.after_request
    def harden(answer: Response) -> Response:
        answer.headers.update(
            {
                "Content-Security-Policy": (
                    f"{parts_of(request.path).policy}; frame-ancestors 'none'"
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

    @app.get("/favicon.ico")
    def no_icon() -> Response:
        return Response(status=204)


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
    return plain_answer(N_("Open the address that netravision printed."), 403)


def plain_answer(message: str, status: int, details: str = "") -> Response:
    """A page of text alone, in every language.

    Parameters
    ----------
    message : str
        Marked with ``N_``.
    status : int
        Of HTTP.
    details : str
        Shown as it is.

    Returns
    -------
    Response
    """
    said = multilingual(gettext, message).by_language.values()
    return Response("\n".join([*said, details]), status=status, mimetype="text/plain")


def json_answer(said: Any) -> Response:
    """Something for the script of a page.

    Parameters
    ----------
    said : object
        Of what JSON has.

    Returns
    -------
    Response
    """
    return Response(json.dumps(said), mimetype="application/json")
