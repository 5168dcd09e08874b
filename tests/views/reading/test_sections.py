"""Sections of a build: spots, patches from the right place and level, neighbours, bundles."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.ingest.test_tissue_section import run
from tests.support.bulk_samples import named_genes
from tests.support.sections import SIDE, barcodes, counts, h5ad, image, places

from orthoweave.builds.build import build
from orthoweave.errors import InputError, UsageError
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.storage.published import Published, open_published
from orthoweave.views.reading.kinds import find_kind
from orthoweave.views.reading.read import read_view
from orthoweave.views.requests import SectionRequest, Views
from orthoweave.views.section import SectionView


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Return a build with one section."""
    folder = tmp_path_factory.mktemp("section")
    layout = named_genes(folder)
    run(layout, h5ad(folder / "one.h5ad"))
    build(layout, Quiet())
    return open_published(Layout(layout.root))


def read(published: Published, **more: float) -> SectionView:
    """Return the section, as a model gets it."""
    request = SectionRequest("one", **more)  # type: ignore[arg-type]
    return Views({"s": read_view(published, request)}).section("s")


def test_spots_and_places(published: Published) -> None:
    """Counts are those of the file; places are in µm: two for a pixel of full resolution."""
    view = read(published)
    assert view.cells.tolist() == [f"one:{name}" for name in barcodes()]
    order = np.argsort(view.genes)
    assert sorted(view.values.toarray()[:, order].sum(0)) == sorted(counts().sum(0))
    assert np.allclose(view.places, places() * 2)
    assert view.spot_diameter == pytest.approx(65)
    assert set(view.patients) == {"one:p1"}


def test_patches_are_cut_around_spots(published: Published) -> None:
    """At one pixel for one of the image, a patch is a cut; beyond the image it is white."""
    view = read(published, patch=20, width=80.0)
    for number in (0, 37, 99):
        x, y = np.rint(places()[number] / 2).astype(int)
        [patch] = view.patches.read(np.array([number]))
        cut = image()[y - 10 : y + 10, x - 10 : x + 10]
        # spots lie between pixels: bilinear, so within a level or two where the image is smooth
        assert abs(patch.astype(int) - cut).mean() < 3
    wide = read(published, patch=16, width=600.0)
    corner = wide.patches.read(np.array([0]))[0]
    assert (corner[0] == 255).all()
    assert (corner[-1, -1] < 200).all()
    beyond = wide.patches.beyond()
    assert beyond[0] > 0.2
    assert beyond[5 * SIDE + 5] == pytest.approx(0)


def test_small_patches_come_from_small_levels(published: Published) -> None:
    """A wide patch has the mean colour of its square."""
    view = read(published, patch=8, width=256.0)
    [patch] = view.patches.read(np.array([55]))
    x, y = np.rint(places()[55] / 2).astype(int)
    square = image()[y - 32 : y + 32, x - 32 : x + 32]
    assert np.allclose(patch.mean((0, 1)), square.mean((0, 1)), atol=2)


def test_neighbours_on_a_grid(published: Published) -> None:
    """Those that touch, in both orders, and the nearest ones."""
    view = read(published)
    touching = view.neighbours()
    pairs = {tuple(pair) for pair in touching.tolist()}
    assert (0, SIDE) in pairs
    assert {(b, a) for a, b in pairs} == pairs
    assert len(view.neighbours(2)) >= 2 * view.n_cells


def test_digest_follows_what_is_read(published: Published, tmp_path: Path) -> None:
    """Equal requests have equal digests; other patches and other spots have others."""
    view = read(published)
    assert view.digest == read(published).digest
    assert view.digest != read(published, width=100.0).digest
    assert view.digest != read(published, patch=32).digest
    assert view.digest != view.subset(np.arange(60)).digest


def test_bundle(published: Published, tmp_path: Path) -> None:
    """Plain files give the same digest and the same patches."""
    view = read(published)
    kind = find_kind(SectionRequest("one"))
    about = json.loads(json.dumps(kind.files.write(view, tmp_path)))
    again = kind.files.read(SectionView, tmp_path, about)
    assert again.digest == view.digest
    some = np.array([3, 50])
    assert (again.patches.read(some) == view.patches.read(some)).all()
    with pytest.raises(InputError, match="a section cannot be read"):
        kind.files.read(SectionView, tmp_path, {})


def test_refused(published: Published) -> None:
    """Patches of no size."""
    with pytest.raises(UsageError, match="patch=0"):
        read(published, patch=0)
