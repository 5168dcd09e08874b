"""Consensus, cardinality and groups against brute force, networkx and counts made elsewhere."""

import random
from pathlib import Path

import networkx as nx
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.numerics.cardinality import reverse_cardinality
from orthoweave.numerics.orthology import cardinality, consensus, groups, select
from orthoweave.numerics.resources import resource_name
from orthoweave.schema import check_table, read_schema

REAL = Path(__file__).parents[2] / "../shared/data/orthology/hcop_human_mouse.tsv.gz"
HUMAN, MOUSE, FLY = "NCBITaxon:9606", "NCBITaxon:10090", "NCBITaxon:7227"
SPECIES = {"h": HUMAN, "m": MOUSE, "f": FLY}
SCHEMA = pa.schema(
    [
        ("from", pa.string()),
        ("to", pa.string()),
        ("assertion", pa.string()),
        ("from_species", pa.string()),
        ("to_species", pa.string()),
        ("resources", pa.list_(pa.string())),
        ("source", pa.string()),
    ]
)
Row = tuple[str, str, list[str], str]


def evidence(rows: list[Row]) -> pa.Table:
    """Evidence rows from (gene, gene, resources, source); genes are named h1, m2, f3."""
    return pa.Table.from_pylist(
        [
            {
                "from": a,
                "to": b,
                "assertion": "evidence",
                "from_species": SPECIES[a[0]],
                "to_species": SPECIES[b[0]],
                "resources": resources,
                "source": f"source:{source}@1",
            }
            for a, b, resources, source in rows
        ],
        schema=SCHEMA,
    )


# INS has two mouse genes, Ins1 and Ins2; the fly knows neither
INSULIN: list[Row] = [
    ("h1", "m1", ["Ensembl", "OMA"], "hcop"),
    ("m2", "h1", ["Ensembl", "NCBI", "OMA"], "hcop"),
    ("h1", "m2", ["MGI"], "mgi"),
    ("h1", "m2", ["Ensembl"], "compara"),
    ("f2", "h2", ["PANTHER"], "hcop"),
]


def pair(table: pa.Table, a: str, b: str) -> dict[str, object]:
    """Return the one row with these ends."""
    rows = [row for row in table.to_pylist() if (row["from"], row["to"]) == (a, b)]
    assert len(rows) == 1
    return rows[0]


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    """Draw evidence of three species in any direction, with repetitions."""
    gene = st.builds("{}{}".format, st.sampled_from("hmf"), st.integers(0, 5))
    ends = st.tuples(gene, gene).filter(lambda two: two[0][0] != two[1][0])
    resources = st.lists(st.sampled_from(["EggNOG", "NCBI", "OMA"]), min_size=1, max_size=3)
    source = st.sampled_from(["hcop", "mgi"])
    row = st.tuples(ends, resources, source).map(lambda one: (*one[0], *one[1:]))
    return draw(st.lists(row, max_size=40))


def test_hand_worked_consensus() -> None:
    """Evidence of a pair is united, Ensembl counted once, and INS is 1:many from its end."""
    found = consensus(evidence(INSULIN))
    both = pair(found, "h1", "m2")
    assert both["resources"] == ["Ensembl", "MGI", "NCBI", "OMA"]
    assert (both["support_count"], both["covering_count"]) == (4, 4)
    assert both["cardinality"] == "1:many"
    assert pair(found, "h1", "m1")["support_count"] == 2
    assert pair(found, "f2", "h2")["covering_count"] == 1
    assert pair(found, "f2", "h2")["cardinality"] == "1:1"


def test_cardinality_reads_from_the_sorted_end() -> None:
    """One mouse gene with two human partners is many:1, for `from` is the human gene."""
    found = consensus(evidence([("m1", "h1", ["OMA"], "x"), ("m1", "h2", ["OMA"], "x")]))
    assert found["from"].to_pylist() == ["h1", "h2"]
    assert found["cardinality"].to_pylist() == ["many:1", "many:1"]
    assert reverse_cardinality("many:1") == "1:many"


def test_cardinality_is_per_pair_of_species() -> None:
    """A partner in a third species does not make a pair one-to-many."""
    found = consensus(evidence([("h1", "m1", ["OMA"], "x"), ("h1", "f1", ["OMA"], "x")]))
    assert set(found["cardinality"].to_pylist()) == {"1:1"}


@settings(max_examples=40, deadline=None)
@given(rows())
def test_symmetric_by_construction(drawn: list[Row]) -> None:
    """Turning every row round changes nothing, and no pair is there in both directions."""
    turned = [(b, a, resources, source) for a, b, resources, source in drawn]
    found = consensus(evidence(drawn))
    assert found.equals(consensus(evidence(turned)))
    assert all(
        a < b for a, b in zip(*found.select(["from", "to"]).to_pydict().values(), strict=True)
    )


