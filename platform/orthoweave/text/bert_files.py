"""The files of a sentence encoder: which describe a model that `BertEncoder` runs.

That is BERT with the GELU activation, the mean over all tokens, and scaling to length 1. Every
other model is left to sentence-transformers.
"""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

WEIGHTS: Final = "model.safetensors"
TOKENIZER: Final = "tokenizer.json"
WORDS: Final = "embeddings.word_embeddings.weight"
"""Name of the tensor with a vector for each word of the vocabulary."""

_PIPELINE: Final = ["Transformer", "Pooling", "Normalize"]


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers that the configuration of a BERT model gives."""

    layers: int
    heads: int
    dimension: int
    epsilon: float
    """Added to the variance in a layer normalization."""
    max_tokens: int
    """Tokens of a text, with those that mark its start and end; the rest is cut."""


def read_shape(folder: Path) -> Shape | None:
    """Read the shape of the model in a folder; None unless it is one that `BertEncoder` runs."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        kinds = [module["type"].rpartition(".")[2] for module in modules]
        if kinds != _PIPELINE or modules[0]["path"]:
            return None
        pooling = _read(folder / modules[1]["path"] / "config.json")
        prompts = _read(folder / "config_sentence_transformers.json")
        limits = _read(folder / "sentence_bert_config.json")
        config = _read(folder / "config.json")
        plain = (
            _is_mean(pooling)
            and not prompts.get("default_prompt_name")
            and not limits.get("do_lower_case")
            and _is_encoder(config)
            and (folder / TOKENIZER).is_file()
            and _has_plain_weights(folder)
        )
        return _shape(config, limits) if plain else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        # sentence-transformers reads what is unusual, or says what is wrong with it
        return None


def open_weights(folder: Path) -> AbstractContextManager[Any]:
    """Open the weights of a model; a context manager, from which tensors are read by name."""
    from safetensors import safe_open

    weights: AbstractContextManager[Any] = safe_open(folder / WEIGHTS, framework="numpy")
    return weights


def _shape(config: Mapping[str, Any], limits: Mapping[str, Any]) -> Shape:
    return Shape(
        layers=int(config["num_hidden_layers"]),
        heads=int(config["num_attention_heads"]),
        dimension=int(config["hidden_size"]),
        epsilon=float(config["layer_norm_eps"]),
        max_tokens=min(int(limits["max_seq_length"]), int(config["max_position_embeddings"])),
    )


def _read(path: Path) -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _is_mean(pooling: Mapping[str, Any]) -> bool:
    modes = {name for name, value in pooling.items() if name.startswith("pooling_mode_") and value}
    return modes == {"pooling_mode_mean_tokens"} or pooling.get("pooling_mode") == "mean"


def _is_encoder(config: Mapping[str, Any]) -> bool:
    return (
        config["model_type"] == "bert"
        and config["hidden_act"] == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and not config.get("is_decoder")
    )


def _has_plain_weights(folder: Path) -> bool:
    """Check that the weights are one file in float32, with names without a prefix."""
    from safetensors import SafetensorError

    try:
        with open_weights(folder) as file:
            return bool(file.get_slice(WORDS).get_dtype() == "F32")
    except SafetensorError:
        return False
