"""German cues: what people say around names and places."""

from __future__ import annotations

import re

from pii_audio.recognizers.cues import Cues, frames, words

__all__ = ["CUES"]

_I = re.IGNORECASE
_WAKE = r"^\W*(?:(?:hey|hallo|ok|okay|bitte|kannst du|könntest du|computer|alexa|siri|google|olly)\W+)*"
_OWN = r"\b(?:mein|dein|sein|ihr|unser|euer|eur)(?:e[mnrs]?)?"
_KIN = (
    r"(?:sohn|tochter|kind|bruder|schwester|zwillingsbruder|zwillingsschwester|halbbruder|halbschwester|"
    r"mutter|vater|"
    r"mama|papa|enkel|enkelin|enkelkind|enkelsohn|enkeltochter|neffe|neffen|nichte|cousin|cousine|oma|opa|"
    r"großmutter|"
    r"großvater|tante|onkel|schwager|schwägerin|schwiegersohn|schwiegertochter|schwiegermutter|"
    r"schwiegervater|"
    r"patenkind|patentante|patenonkel|stiefsohn|stieftochter|jüngste[rn]?|älteste[rn]?|kleine[rn]?|"
    r"große[rn]?)"
)

CUES = Cues(
    never=words(
        """
    ich du er sie es wir ihr mich mir dich dir sich uns euch ihn ihm ihnen mein meine meinen meinem
    meiner meines dein deine unser unsere unserer unseren sein seine ihre ihren ihrem ihrer der die das
    den dem des ein eine einen einem einer eines kein keine keinen jeder jede jedes alle alles viele man
    wer was wie wo wann warum welche welcher und oder aber dass weil wenn als ob denn doch ja nein nee
    nicht kein noch schon auch nur mal bitte danke sehr so in im an am auf aus bei beim mit nach von vom
    zu zum zur für über unter vor hinter neben zwischen durch gegen ohne um ist sind war waren bin bist
    hat habe haben hatte hatten wird werden wurde wurden kann können muss müssen soll sollen will wollen
    darf mag möchte heute morgen gestern jetzt gleich später immer wieder hier da dort dann also äh ähm
    hm montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz april mai juni
    juli august september oktober november dezember uhr euro cent grad prozent minuten stunden tage
    woche monat jahr null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf guten guter
    gute hallo tschüss grüß gott servus moin tag morgen abend herr herrn frau familie alexa siri google
    olly cortana computer alles jemand niemand etwas nichts zuhause hause bescheid moment nochmal erste
    zweite dritte ersten zweiten dritten nachricht mail email anruf termin bahnhof hauptbahnhof
    """
    ),
    particles=words("von van de der den zu al el da di dos bin ibn vom zur abu ben"),
    titles=words(
        """
    herr herrn frau fräulein doktor doktorin dr professor professorin prof familie pastor pastorin pfarrer
    pfarrerin ehepaar fam pater freiherr freifrau baronin gräfin studienrat studienrätin oberstudienrat
    oberstudienrätin magister geschwister
    """
    ),
    kin_titles=words(
        """
    oma opa tante onkel omi opi uroma uropa mama papa mutti vati mami papi omama opapa nonna nonno
    babuschka yiayia abuela teyze hala babaanne anneanne
    """
    ),
    own_kin=re.compile(rf"(?:{_OWN}|\b(?:die|der|den|eine?|einer|alle|deine|welche))\s+$", _I),
    family=re.compile(
        rf"{_OWN}\s+(?:(?:klein|groß|jüngst|ältest|jünger|älter|best|alt|gut|lieb|"
        rf"verstorben)\w*\s+)?{_KIN}\s*+,?\s*+"
        r"(?:(?:der|die|heißt|hieß|ist|namens)\s+)?$",
        _I,
    ),
    frames=frames("de"),
    verbs=words(
        """
    war ist hat hatte kommt kam wohnt wohnte lebt lebte sagt sagte ging geht meint meinte arbeitet
    arbeitete fährt macht machte wollte will kann konnte heiratete starb studiert spielt mochte mag
    bekam wird wurde ruft rief schreibt schrieb hilft half besucht besuchte bringt brachte holt holte
    zog zieht
    """
    ),
    entertainment=re.compile(
        _WAKE + r"(?:spiele?n?|starte|mach|schalte?|leg|hör(?:e|en)?|streame?|zeig(?:e)?(?: mir)?|"
        r"such(?:e)?(?: mir)?|"
        r"ich (?:will|möchte|würde gerne?)|lass (?:uns|mich)|lies(?: mir)?|läuft|gibt es|wann läuft|"
        r"wer (?:singt|spielt)|"
        r"von wem|wie heißt (?:das|der|dieses) (?:lied|song|film))\b"
        r"(?=(?<=spiel)|(?<=spiele)|(?<=spielen)|.*\b(?:musik|lied|lieder|song|songs|album|platte|hörbuch|"
        r"hörspiel|film|filme|serie|"
        r"folge|playlist|radio|konzert|podcast|buch|roman|hören|band|sänger|oper|sinfonie|wiedergabe|kino|"
        r"singt)\b)|"
        r"\b(?:lied(?:er)?|songs?|musik|album|alben|hörbuch|hörspiel|film|roman|serie|podcast|"
        r"gedicht)\b.{0,40}?\b(?:von|mit|namens)\b|"
        r"\b(?:bücher|buch|romane?|werke?|gedichte?|theaterstücke?|krimis?|opern?|gemälde|lieder|filme?)\s+"
        r"(?:hat|haben|schrieb|stammt|stammen|sind|ist|gibt es)\b(?!.*\b(?:mir|uns|bestellt|gekauft)\b)|"
        r"^\W*(?:von wem|wer)\s+(?:hat|ist|wurde)\b(?=.*\b(?:geschrieben|komponiert|gemalt|erfunden|"
        r"entdeckt|verfasst|"
        r"gedreht|entwickelt|gegründet)\b)(?!.*\b(?:mir|mich|uns|meine?[nrm]?)\b)|"
        r"\b(?:nachrichten|neuigkeiten|updates?|artikel|berichte) (?:zu|über)\b|"
        r"\brezepte?n? von\b|"
        r"\b(?:rennen|grand prix|länderspiel|aufstellung|tabelle|kader) (?:in|von|bei|der|des)\b|"
        r"^\W*nimm\b(?=.*\b(?:heute|morgen|abend|folge|sendung|film|serie|uhr)\b.*\bauf\W*$)",
        _I,
    ),
    knowledge=re.compile(
        _WAKE + r"(?:wer (?:hat|ist|war|sind|waren|wohnt|wohnte|lebt|lebte|schrieb|erfand|"
        r"gewann|malte|komponierte|regiert|singt|"
        r"spielt)|was (?:ist|sind|war|bedeutet|heißt)|"
        r"wie (?:groß|hoch|alt|lang|tief|schwer|viele|viel|heißt|hieß|heißen|schnell|spät|reich)|"
        r"in welche[mr]|welche[rsnm]?|"
        r"wann (?:wurde|war|starb|lebte|ist \w+ \w* ?(?:geboren|gestorben)|begann|endete|fiel)|wo (?:liegt|"
        r"liegen|befindet|steht)|"
        r"warum|wieso|erzähl|erklär|definier|was weißt|nenn(?:e)? mir|seit wann|wie spricht|übersetze?|"
        r"wie sagt)\b",
        _I,
    ),
    quiz=re.compile(
        r"\b(?:hauptstadt|einwohner|bevölkerung|präsident\w*|kanzler\w*|liegt|liegen|befindet|gegründet|"
        r"währung|sprache|"
        r"lang|tief|alt|höchste\w*|größte\w*|längste\w*|krieg|geschichte|fluss|berg|höhe|hoch|groß|"
        r"zeitunterschied|uhrzeit|spät|zeit|zeitzone|berühmt\w*|kontinent|"
        r"wer|wann (?:wurde|war|starb)|geboren|erfunden|erzähl|erklär|übersetze?|bedeutet|geographie|welt)\b",
        _I,
    ),
    personal=re.compile(
        rf"{_OWN}\b|\b(?:angerufen|geschrieben|nachricht|geburtstag|geklingelt|kontakte?|zug|züge|bahn|bus|"
        r"busse|fährt|fahren|"
        r"apotheken?|bäcker|arzt|ärzte|restaurants?|laden|läden|supermarkt|offen|geöffnet|auf hat|wetter|"
        r"regen|regnet|sonne|"
        r"temperatur|grad|vorhersage|wettervor\w+|best\w+|nächste\w*|passiert|günstig\w*|miete\w*|"
        r"\w*nummer|adresse|e-?mail|kontakt|verkehr|stau|weg (?:nach|zu)|strecke|zugabfahrten|abfahrt|"
        r"tickets?|zugtickets?|fahrkarten?|flug|flüge|los|veranstaltungen|konzerte?|bar|kneipen?|hotels?|"
        r"park|taxi|komme ich|wir|ich habe|tankstelle|kino in)\b",
        _I,
    ),
    here=words(
        """
    zwischen in im nach aus von bei ab bis über auf richtung um vor nahe durch beim am vom bis via
    """
    ),
    place_frames=re.compile(
        r"(?:\b(?:wetter|regnet es|regnet|schneit es|schneit|regen|temperatur|temperaturen|sonne|"
        r"sonnenaufgang|sonnenuntergang|stau|verkehr|verkehrslage|"
        r"wohne[n]?|wohnt(?:e|en)?|gewohnt|lebe[n]?|lebt(?:e|en)?|gelebt|geboren(?: bin ich| wurde ich)?|"
        r"aufgewachsen|"
        r"komme[n]?|kommt|kam|stamme|stammt|arbeite|arbeitet|studiert|bleibe|urlaub|ferien|termin|filiale|"
        r"haus|wohnung|"
        r"hotel|restaurant|apotheke|praxis|straße|dort)"
        r"(?:\s+(?:ist|es|wird|am|heute|morgen|denn|ich|wir|jetzt|dann|aber|gerade|damals|früher|seit\s\w+|"
        r"wochenende|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|übermorgen)){0,4}\s+(?:in|"
        r"aus|bei|auf|im|am|in der|an der|auf der|aus dem|aus der)|"
        r"\b(?:zug|züge|bahn|bus|s-bahn|u-bahn|ice|verbindung|zugverbindung|fahrkarte|ticket|flug|flüge|"
        r"strecke|fahrt|weg|"
        r"route|reise|umzug|gezogen|ziehen|fahren|fährt|fahre|flieg|fliegen|navigiere(?: mich)?|navigation|"
        r"fahr mich|bring mich)"
        r"(?:\s+(?:heute|morgen|ich|wir|um\s\w+\suhr|die|der|nächste|nächster|bahn|bus|zug|am|"
        r"\w+tag)){0,3}\s+(?:nach|von|ab|bis|richtung|aus|über)|"
        r"\b(?:haltestelle|station|bahnhof|stadtteil|ortsteil|(?:ort|dorf|stadt|gemeinde)(?: namens)?|"
        r"kreis|landkreis|bezirk)|"
        r"\b(?:ab|richtung))\s+$",
        _I,
    ),
    place_after=re.compile(
        r"\s+(?:\w+\s+){0,2}(?:(?:um|weg|hin|zurück)?(?:ge|zu)?(?:zogen|ziehen|zieht|zog|fahren|fährt|fuhr|"
        r"reist|reisen|flogen|fliegen)|"
        r"geboren|aufgewachsen|(?:ge)?wohnt?e?n?|(?:ge)?lebt?e?n?|gearbeitet|studiert|verbracht|unterwegs)\b",
        _I,
    ),
    spelled=re.compile(
        r"(?<!['’\w])(?:(?:[a-zäöüß]|sch|ch)\s+wie\s+[\wäöüß]+(?:[\s,.]+(?:und\s+|dann\s+|"
        r"doppel[\s-]?)?(?:[a-zäöüß]|sch|ch)"
        r"(?:\s+wie\s+[\wäöüß]+)?(?![\w]))*|[a-zäöüß](?:[\s,.-]+[a-zäöüß](?![\w'’])){2,}(?!\s*\d)|"
        r"(?:[a-zäöü]\.?\s?[vwf]\.?\s+[a-zäöüß]{3,}[\s,.]+){2,}(?:[a-zäöü]\.?\s?[vwf]\.?\s+\w+)?)",
        _I,
    ),
)