@settings(max_examples=40, deadline=None)
@given(rows(), st.integers(0, 1000))
def test_order_does_not_matter(drawn: list[Row], seed: int) -> None:
    """Shuffled evidence, also with repeated rows, gives an identical table."""
    shuffled = drawn + drawn[:3]
    random.Random(seed).shuffle(shuffled)
    assert consensus(evidence(drawn)).equals(consensus(evidence(shuffled)))


@settings(max_examples=40, deadline=None)
@given(rows())
def test_against_brute_force(drawn: list[Row]) -> None:
    """Resources, support, cover and cardinality equal those of plain Python sets."""
    pairs: dict[tuple[str, str], set[str]] = {}
    cover: dict[frozenset[str], set[str]] = {}
    for a, b, resources, _ in drawn:
        pairs.setdefault((min(a, b), max(a, b)), set()).update(resources)
        cover.setdefault(frozenset(a[0] + b[0]), set()).update(resources)
    partners = {
        (gene, kind): {q for p in pairs if gene in p for q in p if q[0] == kind}
        for gene in {end for p in pairs for end in p}
        for kind in "hmf"
    }
    word = {False: "1", True: "many"}
    expected = [
        (
            a,
            b,
            sorted(found),
            len(found),
            len(cover[frozenset(a[0] + b[0])]),
            # many partners of `to` on the left, many partners of `from` on the right
            word[len(partners[b, a[0]]) > 1] + ":" + word[len(partners[a, b[0]]) > 1],
        )
        for (a, b), found in sorted(pairs.items())
    ]
    table = consensus(evidence(drawn)).to_pylist()
    names = ("from", "to", "resources", "support_count", "covering_count", "cardinality")
    assert [tuple(row[name] for name in names) for row in table] == expected


@settings(max_examples=40, deadline=None)
@given(rows())
def test_groups_are_connected_components(drawn: list[Row]) -> None:
    """Groups equal networkx's components, named by their first member."""
    found, members = groups(consensus(evidence(drawn)))
    graph = nx.Graph((a, b) for a, b, _, _ in drawn)
    expected = {f"group:{min(part)}": part for part in nx.connected_components(graph)}
    assert found["id"].to_pylist() == sorted(expected)
    assert {(row["from"], row["to"]) for row in members.to_pylist()} == {
        (gene, key) for key, part in expected.items() for gene in part
    }
    for row in found.to_pylist():
        part = expected[row["id"]]
        assert row["n_genes"] == len(part)
        assert row["species"] == sorted({SPECIES[gene[0]] for gene in part})
        assert row["n_species"] == len(row["species"])


def test_groups_take_species_from_a_mapping() -> None:
    """With `species_of` the pairs need no species columns."""
    table = consensus(evidence(INSULIN))
    mapping = {gene: SPECIES[gene[0]] for gene in ("h1", "h2", "m1", "m2", "f2")}
    plain = groups(table.select(["from", "to"]), mapping)
    assert [part.to_pylist() for part in plain] == [part.to_pylist() for part in groups(table)]


@settings(max_examples=40, deadline=None)
@given(rows(), st.sets(st.sampled_from(["EggNOG", "NCBI", "OMA"]), min_size=1), st.integers(1, 3))
def test_select_equals_consensus_of_filtered_evidence(
    drawn: list[Row], chosen: set[str], least: int
) -> None:
    """Choosing resources is the same as having ingested these only."""
    kept = [(a, b, sorted(chosen & set(r)), s) for a, b, r, s in drawn if chosen & set(r)]
    everything = {text for _, _, r, _ in drawn for text in r}
    if not chosen <= everything:
        with pytest.raises(UnknownNameError):
            select(evidence(drawn), chosen)
        return
    selected = select(evidence(drawn), chosen, least).to_pylist()
    expected = [r for r in consensus(evidence(kept)).to_pylist() if r["support_count"] >= least]
    without = [{**row, "cardinality": None} for row in selected]
    assert without == [{**row, "cardinality": None} for row in expected]


def test_select_recomputes_cardinality() -> None:
    """INS to Ins2 is 1:1 once three resources are asked for, as Ins1 has only two."""
    found = select(evidence(INSULIN), min_sources=3)
    assert [(row["to"], row["cardinality"]) for row in found.to_pylist()] == [("m2", "1:1")]


