"""The shipped weights: read as they are trained, replaced in part, entered in the registry.

    python models/tagger/weights.py --of FILE --parts spoken,news

takes what belongs to these styles out of another file of weights and leaves every other tensor as it is, to
the byte: two trainings that began at the same weights can both be kept. The encoder belongs to `spoken` and
`news` together; the style `commands` has an output and upper blocks of its own.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from pii_audio.engine.int8 import from_int8
from pii_audio.files import hash_file

HERE = Path(__file__).parent
SHIPPED, REGISTRY = HERE / "weights.safetensors", HERE.parent / "registry.toml"
OUTPUTS = {"spoken": "head", "news": "news"}  # their names in the file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--of", type=Path, required=True)
    parser.add_argument("--parts", choices=("spoken,news", "commands"), required=True)
    options = parser.parse_args()
    commands = options.parts == "commands"
    tensors = {n: w for n, w in load_file(options.of).items() if n.startswith("commands.") == commands}
    metadata = {n: v for n, v in about(options.of).items() if n.startswith("commands_") == commands}
    replace(tensors, metadata)


def about(path: Path = SHIPPED) -> dict[str, str]:
    with safe_open(path, framework="pt") as file:
        return dict(file.metadata())


def shipped() -> dict[str, Tensor]:
    """The weights of `spoken` and `news` as they are, under the names of train.py's Tagger."""
    packed = load_file(SHIPPED)
    weights = from_int8({name: w for name, w in packed.items() if not name.startswith("commands.")})
    names = {name: f"encoder.{name}" for name in weights}
    for style, output in OUTPUTS.items():
        names |= {f"{output}.{part}": f"outputs.{style}.{part}" for part in ("weight", "bias")}
    return {names[name]: tensor for name, tensor in weights.items()}


def replace(tensors: Mapping[str, Tensor], metadata: Mapping[str, str], path: Path = SHIPPED) -> str:
    """Packed tensors in the place of those of the same names; returns the sha256, entered in the registry."""
    kept = {name: tensor.clone() for name, tensor in load_file(SHIPPED).items()}  # a mapped file stays open
    save_file(kept | dict(tensors), path, about(SHIPPED) | dict(metadata))
    path.chmod(0o644)
    digest = hash_file(path)
    if path == SHIPPED:
        entries = REGISTRY.read_text(encoding="utf-8")
        tagger = re.compile(r'(name = "pii-tagger"\n(?:[^\[].*\n)*?sha256 = ")[0-9a-f]{64}')
        REGISTRY.write_text(tagger.sub(rf"\g<1>{digest}", entries), encoding="utf-8")
    return digest


if __name__ == "__main__":
    main()
