"""Which recognizer finds what people say? The same as `pii-audio bench recognizers`, with older option names.

python benchmarks/recognizers.py --data ../shared/data/spoken-pii/dev.tsv --recognizers ours,presidio
python benchmarks/recognizers.py --data ../shared/data/ner/massive-de --form gold
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pii_audio.bench import Comparison, compare
from pii_audio.files import write_json

NAMES = {"ha-intents-de": "ha-intents", "massive-de": "massive", "hwu64-en": "hwu64", "slurp-en": "slurp"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="files, or folders of a corpus")
    parser.add_argument("--recognizers", default="ours,presidio")
    parser.add_argument("--form", default="gold,lower")
    parser.add_argument("--errors", action="store_true", help="print what was missed and what was wrong")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "recognizers.json")
    options = parser.parse_args()
    roots = [path.parents[1] for path in options.data if path.is_dir()]
    comparison = compare(
        [NAMES[path.name] if path.is_dir() else str(path) for path in options.data],
        options.recognizers.split(","),
        forms=options.form.split(","),
        data_root=roots[0] if roots else None,
    )
    show(comparison, errors=options.errors)
    write_json(options.out, comparison.dump(), private=False)


def show(comparison: Comparison, *, errors: bool) -> None:
    for result in comparison.results:
        figures = {name: figure.value for name, figure in result.figures.totals.items()}
        print(result.data, result.form, result.language, result.recognizer, figures, result.utterances_per_s)
        print("    F1", {t: f["f1_overlap"].value for t, f in result.figures.types.items()})
        for miss in result.errors if errors else ():
            text = miss.row.text
            print(f"  {miss.row.id}: {text}")
            print("      missed", [(text[s:e], label) for s, e, label in miss.missed])
            print("      wrong ", [(f.text, f.entity_type, f.recognizer, f.reason) for f in miss.wrong])


if __name__ == "__main__":
    main()
