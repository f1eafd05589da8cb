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
import math
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import corpora
import forms
import templates
import torch
import weights
from corpora import UNSURE, Marked
from fillers import Fillers
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, IterableDataset, get_worker_info
from weights import OUTPUTS, about, shipped
from words import WORDS

from pii_audio.bench import data
from pii_audio.config import Style
from pii_audio.engine.encoder import EncoderShape, TextEncoder
from pii_audio.engine.int8 import to_int8
from pii_audio.recognizers.lexicon import lexicon
from pii_audio.recognizers.tag_model import LABELS, TAGS, Calibration, Pieces, spans
from pii_audio.recognizers.tokens import TOKEN

HERE = Path(__file__).parent
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
IGNORED = -100
STYLES: tuple[Style, ...] = ("spoken", "news")
# texts per source, relative to each other
SHARES = {"de": 0.29, "en": 0.26, "massive": 0.15, "slurp": 0.1, "heard": 0.45, "news": 0.06}
PIECES = 1536  # in one step
RATE = 1.5e-4
DECAY = 0.85  # of the rate, from each block to the one below it
SHARED = 4  # of the lowest blocks are the style commands' too
FORGOTTEN = (0.1, 0.05)  # share of words read as unknown: outside of spans, inside


Pair = tuple[Tensor, Tensor]  # logits [words, tags], tags [words]


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


class Stream:
    """Marked texts without end, mixed by SHARES."""

    def __init__(self, shared: Path, sources: Sequence[str], rng: random.Random) -> None:
        self.rng, ner = rng, shared / "ner"
        self.writers: dict[str, tuple[templates.Writer, list[str]]] = {}
        for language in {"de", "en"} & set(sources):
            training, _ = templates.split(templates.load(HERE / f"templates-{language}.tsv"))
            self.writers[language] = (templates.Writer(training, Fillers(language, shared, rng)), training)
        self.fixed = {
            "massive": corpora.commands("de", ner, held=False),
            "slurp": corpora.commands("en", ner, held=False),
            "news": news(shared, held=False),
            "heard": heard(),
        }
        self.shares = {name: SHARES[name] for name in sources if name in self.writers or self.fixed.get(name)}

    def __iter__(self) -> Iterator[Marked]:
        names, weights = list(self.shares), list(self.shares.values())
        while True:
            name = self.rng.choices(names, weights)[0]
            parts = [self._one(name)]
            while self.rng.random() < 0.15:
                parts.append(self._one(name))
            if len(parts) > 1 and all(p.style == "spoken" for p in parts):
                parts = [forms.written(p) if p.text[:1].islower() else p for p in parts]
            yield forms.vary(forms.joined(parts), self.rng, misheard=0.05 if name == "heard" else 0.15)

    def _one(self, name: str) -> Marked:
        if name in self.writers:
            writer, texts = self.writers[name]
            return writer.write(self.rng.choice(texts))
        marked = self.rng.choice(self.fixed[name])
        if name in {"massive", "slurp"}:
            return self.writers[marked.language][0].renamed(marked)
        return marked


def news(shared: Path, *, held: bool) -> list[Marked]:
    """Every fifth sentence is held out."""
    ner = shared / "ner"
    rows = [
        *corpora.germeval(ner / "germeval2014-de" / "dev.tsv.xz"),
        *corpora.universal(ner / "uner-en" / "dev.iob2.xz"),
    ]
    rows = [m for i, m in enumerate(rows) if (i % 5 == 0) == held]
    return rows if held else rows + list(corpora.mobie(ner / "mobie-de" / "train.conll2003.xz"))[::2]


def unread_news(shared: Path) -> list[Marked]:
    """The other half of MobIE, which is not trained on."""
    return list(corpora.mobie(shared / "ner" / "mobie-de" / "train.conll2003.xz"))[1::2]


def heard() -> list[Marked]:
    """A name that came back as ordinary words alone ("um das") is not learnt from."""
    rows = []
    for line in (HERE / "heard.tsv").read_text(encoding="utf-8").splitlines():
        language, text = line.split("\t")
        marked = parse(text, language)
        spans = [(a, b, UNSURE if gone(marked, a, b, label) else label) for a, b, label in marked.spans]
        rows.append(replace(marked, spans=tuple(spans)))
    return rows


def gone(marked: Marked, start: int, end: int, label: str) -> bool:
    names, words = lexicon(marked.language), marked.text[start:end].lower().split()
    kept = {*WORDS[marked.language]["kin"], *WORDS[marked.language]["titles"]}
    if label not in {"PERSON", "LOCATION"} or (len(words) > 1 and words[0] in kept) or words[-1] in kept:
        return False
    return all(
        names.words.get(w, 0) > 4.5
        and max(names.first.get(w, 0), names.last.get(w, 0), names.places.get(w, 0)) < 4.5
        for w in words
    )


def parse(marked: str, language: str) -> Marked:
    text, spans, at = "", [], 0
    for match in templates.MARK.finditer(marked):
        text += marked[at : match.start()]
        spans.append((len(text), len(text) + len(match[2]), match[1]))
        text += match[2]
        at = match.end()
    return Marked(text + marked[at:], tuple(spans), language)


