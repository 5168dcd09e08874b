"""The form that starts a run: a model, its options, the estimated cost, and then the button."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from orthoweave.errors import OrthoweaveError
from orthoweave.options import Option
from parts import started
from parts.base import base, datasets_here
from parts.gate import start_refusal
from parts.state import LONGEST_TEXT, check_text, read_text, write_state
from parts.text import md

_FIT: Final = ""
_ABREAST: Final = 3


@dataclass(frozen=True, slots=True)
class _Plan:
    """A run that was checked, and can be started."""

    model: str
    weights: str
    settings: dict[str, str]
    """Options that differ from their defaults, as text."""
    about: str
    """Its size and cost, in a sentence."""
    refusal: str
    """Reason why it starts only if it is asked for all the same."""


def start_section() -> None:
    """Show the form, and the button for a run that was checked; or why nothing can be started."""
    st.subheader("Start a run")
    kb = base()
    reason = start_refusal() or kb.start_refusal()
    if reason:
        st.info(md(reason, 1000), icon=":material/info:")
        return
    models = {str(row["model"]): row for row in kb.models().rows()}
    asked = read_text("model")
    names = list(models)
    model = st.selectbox(
        "Model",
        names,
        names.index(asked) if asked in names else None,
        format_func=lambda name: f"{name}: {models[name]['question']}",
        key="start_model",
        placeholder="Choose a model",
    )
    write_state(model=model or "")
    if model is None:
        return
    _form(model)
    plan = st.session_state.get("planned")
    if isinstance(plan, _Plan) and plan.model == model:
        _confirm(plan)


def _form(model: str) -> None:
    options = base().model_options(model)
    kept = [str(row["weights"]) for row in base().weights().rows() if row["model"] == model]
    with st.form(f"start_{model}"):
        weights = _FIT
        if kept:
            weights = st.selectbox(
                "Weights",
                [_FIT, *kept],
                format_func=lambda name: name or "none: fit the model",
                key=f"start_{model}_weights",
            )
        first = [option for option in options if _is_dataset(option)]
        texts = {option.name: _field(model, option) for option in first}
        with st.expander("More options"):
            columns = st.columns(_ABREAST)
            for number, option in enumerate(one for one in options if one not in first):
                with columns[number % _ABREAST]:
                    texts[option.name] = _field(model, option)
        if st.form_submit_button("Check and estimate", key=f"start_{model}_check"):
            st.session_state["planned"] = _planned(model, weights, options, texts)


def _is_dataset(option: Option) -> bool:
    return option.help.startswith("dataset") and option.kind is str


def _field(model: str, option: Option) -> str:
    """Show the field of an option; return its text as ``--set`` takes it."""
    key = f"start_{model}_{option.name}"
    label = option.name.replace("_", " ")
    about = md(f"{option.help} ({option.kind_text})")
    if _is_dataset(option):
        names = [str(row["dataset"]) for row in datasets_here()]
        at = names.index(option.default_text) if option.default_text in names else None
        return str(st.selectbox(label, names, at, help=about, key=key) or "")
    if option.kind is bool and not (option.several or option.nullable):
        return str(st.checkbox(label, bool(option.default), help=about, key=key)).lower()
    if option.choices and not (option.several or option.nullable):
        at = option.choices.index(option.default_text)
        return str(st.selectbox(label, option.choices, at, help=about, key=key))
    return st.text_input(
        label, option.default_text, help=about, key=key, max_chars=LONGEST_TEXT
    ).strip()


def _planned(
    model: str, weights: str, options: tuple[Option, ...], texts: dict[str, str]
) -> _Plan | None:
    """Check the texts of a form; show what is wrong with them."""
    settings = {
        option.name: texts[option.name]
        for option in options
        if texts[option.name] != option.default_text
    }
    wrong = []
    for option in options:
        try:
            check_text(option.name, texts[option.name])
            option.parse(texts[option.name])
        except OrthoweaveError as error:
            wrong.append(str(error))
    if not wrong:
        try:
            return _estimated(model, weights, settings)
        except OrthoweaveError as error:
            wrong.append(str(error))
    for message in wrong:
        st.warning(md(message, 1000), icon=":material/info:")
    return None


def _estimated(model: str, weights: str, settings: dict[str, str]) -> _Plan:
    if weights:
        about = f"Applies the weights {weights}; the cost of an application is not estimated."
        return _Plan(model, weights, settings, about, "")
    found = base().run_estimate(model, **settings)
    cost = str(found.cost or "unknown, since this model gives no estimate")
    about = (
        f"Reads {found.n_cells:,} cells and at most {found.n_genes:,} genes of each. "
        f"Estimated cost: {cost}."
    )
    return _Plan(model, weights, settings, about, found.refusal)


def _confirm(plan: _Plan) -> None:
    st.markdown(md(plan.about))
    named = ", ".join(f"{name}={value}" for name, value in plan.settings.items())
    st.caption(f"{md(plan.model)}: {md(named or 'default options', 1000)}")
    yes = False
    if plan.refusal:
        st.warning(md(plan.refusal, 1000), icon=":material/info:")
        yes = st.checkbox("Start it all the same", key="start_yes")
    st.caption(
        "It runs in a process of its own and then makes a build with its facts. It ends with this "
        "server."
    )
    clicked = st.button(
        "Start the run", type="primary", key="start_run", disabled=bool(plan.refusal) and not yes
    )
    # asked again: what was shown may have changed since
    if clicked and not start_refusal():
        try:
            started.start(base(), plan.model, plan.settings, plan.weights, yes=yes)
        except OrthoweaveError as error:
            st.warning(md(error, 1000), icon=":material/info:")
            return
        st.session_state.pop("planned", None)
        write_state(show="", model="")
        st.rerun()
