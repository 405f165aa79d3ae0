"""``netravision start`` as one types it; its page is in ``start/test_server.py``."""

from tests.review.test_server import Served


def test_it_serves_until_it_is_interrupted() -> None:
    started = Served("start")
    try:
        assert started.ask("GET", "/").status == 200
        assert started.ask("GET", "/", Cookie=None).status == 403
    finally:
        assert started.end() == 0
