"""Genes while they are assembled: most as columns, those of several rows one by one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import polars as pl
import pyarrow as pa

from orthoweave.genes.formats import Description
from orthoweave.genes.plain_rows import SCHEMA, description
from orthoweave.species import Species, find_species

_SCALARS: Final = ("symbol", "name", "summary", "biotype")
_LISTS: Final = ("synonyms", "previous_symbols", "retired_ids")


@dataclass(slots=True)
class Gene:
    """A gene while it is assembled."""

    species: Species
    scalars: dict[str, str] = field(default_factory=dict)
    lists: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in _LISTS})
    ids: set[str] = field(default_factory=set)

    def add(self, said: Description) -> None:
        """Add the content of a row: earlier values win, and another symbol becomes a synonym."""
        for name in _SCALARS:
            value = getattr(said, name)
            if value:
                self.scalars.setdefault(name, value)
        for name in _LISTS:
            self.lists[name].update(getattr(said, name))
        if said.symbol and said.symbol != self.scalars.get("symbol"):
            self.lists["synonyms"].add(said.symbol)
        self.ids.update(said.ids)


class GeneSet:
    """Genes by key.

    A gene of one row of the usual form stays in columns until another row says more about it.
    """

    def __init__(self) -> None:
        self._single: dict[str, Gene] = {}
        self._columns = pl.DataFrame(schema=SCHEMA)
        self._places: dict[str, int] | None = None
        self._moved: list[int] = []

    def add_columns(self, rows: pl.DataFrame) -> None:
        """Add rows of the usual form, each about a gene of its own that is not in the set."""
        self._columns = pl.concat([self.columns(), rows])
        self._places, self._moved = None, []

    def gene(self, key: str, species: Species) -> Gene:
        """Return the gene with a key, to change it; a new one if there is none."""
        if key not in self._single:
            place = self._indexed().pop(key, None)
            if place is None:
                self._single[key] = Gene(species)
            else:
                self._moved.append(place)
                row = self._columns.row(place, named=True)
                self._single[key] = Gene(find_species(row["taxon"]))
                self._single[key].add(description(row, self._single[key].species))
        return self._single[key]

    def columns(self) -> pl.DataFrame:
        """Return the genes that are in columns, as `plain_rows` describes them."""
        if not self._moved:
            return self._columns
        return self._columns.filter(~pl.int_range(pl.len()).is_in(self._moved))

    def single(self) -> dict[str, Gene]:
        """Return the other genes, by key."""
        return self._single

    def by_species(self) -> dict[Species, int]:
        """Return the number of genes of each species."""
        counts = {
            find_species(taxon): n
            for taxon, n in self.columns()["taxon"].value_counts(sort=True).iter_rows()
        }
        for gene in self._single.values():
            counts[gene.species] = counts.get(gene.species, 0) + 1
        return counts

    def names(self) -> pl.Series:
        """Return all symbols, synonyms and previous symbols, each once, sorted."""
        columns = self.columns()
        lists = [columns[name].explode().drop_nulls() for name in ("synonyms", "previous_symbols")]
        others = [
            gene.scalars["symbol"] for gene in self._single.values() if gene.scalars.get("symbol")
        ]
        for gene in self._single.values():
            others += [*gene.lists["synonyms"], *gene.lists["previous_symbols"]]
        symbols = columns["symbol"].filter(columns["symbol"] != "")
        return pl.concat([symbols, *lists, pl.Series(others, dtype=pl.String)]).unique().sort()

    def with_scalar(self, name: str) -> int:
        """Return the number of genes that have a value of a scalar."""
        single = sum(name in gene.scalars for gene in self._single.values())
        columns = self.columns()
        return single + (int((columns[name] != "").sum()) if name in columns.columns else 0)

    def rows(self) -> pa.Table:
        """Return the Gene table, sorted by key."""
        names = ["id", *_SCALARS, "species", *_LISTS, "xrefs"]
        strings = dict.fromkeys(names[:6], pl.String) | dict.fromkeys(names[6:], pl.List(pl.String))
        single = pl.DataFrame([_row(*item) for item in self._single.items()], strings, orient="row")
        rows = pl.concat([_rows(self.columns()).select(names), single]).sort("id").rechunk()
        kinds = [pa.string()] * 6 + [pa.list_(pa.string())] * 4
        table = rows.to_arrow().cast(pa.schema(list(zip(names, kinds, strict=True))))
        return table.combine_chunks()

    def __contains__(self, key: object) -> bool:
        return key in self._single or key in self._indexed()

    def __iter__(self) -> Iterator[str]:
        yield from self._single
        yield from self.columns()["key"]

    def __len__(self) -> int:
        return len(self._single) + len(self._columns) - len(self._moved)

    def _indexed(self) -> dict[str, int]:
        """Return the place of each gene that is in columns, by key."""
        if self._places is None:
            keys = self._columns["key"]
            self._places = dict(zip(keys, range(len(keys)), strict=True))
        return self._places


def _row(key: str, gene: Gene) -> list[object]:
    symbol = gene.scalars.get("symbol")
    return [
        key,
        *(gene.scalars.get(name) for name in _SCALARS),
        gene.species.key,
        *(sorted(gene.lists[name] - {symbol}) for name in _LISTS),
        sorted(gene.ids - {key}),
    ]


def _rows(columns: pl.DataFrame) -> pl.DataFrame:
    """Return genes in columns as rows of the Gene table."""
    values = {
        name: pl.when(pl.col(name) != "").then(pl.col(name))
        for name in ("symbol", "name", "biotype")
    }
    return columns.select(
        pl.col("key").alias("id"),
        **values,
        summary=pl.lit(None, pl.String),
        species="NCBITaxon:" + pl.col("taxon").cast(pl.String),
        synonyms=_others("synonyms", "symbol"),
        previous_symbols=_others("previous_symbols", "symbol"),
        retired_ids=pl.lit([], pl.List(pl.String)),
        xrefs=_others("ids", "key"),
    )


def _others(name: str, own: str) -> pl.Expr:
    """Return the values of a list, each once and sorted, without the gene's own."""
    return pl.col(name).list.set_difference(pl.concat_list(own)).list.unique().list.sort()
