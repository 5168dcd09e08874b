"""Encoders of patches and of spots, and the arm that reconstructs a masked image from genes.

After CMRCNet's released code, as card and page of the model describe it. The fusion blocks do not
share their weights, which is ours.
"""

from itertools import pairwise
from typing import Final

import torch
from torch import nn

from orthoweave.models.histology.config import HistologyConfig

GENE_TOKENS: Final = 8
"""Tokens that the genes of a spot become in the reconstruction."""
_MASKED: Final = 0.5


class Head(nn.Module):
    """Projection to the common space: two linear layers with a residual, and LayerNorm."""

    def __init__(self, n_in: int, dimension: int) -> None:
        super().__init__()
        self.first = nn.Linear(n_in, dimension)
        self.second = nn.Linear(dimension, dimension)
        self.dropout = nn.Dropout(0.1)
        self.norm = nn.LayerNorm(dimension)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Return embeddings, ``(n, dimension)``."""
        first = self.first(values)
        second: torch.Tensor = self.second(nn.functional.gelu(first))
        found: torch.Tensor = self.norm(first + self.dropout(second))
        return found


class Convolutions(nn.Module):
    """Four stages that halve a patch and double its channels, for a CPU."""

    def __init__(self, width: int) -> None:
        super().__init__()
        sizes = [3, *(width * 2**stage for stage in range(4))]
        layers: list[nn.Module] = []
        for before, after in pairwise(sizes):
            layers += [
                nn.Conv2d(before, after, 3, stride=2, padding=1),
                nn.GroupNorm(1, after),
                nn.GELU(),
            ]
        self.layers = nn.Sequential(*layers)
        self.n_out = sizes[-1]

    def forward(self, patches: torch.Tensor) -> torch.Tensor:
        """Return tokens of the image, ``(n, n_tokens, n_out)``."""
        found: torch.Tensor = self.layers(patches)
        return found.flatten(2).transpose(1, 2)


class Transformer(nn.Module):
    """Vision transformer with a class token and learnt positions: Dosovitskiy et al., 2021."""

    def __init__(self, config: HistologyConfig) -> None:
        super().__init__()
        width, step = config.width, config.vit_patch
        self.cut = nn.Conv2d(3, width, step, stride=step)
        n_tokens = (config.patch // step) ** 2 + 1
        self.first = nn.Parameter(torch.randn(1, 1, width) * 0.02)
        self.places = nn.Parameter(torch.randn(1, n_tokens, width) * 0.02)
        self.blocks = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width, config.heads, 4 * width, 0.0, "gelu", batch_first=True, norm_first=True
            )
            for _ in range(config.blocks)
        )
        self.norm = nn.LayerNorm(width)
        self.n_out = width

    def forward(self, patches: torch.Tensor) -> torch.Tensor:
        """Return tokens of the image, ``(n, n_tokens, n_out)``."""
        tokens = self.cut(patches).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.first.expand(len(tokens), -1, -1), tokens], 1) + self.places
        for block in self.blocks:
            tokens = block(tokens)
        found: torch.Tensor = self.norm(tokens)
        return found


class Fusion(nn.Module):
    """Self-attention of image tokens, then attention to the genes, whose query is added."""

    def __init__(self, dimension: int, heads: int) -> None:
        super().__init__()
        self.own = nn.TransformerEncoderLayer(
            dimension, heads, 4 * dimension, 0.0, "gelu", batch_first=True, norm_first=True
        )
        self.query = nn.Linear(dimension, dimension)
        self.across = nn.MultiheadAttention(dimension, heads, batch_first=True)

    def forward(self, image: torch.Tensor, genes: torch.Tensor) -> torch.Tensor:
        """Return image tokens that have heard of the genes, of the same shape."""
        query = self.query(self.own(image))
        heard: torch.Tensor = self.across(query, genes, genes, need_weights=False)[0]
        found: torch.Tensor = query + heard
        return found


class Reconstruction(nn.Module):
    """The embedding of an image from half of its entries and the genes of its spot."""

    def __init__(self, n_image: int, n_genes: int, config: HistologyConfig) -> None:
        super().__init__()
        dimension = config.dimension
        self.genes = nn.Sequential(
            nn.Linear(n_genes, GENE_TOKENS * dimension), nn.ELU(), nn.AlphaDropout(0.25)
        )
        self.image = nn.Linear(n_image, dimension)
        # four heads where the dimension allows it, as in the released code
        heads = 4 if dimension % 4 == 0 else 1
        self.first = nn.MultiheadAttention(dimension, heads, batch_first=True)
        self.blocks = nn.ModuleList(Fusion(dimension, config.heads) for _ in range(2))

    def forward(self, tokens: torch.Tensor, genes: torch.Tensor) -> torch.Tensor:
        """Return reconstructed embeddings, ``(n, dimension)``."""
        image = self.image(tokens)
        kept = torch.rand(image.shape, device=image.device) >= _MASKED
        image = image * kept
        parts = self.genes(genes).reshape(len(genes), GENE_TOKENS, -1)
        image = self.first(image, parts, parts, need_weights=False)[0]
        for block in self.blocks:
            image = block(image, parts)
        return image.mean(1)


class PairNetwork(nn.Module):
    """Patches and spots in one space."""

    def __init__(self, n_genes: int, config: HistologyConfig) -> None:
        super().__init__()
        self.encoder: Convolutions | Transformer = (
            Convolutions(config.width) if config.encoder == "cnn" else Transformer(config)
        )
        self.image_head = Head(self.encoder.n_out, config.dimension)
        self.gene_head = Head(n_genes, config.dimension)
        self.arm = (
            Reconstruction(self.encoder.n_out, n_genes, config) if config.reconstruction else None
        )

    def images(self, patches: torch.Tensor) -> torch.Tensor:
        """Return embeddings of patches, ``(n, dimension)``."""
        found: torch.Tensor = self.image_head(self.encoder(patches).mean(1))
        return found

    def spots(self, genes: torch.Tensor) -> torch.Tensor:
        """Return embeddings of spots, ``(n, dimension)``."""
        found: torch.Tensor = self.gene_head(genes)
        return found

    def forward(
        self, patches: torch.Tensor, genes: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]:
        """Return embeddings of patches and spots, and the reconstructed ones of patches."""
        tokens = self.encoder(patches)
        rebuilt = None if self.arm is None else self.arm(tokens, genes)
        return self.image_head(tokens.mean(1)), self.spots(genes), rebuilt
