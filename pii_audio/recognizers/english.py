"""English cues: what people say around names and places."""

from __future__ import annotations

import re

from pii_audio.recognizers.cues import Cues, frames, words

__all__ = ["CUES"]

_I = re.IGNORECASE
_WAKE = (
    r"^\W*(?:(?:hey|hi|ok|okay|please|can you|could you|would you|computer|alexa|siri|google|olly|just|"
    r"now)\W+)*"
)
_OWN = r"\b(?:my|our|his|her|their|your)"
_KIN = (
    r"(?:son|daughter|kid|baby|brother|sister|twin|mother|father|mom|mum|dad|grandson|granddaughter|"
    r"grandma|grandpa|"
    r"grandmother|grandfather|gran|nan|nephew|niece|cousin|aunt|auntie|uncle|brother-in-law|sister-in-law|"
    r"son-in-law|"
    r"daughter-in-law|mother-in-law|father-in-law|stepson|stepdaughter|godson|goddaughter|youngest|oldest|"
    r"eldest)"
)

CUES = Cues(
    never=words(
        """
    i you he she it we they me him her us them my your his its our their mine yours this that these
    those the a an and or but if when where what who why how which there here not no yes yeah please
    thanks thank to of in on at by for from with about as into onto off up down out over under is are
    was were be been am do does did have has had will would can could should shall may might must just
    now then today tomorrow tonight yesterday later soon back again also very monday tuesday wednesday
    thursday friday saturday sunday january february march april may june july august september october
    november december o'clock um uh er oh okay ok well so sorry good morning afternoon evening night
    hello hi hey one two three four five six seven eight nine ten eleven twelve dollars cents pounds
    alexa siri google olly cortana computer someone everyone everybody nobody anyone home work me
    everything something mr mrs ms miss dr doctor professor mister all some any more everyone's sure
    calling trying looking going not message text email call calls emails messages contacts meeting
    appointment music song easter christmas halloween thanksgiving irish english german french spanish
    italian chinese japanese american british indian christian america pandora iban isbn postcode
    """
    ),
    particles=words("de la del van von der den bin ibn al el da di dos st o mc"),
    titles=words("mr mrs ms miss missus mister dr doctor professor prof pastor reverend sir principal"),
    kin_titles=words(
        """
    aunt auntie uncle grandma grandpa granny gran nan nana mom mum dad mommy mummy daddy mama papa
    gramps
    """
    ),
    own_kin=re.compile(rf"(?:{_OWN}|\b(?:the|a|an|this|that|whose|every|step))\s+(?:\w+\s+)?$", _I),
    family=re.compile(
        rf"{_OWN}\s+(?:(?:little|big|younger|older|youngest|oldest|eldest|late|twin|dear|good|best|"
        rf"great)\s+)*{_KIN}"
        r"\s*+,?\s*+(?:(?:is called|is named|named|called|'s name is|whose name is)\s+)?$",
        _I,
    ),
    frames=frames("en"),
    verbs=words(
        """
    was is has had lives lived said says works worked went goes came comes taught teaches told tells got
    gets moved died married loves loved likes liked wants wanted used wrote called helped makes made
    took gave bought would could still always never never's plays played studied grew knows knew thinks
    thought
    """
    ),
    entertainment=re.compile(
        _WAKE + r"(?:play(?! back| (?:(?:the|my|that|a|new|last|any) )*(?:voice ?mails?|messages?))|"
        r"put on|stream|shuffle|listen to|queue|watch|start|resume|"
        r"record(?! (?:a|an|my|the|this|me|voice)\b)|i (?:want|"
        r"would like|wanna|need) to (?:hear|listen|watch)|"
        r"(?:show|find|get|give|read|tell|search|look|download|buy|add|turn|what|who|do|i|is|when|which|"
        r"save|open|like|rate|go|next|skip)\b"
        r"(?=.*\b(?:music|songs?|albums?|tracks?|playlist|artist|band|singer|movies?|films?|audiobook|"
        r"audio book|book|novel|podcast|radio|concert|"
        r"episode|sings?|sang|lyrics|actor|actress|jazz|rock|show)\b))\b|"
        r"\b(?:grand prix|line-?up|squad|world cup|formula one) (?:in|at|of|for)\b",
        _I,
    ),
    knowledge=re.compile(
        _WAKE + r"(?:(?:who|what|how|when|where|which|why)(?:'s| is| was| are| were| did| do| does| has| old|"
        r" tall| big| far is the| high| long| deep| many| much| won| wrote| painted| invented|"
        r" discovered| sang| plays| played| directed| made| lives| lived)|"
        r"name (?:me )?(?:some|all|any|two|three|four|five|six|ten|a|an|the)\b|"
        r"(?:tell me|give me|do you know|what do you know|i want to know|find|search|look up|define|"
        r"explain|describe|show me)(?:.*\b(?:about|of|on|information|facts?|news|definition|capital|"
        r"population|president)))\b",
        _I,
    ),
    quiz=re.compile(
        r"\b(?:capital|population|president|located|founded|currency|language|war|history|mayor|river|"
        r"mountain|area|"
        r"high|highest|tall|tallest|long is|deep|longest|biggest|what time|time zone|time difference|"
        r"current time|far|big|old|large|people|who|born|invented|country|continent|"
        r"name (?:me )?(?:some|all|any|two|three|four|five|six|ten|a|an|the)|"
        r"famous|tell me|define|definition|facts?|time in|geograph\w*|news|latitude|coordinates)\b",
        _I,
    ),
    personal=re.compile(
        rf"{_OWN}\b|\b(?:called|texted|messages?|emails?|emailed|birthday|contacts?|train|trains|bus|buses|"
        r"flight|drive|pharmacy|bakery|doctor|"
        r"restaurants?|shop|shops|store|stores|open|weather|rain|raining|snow|snowing|sunset|sunrise|sun|"
        r"forecast|temperature|hot|cold|warm|"
        r"humid|windy|umbrella|traffic|get to|directions|say|said|write back|wrote back|we|i need|here|"
        r"meeting|appointment|tickets?|arrive|leave|take|drive|numbers?|phone|address|"
        r"last name|eat|good place|best|"
        r"near|nearest|events?|happening|going on|taxi|cab|uber|book)\b",
        _I,
    ),
    here=words(
        """
    between in to from near around at of for toward towards outside via into through by over
    """
    ),
    place_frames=re.compile(
        r"(?:\b(?:weather|rain|raining|snow|snowing|sunny|sunrise|sunset|forecast|temperature|hot|cold|"
        r"warm|sun|set|rise|traffic|live|lives|lived|living|born|raised|"
        r"grew up|moved|moving|stay|staying|work|works|worked|vacation|holiday|house|home|apartment|school|"
        r"college|store|pharmacy|"
        r"restaurant|hotel|calling|based|settled|stationed|retired|brought up)"
        r"(?:\s+(?:is|it|the|going|be|like|out|up|down|over|back|today|tomorrow|this|weekend|next|week|on|"
        r"\w+day|outside|right|now|there|here|all|my|whole|life|still)){0,4}\s+(?:in|near|around|at|for|"
        r"from)|\b(?:move|moved|moving|traffic|relocated|relocating)(?:\s+(?:back|out|up|down|over|away|"
        r"here|us)){0,2}\s+(?:to|from)|"
        r"\bhow (?:long|far)\b[^.?!]{0,40}\b(?:from|to|between)|\b(?:train|trains|bus|buses|flight|flights|"
        r"ticket|tickets|drive|drives|directions|route|trip|way|"
        r"coach|ride|take me|travel|fly|heading|commute)"
        r"(?:\s+(?:home|back|today|tomorrow|me|us|over|\w+day|time|there)){0,2}\s+(?:to|from|for|via)|"
        r"\b(?:town|city|village|suburb|neighbou?rhood|borough|county|state|hamlet|parish|township) of|"
        r"\b(?:town|village|hamlet|suburb|place|city|estate|neighbou?rhood|island|seaside town|market town)"
        r"(?: \w+)? (?:called|named)|\b(?:just|right|miles|far|a bit|way|somewhere|live|lived|living|grew up|"
        r"place|village|town|farm|house|cottage|flat) (?:outside|near|past|by|north of|south of|east of|"
        r"west of|"
        r"outside of|close to|not far from)|\b(?:outskirts|edge|middle|centre|center|north|south|east|west|"
        r"side|part) of|\b(?:originally|i'm|i am|we're|she's|he's|they're|is|was|were|people|family|folks|"
        r"parents|mum|mom|dad|nan|comes?|came|coming|hail|hails|over) (?:originally )?from|"
        r"\b(?:up|down|over|out|back|here|lives?|lived|living|based|stuck|settled) in|\bup to|\bdown to|"
        r"\b(?:drove|went|going|go|off|over|fly|flew|evacuated|commute|commutes|sent|run|runs|get|got|"
        r"train|bus|coach|ferry|8|trip) (?:up |down |out |over |back |off )?to|"
        r"\b(?:from|between) [A-Z]?[\w'’-]+(?: [\w'’-]+)? (?:to|and|via))\s+$",
        _I,
    ),
    place_after=re.compile(r"\s+(?:all (?:my|his|her) life|when (?:i|we) (?:was|were))\b", _I),
    spelled=re.compile(
        r"(?<!['’\w])(?:(?:[a-z]|[a-z]{2,4}(?= (?:as|is) in))(?:\s+(?:(?:as|is) in|for|"
        r"like)\s+\w+)(?:[\s,.-]+(?:and\s+|then\s+|double[\s-])?[a-z](?![\w'])"
        r"(?:\s+(?:as in|for|like)\s+\w+)?)*|(?-i:(?:[A-Z]4\s?[A-Z]\w+[\s,]*){2,}\b)|"  # "K4Kilo, H4 Hotel"
        r"[a-z](?:[\s,.-]+[a-z](?![\w'’])){2,}(?!\s*\d))",
        _I,
    ),
)
