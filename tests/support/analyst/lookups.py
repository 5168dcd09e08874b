"""Questions that look up nodes and read their properties."""

import re
from collections.abc import Sequence

import pandas as pd
from tests.support.analyst.question import Parameters, question
from tests.support.analyst.world import World


def _ids(world: World, count: int, step: int) -> Sequence[str]:
    genes = world["Gene"]["id"].tolist()
    found: list[str] = genes[:: max(1, min(step, len(genes) // count))][:count]
    return found


def _symbol(world: World) -> Parameters:
    known = world["Gene"]["symbol"].dropna()
    return {"symbol": known.iloc[len(known) // 3]}


def _pairs(world: World) -> Parameters:
    known = world["EXPRESSED_IN"][["from", "to"]].drop_duplicates().iloc[::501]
    pairs = zip(known["from"], known["to"], strict=True)
    return {"rows": [{"gene": gene, "type": kind} for gene, kind in pairs]}


@question(
    "MATCH (g:Gene {id: $id}) RETURN g.symbol AS symbol, g.name AS name, g.species AS species",
    'SELECT symbol, name, species FROM "Gene" WHERE id = $id',
    given=lambda world: {"id": world["Gene"]["id"].iloc[-7]},
)
def gene_by_id(world: World, given: Parameters) -> pd.DataFrame:
    """The gene with a key."""
    genes = world["Gene"]
    return genes[genes["id"] == given["id"]][["symbol", "name", "species"]]


@question(
    "MATCH (g:Gene) WHERE g.symbol = $symbol RETURN g.id AS id",
    'SELECT id FROM "Gene" WHERE symbol = $symbol',
    given=_symbol,
)
def gene_by_symbol(world: World, given: Parameters) -> pd.DataFrame:
    """Genes with a symbol."""
    genes = world["Gene"]
    return genes[genes["symbol"] == given["symbol"]][["id"]]


@question(
    "MATCH (g:Gene) WHERE toLower(g.symbol) = toLower($symbol) "
    "RETURN g.id AS id, g.symbol AS symbol",
    'SELECT id, symbol FROM "Gene" WHERE lower(symbol) = lower($symbol)',
    given=_symbol,
)
def gene_case_blind(world: World, given: Parameters) -> pd.DataFrame:
    """Genes with a symbol, ignoring case."""
    genes = world["Gene"]
    wanted = str(given["symbol"]).lower()
    kept = [text is not None and text.lower() == wanted for text in genes["symbol"]]
    return genes[kept][["id", "symbol"]]


@question(
    "MATCH (g:Gene) WHERE g.symbol =~ $form RETURN g.symbol AS symbol, g.id AS id ORDER BY id",
    'SELECT symbol, id FROM "Gene" WHERE regexp_full_match(symbol, $form) ORDER BY id',
    given=lambda _: {"form": "G[nN]1[0-9]*7"},
    ordered=True,
)
def genes_by_pattern(world: World, given: Parameters) -> pd.DataFrame:
    """Symbols that match a regular expression."""
    genes = world["Gene"]
    form = re.compile(str(given["form"]))
    kept = [text is not None and form.fullmatch(text) is not None for text in genes["symbol"]]
    return genes[kept][["symbol", "id"]].sort_values("id")


@question(
    "MATCH (g:Gene) WHERE $synonym IN g.synonyms RETURN g.id AS id, g.synonyms AS synonyms",
    'SELECT id, synonyms FROM "Gene" WHERE list_contains(synonyms, $synonym)',
    given=lambda _: {"synonym": "p53-like"},
)
def genes_by_synonym(world: World, given: Parameters) -> pd.DataFrame:
    """Genes with a synonym."""
    genes = world["Gene"]
    kept = [texts is not None and given["synonym"] in texts for texts in genes["synonyms"]]
    return genes[kept][["id", "synonyms"]]


@question(
    "MATCH (g:Gene) WHERE g.id IN $ids RETURN g.id AS id, g.symbol AS symbol",
    'SELECT id, symbol FROM "Gene" WHERE id IN (SELECT unnest($ids))',
    given=lambda world: {"ids": [*_ids(world, 4_999, 3), "NCBIGene:0"]},
)
def five_thousand_ids(world: World, given: Parameters) -> pd.DataFrame:
    """Symbols of 5,000 genes."""
    genes = world["Gene"]
    return genes[genes["id"].isin(given["ids"])][["id", "symbol"]]


@question(
    """
UNWIND $ids AS id
MATCH (g:Gene {id: id})-[e:EXPRESSED_IN]->(:CellType)
RETURN id, count(e) AS n, max(e.mean) AS highest
""",
    """
SELECT i.id AS id, count(*) AS n, max(e.mean) AS highest
FROM unnest($ids) AS i(id) JOIN "Gene" g ON g.id = i.id JOIN "EXPRESSED_IN" e ON e."#src" = g."#nid"
GROUP BY i.id
""",
    given=lambda world: {"ids": _ids(world, 1_000, 7)},
)
def thousand_ids_and_a_hop(world: World, given: Parameters) -> pd.DataFrame:
    """Number of cell types in which 1,000 genes are expressed, and their highest expression."""
    edges = world["EXPRESSED_IN"]
    chosen = edges[edges["from"].isin(given["ids"])]
    found = chosen.groupby("from")["mean"].agg(["count", "max"]).reset_index()
    return found.set_axis(["id", "n", "highest"], axis=1)


@question(
    """
UNWIND $rows AS row
MATCH (g:Gene {id: row.gene})-[e:EXPRESSED_IN]->(t:CellType {id: row.type})
RETURN row.gene AS gene, row.type AS type, e.dataset AS dataset, e.mean AS mean
""",
    """
SELECT g.id AS gene, t.id AS type, e.dataset AS dataset, e.mean AS mean
FROM unnest($rows) AS r(pair) JOIN "Gene" g ON g.id = pair.gene
JOIN "EXPRESSED_IN" e ON e."#src" = g."#nid" JOIN "CellType" t ON t."#nid" = e."#dst"
WHERE t.id = pair.type
""",
    given=_pairs,
)
def rows_as_parameters(world: World, given: Parameters) -> pd.DataFrame:
    """Expression of some genes, each in a given cell type."""
    wanted = pd.DataFrame(given["rows"]).set_axis(["from", "to"], axis=1)
    found = world["EXPRESSED_IN"].merge(wanted, on=["from", "to"])
    return found[["from", "to", "dataset", "mean"]].set_axis(
        ["gene", "type", "dataset", "mean"], axis=1
    )


@question(
    """
MATCH (g:Gene)
RETURN split(g.id, ':')[0] AS prefix, toUpper(left(g.symbol, 2)) AS letters,
       g.name STARTS WITH 'gene' AS named, size(g.name) AS length, count(*) AS n
""",
    """
SELECT split_part(id, ':', 1) AS prefix, upper(left(symbol, 2)) AS letters,
       starts_with(name, 'gene') AS named, length(name) AS length, count(*) AS n
FROM "Gene" GROUP BY ALL
""",
)
def functions_of_texts(world: World, _: Parameters) -> pd.DataFrame:
    """Prefixes of keys, symbols and names, and the lengths of names."""
    rows = world["Gene"][["id", "symbol", "name"]].itertuples(index=False)
    made = [
        (
            key.split(":")[0],
            symbol and symbol[:2].upper(),
            None if name is None else name.startswith("gene"),
            None if name is None else len(name),
        )
        for key, symbol, name in rows
    ]
    counted = pd.Series(made).value_counts()
    found = [(*key, int(n)) for key, n in counted.items()]  # type: ignore[misc]
    return pd.DataFrame(found, columns=["prefix", "letters", "named", "length", "n"], dtype=object)


@question(
    "MATCH (g:Gene) RETURN size(g.synonyms) AS size, count(*) AS n, count(g.synonyms[0]) AS first "
    "ORDER BY size",
    'SELECT len(synonyms) AS size, count(*) AS n, count(synonyms[1]) AS first FROM "Gene" '
    "GROUP BY size ORDER BY size NULLS LAST",
    ordered=True,
)
def sizes_of_lists(world: World, _: Parameters) -> pd.DataFrame:
    """Distribution of the number of synonyms of genes."""
    sizes = [None if texts is None else len(texts) for texts in world["Gene"]["synonyms"]]
    known = sorted({size for size in sizes if size is not None})
    rows = [(size, sizes.count(size), sizes.count(size) if size else 0) for size in [*known, None]]
    return pd.DataFrame(rows, columns=["size", "n", "first"], dtype=object)


@question(
    "MATCH (g:Gene) RETURN g.name AS name, g.id AS id ORDER BY name, id SKIP 1000 LIMIT 20",
    'SELECT name, id FROM "Gene" ORDER BY name NULLS LAST, id OFFSET 1000 LIMIT 20',
    ordered=True,
)
def a_page(world: World, _: Parameters) -> pd.DataFrame:
    """The page of genes after the first thousand, by name."""
    genes = world["Gene"][["name", "id"]]
    return genes.sort_values(["name", "id"], na_position="last").iloc[1000:1020]


@question(
    """
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t:CellType)
RETURN g.id AS gene, t.id AS type, e.dataset AS dataset, e.mean AS mean
ORDER BY mean DESC, gene, type, dataset LIMIT 25
""",
    """
SELECT g.id AS gene, t.id AS type, e.dataset AS dataset, e.mean AS mean
FROM "EXPRESSED_IN" e JOIN "Gene" g ON g."#nid" = e."#src" JOIN "CellType" t ON t."#nid" = e."#dst"
ORDER BY mean DESC, gene, type, dataset LIMIT 25
""",
    ordered=True,
)
def top_of_all(world: World, _: Parameters) -> pd.DataFrame:
    """Genes and cell types with the highest expression."""
    edges = world["EXPRESSED_IN"][["from", "to", "dataset", "mean"]]
    edges = edges.set_axis(["gene", "type", "dataset", "mean"], axis=1)
    by = ["mean", "gene", "type", "dataset"]
    return edges.sort_values(by, ascending=[False, True, True, True]).head(25)
