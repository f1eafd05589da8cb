"""How much of what is said the recognizers find, by entity type: what is left after redaction rests on.

    python benchmarks/recall.py [--data FILE...] [--out FILE]

Marked utterances that nobody tunes on, as written and in lower case without punctuation; a span is found
when 90 % of its letters and digits are covered, by whatever type: redaction takes it out all the same. Counts
only, no text. Speech recognition comes on top: what is misheard is missed more often. To be run again when
recognizers change.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from pii_audio.bench.data import read
from pii_audio.bench.measure import spans_missed
from pii_audio.bench.rows import lower
from pii_audio.config import Config
from pii_audio.recognizers.ensemble import Ensemble

HERE = Path(__file__).parent
TABLE = HERE.parent / "pii_audio" / "risk" / "data" / "recall.json"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    sets = [HERE / "data" / f"unread-{language}.tsv" for language in ("de", "en")]
    options.add_argument("--data", type=Path, nargs="+", default=sets)
    options.add_argument("--out", type=Path, default=TABLE)
    given = options.parse_args()
    config = Config().recognize.model_copy(update={"set_context": False})  # utterances of many people
    ensemble = Ensemble(config)
    said: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for file in given.data:
        for row in read(str(file)).rows:
            for form in (row, lower(row)):
                said.update(label for _, _, label in form.spans)
                found = ensemble.find([form.transcript])[0]
                missed.update(label for _, _, label in spans_missed(form, found))
    table = {
        "command": "python benchmarks/recall.py",
        "recognizers": list(config.recognizers),
        "sources": [file.name for file in given.data],
        "said": dict(sorted(said.items())),
        "found": {label: said[label] - missed[label] for label in sorted(said)},
    }
    given.out.write_text(json.dumps(table, indent=1) + "\n")
    for label in sorted(said):
        print(f"{label:16s} {said[label] - missed[label]:4d} of {said[label]}")


if __name__ == "__main__":
    main()