def held_out(shared: Path) -> dict[str, list[Marked]]:
    """What is only measured: templates nobody trained on, three times each, what was heard, dev sets."""
    sets: dict[str, list[Marked]] = {}
    for language in ("de", "en"):
        written = templates.held_out(language, shared)
        sets[f"templates {language}"] = written
        sets[f"templates {language}, lower"] = [forms.plain(m) for m in written]
    for row in data.read(str(HERE / "heard-held.tsv")).rows:
        sets.setdefault(f"heard {row.language}", []).append(Marked(row.text, row.spans, row.language))
    sets["MASSIVE dev"] = list(corpora.massive(shared / "ner" / "massive-de" / "dev.txt.xz"))
    sets["news de"] = [m for m in news(shared, held=True) if m.language == "de"]
    sets["news en"] = [m for m in news(shared, held=True) if m.language == "en"]
    sets["news de, lower"] = [forms.plain(m) for m in sets["news de"]]
    return sets


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


def fitted(pairs: Sequence[Pair]) -> Calibration:
    """Temperature (Guo et al. 2017) and a constant on the outside tag by cross entropy, then `shares`."""
    logits, tags = torch.cat([p[0] for p in pairs]), torch.cat([p[1] for p in pairs])
    logits, tags = logits[tags != IGNORED], tags[tags != IGNORED]
    grid = [Calibration(math.exp(x / 20), y / 4) for x in range(-10, 25) for y in range(-4, 13)]
    best = min(grid, key=lambda c: -float(c.probabilities(logits)[range(len(tags)), tags].log().mean()))
    sure = 1 - best.probabilities(logits)[:, 0]
    return replace(best, shares=shares(sure.tolist(), (tags > 0).tolist()))


def shares(sure: Sequence[float], right: Sequence[bool]) -> tuple[tuple[float, float], ...]:
    """Isotonic regression (Zadrozny and Elkan 2002): how sure on average, how often right.

    Over stretches of at least 50 words, neighbours merged until both rise.
    """
    blocks: list[tuple[float, float, int]] = []  # sums of both, words
    edges = [0, 0.02, 0.05, *(i / 10 for i in range(1, 10)), 0.95, 0.98, 1.01]
    for low, high in pairwise(edges):
        own = [(p, r) for p, r in zip(sure, right, strict=True) if low <= p < high]
        if len(own) < 50:
            continue
        blocks.append((sum(p for p, _ in own), float(sum(r for _, r in own)), len(own)))
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            last, before = blocks.pop(), blocks.pop()
            blocks.append((before[0] + last[0], before[1] + last[1], before[2] + last[2]))
    return (0.0, 0.0), *((p / n, r / n) for p, r, n in blocks), (1.0, 1.0)


def reliability(pairs: Sequence[Pair], calibration: Calibration) -> Iterator[tuple[float, int, float]]:
    """Words by the probability that they are personal: lowest bound, how many, share that are."""
    right, count = Counter[int](), Counter[int]()
    for logits, tags in pairs:
        personal = 1 - calibration.probabilities(logits)[:, 0]
        for p, tag in zip(personal.tolist(), tags.tolist(), strict=True):
            if tag != IGNORED and p >= 0.05:
                bucket = min(9, int(p * 10))
                count[bucket] += 1
                right[bucket] += tag > 0
    yield from ((b / 10, count[b], right[b] / count[b]) for b in sorted(count))


def figures(pairs: Sequence[Pair], calibration: Calibration) -> dict[str, object]:
    """Recall of spans (every word found, as whatever), precision by word, strict span F1 in all and each."""
    found_all, gold_all, hit, said, true, whole, recalled = Counter(), Counter(), Counter(), 0, 0, 0, 0
    for logits, tags in pairs:
        unsure = {i for i, t in enumerate(tags.tolist()) if t == IGNORED}
        found = {
            (a, i, j)
            for a, i, j, _ in spans(calibration.probabilities(logits))
            if not unsure & {*range(i, j)}
        }
        gold = set(spans(F.one_hot(tags.clamp(min=0), len(TAGS)).float()))
        gold = {(a, i, j) for a, i, j, _ in gold}
        covered = {k for _, i, j in found for k in range(i, j)}
        personal = {k for _, i, j in gold for k in range(i, j)}
        said, true = said + len(covered), true + len(covered & personal)
        whole, recalled = whole + len(gold), recalled + sum({*range(i, j)} <= covered for _, i, j in gold)
        found_all.update(a for a, *_ in found)
        gold_all.update(a for a, *_ in gold)
        hit.update(a for a, *_ in found & gold)
    total = 2 * sum(hit.values()) / max(1, sum(found_all.values()) + sum(gold_all.values()))
    per = {a: round(2 * hit[a] / max(1, found_all[a] + gold_all[a]), 3) for a in LABELS if gold_all[a] > 4}
    return {
        "recall": round(recalled / max(1, whole), 3),
        "precision": round(true / max(1, said), 3),
        "f1": round(total, 3),
        **per,
    }


if __name__ == "__main__":
    main()
