"""Logging in with OpenID Connect, in Chromium, against a small provider on this machine."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.support.provider import Provider
from tests.ui.conftest import Guarded

BUILD = "text=/^Build [0-9a-f]{12}$/"
Page = Any


@pytest.fixture
def visit(chromium: Any, guarded: Guarded) -> Iterator[Callable[[str], Page]]:
    """A function that opens an address of the app for a visitor of their own."""
    contexts = []

    def open_page(path: str) -> Page:
        contexts.append(chromium.new_context())
        page = contexts[-1].new_page()
        page.set_default_timeout(120_000)
        page.goto(guarded.address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def _log_in(page: Page) -> None:
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="It is me").click()


def test_nothing_is_seen_before_the_login(visit: Callable[[str], Page]) -> None:
    """A stranger sees the way in and no gene, whatever the address asks for."""
    page = visit("/gene?gene=NCBIGene:3630")
    page.get_by_role("button", name="Log in").wait_for()
    assert "insulin" not in page.locator("body").inner_text().lower()
    assert page.locator(BUILD).count() == 0


def test_whoever_logs_in_sees_the_screens_until_they_log_out(visit: Callable[[str], Page]) -> None:
    """The provider's word opens the app for this visitor, and logging out shuts it again."""
    page = visit("/")
    _log_in(page)
    page.wait_for_selector(BUILD)
    page.get_by_text("Genes", exact=True).first.wait_for()
    stranger = visit("/")
    stranger.get_by_role("button", name="Log in").wait_for()
    assert stranger.locator(BUILD).count() == 0
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("button", name="Log in").wait_for()
    assert page.locator(BUILD).count() == 0


def test_a_forged_token_opens_nothing(
    visit: Callable[[str], Page], guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token that another key signed does not log anybody in."""
    provider: Provider = guarded.login.provider
    other = type(provider.key).generate_key(2048, {"kid": "one"})
    monkeypatch.setattr(provider, "signing_key", other)
    page = visit("/")
    _log_in(page)
    page.get_by_role("button", name="Log in").wait_for()
    assert page.locator(BUILD).count() == 0
    page.goto(guarded.address + "/")
    page.get_by_role("button", name="Log in").wait_for()
    assert page.locator(BUILD).count() == 0
