"""MASSIVE, SLURP and HWU64: commands to an assistant, whose 55 slots are in ours where they agree.

They mark every person and every place; the guidelines leave out public figures and the places of general
knowledge. Two rules keep to the guidelines' idea; what they hit is set aside, neither right nor wrong:

- a person or a place in a question about the world, the news, music or the time elsewhere: by intent where
  the corpus gives one, else by words. Whether "wie spät ist es in köln" is somebody's town nobody can say;
- a place without a name of its own: "nach hause", "the city", "c. s. t.".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from pii_audio.bench.columns import Map, blocks, row, unpacked
from pii_audio.bench.rows import Row

__all__ = ["about_the_world", "hwu64", "massive", "nameless", "slurp"]

_SLOTS: Map = {
    "person": "PERSON",
    "place_name": "LOCATION",
    "email_address": "EMAIL_ADDRESS",
    **dict.fromkeys(("relation", "business_name", "personal_info", "transport_agency")),
}
_WORLD_INTENTS = ("qa", "news", "music", "play", "datetime", "general")  # how they begin
_WORLD = re.compile(
    r"\bwer (?:ist|war|waren|sind|hat|spielt|singt|regiert)\b|"
    r"\bwas (?:ist|sind|war) (?:die|der|das|ein|eine|in|mit)\b|"
    r"\bwie (?:alt|groß|hoch|lang|tief|weit|reich|viele?|spät)\b|\bwieviele?\b|"
    r"\bwo (?:liegt|liegen|befindet|ist|wurde)\b|\bwelche[mnrs]? (?:jahr|stadt|land)\b|\bgeboren\b|"
    r"\bgestorben\b|\b(?:haupt|heimat)stadt\b|\bbevölkerung\b|\beinwohner\w*|\bpräsident\w*|\bkönig\w*|"
    r"\bgeogra\w*|\bgröße\b|\balter\b|\bgeburts ?(?:datum|ort)\b|\bvermögen\b|\boscars?\b|\bfilm\w*|"
    r"\bkino\w*|\bserien?\b|\bschauspieler\w*|\bsänger\w*|\bbuch\b|\bbücher\w*|\bbuches\b|\broman\w*|"
    r"\blied\w*|\bsongs?\b|\bmusik\w*|\bspiele?\b|\balb(?:um|en)\b|\bkonzert\w*|\bpodcasts?\b|\bradio\b|"
    r"\bfotos?\b|\binstagram\b|\btwitter\w*|\btweets?\b|\bnachrichten\b|\bnews\b|\bschlagzeile\w*|"
    r"\bartikel\b|\bberichte?n?\b|\bneuigkeiten\b|\bneue?ste[nsr]?\b|\bupdates?\b|\bpassiert\w*|\blos\b|"
    r"\bkrieg\w*|\bpoliti\w*|\bwahl\w*|\buhrzeit\w*|\bzeit(?:unterschied|differenz|zone|verschiebung)?\b|"
    r"\berklär\w*|\berzähl\w*|\bdetails\b|\bfakten\b|\bhöchste\w*|\bwechselkurs\w*"
)
_OWN = re.compile(
    r"\be?-?mails?\b|\bnachricht von\b|\w*nummer\b|\bkontakt\w*|\b(?:an)?ruf\w*|\btreffen\b|\btermin\w*|"
    r"\bkalender\w*|\berinner\w*|\bbesprechung\w*|\badresse\w*|\btickets?\b|\bzug\b|\bzüge\b|\bwetter\w*|"
    r"\bverkehr\w*|\btaxi\b|\buber\b"
)
_EVERYDAY = frozenset(
    """
    in im ins am an zu zum zur nach von vom bei beim auf um der die das dem den des mein meine meiner
    meinem meinen unser unsere unserer unserem hier dort da ein eine einer einem einen the my our your a
    an this that at of to here there local nearest nearby closest next nächste nächsten within around
    near by arbeit büro haus hause zuhause daheim welt erde land stadt innenstadt zentrum mitte nähe
    nachbarschaft umgebung gegend region umkreis radius block kilometer kilometern meilen flughafen
    bahnhof haltestelle kino kinos theater shop laden geschäft supermarkt einkaufszentrum bibliothek
    restaurant café bar park strand schule kirche ort orte standort straße berg fjord pyramiden downtown
    town home house office work world earth globe country city center centre area neighborhood
    neighbourhood blocks miles kilometers airport station cinema cinemas theatre theaters store stores
    mall library gym place location street beach school church mountain east west north south coast zwei
    drei fünf zehn zwanzig five ten twenty fifty hundred
    """.split()  # noqa: SIM905
)


def massive(path: Path) -> Iterator[Row]:
    """Token TAB slot; neighbours with the same slot are one span."""
    for n, block in enumerate(blocks(path)):
        pairs = [line.split("\t") for line in block if "\t" in line]
        tags = ["O" if slot == "-" else f"I-{slot}" for _, slot in pairs]
        said = row(f"massive-{n}", "de", [token for token, _ in pairs], tags)
        yield _command(said, world=about_the_world(said.text))


def slurp(path: Path) -> Iterator[Row]:
    """ "wake me up at [time : ten]" """
    for line in unpacked(path).splitlines():
        data = json.loads(line)
        text, found, at = "", [], 0
        marked = data["sentence_annotation"]
        for match in re.finditer(r"\[(\w+) : ([^\]]*)\]", marked):
            text += marked[at : match.start()]
            found.append((len(text), len(text) + len(match[2].strip()), match[1]))
            text += match[2].strip()
            at = match.end()
        said = Row.of(f"slurp-{data['slurp_id']}", "en", text + marked[at:], found)
        yield _command(said, world=data["intent"].startswith(_WORLD_INTENTS))


def hwu64(path: Path) -> Iterator[Row]:
    for n, data in enumerate(json.loads(unpacked(path))["rasa_nlu_data"]["common_examples"]):
        found = [(e["start"], e["end"], e["entity"]) for e in data["entities"]]
        said = Row.of(f"hwu64-{n}", "en", data["text"], found)
        yield _command(said, world=data["intent"].startswith(_WORLD_INTENTS))


def _command(said: Row, *, world: bool) -> Row:
    """`said` with labels for its slots; `world`: it asks about the world, so no name or place is sure."""
    spans, aside = [], []
    for start, end, slot in said.spans:
        if slot not in _SLOTS:
            continue
        label, words = _SLOTS[slot], said.text[start:end]
        sure = label == "EMAIL_ADDRESS" or not (world or (label == "LOCATION" and nameless(words)))
        if label and sure:
            spans.append((start, end, label))
        else:
            aside.append((start, end))
    return Row.of(said.id, said.language, said.text, spans, aside)


def about_the_world(text: str) -> bool:
    """Whether a German command asks about what is known of the world rather than somebody's own."""
    return _WORLD.search(text) is not None and not _OWN.search(text)


def nameless(place: str) -> bool:
    """Whether a place is said in everyday words, or in letters: "nach hause", "the city", "c. s. t."."""
    return all(len(word) == 1 or word in _EVERYDAY for word in re.findall(r"\w+", place.lower()))
