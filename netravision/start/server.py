"""The page on which a folder is chosen: it screens the folder, and becomes its review page."""

from __future__ import annotations

import sqlite3
from enum import Enum
from pathlib import Path
from threading import Event, Thread

from flask import Flask, Response, request

from netravision.errors import NetravisionError, RunError
from netravision.folder_screening import screen_folder
from netravision.html.page import PageParts
from netravision.languages import N_, in_language
from netravision.languages import gettext as _
from netravision.progress import Progress
from netravision.review.local_server import LocalServer, json_answer
from netravision.review.server import ReviewServer
from netravision.start.folders import list_folder, places, run_folder

__all__ = ["StartServer"]

_STOPPED = N_(
    "Stopped; everything screened so far is kept. The same folder again goes on where it stopped."
)


class StartServer:
    """Shows the folders of this computer, screens the one that is chosen, then shows its review.

    Listening from the start; :meth:`serve` answers until it is interrupted.

    Attributes
    ----------
    address : str
        To be opened in a browser; whoever has it may choose and decide.
    """

    def __init__(self) -> None:
        self._local = LocalServer()
        self.address = self._local.address
        self._screening: _Screening | None = None
        self._local.app = self._make_app()

    def serve(self) -> None:
        """Answer requests until Ctrl-C; what is being screened then is kept."""
        try:
            self._local.serve()
        finally:
            if self._screening is not None:
                self._screening.stop()

    def _make_app(self) -> Flask:
        local = self._local
        parts = PageParts("start.js", "start.css", served=True)
        app = local.make_app(lambda _path: parts)

        @app.get("/")
        def choose() -> Response:
            screening = self._screening
            if screening is not None and screening.state in (_State.SCREENING, _State.SCREENED):
                return local.page("screening.html.j2", parts, folder=screening.folder)
            problems = [screening.problem] if screening is not None else []
            folder = Path(request.args.get("folder") or Path.home())
            try:
                with in_language(local.chosen_language()):
                    listing = list_folder(folder.absolute())
            except RunError as error:
                problems.append(str(error))
                listing = list_folder(Path.home())
            return local.page(
                "start.html.j2",
                parts,
                listing=listing,
                places=places(),
                run=run_folder(listing.folder),
                problems=problems,
            )

        @app.post("/")
        def begin() -> Response:
            chosen = Path(request.form["folder"])
            watchlist = request.form.get("watchlist")
            if self._screening is None or self._screening.state is _State.ENDED:
                self._screening = _Screening(
                    chosen, Path(watchlist) if watchlist else None, local.chosen_language()
                )
            return _to_the_page()

        @app.post("/review")
        def review() -> Response:
            ReviewServer(Path(request.form["folder"]), local=local)
            return _to_the_page()

        @app.get("/progress")
        def progress() -> Response:
            screening = self._screening
            if screening is None:
                return json_answer({"state": _State.ENDED.value})
            if screening.state is _State.SCREENED:
                ReviewServer(screening.run, local=local)
            told = screening.progress
            return json_answer(
                {"state": screening.state.value, "done": told.done, "total": told.total}
            )

        @app.post("/stop")
        def stop() -> Response:
            if self._screening is not None:
                self._screening.stop()
            return _to_the_page()

        @app.errorhandler(NetravisionError)
        def not_done(error: NetravisionError) -> Response:
            return Response(str(error), status=400, mimetype="text/plain")

        return app


class _State(Enum):
    SCREENING = "screening"
    SCREENED = "screened"
    ENDED = "ended"


class _Screening:
    """A folder that is being screened, in a thread of its own."""

    def __init__(self, folder: Path, watchlist: Path | None, language: str) -> None:
        self.folder = folder
        self.run = run_folder(folder)
        self.state = _State.SCREENING
        self.problem = ""
        self.progress = Progress(0, 0)
        self._watchlist = watchlist
        self._language = language
        self._stopped = Event()
        self._thread = Thread(target=self._screen)
        self._thread.start()

    def stop(self) -> None:
        """End it as Ctrl-C ends a command, and wait for that."""
        self._stopped.set()
        self._thread.join()

    def _screen(self) -> None:
        with in_language(self._language):
            try:
                with screen_folder(
                    self.folder, self.run, watchlist=self._watchlist, progress=self._follow
                ):
                    pass
                self.state = _State.SCREENED
            except KeyboardInterrupt:
                self._end(_(_STOPPED))
            except (NetravisionError, OSError, sqlite3.Error) as error:
                self._end(str(error))
            except BaseException:
                self._end(_("Something went wrong; the window of netravision says what."))
                raise

    def _end(self, problem: str) -> None:
        self.problem = problem
        self.state = _State.ENDED

    def _follow(self, progress: Progress) -> None:
        self.progress = progress
        if self._stopped.is_set():
            raise KeyboardInterrupt


def _to_the_page() -> Response:
    return Response(status=303, headers={"Location": "/"})
