"""Every word the report says, in English and German: tables, nothing else.

A phrase with {braces} is filled in by whoever shows it.
"""

from __future__ import annotations

__all__ = ["PHRASES"]

PHRASES: dict[str, tuple[str, str]] = {  # English, German
    "title": ("How identifiable are these recordings?", "Wie identifizierbar sind diese Aufnahmen?"),
    "kicker": ("Identifiability report", "Bericht zur Identifizierbarkeit"),
    "headline": (
        "{named} of {clips} {name} someone; together they are expected to single out {expected} of "
        "{persons}.",
        "{named} von {clips} {name} jemanden; zusammen verraten sie voraussichtlich {expected} von "
        "{persons}.",
    ),
    "headline_one": (
        "{named} of {clips} {name} someone; together they single out one person, at an expected risk "
        "of {risk}.",
        "{named} von {clips} {name} jemanden; zusammen verraten sie eine Person, mit einem erwarteten Risiko "
        "von {risk}.",
    ),
    "name_one": ("names", "nennt"),
    "name_many": ("name", "nennen"),
    "headline_calm": (
        "In {found} of {clips} something is said about a person; together they hardly single anyone out.",
        "In {found} von {clips} wird etwas über eine Person gesagt; zusammen erkennt man kaum jemanden.",
    ),
    "headline_register": (
        "In {found} of {clips} something is said about a person; whoever can look up numbers is expected to "
        "single out {register} of {persons}.",
        "In {found} von {clips} wird etwas über eine Person gesagt; wer Nummern nachschlagen kann, erkennt "
        "voraussichtlich {register} von {persons}.",
    ),
    "one_clip": ("1 clip", "1 Clip"),
    "many_clips": ("{n} clips", "{n} Clips"),
    "one_person": ("1 person", "1 Person"),
    "many_people": ("{n} people", "{n} Personen"),
    "headline_none": (
        "Nothing was found that points at a person.",
        "Es fand sich nichts, was auf eine Person weist.",
    ),
    "headline_empty": ("No recording could be read.", "Keine Aufnahme ließ sich lesen."),
    "lead": (
        "These are expected risks: what somebody with public sources could be expected to find out "
        "from the words alone. They are no guarantee in either direction.",
        "Das sind erwartete Risiken: was jemand mit öffentlichen Quellen allein aus den Worten "
        "voraussichtlich herausfindet. Eine Garantie sind sie nicht, weder in die eine noch in die "
        "andere Richtung.",
    ),
    "glance": ("At a glance", "Auf einen Blick"),
    "expected": ("Expected to be identified", "Voraussichtlich erkannt"),
    "expected_note": ("out of {persons} in the set", "von {persons} in den Aufnahmen"),
    "highest": ("Highest expected risk", "Höchstes erwartetes Risiko"),
    "highest_note": (
        "chance that the person who stands out most is singled out",
        "Chance, dass die auffälligste Person gefunden wird",
    ),
    "gain": ("Gained by combining clips", "Gewinn durch Zusammenlegen"),
    "gain_note": (
        "points more than the most telling clip gives alone",
        "Punkte mehr, als der verräterischste Clip allein ergibt",
    ),
    "register_note": (
        "Whoever can also look up phone numbers, bank accounts or number plates is expected to single out "
        "{expected}; the highest risk is then {highest}.",
        "Wer auch Telefonnummern, Konten oder Kennzeichen nachschlagen kann, erkennt voraussichtlich "
        "{expected}; das höchste Risiko ist dann {highest}.",
    ),
    "mean_note": (
        "The number of people expected is a mean: findings may be wrong, others were missed, and who else "
        "fits is chance.",
        "Die erwartete Zahl der Personen ist ein Mittelwert: Funde können falsch sein, anderes wurde "
        "übersehen, und auf wen es noch zutrifft, ist Zufall.",
    ),
    "upper_note": (
        "In 95 of 100 such cases at most {upper} people are singled out.",
        "In 95 von 100 solchen Fällen werden höchstens {upper} Personen erkannt.",
    ),
    "upper_all": (
        "In 5 of 100 such cases or more everybody in the set is singled out.",
        "In 5 von 100 solchen Fällen oder mehr werden alle Personen erkannt.",
    ),
    "residual": ("After redaction", "Nach der Schwärzung"),
    "residual_note": (
        "highest expected risk that is left, from what the recognizers are known to miss; with a register "
        "{register}. It was {before}.",
        "höchstes verbleibendes Risiko, nach dem, was den Erkennern bekanntlich entgeht; mit Register "
        "{register}. Vorher waren es {before}.",
    ),
    "person_residual": ("After redaction: {risk}.", "Nach der Schwärzung: {risk}."),
    "wp216": ("Three questions of data protection", "Drei Fragen des Datenschutzes"),
    "wp216_note": (
        "Data protection authorities ask them of every set (Article 29 Working Party, opinion 05/2014).",
        "Die Datenschutzbehörden stellen sie an jeden Bestand (Artikel-29-Gruppe, Stellungnahme 5/2014).",
    ),
    "singling_out": ("Can somebody be singled out?", "Lässt sich jemand herausgreifen?"),
    "singling_out_answer": (
        "Expected: {expected} of {persons}. People whose facts fit fewer than 11: {below}.",
        "Voraussichtlich {expected} von {persons}. Personen, auf deren Angaben weniger als 11 Menschen "
        "passen: {below}.",
    ),
    "linkability": ("Can clips be linked to one another?", "Lassen sich Clips miteinander verknüpfen?"),
    "linkability_answer": (
        "Clips that share a fact with another: {linked} of {clips}; facts said in more than one: {facts}. "
        "Put together, the clips give {gain} points more than the most telling one.",
        "Clips, die eine Angabe mit einem anderen teilen: {linked} von {clips}; Angaben, die in mehr als "
        "einem fallen: {facts}. Zusammen ergeben die Clips {gain} Punkte mehr als der "
        "verräterischste allein.",
    ),
    "inference": (
        "Can something be concluded that nobody said?",
        "Lässt sich etwas schließen, das niemand gesagt hat?",
    ),
    "inference_answer": (
        "Facts that are likelier than not: {likely}; homes among them that no clip states, and that follow "
        "from the places asked about: {inferred}.",
        "Angaben, die eher wahr als falsch sind: {likely}; darunter Wohnorte, die kein Clip nennt und die "
        "aus den Orten folgen, nach denen gefragt wird: {inferred}.",
    ),
    "first": ("What to take out first", "Was zuerst heraus sollte"),
    "first_note": (
        "By how much larger the crowd around the most exposed person gets without it. The command "
        "pii-audio plan finds the smallest redaction that reaches a target.",
        "Danach, wie viel größer die Menge um die auffälligste Person ohne sie wird. Der Befehl "
        "pii-audio plan findet die kleinste Schwärzung, die ein Ziel erreicht.",
    ),
    "first_types": ("Kinds of information", "Arten von Angaben"),
    "first_clips": ("Clips", "Clips"),
    "first_none": (
        "No single one: the others say as much without it.",
        "Keine allein: Die übrigen sagen ohne sie ebenso viel.",
    ),
    "crowd_one": (
        "The most telling clip alone leaves {crowd}.",
        "Der verräterischste Clip allein lässt {crowd}.",
    ),
    "crowd_only": ("The clip leaves {crowd}.", "Der Clip lässt {crowd}."),
    "crowd_all": ("All clips together leave {crowd}.", "Alle Clips zusammen lassen {crowd}."),
    "one_of": ("one of about {n} people", "eine von etwa {n} Personen"),
    "only_one": ("about one person", "etwa eine Person"),
    "nobody": ("everybody", "alle"),
    "each_is": ("Each figure stands for about {n} people.", "Jede Figur steht für etwa {n} Personen."),
    "crowd_desc": (
        "{matching} of {shown} figures still match, one is marked.",
        "{matching} von {shown} Figuren passen noch, eine ist hervorgehoben.",
    ),
    "growth": ("How the clips add up", "Wie sich die Clips summieren"),
    "growth_title": (
        "Expected risk of {person} by number of clips",
        "Erwartetes Risiko von {person} nach Zahl der Clips",
    ),
    "growth_desc": (
        "With 1 clip the expected risk is {first} on average, with all {n} clips it is {last}.",
        "Mit 1 Clip liegt das erwartete Risiko im Mittel bei {first}, mit allen {n} Clips bei {last}.",
    ),
    "clips_axis": ("clips an attacker has, picked at random", "Clips, die jemand hat, zufällig gewählt"),
    "risk_axis": ("expected risk", "erwartetes Risiko"),
    "until_11": (
        "Half the time it takes no more than {clips} for fewer than 11 people to match.",
        "In der Hälfte der Fälle braucht es nicht mehr als {clips}, damit weniger als 11 Personen passen.",
    ),
    "alone": ("Each clip alone, and all together", "Jeder Clip allein, und alle zusammen"),
    "alone_title": ("People who still match {person}", "Menschen, auf die {person} noch passt"),
    "alone_note": (
        "Each dot is one clip heard alone. Lower is more telling.",
        "Jeder Punkt ist ein Clip für sich allein. Tiefer ist verräterischer.",
    ),
    "alone_desc": (
        "Each dot is a clip alone; the lowest leaves about {best} people. The line is all clips "
        "together: about {all}.",
        "Jeder Punkt ist ein Clip allein; der niedrigste lässt etwa {best} Menschen. Die Linie sind"
        " alle Clips zusammen: etwa {all}.",
    ),
    "clip_axis": ("clip", "Clip"),
    "k_axis": ("people who match", "passende Menschen"),
    "all_clips": ("all clips together", "alle Clips zusammen"),
    "people": ("People", "Personen"),
    "person": ("Person {n}", "Person {n}"),
    "person_line": (
        "Drawn from {clips}. Expected risk {risk}; {crowd}.",
        "Aus {clips}. Erwartetes Risiko {risk}; {crowd}.",
    ),
    "person_register": ("With a register: {risk}.", "Mit Register: {risk}."),
    "more_people": (
        "Not shown: {persons}, with an expected risk of {risk} or less",
        "Nicht gezeigt: {persons}, mit einem erwarteten Risiko von höchstens {risk}",
    ),
    "facts_of": ("What the clips say about {person}", "Was die Clips über {person} sagen"),
    "fact": ("Fact", "Angabe"),
    "value": ("What was said", "Gesagt wurde"),
    "not_scored": ("{name} (not scored)", "{name} (ohne Wertung)"),
    "subject": ("About", "Über"),
    "probability": ("Probability", "Wahrscheinlichkeit"),
    "clips": ("Clips", "Clips"),
    "when": ("Where in the set", "Wo im Bestand"),
    "strip": ("Clips {clips} of {n}", "Clips {clips} von {n}"),
    "bits_of": ("What makes {person} stand out", "Was {person} auffällig macht"),
    "bits": ("Bits", "Bit"),
    "bits_note": (
        "Each bit halves the crowd. Facts that say the same thing twice add little.",
        "Jedes Bit halbiert die Menge. Angaben, die dasselbe zweimal sagen, bringen wenig.",
    ),
    "bits_none": (
        "No single fact: the others say as much without it.",
        "Keine Angabe allein: Die übrigen sagen ohne sie ebenso viel.",
    ),
    "without": ("Crowd without it", "Menge ohne sie"),
    "recordings": ("Recordings", "Aufnahmen"),
    "recording": ("Clip", "Clip"),
    "recordings_caption": (
        "Every clip with its risk when heard alone",
        "Jeder Clip mit seinem Risiko für sich allein",
    ),
    "recordings_most": (
        "The {shown} clips with the highest risk of {n}; report.json and recordings.parquet have all",
        "Die {shown} Clips mit dem höchsten Risiko von {n}; report.json und recordings.parquet haben alle",
    ),
    "alone_short": ("Alone", "Allein"),
    "crowd": ("Crowd", "Menge"),
    "found": ("Found", "Gefunden"),
    "who": ("Person", "Person"),
    "said": ("What was said", "Was gesagt wurde"),
    "show": ("show", "zeigen"),
    "reveal": ("Show what was said", "Zeigen, was gesagt wurde"),
    "hide": ("Hide what was said", "Verbergen, was gesagt wurde"),
    "no_speech": ("(no speech)", "(keine Sprache)"),
    "nothing": ("nothing", "nichts"),
    "filter": ("Show clips with", "Clips zeigen mit"),
    "everything": ("Everything", "Alles"),
    "shown_count": ("Clips shown: {n}", "Gezeigte Clips: {n}"),
    "types": ("What was found", "Was gefunden wurde"),
    "types_caption": ("Findings by type", "Funde nach Art"),
    "type": ("Type", "Art"),
    "count": ("Findings", "Funde"),
    "in_clips": ("In clips", "In Clips"),
    "certainty": ("Mean certainty", "Mittlere Sicherheit"),
    "failures": ("What could not be read", "Was sich nicht lesen ließ"),
    "failures_caption": (
        "Inputs that failed; the rest was processed",
        "Eingaben mit Fehler; der Rest wurde bearbeitet",
    ),
    "stage": ("Stage", "Schritt"),
    "message": ("Reason", "Grund"),
    "sources": (
        "Which file is which stands in sources.jsonl.",
        "Welche Datei welche ist, steht in sources.jsonl.",
    ),
    "duplicates": (
        "Inputs left out because another has the same content: {n}.",
        "Eingaben, die wegfielen, weil eine andere denselben Inhalt hat: {n}.",
    ),
    "method": ("How to read this, and what it cannot say", "Wie man das liest, und was es nicht sagen kann"),
    "method_1": (
        "What a clip says about a person becomes a fact with a probability that it is true. From "
        "tables of first names, surnames and places we estimate how many people {country} match all "
        "facts: the crowd, k.",
        "Was ein Clip über eine Person sagt, wird zu einer Angabe mit der Wahrscheinlichkeit, dass "
        "sie stimmt. Aus Tabellen von Vornamen, Nachnamen und Orten schätzen wir, auf wie viele "
        "Menschen {country} alles passt: die Menge, k.",
    ),
    "assumed": (
        "That the recordings come from there is assumed from the languages spoken and the towns named; "
        "set risk.country where it is not so.",
        "Dass die Aufnahmen von dort kommen, ist aus den Sprachen und den genannten Orten geschlossen; "
        "risk.country sagt es, wo es anders ist.",
    ),
    "method_2": (
        "The expected risk is the chance that somebody who picks one person out of that crowd picks"
        " the right one (the mean of 1/k; Rocher, Hendrickx and de Montjoye 2019). People expected "
        "to be identified is the sum over everybody in the set.",
        "Das erwartete Risiko ist die Chance, aus dieser Menge die richtige Person zu greifen (der "
        "Mittelwert von 1/k; Rocher, Hendrickx und de Montjoye 2019). Die Zahl der "
        "voraussichtlich Erkannten ist die Summe über alle.",
    ),
    "method_3": (
        "It looks at the words only. A voice is personal data too: people who know it, and "
        "software, can recognise it, and a clip without names still carries it.",
        "Betrachtet werden nur die Worte. Auch eine Stimme ist ein personenbezogenes Datum: wer sie"
        " kennt, und Software, erkennt sie, und ein Clip ohne Namen trägt sie noch.",
    ),
    "method_4": (
        "Speech recognition mishears and recognizers miss. Who tells something about themselves has "
        "often told more than was found, so for each fact found the risk of a person counts a small chance "
        "that a name or another fact was missed, as measured on simulated households; the crowd, k, and "
        "the risk of a clip alone rest on what was found. The true risk can still be higher, or lower "
        "where facts were misheard: of simulated households that speak, an upper number that leaves "
        "somebody out held for fewer than 95 in 100.",
        "Spracherkennung verhört sich, und Erkenner übersehen. Wer etwas von sich sagt, hat oft mehr "
        "gesagt, als gefunden wurde: darum zählt im Risiko einer Person für jede gefundene Angabe eine "
        "kleine Chance mit, dass ein Name oder anderes entging, gemessen an simulierten Haushalten; die "
        "Menge, k, und das Risiko eines Clips allein beruhen nur auf dem Gefundenen. Das wahre Risiko kann "
        "trotzdem höher sein, oder niedriger, wo Angaben verhört wurden: Von simulierten Haushalten, die "
        "sprechen, hielt eine Obergrenze, die jemanden auslässt, für weniger als 95 von 100.",
    ),
    "method_5": (
        "An attacker who knows the people, or has other data about them, needs less than this "
        "report assumes. A low number is a reason to look closer, not a proof of anonymity.",
        "Wer die Personen kennt oder andere Daten über sie hat, braucht weniger, als dieser Bericht"
        " annimmt. Eine kleine Zahl ist ein Anlass, genauer hinzusehen, kein Nachweis von "
        "Anonymität.",
    ),
    "compare_title": ("Two sets side by side", "Zwei Bestände im Vergleich"),
    "compare_lead": (
        "A is the first set, B the second. Recordings in both: {shared}.",
        "A ist der erste Bestand, B der zweite. Aufnahmen in beiden: {shared}.",
    ),
    "compare_risk": ("Expected risk", "Erwartetes Risiko"),
    "compare_recordings": ("recordings", "Aufnahmen"),
    "compare_persons": ("people", "Personen"),
    "compare_expected_identified": ("expected to be identified", "voraussichtlich erkannt"),
    "compare_highest_risk": ("highest expected risk", "höchstes erwartetes Risiko"),
    "compare_aggregation_gain": ("points gained by combining clips", "Punkte durch Zusammenlegen"),
    "compare_share_k_below_11": ("people in a crowd below 11", "Personen in einer Menge unter 11"),
    "compare_register_expected_identified": ("expected, with a register", "erwartet, mit Register"),
    "compare_register_highest_risk": ("highest, with a register", "höchstes, mit Register"),
    "compare_upper_identified": (
        "identified at most, in 95 of 100 cases",
        "erkannt höchstens, in 95 von 100 Fällen",
    ),
    "compare_gone": ("Facts in A only", "Angaben nur in A"),
    "compare_new": ("Facts in B only", "Angaben nur in B"),
    "made": ("How it was made", "Wie er entstand"),
    "meta_version": ("version", "Version"),
    "meta_model": ("transcribed with", "transkribiert mit"),
    "meta_created": ("created", "erstellt"),
    "meta_country": ("crowds counted in", "Mengen gezählt in"),
    "configuration": ("Configuration", "Konfiguration"),
    "private": (
        "Private: this file holds words that were spoken. Do not hand it on.",
        "Privat: diese Datei enthält gesprochene Worte. Bitte nicht weitergeben.",
    ),
    "without_text": (
        "This version holds no spoken words.",
        "Diese Fassung enthält keine gesprochenen Worte.",
    ),
    "top": ("To the top", "Nach oben"),
    "skip": ("Skip to the content", "Zum Inhalt springen"),
    "seconds": ("{n} s", "{n} s"),
}
