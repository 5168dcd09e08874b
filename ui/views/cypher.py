"""Saved queries as forms, and free Cypher in a sandboxed process."""

import json
from dataclasses import replace

import streamlit as st

from orthoweave.errors import InputError, OrthoweaveError
from orthoweave.questions.answer import Answer, plain_columns
from orthoweave.questions.saved import Parameter, SavedQuery
from parts import base, show
from parts.parameters import LONGEST, read_parameters
from parts.state import write_state
from parts.text import md

SHOWN = 1000
START = "MATCH (s:Species)\nRETURN s.common_name"
SAVED, FREE = "ready", "own"
NAMES = {SAVED: "Ready-made questions", FREE: "Your own Cypher"}

kb = base.base()
limits = base.settings()


def field(query: SavedQuery, parameter: Parameter) -> str:
    """Show a field for a parameter, filled from the address or the default."""
    given = str(st.query_params.get(parameter.name, parameter.default or ""))
    label = parameter.name.replace("_", " ") + ("" if parameter.optional else " *")
    key = f"ask_{query.name}_{parameter.name}"
    options = choices(parameter)
    if options:
        names = list(options) if not parameter.optional else ["", *options]
        index = names.index(given) if given in names else None
        return str(
            st.selectbox(
                label,
                names,
                index,
                help=parameter.help,
                key=key,
                format_func=lambda name: options.get(name, name) or "any",
            )
            or ""
        )
    hint = str(query.example.get(parameter.name, ""))
    placeholder = f"such as {hint}" if hint else ""
    return str(
        st.text_input(label, given, help=md(parameter.help), placeholder=placeholder, key=key)
    ).strip()


def choices(parameter: Parameter) -> dict[str, str]:
    """Return the choices of a parameter with their labels; empty for free text."""
    if parameter.kind == "species":
        return {name: name for name in base.species_here()}
    if parameter.kind == "dataset":
        return {str(row["dataset"]): str(row["dataset"]) for row in base.datasets_here()}
    if parameter.kind == "cell_type":
        rows = base.kinds_here().rows()
        rows.sort(key=lambda row: str(row["name"]).lower())
        return {str(row["cell_type"]): str(row["name"] or row["cell_type"]) for row in rows}
    return {}


def ready_made() -> None:
    """Show a saved query as a form, and its answer."""
    queries = dict(sorted(kb.queries().items(), key=lambda item: item[1].title))
    asked = str(st.query_params.get("query", ""))
    names = list(queries)
    name = st.selectbox(
        "Question",
        names,
        names.index(asked) if asked in names else None,
        key="query_name",
        format_func=lambda name: f"{queries[name].title}: {queries[name].answers}",
        placeholder="Choose a question",
    )
    if name is None:
        st.caption(f"{len(queries)} questions. Each is a Cypher file; you can add your own.")
        return
    query = queries[name]
    st.markdown(md(query.answers))
    with st.form(f"ask_{name}", border=bool(query.parameters)):
        values = {parameter.name: field(query, parameter) for parameter in query.parameters}
        if st.form_submit_button("Ask", type="primary", key=f"ask_{name}_go"):
            forget = {key: "" for other in queries.values() for key in _names(other)}
            write_state(**{**forget, **values, "query": name})
            st.rerun()
    if asked == name:
        given = {key: str(st.query_params[key]) for key in _names(query) if key in st.query_params}
        with base.explained():
            show.table(base.ask(name, given), "answer")
    with st.expander("Show the Cypher"):
        st.code(query.text, language="cypher")


def _names(query: SavedQuery) -> list[str]:
    return [parameter.name for parameter in query.parameters]


def own() -> None:
    """Show a form for free Cypher, and the answer from a sandboxed process."""
    st.caption(
        "A query can only read the graph. Limits: one statement, "
        f"{limits.query_timeout_s:g} s and {limits.query_row_limit:,} rows. It runs in a process "
        "without access to files or the network. The query is not stored in the address."
    )
    with st.form("own"):
        text = st.text_area(
            "Cypher",
            key="own_text",
            height=140,
            max_chars=20_000,
            value=st.session_state.get("own_asked", (START, ""))[0],
        )
        parameters = st.text_input(
            "Parameters, as a JSON object",
            key="own_parameters",
            placeholder='{"symbol": "INS"}',
            max_chars=LONGEST,
        )
        if st.form_submit_button("Run", type="primary", key="own_go"):
            st.session_state["own_asked"] = text, parameters
    if "own_asked" not in st.session_state:
        return
    text, parameters = st.session_state["own_asked"]
    try:
        given = json.dumps(read_parameters(parameters), sort_keys=True)
    except InputError as error:
        st.warning(md(error, 1000))
        return
    with st.spinner("Running the query …"):
        answer = _run(kb.manifest.build, text, given, _asker=base.visitor())
    if isinstance(answer, str):
        st.warning(md(answer, 2000), icon=":material/block:")
        return
    if len(answer) > SHOWN:
        first = replace(answer, table=answer.table.slice(0, SHOWN))
        st.caption(
            f"The first {SHOWN:,} of {len(answer):,} rows are shown; the download contains all."
        )
        st.dataframe(plain_columns(first.table).to_pandas(), hide_index=True, key="own_first")
        show.notes(answer)
        show.downloads(answer, "own")
    else:
        show.table(answer, "own")


@st.cache_data(max_entries=8, show_spinner=False)
def _run(build: str, text: str, parameters: str, *, _asker: str) -> Answer | str:
    try:
        return kb.cypher(text, json.loads(parameters), asker=_asker)
    except OrthoweaveError as error:
        return str(error)


st.title("Queries")
first = FREE if st.query_params.get("by") == FREE else SAVED
kind = st.segmented_control(
    "Kind",
    list(NAMES),
    default=first,
    format_func=lambda name: NAMES[name],
    key="kind",
    required=True,
    label_visibility="collapsed",
)
if kind == FREE:
    own()
else:
    ready_made()
