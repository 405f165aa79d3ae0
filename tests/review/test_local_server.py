"""A server for any pages: who may ask it, and in which language it answers."""

from collections.abc import Iterator

import pytest
from flask import Response
from werkzeug.test import TestResponse

from netravision.html.page import PageParts
from netravision.languages import in_language
from netravision.review.local_server import LocalServer, json_answer, plain_answer


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with in_language("id"):
        server = LocalServer()
    app = server.make_app(lambda _path: PageParts("review.js", served=True))

    @app.get("/")
    def said() -> Response:
        return json_answer({"language": server.chosen_language()})

    @app.get("/none")
    def none() -> Response:
        return plain_answer("Aborted!", 404)

    server.app = app
    yield server
    server._server.close()


class Browser:
    """A browser on this computer, with its cookies."""

    def __init__(self, server: LocalServer) -> None:
        self.client = server.app.test_client()
        self.origin, _, self.opening = server.address.partition("/?")

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, base_url=self.origin, headers=headers)


def test_the_address_gives_a_cookie_and_only_then_is_anything_said(server: LocalServer) -> None:
    stranger = Browser(server)
    assert stranger.get("/").status_code == 403
    assert stranger.get("/?token=x").status_code == 403
    opened = stranger.get(f"/?{stranger.opening}")
    assert (opened.status_code, opened.headers["Location"]) == (303, "/")
    assert "HttpOnly" in opened.headers["Set-Cookie"]
    assert "SameSite=Strict" in opened.headers["Set-Cookie"]
    answer = stranger.get("/")
    assert answer.json == {"language": "id"}
    assert answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    missing = stranger.get("/none")
    assert missing.status_code == 404
    assert missing.text.startswith("Aborted!\nDibatalkan!\n")


def test_a_page_from_elsewhere_is_refused_with_the_cookie_too(server: LocalServer) -> None:
    known = Browser(server)
    known.get(f"/?{known.opening}")
    assert known.get("/", Host="example.org").status_code == 403
    assert known.get("/", **{"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_each_server_has_an_address_and_a_token_of_its_own(server: LocalServer) -> None:
    other = LocalServer()
    other._server.close()
    assert other.address != server.address
    assert len(other.address.partition("token=")[2]) > 40


def test_a_language_chosen_on_a_page_is_kept_by_its_cookie(server: LocalServer) -> None:
    known = Browser(server)
    known.get(f"/?{known.opening}")
    known.client.set_cookie("language", "en", domain="127.0.0.1")
    assert known.get("/").json == {"language": "en"}
    known.client.set_cookie("language", "xx", domain="127.0.0.1")
    assert known.get("/").json == {"language": "id"}