def test_select_by_ingested_source_and_by_any_spelling() -> None:
    """A source's name takes all its rows; a resource's name takes what others pass on of it."""
    table = evidence(INSULIN)
    assert select(table, ["mgi"]).num_rows == 1
    assert select(table, ["compara", "Panther"]).num_rows == 3
    assert pair(select(table, ["hcop"]), "h1", "m2")["resources"] == ["Ensembl", "NCBI", "OMA"]
    assert pair(select(table, ["NCBI", "mgi"]), "h1", "m2")["resources"] == ["MGI", "NCBI"]


def test_consensus_rows_are_not_evidence() -> None:
    """A consensus given back as evidence adds nothing."""
    table = evidence(INSULIN)
    derived = consensus(table).select(SCHEMA.names[:-1])
    derived = derived.append_column("source", pa.array(["source:c@1"] * derived.num_rows))
    both = pa.concat_tables([table, derived.cast(SCHEMA)])
    assert consensus(both).equals(consensus(table))
    assert consensus(derived.cast(SCHEMA)).num_rows == 0


def test_empty_evidence_gives_tables_that_fit_the_schema() -> None:
    """No evidence gives no pairs and no groups, with the right columns."""
    schema = read_schema()
    empty = consensus(SCHEMA.empty_table())
    assert empty.num_rows == 0
    found, members = groups(empty)
    facts = {
        "source": "s",
        "source_version": "1",
        "license": "l",
        "knowledge_level": "k",
        "agent_type": "a",
        "primary_knowledge_source": "p",
    }
    for name, table in (
        ("ORTHOLOGOUS_TO", empty),
        ("OrthologGroup", found),
        ("MEMBER_OF", members),
    ):
        filled = table
        for column in facts:
            filled = filled.append_column(column, pa.array([], pa.string()))
        assert check_table(schema, name, filled).num_rows == 0


def test_pairs_within_a_species_are_refused() -> None:
    """Paralogs are not orthologs: the message names the pair."""
    with pytest.raises(UsageError, match="'h1' and 'h2' are both of NCBITaxon:9606"):
        consensus(evidence([("h1", "h2", ["OMA"], "x")]))


def test_wrong_questions_are_refused() -> None:
    """Unknown sources, thresholds below one and missing columns have clear errors."""
    table = evidence(INSULIN)
    with pytest.raises(UnknownNameError, match=r"'Foo'.*expected some of .*compara"):
        select(table, ["Foo"])
    with pytest.raises(UsageError, match="min_sources=0"):
        select(table, min_sources=0)
    with pytest.raises(UsageError, match="'resources'"):
        consensus(table.drop_columns(["resources"]))


def test_resource_names_have_one_spelling() -> None:
    """Spellings of HCOP, the Alliance and Ensembl meet; strangers keep theirs."""
    assert {resource_name(text) for text in ("Panther", "PANTHER", " panther ")} == {"PANTHER"}
    assert resource_name("Ensembl Compara") == resource_name("ensembl") == "Ensembl"
    assert resource_name("Inparanoid") == "InParanoid"
    assert resource_name("my-trees") == "my-trees"


@pytest.mark.skipif(not REAL.exists(), reason="needs the packed HCOP file")
@pytest.mark.parametrize(("least", "witness"), [(1, "relation_all"), (3, "relation_support3")])
def test_cardinality_of_real_data_equals_the_one_counted_elsewhere(
    least: int, witness: str
) -> None:
    """HCOP's human-mouse pairs have the cardinality that was counted when the file was packed."""
    raw = pd.read_csv(REAL, sep="\t", dtype=str, keep_default_na=False)
    raw = raw[raw["support_n"].astype(int) >= least]
    # the count was made over symbols, so symbols are the keys here
    table = pa.table(
        {
            "from": ("h:" + raw["human_symbol"]).to_list(),
            "to": ("m:" + raw["target_symbol"]).to_list(),
            "from_species": [HUMAN] * len(raw),
            "to_species": [MOUSE] * len(raw),
            "resources": raw["support"].str.split("|").to_list(),
        }
    )
    word = {"one2one": "1:1", "one2many": "1:many", "many2one": "many:1", "many2many": "many:many"}
    expected = {
        (start, end): word[relation]
        for start, end, relation in zip(
            table["from"].to_pylist(), table["to"].to_pylist(), raw[witness], strict=True
        )
    }
    found = select(table, min_sources=least)
    columns = (found[name].to_pylist() for name in ("from", "to", "cardinality"))
    assert {(start, end): kind for start, end, kind in zip(*columns, strict=True)} == expected


def test_cardinality_alone_equals_that_of_the_consensus() -> None:
    """`cardinality` of the pairs gives the column that `consensus` has."""
    table = consensus(evidence(INSULIN))
    assert cardinality(table).to_pylist() == table["cardinality"].to_pylist()
