"""The review page: what it may ask, and what it is answered."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from datetime import date
from io import BytesIO
from itertools import groupby
from pathlib import Path
from threading import Thread
from typing import Any

from flask import Flask, Response, abort, request

from netravision.errors import MissingRequirementError, NetravisionError
from netravision.explanations import detector_name
from netravision.export.columns import ACCOUNT_COLUMNS, STATUSES
from netravision.export.formats import TableFormat, write_rows
from netravision.html.multilingual import multilingual
from netravision.html.page import PageParts
from netravision.html.rule_labels import RuleLabels
from netravision.languages import N_, gettext, in_language
from netravision.review.local_server import LocalServer, json_answer, plain_answer
from netravision.review.queue import QueuedPhoto, view_to_dict
from netravision.review.session import LARGE_SIDE, PICTURE_SIDE, Saying, Session
from netravision.run.decisions import CHOICES, FOLLOW_UPS, View

__all__ = ["MAX_ALSO", "MAX_NAME", "MAX_NOTE", "ReviewServer"]

#: Characters; a note is a sentence or two.
MAX_NOTE = 500

#: Characters of a reviewer's name.
MAX_NAME = 80

#: Other appearances of the same photo, and copies of it, that are named.
MAX_ALSO = 10


class ReviewServer:
    """Shows the candidates of a run on a page of this computer and keeps what is decided.

    Listening from the start; :meth:`serve` answers until it is interrupted.

    Parameters
    ----------
    folder : Path
        The run folder; it may be screened into at the same time.
    older : Path, optional
        Of an older run, which accounts are compared with.
    local : LocalServer, optional
        What has served another page until then.

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

    def __init__(
        self, folder: Path, older: Path | None = None, local: LocalServer | None = None
    ) -> None:
        session = Session(folder, older)
        self.read_only = session.read_only
        self._local = local or LocalServer()
        self._local.app = _app(self._local, session)
        self.address = self._local.address
        # Read while the browser starts.
        Thread(target=_read_ahead, args=(session,), daemon=True).start()

    def serve(self) -> None:
        """Answer requests until Ctrl-C."""
        self._local.serve()


def _read_ahead(session: Session) -> None:
    # What is wrong is told when the page asks again.
    with suppress(NetravisionError, sqlite3.Error):
        session.read_queue()


def _app(local: LocalServer, session: Session) -> Flask:
    parts = PageParts("review.js", "review.css", served=True)
    accounts_parts = PageParts("accounts.js", "review.css", served=True)
    app = local.make_app(lambda path: accounts_parts if path == "/accounts" else parts)
    labels = RuleLabels(session.watchlist)

    @app.before_request
    def keep_as_it_is() -> Response | None:
        if request.method == "GET" or not session.read_only:
            return None
        return plain_answer(
            N_("The run folder cannot be written to, so nothing can be decided."), 403
        )

    @app.get("/")
    def page() -> Response:
        return local.page(
            "review.html.j2",
            parts,
            watchlist=session.watchlist,
            labels=labels,
            read_only=session.read_only,
            max_name=MAX_NAME,
            max_note=MAX_NOTE,
        )

    @app.get("/candidates")
    def candidates() -> Response:
        first = session.read_first() if "first" in request.args else None
        queue = first or session.read_queue()
        found = queue.found()
        detectors = {detector for detector, _rule in found}
        return json_answer(
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
        return local.fragment(
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
        return local.fragment("review_others.html.j2", photo=photo, others=session.others(photo))

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
        return json_answer(
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
        return local.page(
            "accounts.html.j2",
            accounts_parts,
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
        with in_language(local.chosen_language()):
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

    @app.errorhandler(sqlite3.Error)
    def not_kept(error: sqlite3.Error) -> Response:
        return plain_answer(N_("Not saved; try again."), 500, f"\n{error}\n")

    return app


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
