"""Runs that somebody tries to start where only others may: messages that no screen would send."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.stream import Run, tab
from tests.ui.conftest import Guarded, Served
from tests.ui.test_door import INVALID, cookie_of, get

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
FORM = {"show": "start", "model": "cell_text"}
FIELDS = {"start_cell_text_dataset": "toy_human"}
CHECK, START = "start_cell_text_check", "start_run"


def _planned(address: str) -> tuple[Run, Run]:
    """Return the form as the server of this machine shows it, and with the button to start."""
    with tab(address) as local:
        form = local.open("runs", **FORM)
        local.fill(form, "runs", CHECK, FIELDS, **FORM)
        return form, local.finish()


def test_a_visitor_with_a_login_starts_nothing(
    serve: Callable[..., Served], guarded: Guarded, toy_kb_with_vectors: Path
) -> None:
    """Not by the messages of the form either, with the names that its fields have elsewhere."""
    form, planned = _planned(serve(toy_kb_with_vectors).address)
    assert "Estimated cost" in planned.text
    assert planned.widget(START)
    with tab(guarded.address, cookie_of(guarded)) as remote:
        shown = remote.open("runs", **FORM)
        assert "only where the app serves this machine alone" in shown.text
        for known, button, fields in ((form, CHECK, FIELDS), (planned, START, {})):
            remote.fill(known, "runs", button, fields, **FORM)
            after = remote.finish()
            assert "only where the app serves this machine alone" in after.text
            assert "Estimated cost" not in after.text
    assert not (toy_kb_with_vectors / "cache" / "started").exists()


def test_the_button_of_another_tab_starts_nothing(
    serve: Callable[..., Served], toy_kb_with_vectors: Path
) -> None:
    """A session starts only what it has checked itself: a forged click has no plan."""
    address = serve(toy_kb_with_vectors).address
    _, planned = _planned(address)
    with tab(address) as other:
        other.open("runs", **FORM)
        other.fill(planned, "runs", START, {}, **FORM)
        assert "is running" not in other.finish().text
    assert not (toy_kb_with_vectors / "cache" / "started").exists()


def test_a_page_of_another_server_starts_nothing(
    serve: Callable[..., Served], toy_kb_with_vectors: Path
) -> None:
    """It opens no stream; what it sends over HTTP is a page or refused, and no click."""
    address = serve(toy_kb_with_vectors).address
    with pytest.raises(INVALID, match="403"), tab(address, origin="http://example.org"):
        pass
    place = f"{address}/runs?show=start&model=cell_text&start_run=true"
    for method, data in (("GET", None), ("POST", b"start_run=true")):
        reply = get(place, method, data, Origin="http://example.org")
        assert reply.status in {200, 403, 404, 405}
        assert "is running" not in reply.text
    assert not (toy_kb_with_vectors / "cache" / "started").exists()
