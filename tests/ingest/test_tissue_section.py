"""The job tissue_section: every layout, the scale and the image kept, and each fault refused."""

from pathlib import Path
from typing import Any

import anndata
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from PIL import Image
from tests.support.bulk_samples import KEYS, SYMBOLS, Said, named_genes
from tests.support.sections import (
    PIXEL,
    SIDE,
    barcodes,
    counts,
    h5ad,
    image,
    places,
    position_table,
    ranger,
)

from orthoweave.errors import InputError
from orthoweave.jobs.discover import find_job
from orthoweave.jobs.ingest import Ingested, ingest
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout
from orthoweave.storage.tissue_image import open_image

WIDE = 700
Given = dict[str, Any]


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Return a knowledge base with human genes."""
    return named_genes(tmp_path_factory.mktemp("sections"))


def run(layout: Layout, path: Path, said: Quiet | None = None, **options: Any) -> Ingested:
    """Ingest a section of human."""
    given = {"species": "human"} | {name: str(value) for name, value in options.items()}
    found = find_job(Settings(kb=layout.root), "tissue_section")
    return ingest(layout, found, [path], given, said or Quiet(), replace_changed=True)


def table(folder: Path, frame: pd.DataFrame | None = None) -> Path:
    """Write a table of spots in pixels of the image."""
    where = places() / 2
    made = pd.DataFrame({"barcode": barcodes(), "x": where[:, 0], "y": where[:, 1]})
    path = folder / "spots.csv"
    (made if frame is None else frame).to_csv(path, index=False)
    return path


def picture(folder: Path, end: str = "png") -> Path:
    """Write the image."""
    path = folder / f"he.{end}"
    if end == "tif":
        tifffile = pytest.importorskip("tifffile")
        tifffile.imwrite(path, image(), photometric="rgb")
    else:
        Image.fromarray(image()).save(path)
    return path


@pytest.mark.parametrize("version", [1, 2, 3])
def test_space_ranger(layout: Layout, tmp_path: Path, version: int) -> None:
    """Each version gives the same spots, counts, image, pixel size and spot diameter."""
    made = run(layout, ranger(tmp_path / "outs", version), dataset="visium")
    cells = pq.read_table(made.tables.folder / "Cell.parquet").to_pandas().set_index("barcode")
    assert set(cells["kind"]) == {"spot"}
    assert np.allclose(cells.loc[barcodes(), ["x", "y"]], places())
    folder = layout.matrices / made.tables.matrices["visium"]
    data = anndata.read_zarr(folder)
    assert list(data.var["gene_curie"]) == [KEYS[name] for name in SYMBOLS]
    assert (data.X.toarray() == counts()).all()
    found = open_image(folder)
    assert (found.level(0) == image()).all()
    assert found.about.pixel_size == pytest.approx(2 * PIXEL)
    assert found.about.spot_diameter == pytest.approx(65)
    assert np.allclose(found.about.to_pixels(places()), places() / 2)


def test_anndata(layout: Layout, tmp_path: Path) -> None:
    """An AnnData file with its image in uns is read as the folder is."""
    made = run(layout, h5ad(tmp_path / "section.h5ad"))
    cells = pq.read_table(made.tables.folder / "Cell.parquet").to_pandas()
    assert np.allclose(cells[["x", "y"]], places())
    assert set(cells["patient"]) == {"section:p1"}
    found = open_image(layout.matrices / made.tables.matrices["section"])
    assert (found.level(0) == image()).all()


@pytest.mark.parametrize("end", ["png", "tif"])
def test_counts_with_table_and_image(layout: Layout, tmp_path: Path, end: str) -> None:
    """Counts, a table of places and an image make a section with the sizes of options."""
    path = h5ad(tmp_path / "own.h5ad", pictured=False)
    said = Said()
    options: Given = {"pixel_size": 4, "spot_diameter": 100, "image": picture(tmp_path, end)}
    made = run(layout, path, said, spots=table(tmp_path), **options)
    found = open_image(layout.matrices / made.tables.matrices["own"])
    assert (found.level(0) == image()).all()
    assert (found.about.pixel_size, found.about.spot_diameter) == (4, 100)
    assert said.has("100 spots of 100 µm on an image of 700 x 420 pixels of 4 µm")


def test_a_jpeg_is_read(layout: Layout, tmp_path: Path) -> None:
    """A JPEG differs from what was saved by its losses alone."""
    path = h5ad(tmp_path / "own.h5ad", pictured=False)
    options: Given = {"pixel_size": 4, "spot_diameter": 100, "image": picture(tmp_path, "jpg")}
    made = run(layout, path, spots=table(tmp_path), **options)
    found = open_image(layout.matrices / made.tables.matrices["own"]).level(0)
    assert abs(found.astype(int) - image()).mean() < 4


def test_equal_input_gives_an_equal_digest(layout: Layout, tmp_path: Path) -> None:
    """The digest of the matrix covers the image: another image is another matrix."""
    path = h5ad(tmp_path / "same.h5ad")
    first, second = (run(layout, path).tables.matrices["same"] for _ in range(2))
    other = image()
    other[200, 300] = 0
    Image.fromarray(other).save(tmp_path / "other.png")
    changed = run(
        layout,
        path,
        image=tmp_path / "other.png",
        image_scale=0.5,
        pixel_size=PIXEL,
        spot_diameter=65,
    )
    assert first == second != changed.tables.matrices["same"]


class TestRefused:
    """Each fault is refused with what was expected, what was found and what to do."""

    def fails(self, layout: Layout, path: Path, match: str, **options: Any) -> None:
        """Ingest and expect a sentence."""
        with pytest.raises(InputError, match=match):
            run(layout, path, **options)

    def test_swapped(self, layout: Layout, tmp_path: Path) -> None:
        """Places of which x and y were exchanged, some of them outside the image."""
        frame = position_table()
        names = ["pxl_row_in_fullres", "pxl_col_in_fullres"]
        frame[names] = frame[names[::-1]].to_numpy()
        folder = ranger(tmp_path / "outs")
        frame.to_csv(folder / "spatial/tissue_positions.csv", index=False)
        self.fails(layout, folder, "with x and y exchanged 0 are: .* exchange the two columns")

    def test_swapped_on_a_square(self, layout: Layout, tmp_path: Path) -> None:
        """Places that are inside the image either way, but off the tissue as they are."""
        square = np.full((WIDE, WIDE, 3), 240, np.uint8)
        square[400:] = 120
        Image.fromarray(square).save(tmp_path / "he.png")
        side = np.linspace(20, 360, SIDE), np.linspace(410, 690, SIDE)
        x, y = (one.ravel() for one in np.meshgrid(*side))
        options: Given = {"pixel_size": 4, "spot_diameter": 100, "image": tmp_path / "he.png"}
        path = h5ad(tmp_path / "own.h5ad", pictured=False)
        right = pd.DataFrame({"barcode": barcodes(), "x": x, "y": y})
        run(layout, path, spots=table(tmp_path, right), **options)
        wrong = table(tmp_path, right.rename(columns={"x": "y", "y": "x"}))
        self.fails(layout, path, "100% of the spots are on the empty slide", spots=wrong, **options)

    def test_outside(self, layout: Layout, tmp_path: Path) -> None:
        """Places of another image."""
        frame = position_table()
        frame["pxl_col_in_fullres"] += 2000
        folder = ranger(tmp_path / "outs")
        frame.to_csv(folder / "spatial/tissue_positions.csv", index=False)
        self.fails(layout, folder, "100 of 100 spots are outside the image of 700 x 420 pixels")

    def test_unknown_scale(self, layout: Layout, tmp_path: Path) -> None:
        """An image of which nobody says the size of a pixel, or of a spot."""
        path = h5ad(tmp_path / "own.h5ad", pictured=False)
        options: Given = {"spots": table(tmp_path), "image": picture(tmp_path)}
        self.fails(layout, path, "size of a pixel is not known: .*pixel_size=", **options)
        self.fails(layout, path, "diameter of a spot is not known", pixel_size=4, **options)
        self.fails(
            layout, path, "pixel_size=-1.0: expected", pixel_size=-1, spot_diameter=9, **options
        )

    def test_duplicates(self, layout: Layout, tmp_path: Path) -> None:
        """A barcode that stands twice among the places, or among the counts."""
        frame = position_table()
        folder = ranger(tmp_path / "outs")
        pd.concat([frame, frame.iloc[[3]]]).to_csv(
            folder / "spatial/tissue_positions.csv", index=False
        )
        self.fails(layout, folder, "1 barcodes have several rows, such as 'SPOT003-1'")
        data = anndata.read_h5ad(h5ad(tmp_path / "own.h5ad"))
        data.obs_names = ["A-1", "A-1", *barcodes()[2:]]
        data.write_h5ad(tmp_path / "own.h5ad")
        self.fails(layout, tmp_path / "own.h5ad", "1 barcodes stand for several cells")

    def test_no_counts(self, layout: Layout, tmp_path: Path) -> None:
        """Spots without counts are refused, or dropped by the option."""
        data = anndata.read_h5ad(h5ad(tmp_path / "own.h5ad"))
        values = counts()
        values[[4, 7]] = 0
        data.X = values
        data.write_h5ad(tmp_path / "own.h5ad")
        self.fails(layout, tmp_path / "own.h5ad", "2 spots have no counts, such as 'SPOT004-1'")
        made = run(layout, tmp_path / "own.h5ad", empty_spots="drop")
        cells = pq.read_table(made.tables.folder / "Cell.parquet")["barcode"].to_pylist()
        assert cells == [name for name in barcodes() if name not in ("SPOT004-1", "SPOT007-1")]

    def test_few_spots(self, layout: Layout, tmp_path: Path) -> None:
        """Forty-nine spots under tissue are too few; fifty are enough."""
        folder = ranger(tmp_path / "outs")
        frame = position_table()
        for number, match in ((49, "49 spots .* expected 50 at least"), (50, "")):
            frame["in_tissue"] = (np.arange(len(frame)) < number).astype(int)
            frame.to_csv(folder / "spatial/tissue_positions.csv", index=False)
            if match:
                self.fails(layout, folder, match)
            else:
                run(layout, folder)

    def test_parts_that_are_missing(self, layout: Layout, tmp_path: Path) -> None:
        """No places, no image, no scale factors, and spots that the table does not have."""
        path = h5ad(tmp_path / "own.h5ad", pictured=False)
        self.fails(layout, path, "expected an image of the section, found none")
        data = anndata.read_h5ad(path)
        del data.obsm["spatial"]
        data.write_h5ad(tmp_path / "bare.h5ad")
        self.fails(layout, tmp_path / "bare.h5ad", "expected places of the spots, found none")
        frame = pd.DataFrame({"barcode": barcodes()[:90], "x": 50, "y": 50})
        spots = table(tmp_path, frame)
        self.fails(layout, path, "10 of 100 spots have no place", spots=spots)
        folder = ranger(tmp_path / "outs")
        (folder / "spatial/scalefactors_json.json").unlink()
        self.fails(layout, folder, "expected the scale factors as scalefactors_json.json")
