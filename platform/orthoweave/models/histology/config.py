"""Options of the prediction of expression from stained tissue."""

from dataclasses import dataclass

from orthoweave.errors import UsageError
from orthoweave.models.options import device_option, option, seed_option


@dataclass(frozen=True, slots=True)
class HistologyConfig:
    """Options of the prediction of expression from stained tissue."""

    sections: tuple[str, ...] = option((), "tissue sections to learn from, two at least")
    target: str = option("", "section that kept weights are applied to; its counts are not read")
    held_out: str = option(
        "section", "what a fold leaves out: a section, or a patient", choices=("section", "patient")
    )
    genes: int = option(1000, "most variable genes of each section whose union is learnt")
    top: int = option(50, "genes of a score: those of highest sum, or of highest variance")
    encoder: str = option("cnn", "encoder of the image", choices=("cnn", "vit"))
    patch: int = option(64, "side of a patch in its own pixels: 64 for cnn, 224 for vit")
    width_um: float = option(150.0, "side of the square that a patch shows, in µm")
    width: int = option(32, "channels of the first layer of cnn; of vit 768 is usual")
    blocks: int = option(8, "blocks of vit")
    heads: int = option(8, "heads of vit, and of the fusion blocks")
    vit_patch: int = option(32, "side of the squares that vit cuts a patch into, in pixels")
    dimension: int = option(256, "numbers that describe a spot")
    colours: str = option(
        "section", "standardise colours by section, or as ImageNet", choices=("section", "imagenet")
    )
    reconstruction: bool = option(
        default=True, help="learn to reconstruct the masked image from the genes too"
    )
    detach: bool = option(
        default=False, help="stop the gradient of the embedding that is reconstructed"
    )
    temperature: float = option(1.0, "temperature of the contrastive loss")
    neighbours: int = option(50, "reference spots whose mean is the prediction")
    epochs: int = option(10, "passes over the spots")
    rate: float = option(3e-4, "highest learning rate")
    batch: int = option(64, "spots of a batch")
    shuffles: int = option(1, "fits to permuted spots for the control")
    seed: int = seed_option()
    device: str = device_option()


def check_config(config: HistologyConfig) -> None:
    """Check that sections are named and all numbers are in range.

    Raises
    ------
    UsageError
        If not.
    """
    if len(set(config.sections)) < 2 or len(set(config.sections)) < len(config.sections):
        message = (
            f"sections={','.join(config.sections)!r}: expected two different tissue sections at "
            "least, since each is predicted by the others, such as --set sections=a,b"
        )
        raise UsageError(message)
    least = {"genes": 2, "top": 2, "patch": 16, "width": 1, "blocks": 1, "heads": 1, "epochs": 1}
    least |= {"vit_patch": 1, "dimension": 1, "neighbours": 1, "batch": 2, "shuffles": 1}
    for name, low in least.items():
        if getattr(config, name) < low:
            message = f"{name}={getattr(config, name)!r}: expected a whole number from {low}"
            raise UsageError(message)
    for name in ("rate", "temperature", "width_um"):
        if not getattr(config, name) > 0:
            message = f"{name}={getattr(config, name)!r}: expected a number above 0"
            raise UsageError(message)
    _check_sizes(config)


def _check_sizes(config: HistologyConfig) -> None:
    if config.dimension % config.heads:
        message = f"dimension={config.dimension}: expected a multiple of heads={config.heads}"
        raise UsageError(message)
    if config.encoder == "vit" and (config.patch % config.vit_patch or config.width % config.heads):
        message = (
            f"patch={config.patch}, width={config.width}: expected multiples of "
            f"vit_patch={config.vit_patch} and of heads={config.heads}"
        )
        raise UsageError(message)
