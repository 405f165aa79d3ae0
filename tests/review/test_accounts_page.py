"""The page of accounts in a real browser: whom to warn, on which day it was done, sheets."""

import io

import openpyxl

from netravision.run.decisions import Decisions, View
from tests.made_run import Folder
from tests.review.test_page import open_review as open_review
from tests.review.test_page import review as review
from tests.review.test_page import three as three
from tests.review.test_page import wait

SHOWN = (
    "[...document.querySelectorAll('.account')].filter((a) => !a.hidden)"
    ".map((a) => a.dataset.account).join()"
)


def test_who_is_warned_when_and_who_is_left(three: Folder, review, open_review) -> None:
    with Decisions(three.run.folder, create=True) as decisions:
        for result in three.run.results(with_findings=True):
            if result.photo.account == "akun_b":
                said = [
                    (found, View("right", "yes", "", "Pengawas 1")) for found in result.findings
                ]
                decisions.add(three.run.content(result), "post", said)
    started = review()
    with open_review(address=started.address) as page:
        with page.another_page():
            page.evaluate("document.querySelector('a[href=\"/accounts\"]').click()")
        wait(page, "'ready' in document.body.dataset")
        assert page.evaluate(SHOWN) == "akun_b,akun_a"  # most to follow up first
        page.evaluate("document.querySelector('[name=follow]').click()")
        assert page.evaluate(SHOWN) == "akun_b"
        page.evaluate(
            "(() => { const day = document.querySelector('[data-account=akun_b] input');"
            " day.value = '2024-10-07'; day.dispatchEvent(new Event('change')); })()"
        )
        wait(page, "!document.querySelector('[data-saving]')")
        with page.another_page():
            page.call("Page.reload")
        wait(page, "'ready' in document.body.dataset")
        day = "document.querySelector('[data-account=akun_b] input').value"
        assert page.evaluate(day) == "2024-10-07"
        history = page.evaluate("document.querySelector('.history').textContent")
        assert "7 October 2024" in history
        assert "Pengawas 1" in history
        page.evaluate("document.querySelector('[name=unwarned]').click()")
        assert page.evaluate(SHOWN) == "akun_a"
        with page.another_page():
            page.evaluate("document.querySelector('[data-account=akun_a] header a').click()")
        wait(page, "'ready' in document.body.dataset")
        account = page.evaluate("document.getElementById('filter').elements.account.value")
        assert account == "akun_a"
        assert page.evaluate("document.querySelector('.position').innerText").startswith("1 of")
    sheet = started.ask("GET", "/accounts.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet.body)).active.iter_rows(values_only=True))
    assert rows[1][0] == "akun_b"
    assert any(str(cell).startswith("2024-10-07") for cell in rows[1])
    assert b"akun_b" in started.ask("GET", "/accounts.csv").body
