"""The page of accounts in a real browser: whom to warn, on which day it was done, sheets."""

from tests.review.test_page import open_review as open_review
from tests.review.test_page import review as review
from tests.review.test_page import three as three
