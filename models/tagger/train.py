"""Trains the tagger: about an hour on two CPU cores, minutes on a GPU; prints the figures of its card.

    python models/tagger/train.py --start /tmp/start --shared ../shared/data --minutes 50

`--start` is what e5.py wrote. The encoder's word embeddings stay as they are; two outputs are trained, one
for what is said and one for news; commands.py then trains the third. A checkpoint is written every few
minutes, so that it can be stopped at any time: `--finish` turns the last one into `weights.safetensors`,
calibrated on held-out templates, as written and as heard, and MASSIVE's dev set, for news on tweets it has
not read. `--go-on` trains on from the last checkpoint, or where there is none from the weights as they are,
`--figures` prints the figures of those. `--frozen 4` leaves the word embeddings and the four lowest blocks as
they are to the byte, so that the style `commands`, which stands on them, need not be trained again.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import weights
from corpora import UNSURE, Marked
from figures import IGNORED, Pair, figures, fitted, reliability
from safetensors.torch import load_file, save_file
from stream import SHARES, Stream, held_out, unread_news
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, IterableDataset, get_worker_info
from weights import OUTPUTS, about, shipped

from pii_audio.config import Style
from pii_audio.engine.encoder import EncoderShape, TextEncoder
from pii_audio.engine.int8 import to_int8
from pii_audio.recognizers.tag_model import LABELS, TAGS, Calibration, Pieces
from pii_audio.recognizers.tokens import TOKEN

HERE = Path(__file__).parent
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
STYLES: tuple[Style, ...] = ("spoken", "news")
PIECES = 1536  # in one step
RATE = 1.5e-4
DECAY = 0.85  # of the rate, from each block to the one below it
SHARED = 4  # of the lowest blocks are the style commands' too
FORGOTTEN = (0.1, 0.05)  # share of words read as unknown: outside of spans, inside


@dataclass(frozen=True)
class Example:
    ids: list[int]
    heads: list[int]
    tags: list[int]
    style: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/tagger"))
    parser.add_argument("--minutes", type=float, default=50)
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--frozen", type=int, default=0, help="so many of the lowest blocks")
    parser.add_argument("--keep", type=float, default=0.0, help="share of the old weights in the new")
    parser.add_argument("--out", type=Path, default=weights.SHIPPED)
    parser.add_argument("--sources", default=",".join(SHARES))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pieces", type=int, default=PIECES, help="in one step")
    parser.add_argument(
        "--workers", type=int, default=0, help="processes that write texts beside the training"
    )
    parser.add_argument(
        "--finish", action="store_true", help="no training: weights out of the last checkpoint"
    )
    parser.add_argument("--go-on", action="store_true", help="from the last checkpoint or the weights")
    parser.add_argument("--figures", action="store_true", help="only the figures of the weights as they are")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    pieces = Pieces(Tokenizer.from_file(str(options.start / "tokenizer.json")))
    model = Tagger(load_file(options.start / "start.safetensors"), options.layers, options.frozen)
    held, checkpoint = held_out(options.shared), options.work / "checkpoint.safetensors"
    if options.figures:
        model.load_state_dict(shipped())
        report(logits_of(model, pieces, held), {style: Calibration.of(about(), style) for style in STYLES})
        return
    if options.go_on:
        model.load_state_dict(load_file(checkpoint) if checkpoint.exists() else shipped())
    if not options.finish:
        train(model, pieces, options)
    model.load_state_dict(load_file(checkpoint))
    if options.keep:
        before, after = shipped(), model.cpu().state_dict()
        model.load_state_dict({n: w.lerp(before[n], options.keep) for n, w in after.items()})
    finish(model, pieces, held, options)


class Tagger(nn.Module):
    """The encoder with one output a style; `frozen` of its lowest blocks are not trained."""

    def __init__(self, start: dict[str, Tensor], layers: int, frozen: int = 0) -> None:
        super().__init__()
        kept = {
            name: tensor.float()
            for name, tensor in start.items()
            if not name.startswith("blocks.") or int(name.split(".")[1]) < layers
        }
        rows, width = kept["pieces.weight"].shape
        self.shape = EncoderShape(rows, kept["positions.weight"].shape[0], width, layers, 12, 4 * width)
        self.encoder = TextEncoder(self.shape, dropout=0.15)
        self.encoder.load_state_dict(kept)
        self.frozen = frozen
        if frozen:
            self.encoder.requires_grad_(requires_grad=False)
            self.encoder.blocks[frozen:].requires_grad_(requires_grad=True)
        self.encoder.pieces.weight.requires_grad_(False)
        self.outputs = nn.ModuleDict({style: nn.Linear(width, len(TAGS)) for style in STYLES})

    def forward(self, ids: Tensor, lengths: Tensor, style: str) -> Tensor:
        logits: Tensor = self.outputs[style](self.encoder(ids, lengths))
        return logits


# examples --------------------------------------------------------------------------------------------------


def example(marked: Marked, pieces: Pieces, most: int = 120, forget: random.Random | None = None) -> Example:
    """`forget` makes some words unknown, so that neither a name nor a phrase is learnt by heart."""
    words = [m.span() for m in TOKEN.finditer(marked.text)]
    ids, heads, tags = [pieces.start], list[int](), list[int]()
    for own, tag in zip(pieces.of(marked.text, words), word_tags(words, marked), strict=True):
        if len(ids) + len(own) > most:
            break
        heads.append(len(ids))
        unknown = forget is not None and forget.random() < FORGOTTEN[tag > 0]
        ids.extend([pieces.unknown] if unknown else own)
        tags.append(tag)
    return Example([*ids, pieces.end], heads, tags, marked.style)


def word_tags(words: Sequence[tuple[int, int]], marked: Marked) -> list[int]:
    tags, last = [], None
    for start, end in words:
        span = next((s for s in marked.spans if s[0] < end and start < s[1]), None)
        if span is None:
            tags.append(0)
        elif span[2] == UNSURE or span[2] not in LABELS:
            tags.append(IGNORED)
        else:
            tags.append(1 + 2 * LABELS.index(span[2]) + (span is last))
        last = span
    return tags


# training --------------------------------------------------------------------------------------------------


def train(model: Tagger, pieces: Pieces, options: argparse.Namespace) -> None:
    model.to(DEVICE).train()
    torch.manual_seed(options.seed)
    batches = iter(DataLoader(Batches(pieces, options), batch_size=None, num_workers=options.workers))
    moving = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    groups = [group(name, parameter, model.shape.layers) for name, parameter in moving]
    optimizer = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98), fused=True)
    rates = [float(own["lr"]) for own in optimizer.param_groups]
    begin, step, read, saved, loss_sum = time.monotonic(), 0, 0, 0.0, 0.0
    while (gone := (time.monotonic() - begin) / 60 / options.minutes) < 1:
        for own, rate in zip(optimizer.param_groups, rates, strict=True):
            own["lr"] = rate * min(1.0, (step + 1) / 100) * max(0.02, 1 - gone)
        batch = next(batches)
        loss = loss_of(model, batch)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_([p for _, p in moving], 1.0)
        optimizer.step()
        step, read, loss_sum = step + 1, read + len(batch), loss_sum + float(loss.detach())
        if step % 100 == 0:
            print(f"{gone:.1%} step {step} read {read} loss {loss_sum / 100:.4f}", flush=True)
            loss_sum = 0.0
        if time.monotonic() - saved > 240:
            save(model, options.work)
            saved = time.monotonic()
    save(model, options.work)
    print(f"{step} steps, {read} texts, {(time.monotonic() - begin) / 60:.1f} minutes on {DEVICE}")


def group(name: str, parameter: nn.Parameter, layers: int) -> dict[str, object]:
    """The outputs learn fast, each block slower than the one above it."""
    decay = 0.01 if parameter.ndim > 1 else 0.0
    if name.startswith("outputs"):
        return {"params": [parameter], "lr": 1e-3, "weight_decay": 0.0}
    depth = int(name.split(".")[2]) if ".blocks." in name else -1
    return {"params": [parameter], "lr": RATE * DECAY ** (layers - 1 - depth), "weight_decay": decay}


class Batches(IterableDataset[list[Example]]):
    """Of texts without end, other ones in each worker."""

    def __init__(self, pieces: Pieces, options: argparse.Namespace) -> None:
        self.pieces, self.options = pieces, options

    def __iter__(self) -> Iterator[list[Example]]:
        worker = get_worker_info()
        rng = random.Random(self.options.seed + 1000 * (worker.id if worker else 0))
        texts = iter(Stream(self.options.shared, self.options.sources.split(","), rng))
        return packed(texts, self.pieces, rng, self.options.pieces)


def packed(
    texts: Iterator[Marked], pieces: Pieces, rng: random.Random, most: int = PIECES
) -> Iterator[list[Example]]:
    """Batches of one style and about one length, so many pieces each."""
    while True:
        pool = [e for e in (example(next(texts), pieces, forget=rng) for _ in range(3000)) if e.heads]
        ready = []
        for style in STYLES:
            batch: list[Example] = []
            for e in sorted((e for e in pool if e.style == style), key=lambda e: (len(e.ids), rng.random())):
                if (len(batch) + 1) * len(e.ids) > most:
                    ready.append(batch)
                    batch = []
                batch.append(e)
            if len(batch) > 3:
                ready.append(batch)
        rng.shuffle(ready)
        yield from ready


def tensors(batch: Sequence[Example]) -> tuple[Tensor, Tensor, Tensor]:
    """ids [batch, pieces], lengths [batch], tags [batch, pieces] on the first piece of each word."""
    width = max(len(e.ids) for e in batch)
    ids = torch.ones(len(batch), width, dtype=torch.long)
    tags = torch.full((len(batch), width), IGNORED)
    for row, e in enumerate(batch):
        ids[row, : len(e.ids)] = torch.tensor(e.ids)
        tags[row, e.heads] = torch.tensor(e.tags)
    lengths = torch.tensor([len(e.ids) for e in batch])
    return ids.to(DEVICE), lengths.to(DEVICE), tags.to(DEVICE)


def loss_of(model: Tagger, batch: Sequence[Example]) -> Tensor:
    ids, lengths, tags = tensors(batch)
    with torch.autocast(DEVICE.type, torch.bfloat16):
        logits = model(ids, lengths, batch[0].style)
    return F.cross_entropy(
        logits.float().flatten(0, 1), tags.flatten(), ignore_index=IGNORED, label_smoothing=0.02
    )


def save(model: Tagger, work: Path) -> None:
    path = work / "checkpoint.safetensors"
    save_file({n: t.detach().cpu().contiguous() for n, t in model.state_dict().items()}, work / "writing")
    (work / "writing").replace(path)


# figures ---------------------------------------------------------------------------------------------------


def finish(model: Tagger, pieces: Pieces, held: dict[str, list[Marked]], options: argparse.Namespace) -> None:
    """Calibrate, write the weights, print the figures."""
    logits = logits_of(model, pieces, held)
    tweets = predicted(model, pieces, unread_news(options.shared))
    calibrations: dict[Style, Calibration] = {"spoken": fitted(spoken_of(logits)), "news": fitted(tweets)}
    about = {field: str(getattr(model.shape, field)) for field in model.shape.__slots__}
    for style, calibration in calibrations.items():
        about |= calibration.metadata(style)
    digest = weights.replace(to_int8(trained(model)), about, options.out)
    if (options.start / "tokenizer.json") != HERE / "tokenizer.json":
        shutil.copy(options.start / "tokenizer.json", HERE / "tokenizer.json")
    print(f"{calibrations}, sha256 {digest}")
    if options.frozen < SHARED:
        print("the style commands does not fit these weights: run commands.py")
    report(logits, calibrations)


def trained(model: Tagger) -> dict[str, Tensor]:
    """All that is not frozen, under the names of the file."""
    frozen = {n for n, p in model.named_parameters() if model.frozen and not p.requires_grad}
    named = {n.removeprefix("encoder."): w for n, w in model.state_dict().items() if n not in frozen}
    for style, output in OUTPUTS.items():
        for part in ("weight", "bias"):
            named[f"{output}.{part}"] = named.pop(f"outputs.{style}.{part}")
    return {n: w.cpu().contiguous() for n, w in named.items()}


def spoken_of(logits: dict[str, list[Pair]]) -> list[Pair]:
    return [pair for name, pairs in logits.items() if "news" not in name for pair in pairs]


def logits_of(model: Tagger, pieces: Pieces, held: dict[str, list[Marked]]) -> dict[str, list[Pair]]:
    model.to(DEVICE).eval()
    return {name: predicted(model, pieces, rows) for name, rows in held.items()}


def report(logits: dict[str, list[Pair]], calibrations: dict[Style, Calibration]) -> None:
    for name, pairs in logits.items():
        own = calibrations["news" if "news" in name else "spoken"]
        print(json.dumps({"data": name, **figures(pairs, own)}))
    print("probability that a word is personal, words, share that are")
    for low, count, share in reliability(spoken_of(logits), calibrations["spoken"]):
        print(f"  {low:.1f} to {low + 0.1:.1f}  {count}  {share:.3f}")


def predicted(model: Tagger, pieces: Pieces, rows: Sequence[Marked]) -> list[Pair]:
    examples = [e for e in (example(m, pieces, 500) for m in rows) if e.heads]
    pairs: list[Pair] = []
    ordered = sorted(examples, key=lambda e: len(e.ids))
    for at in range(0, len(ordered), 64):
        group = ordered[at : at + 64]
        ids, lengths, _ = tensors(group)
        with torch.inference_mode(), torch.autocast(DEVICE.type, torch.bfloat16):
            logits = model(ids, lengths, group[0].style).float().cpu()
        pairs += [(logits[i, e.heads], torch.tensor(e.tags)) for i, e in enumerate(group)]
    return pairs


if __name__ == "__main__":
    main()
