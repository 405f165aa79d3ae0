from tests.review.conftest import open_page

__all__ = ["open_page"]
