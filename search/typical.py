"""Texts and queries of no particular content, in both languages: what a model is told apart from."""

from collections.abc import Mapping

from search.index import Lang

QUERIES = (
    *("how do we get owners to come", "who should chair the meeting", "too little time for planning", "sharing costs"),
    *("what to do when people drop out", "working with the university", "who pays for it", "choosing a topic"),
    *("companies that do not trust each other", "next steps after the workshop", "finding a good manager", "export"),
    *("hvordan få eierne til å komme", "hvem bør lede møtet", "for lite tid til planlegging", "dele på kostnadene"),
    *("hva gjør vi når folk faller fra", "samarbeid med universitetet", "hvem betaler for dette", "velge tema"),
    *("bedrifter som ikke stoler på hverandre", "hva skjer etter samlingen", "finne en god leder", "eksport"),
)
"""What managers may type, half in each language."""
TEXTS: Mapping[Lang, tuple[str, ...]] = {
    "en": (
        "The board met twice a year and read the figures. Nobody asked what they meant for the coming season.",
        "Two of the yards bought the crane together, and each paid by the hours it used.",
        "A student wrote her thesis in the workshop and stayed on afterwards as an engineer.",
        "The report was sent to everybody by post. In spring most copies still lay unopened.",
        "We hired a bus, visited three farms in one day and ate at the last one.",
        "The municipality set a deadline for the application, and the group worked towards it.",
    ),
    "nb": (
        "Styret møttes to ganger i året og leste tallene. Ingen spurte hva de betydde for neste sesong.",
        "To av verftene kjøpte kranen sammen, og hver betalte etter timene den ble brukt.",
        "En student skrev oppgaven sin i verkstedet og ble værende etterpå som ingeniør.",
        "Rapporten ble sendt til alle i posten. Om våren lå de fleste fortsatt uåpnet.",
        "Vi leide en buss, besøkte tre gårder på en dag og spiste på den siste.",
        "Kommunen satte en frist for søknaden, og gruppen arbeidet mot den.",
    ),
}
"""As lessons are written."""
