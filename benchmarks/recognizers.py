"""Which recognizer finds what people say? Marked utterances in, one table and one JSON out.

    python benchmarks/recognizers.py --data ../shared/data/spoken-pii/dev.tsv --recognizers ours,presidio
    python benchmarks/recognizers.py --data ../shared/data/ner/ha-intents-de ../shared/data/ner/massive-de

A folder of commands (Home Assistant, MASSIVE, HWU64) is read without its utterances about people and places:
harmless text at scale, so only the false alarms count.

Entity recall: share of marked spans with 90 % of their letters and digits covered by any finding. Leak: share
of personal letters and digits left uncovered. Precision: share of covered characters that are personal.
False alarms: share of utterances without personal information in which something is found. F1: per type,
partial (a finding of the type overlaps) and strict (same bounds).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import platform
import random
import re
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from pii_audio.config import RecognizeConfig
from pii_audio.types import Finding, Transcript

Span = tuple[int, int, str]
MARK = re.compile(r"\{([A-Z_]+):([^}]*)\}")


@dataclass(frozen=True)
class Row:
    id: str
    language: str
    text: str
    spans: tuple[Span, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--recognizers", default="ours,presidio", help="ours, presidio, or a name in ours")
    parser.add_argument("--form", default="gold,lower")
    parser.add_argument(
        "--errors", action="store_true", help="show what was missed and what was a false alarm"
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "recognizers.json")
    options = parser.parse_args()
    results = []
    for path in options.data:
        for form in options.form.split(","):
            rows = [FORMS[form](row) for row in read_rows(path)]
            for name in options.recognizers.split(","):
                results += measure(path, form, name, rows, show=options.errors)
    report = {
        "command": " ".join(sys.argv),
        "machine": f"{platform.machine()}, {platform.processor() or platform.system()}",
        "python": platform.python_version(),
        "results": results,
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")


def read_rows(path: Path) -> list[Row]:
    if path.is_dir():
        return [Row(f"{path.name}-{i}", path.name[-2:], text, ()) for i, text in enumerate(harmless(path))]
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        id_, language, _scene, marked = line.split("\t")
        text, spans, at = "", [], 0
        for match in MARK.finditer(marked):
            text += marked[at : match.start()]
            spans.append((len(text), len(text) + len(match[2]), match[1]))
            text += match[2]
            at = match.end()
        rows.append(Row(id_, language, text + marked[at:], tuple(spans)))
    return rows


def harmless(folder: Path, most: int = 3000) -> list[str]:
    """Commands without a slot for people or places, shuffled the same way each time."""
    texts = HARMLESS[folder.name](folder)
    random.Random(1).shuffle(texts)
    return texts[:most]


def home_assistant(folder: Path) -> list[str]:
    texts: set[str] = set()
    with tarfile.open(folder / "ha-intents-de.tar.xz") as tar:
        for member in tar:
            wanted = (
                "/tests/" in member.name and member.name.endswith(".yaml") and "person" not in member.name
            )
            if file := wanted and tar.extractfile(member):
                tests = (yaml.safe_load(file.read()) or {}).get("tests") or []
                texts |= {sentence for test in tests for sentence in test.get("sentences", [])}
    return sorted(text for text in texts if not WEATHER.search(text))


def massive(folder: Path) -> list[str]:
    texts = []
    for block in lzma.decompress((folder / "dev.txt.xz").read_bytes()).decode().split("\n\n"):
        pairs = [line.split("\t") for line in block.splitlines() if "\t" in line]
        if pairs and not ABOUT & {slot for _, slot in pairs}:
            texts.append(" ".join(token for token, _ in pairs))
    return texts


def hwu64(folder: Path) -> list[str]:
    rows = json.loads(lzma.decompress((folder / "hwu64.json.xz").read_bytes()))["rasa_nlu_data"][
        "common_examples"
    ]
    return [row["text"] for row in rows if not ABOUT & {e["entity"] for e in row["entities"]}]


HARMLESS: dict[str, Callable[[Path], list[str]]] = {
    "ha-intents-de": home_assistant,
    "massive-de": massive,
    "hwu64-en": hwu64,
}
ABOUT = {
    "person",
    "place_name",
    "relation",
    "email_address",
    "personal_info",
    "business_name",
    "transport_agency",
}
WEATHER = re.compile(r"wetter", re.IGNORECASE)  # it names towns


def lower(row: Row) -> Row:
    """Lower case, without punctuation, as a plain speech recognizer writes."""
    kept = [i for i, c in enumerate(row.text) if not (c in ".,?!:;" and not _inside_word(row.text, i))]
    at = {old: new for new, old in enumerate(kept)}
    spans = []
    for start, end, label in row.spans:
        inside = [at[i] for i in range(start, end) if i in at]
        spans.append((inside[0], inside[-1] + 1, label))
    return Row(row.id, row.language, "".join(row.text[i] for i in kept).lower(), tuple(spans))


def _inside_word(text: str, i: int) -> bool:
    return 0 < i < len(text) - 1 and text[i - 1].isalnum() and text[i + 1].isalnum()


FORMS: dict[str, Callable[[Row], Row]] = {"gold": lambda row: row, "lower": lower}


def finder(name: str) -> Callable[[Sequence[Transcript]], list[list[Finding]]]:
    if name == "presidio":
        from pii_audio.recognizers.presidio import default_analyzer_find

        return default_analyzer_find
    from pii_audio.recognizers.ensemble import Ensemble

    config = RecognizeConfig(set_context=False)
    return Ensemble(config if name == "ours" else config.model_copy(update={"recognizers": (name,)})).find


def measure(path: Path, form: str, name: str, rows: list[Row], *, show: bool) -> list[dict[str, object]]:
    find = finder(name)
    measured = []
    for language in ("de", "en"):
        own = [row for row in rows if row.language == language]
        if not own:
            continue
        transcripts = [Transcript(row.id, row.text, (), row.language) for row in own]
        find([replace(t, recording_id="warm") for t in transcripts])  # loads what is loaded once
        begin = time.perf_counter()
        found = [find([t])[0] for t in transcripts]
        seconds = time.perf_counter() - begin
        figures = score(own, found, show=show)
        figures |= {"utterances_per_s": round(len(own) / seconds, 1)}
        texts = "\n".join(row.text for row in own)
        head = {"data": path.name, "sha256": hashlib.sha256(texts.encode()).hexdigest()[:12], "form": form}
        measured.append(head | {"recognizers": name, "language": language, "utterances": len(own)} | figures)
        print_row(measured[-1])
    return measured


def score(
    rows: Iterable[Row], found: Iterable[Sequence[Finding]], *, show: bool = False
) -> dict[str, object]:
    count: Counter[str] = Counter()
    types: dict[str, Counter[str]] = {}
    for row, own in zip(rows, found, strict=True):
        gold = letters(row.text, [(s, e) for s, e, _ in row.spans])
        said = letters(row.text, [(f.start, f.end) for f in own])
        count["personal"] += len(gold)
        count["covered"] += len(gold & said)
        count["said"] += len(said)
        missed = [s for s in row.spans if not _covered(row.text, s, said)]
        count["spans"] += len(row.spans)
        count["recalled"] += len(row.spans) - len(missed)
        count["clean"] += not row.spans
        count["alarmed"] += bool(not row.spans and own)
        tally(types, row.spans, [(f.start, f.end, f.entity_type) for f in own])
        if show and (missed or said - gold or not _same_types(row, own)):
            said_spans = [(f.start, f.end, f"{f.entity_type}, {f.recognizer}, {f.reason}") for f in own]
            print(f"  {row.id}: {row.text}")
            print(f"      marked {_show(row, row.spans)}")
            print(f"      found  {_show(row, said_spans)}")
    return {
        "entity_recall": ratio(count["recalled"], count["spans"]),
        "leak": ratio(count["personal"] - count["covered"], count["personal"]),
        "precision": ratio(count["covered"], count["said"]),
        "false_alarms": ratio(count["alarmed"], count["clean"]),
        "f1": {label: f1(c, "partial") for label, c in sorted(types.items())},
        "f1_strict": {label: f1(c, "strict") for label, c in sorted(types.items())},
    }


def letters(text: str, spans: Iterable[tuple[int, int]]) -> set[int]:
    return {i for start, end in spans for i in range(start, end) if text[i].isalnum()}


def _covered(text: str, span: Span, said: set[int]) -> bool:
    own = letters(text, [span[:2]])
    return len(own & said) >= 0.9 * len(own)


def _same_types(row: Row, own: Sequence[Finding]) -> bool:
    return sorted(s[2] for s in row.spans) == sorted(f.entity_type for f in own)


def _show(row: Row, spans: Iterable[Span]) -> list[tuple[str, str]]:
    return [(row.text[s:e], label) for s, e, label in spans]


def tally(types: dict[str, Counter[str]], gold: Sequence[Span], said: Sequence[Span]) -> None:
    for label in {s[2] for s in (*gold, *said)}:
        count = types.setdefault(label, Counter())
        wanted, got = [s for s in gold if s[2] == label], [s for s in said if s[2] == label]
        count["gold"] += len(wanted)
        count["said"] += len(got)
        count["strict"] += len(set(wanted) & set(got))
        count["partial_gold"] += sum(any(a[0] < b[1] and b[0] < a[1] for b in got) for a in wanted)
        count["partial_said"] += sum(any(a[0] < b[1] and b[0] < a[1] for b in wanted) for a in got)


def f1(count: Counter[str], kind: str) -> float | None:
    right_gold, right_said = (
        (count["strict"],) * 2 if kind == "strict" else (count["partial_gold"], count["partial_said"])
    )
    recall, precision = right_gold / max(count["gold"], 1), right_said / max(count["said"], 1)
    return round(2 * recall * precision / (recall + precision), 3) if recall + precision else 0.0


def ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def print_row(row: dict[str, object]) -> None:
    keys = (
        "data",
        "form",
        "recognizers",
        "language",
        "entity_recall",
        "leak",
        "precision",
        "false_alarms",
        "utterances_per_s",
    )
    print("  ".join(f"{key}={row[key]}" for key in keys))
    print("    F1", row["f1"])
    print("    strict", row["f1_strict"])


if __name__ == "__main__":
    main()
