"""What many choose as a password: made by rule out of the words, names, keys and years that people are known to use."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

OWN = 6
"""Letters, digits and pictures that a password has to have beside what is common."""

WORDS = """
password passwords passwort passord passordet passphrase secret secrets hemmelig hemmelighet login logon signin access
adgang tilgang admin administrator root user username bruker brukernavn guest gjest test tester testing testtest temp
temporary default standard change changeme bytt welcome velkommen hello hei halla hallo hallais goodbye letmein
iloveyou loveyou iloveu jegelskerdeg elskerdeg elskling kjærlighet kjaerlighet love lover loveme lovely forever alltid
sunshine solskinn princess prinsesse prince prins queen dronning king konge kongen angel engel angels devil djevel
master mester shadow skygge dragon drage monkey apekatt tiger lion løve bear bjørn bjorn wolf ulven ulv eagle ørn horse
hest hund hunden katt katten kitten puppy valp fisk fisken bird fugl rabbit kanin chicken kylling turtle panda elephant
football fotball soccer baseball basketball hockey handball håndball handball tennis sykkel skiing skitur fishing fiske
summer sommer sommeren winter vinter vinteren spring våren vaaren autumn høsten hosten season january january februar
february march april juni june juli july august september oktober october november desember december monday tuesday
wednesday thursday friday saturday sunday mandag tirsdag onsdag torsdag fredag lørdag lordag søndag sondag weekend helg
today idag tomorrow imorgen birthday bursdag christmas julenisse julaften easter påske paaske halloween holiday ferie
flower flowers blomst blomster rose roses butterfly sommerfugl rainbow regnbue stars star stjerne moon måne maane
heaven himmel ocean havet water vann mountain fjellet fjell forest skogen beach stranda strand house huset home hjemme
family familie familien mother mamma father pappa brother bror sister søster soster friend friends venn venner girl
jente boy gutt baby babygirl mommy daddy mormor farmor bestemor morfar farfar bestefar honey sweetheart darling cookie
chocolate sjokolade coffee kaffe kaffekopp cheese brunost pizza banana apple eple orange appelsin cherry lemon pepper
ginger sugar sukker beer pilsner whiskey vodka music musikk guitar gitar piano dance danser singer rocknroll metallica
slipknot nirvana beatles elvis eminem madonna superman batman spiderman ironman hulken starwars startrek pokemon
pikachu minecraft fortnite roblox nintendo playstation xbox gamer gaming zelda mario sonic naruto hannah montana
computer datamaskin laptop internet google facebook instagram twitter youtube amazon microsoft windows linux apple
iphone android samsung nokia telenor telia yahoo hotmail gmail outlook office server system database network wifi
money penger million lucky lykke freedom frihet peace fred power strong sterk happy glad smile smil awesome cool
killer hunter ranger warrior ninja samurai pirate viking vikingen trooper thunder torden lightning lyn storm blizzard
silver sølv gold gull diamond diamant crystal purple lilla black svart white hvit blue blaa blå green grønn gronn red
yellow gul pink rosa mustang ferrari porsche mercedes corvette toyota honda volvo audi harley yamaha
liverpool arsenal chelsea manchester united barcelona realmadrid juventus everton tottenham rosenborg brann vålerenga
valerenga lillestrøm lillestrom tromsø tromso viking molde stabæk stabaek skeid lyngby
norway norge noreg oslo bergen trondheim stavanger kristiansand drammen fredrikstad halden bodø bodo ålesund aalesund
sweden sverige denmark danmark america england london paris berlin madrid newyork texas california brazil mexico canada
trustno please vennligst nothing ingenting something whatever blank none null void qwerty asdf zxcv dvorak
cluster klynge klyngen klynger innovation innovasjon norwegian norsk norske arena programme program project prosjekt
company bedrift firma norges kommune fylke staten regjeringen
"""
NAMES = """
michael daniel jessica ashley jennifer michelle robert thomas andrew matthew anthony joshua amanda charlie jordan
nicole hunter samantha david joseph brandon justin william richard steven alexander alexandra christopher christian
elizabeth stephanie melissa maggie george harley martin patrick victoria natasha andrea patricia carlos maria marie
anne anna ingrid ingeborg kari ola olav olave ole lars hans jan per nils knut kjell bjørn arne svein øyvind oyvind
odd geir tor terje morten rune erik eirik kristian kristoffer magnus henrik jonas jakob emil noah oliver filip lukas
mathias mats marius andreas fredrik håkon haakon haakon sindre sondre simen sander tobias nora emma sofie sophie ella
olivia thea ida julie maja sara ingvild silje hanne hege heidi camilla marianne kristin kristine elisabeth solveig
astrid sigrid liv berit randi inger bente tone trine line linda monica mona mette nina siri guro ragnhild gunnar
"""
ROWS = ("1234567890", "qwertyuiopå", "asdfghjkløæ", "zxcvbnm", "qwertzuiop", "azertyuiop", "abcdefghijklmnopqrstuvwxyz")
COLUMNS = ("1qaz2wsx3edc4rfv5tgb6yhn7ujm", "qazwsxedcrfvtgbyhnujm", "zaq12wsxcde34rfv", "1q2w3e4r5t6y7u8i9o0p")
YEARS = range(1930, 2040)
SHORTEST = 4
"""Letters of a word that is looked for: shorter ones are found in anything by chance."""

_LETTERS = str.maketrans("@4310$5!7+", "aaeiossitt")
_AGAIN = (re.compile(r"(.{1,8}?)\1{2,}"), re.compile(r"(.{3,16}?)\1"))


def common(password: str, known: Iterable[str] = ()) -> bool:
    """Whether it holds fewer than six letters or digits of its own, beside what many choose and what is `known`.

    `p@ssword1234` holds none, and neither does `sommersommer2024`."""
    text = password.casefold()
    parts = {part for word in known for part in (word.casefold(), *re.split(r"[\W_]+", word.casefold()))}
    for part in sorted((p for p in parts if len(p) >= SHORTEST - 1), key=len, reverse=True):
        text = text.replace(part, " ")
    text = _without(text)
    return min(_left(text), _left(_without(text.translate(_LETTERS)))) < OWN


@cache
def listed() -> frozenset[str]:
    """Every word, name, year and row of keys that is looked for; some three thousand."""
    words = {word for word in (*WORDS.split(), *NAMES.split(), "laerdom", "lærdom", "lardom") if len(word) >= SHORTEST}
    return frozenset(words | set(_walks()) | {str(year) for year in YEARS})


def _walks() -> Iterator[str]:
    """Four keys or more that lie in a row, in either direction."""
    for row in (*ROWS, *COLUMNS):
        for way in (row, row[::-1]):
            for length in range(SHORTEST, len(way) + 1):
                yield from (way[start : start + length] for start in range(len(way) - length + 1))


@cache
def _listed_first_longest() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(listed(), key=len, reverse=True))))


def _without(text: str) -> str:
    for again in _AGAIN:
        text = again.sub(r"\1", text)
    text = _listed_first_longest().sub(" ", text)
    for again in _AGAIN:
        text = again.sub(r"\1", text)
    return text


def _left(text: str) -> int:
    return sum(c.isalnum() or (not c.isascii() and c.isprintable()) for c in text)
