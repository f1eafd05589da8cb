"""Trains the style "commands": every name in commands to an assistant, as MASSIVE marks them.

    python models/tagger/commands.py --shared ../shared/data

The lower blocks of the encoder are those of the other styles and stay as they are; the upper ones are copied
and trained together with an output, and beside it one over all slots, which is only there to learn from. This
is done once for each of `--seeds`, and the weights are the mean of what comes out (Wortsman et al. 2022). One
in ten commands of MASSIVE's train is held out: on these the probabilities are calibrated, and of them it
prints the figures before those of MASSIVE's dev. No text of either is trained on, wherever else it stands.
To be run again whenever train.py has written new lower blocks. `--finish` only puts what the last run left in
`--work` into the weights as they are now, and their hash into the registry.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import corpora
import forms
import torch
import weights
from corpora import Marked
from figures import IGNORED, Pair, figures, fitted
from fillers import Fillers
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F
from train import DEVICE, HERE, SHARED, Example, example, tensors
from weights import about, shipped

from pii_audio.bench.commands import SLOTS
from pii_audio.engine.encoder import EncoderShape, TextEncoder
from pii_audio.engine.int8 import to_int8
from pii_audio.recognizers.lexicon import lexicon
from pii_audio.recognizers.tag_model import TAGS, Calibration, Pieces
from pii_audio.recognizers.tokens import TOKEN

PIECES = 1024  # in one step
RATES = (2e-4, 1e-3)  # of the blocks, of the outputs
DROPPED = 0.1  # of what each layer adds
HELD = 1300  # commands of MASSIVE's train that are not trained on
RENAMED = 0.3  # share of names and towns that are exchanged
LABELS = {**SLOTS, "business_name": "ORGANIZATION"}
Slotted = tuple[Example, list[int]]  # and the slot of each word


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/tagger-commands"))
    parser.add_argument("--epochs", type=float, default=4)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--finish", action="store_true")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    checkpoints = [options.work / f"checkpoint-{seed}.safetensors" for seed in options.seeds]
    for seed, checkpoint in zip(options.seeds, checkpoints, strict=True):
        texts = Texts(options.shared, random.Random(seed))
        torch.manual_seed(seed)
        model = Commands(len(texts.slots)).to(DEVICE)
        if not options.finish:
            train(model, texts, options.epochs)
            save_file(model.learnt(), checkpoint)
    model.load_state_dict(mean([load_file(path) for path in checkpoints]), strict=False)
    finish(model, texts)


def mean(weights: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    return {name: torch.stack([w[name] for w in weights]).mean(0) for name in weights[0]}


class Commands(nn.Module):
    """The encoder as it is shipped, its upper blocks to be trained."""

    def __init__(self, slots: int) -> None:
        super().__init__()
        sizes, weights = about(), shipped()
        self.encoder = TextEncoder(EncoderShape(**{f: int(sizes[f]) for f in EncoderShape.__slots__}))
        self.encoder.load_state_dict(
            {n.removeprefix("encoder."): w for n, w in weights.items() if n.startswith("encoder.")}
        )
        self.encoder.requires_grad_(requires_grad=False)
        self.own = self.encoder.blocks[SHARED:].requires_grad_(requires_grad=True)
        self.output = nn.Linear(self.encoder.shape.width, len(TAGS))
        self.output.load_state_dict({part: weights[f"outputs.spoken.{part}"] for part in ("weight", "bias")})
        self.slots = nn.Linear(self.encoder.shape.width, slots)
        for block in self.own:
            for layer in (block.out, block.down):
                layer.register_forward_hook(lambda _, __, out: F.dropout(out, DROPPED, self.training))

    def learnt(self) -> dict[str, Tensor]:
        return {n: p.detach().cpu().contiguous() for n, p in self.named_parameters() if p.requires_grad}

    def forward(self, ids: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """[batch, pieces, tags], [batch, pieces, slots]"""
        steps = torch.arange(ids.shape[1], device=ids.device)
        mask = (steps < lengths[:, None])[:, None, None, :]  # [batch, 1, 1, pieces]
        with torch.no_grad():
            x = self.encoder.norm(self.encoder.pieces(ids) + self.encoder.positions(steps))
            x = F.dropout(x, 0.1, self.training)
            for block in self.encoder.blocks[:SHARED]:
                x = block(x, mask)
        for block in self.own:
            x = block(x, mask)
        x = F.dropout(x, 0.15, self.training)
        return self.output(x), self.slots(x)


class Texts:
    """Commands with all their slots, other names in some of them each time."""

    def __init__(self, shared: Path, rng: random.Random) -> None:
        ner, self.rng = shared / "ner", rng
        german = list(corpora.slotted_massive(ner / "massive-de" / "train.txt.xz"))
        random.Random(7).shuffle(german)
        english = [
            m for n in ("devel", "test") for m in corpora.slotted_slurp(ner / "slurp-en" / f"{n}.jsonl.xz")
        ]
        self.held = {
            "MASSIVE train, held out": german[:HELD],
            "MASSIVE dev": list(corpora.slotted_massive(ner / "massive-de" / "dev.txt.xz")),
        }
        unread = {m.text for rows in self.held.values() for m in rows}
        self.rows = [m for m in german[HELD:] + english if m.text not in unread]
        self.slots = ["-", *sorted({slot for m in german for *_, slot in m.spans})]
        self.pieces = Pieces(Tokenizer.from_file(str(HERE / "tokenizer.json")))
        self.fillers = {language: Fillers(language, shared, rng) for language in ("de", "en")}

    def __iter__(self) -> Iterator[list[Slotted]]:
        """Batches of about one length, without end; an epoch has every text once."""
        while True:
            order = self.rng.sample(self.rows, len(self.rows))
            for at in range(0, len(order), 3000):
                pool = [self.read(self._varied(m), forget=True) for m in order[at : at + 3000]]
                pool.sort(key=lambda e: (len(e[0].ids), self.rng.random()))
                batches: list[list[Slotted]] = [[]]
                for one in pool:
                    if (len(batches[-1]) + 1) * len(one[0].ids) > PIECES:
                        batches.append([])
                    batches[-1].append(one)
                self.rng.shuffle(batches)
                yield from batches

    def read(self, marked: Marked, *, forget: bool = False) -> Slotted:
        labelled = replace(
            marked, spans=tuple((a, b, LABELS[slot]) for a, b, slot in marked.spans if slot in LABELS)
        )
        tagged = example(labelled, self.pieces, forget=self.rng if forget else None)
        slots = []
        for match in TOKEN.finditer(marked.text):
            slot = next((s for a, b, s in marked.spans if a < match.end() and match.start() < b), "-")
            slots.append(self.slots.index(slot) if slot in self.slots else 0)
        return tagged, slots[: len(tagged.heads)]

    def _varied(self, marked: Marked) -> Marked:
        parts = [marked]
        if self.rng.random() < 0.12:
            parts.append(
                self.rng.choice(
                    [m for m in self.rng.choices(self.rows, k=20) if m.language == marked.language] or parts
                )
            )
        return forms.joined([self._renamed(part) for part in parts])

    def _renamed(self, marked: Marked) -> Marked:
        edits, fill = [], self.fillers[marked.language].fill
        towns = lexicon(marked.language)
        for start, end, slot in marked.spans:
            said = marked.text[start:end]
            if self.rng.random() >= RENAMED:
                continue
            if slot == "person":
                owner = re.search(r" ?['’]s?$", said)
                first = fill("first" if self.rng.random() < 0.6 or owner else "last")
                name = f"{fill('first')} {fill('last')}" if " " in said and not owner else first
                edits.append((start, end, name.lower() + (owner.group() if owner else "")))
            elif slot == "place_name" and any(
                towns.places.get(w) and not towns.words.get(w) for w in said.split()
            ):
                edits.append((start, end, fill(self.rng.choice(["town", "town", "district"])).lower()))
        return forms.edited(marked, edits)


def train(model: Commands, texts: Texts, epochs: float) -> None:
    outputs = [*model.output.parameters(), *model.slots.parameters()]
    optimizer = torch.optim.AdamW(
        [
            {"params": [*model.own.parameters()], "weight_decay": 0.01},
            {"params": outputs, "weight_decay": 0.0},
        ],
        betas=(0.9, 0.98),
        fused=True,
    )
    total, read, begin = epochs * len(texts.rows), 0, time.process_time()
    for step, batch in enumerate(texts):
        if read >= total:
            break
        for group, rate in zip(optimizer.param_groups, RATES, strict=True):
            group["lr"] = rate * min(1.0, (step + 1) / 60) * max(0.02, 1 - read / total)
        loss = loss_of(model.train(), batch)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_([*model.own.parameters(), *outputs], 1.0)
        optimizer.step()
        read += len(batch)
        if step % 100 == 0:
            spent = time.process_time() - begin
            print(
                f"{read / total:.1%} step {step} loss {float(loss.detach()):.3f} CPU {spent:.0f} s",
                flush=True,
            )


def loss_of(model: Commands, batch: Sequence[Slotted]) -> Tensor:
    ids, lengths, tags = tensors([e for e, _ in batch])
    slots = torch.full(tags.shape, IGNORED)
    for row, (e, own) in enumerate(batch):
        slots[row, e.heads] = torch.tensor(own)
    slots = slots.to(DEVICE)
    with torch.autocast(DEVICE.type, torch.bfloat16):
        tagged, slotted = model(ids, lengths)
    loss = F.cross_entropy(
        tagged.float().flatten(0, 1), tags.flatten(), ignore_index=IGNORED, label_smoothing=0.02
    )
    beside = F.cross_entropy(slotted.float().flatten(0, 1), slots.flatten(), ignore_index=IGNORED)
    return loss + 0.5 * beside


def predicted(model: Commands, texts: Texts, rows: Sequence[Marked]) -> list[Pair]:
    model.eval()
    examples = sorted((e for e, _ in map(texts.read, rows) if e.heads), key=lambda e: len(e.ids))
    pairs: list[Pair] = []
    for at in range(0, len(examples), 64):
        group = examples[at : at + 64]
        ids, lengths, _ = tensors(group)
        with torch.inference_mode(), torch.autocast(DEVICE.type, torch.bfloat16):
            logits = model(ids, lengths)[0].float().cpu()
        pairs += [(logits[i, e.heads], torch.tensor(e.tags)) for i, e in enumerate(group)]
    return pairs


def finish(model: Commands, texts: Texts) -> None:
    """Calibrate, write the weights, print the figures."""
    logits = {name: predicted(model, texts, rows) for name, rows in texts.held.items()}
    calibration = fitted(logits["MASSIVE train, held out"])
    write(model, calibration)
    for name, pairs in logits.items():
        print(json.dumps({"data": name, **figures(pairs, calibration)}))


def write(model: Commands, calibration: Calibration) -> None:
    """The output and the upper blocks beside the weights of the other styles, which stay as they are."""
    own = {f"commands.{part}": w for part, w in model.output.state_dict().items()}
    for name, w in model.encoder.state_dict().items():
        if name.startswith("blocks.") and int(name.split(".")[1]) >= SHARED:
            own[f"commands.{name}"] = w
    packed = to_int8({n: w.cpu().contiguous() for n, w in own.items()})
    weights.replace(packed, calibration.metadata("commands"))
    print(calibration)


if __name__ == "__main__":
    main()
