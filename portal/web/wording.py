"""How instants, dates, sizes and states are worded on every page; pure, so that mails and PDFs say the same.

Dates read « mardi 24 novembre 2026, 14 h 30 », in the time of Paris; spaces that must not break are U+00A0.
"""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
SPACE = "\u00a0"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
SHORT_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")

# badge of the design system and icon, by state: never colour alone
TONES: dict[str, tuple[str, str]] = {
    "good": ("fr-badge--success", ""),
    "bad": ("fr-badge--error", ""),
    "moving": ("fr-badge--info", ""),
    "attention": ("fr-badge--warning", ""),
    "waiting": ("fr-badge--new", ""),
    "draft": ("", "fr-icon-edit-line"),
    "ended": ("", "fr-icon-archive-line"),
}
STATES = {
    "good": (
        "active approved verified admitted admit complete published confirmed effective held issued sent signed "
        "acknowledged answered kept accepted passed registered done valid recorded in_force listed trusted prepared "
        "seated given cast lifted created"
    ),
    "bad": "refused refuse rejected failed revoked expired dead emergency",
    "moving": (
        "checked reported submitted under_review open declared proposed filed planned running queued in_progress "
        "examining creating under_way following written convened sitting"
    ),
    "attention": (
        "returned to_redo deferred defer suspended admit_with_reservations overdue stale to_correct unaddressed "
        "leaving enforced"
    ),
    "waiting": "waiting pending awaited awaiting awaiting_visa told announced ready notified",
    "ended": (
        "known ended lapsed abandoned dropped withheld withdrawn retired released superseded replaced closed archived "
        "cancelled called_off stopped undone set_aside unlisted"
    ),
}
# of the text between two tags: what French keeps together (“mot :”, “« mot »”, “3 %”)
_SIGNS = re.compile(r"(?<=[^\s;:!?]) (?=[:;!?»%€](?:[\s<.,)]|$))|(?<=«) ")
_TEXT = re.compile(r">[^<]+<")
TONE_OF = {state: tone for tone, states in STATES.items() for state in states.split()}


def day(value: date) -> str:
    """« mardi 24 novembre 2026 »; the first of a month is « 1er »."""
    number = "1er" if value.day == 1 else str(value.day)
    return f"{DAYS[value.weekday()]} {number}{SPACE}{MONTHS[value.month - 1]}{SPACE}{value.year}"


def short_day(value: date) -> str:
    """« 24/11/2026 », for the cells of a table."""
    return value.strftime("%d/%m/%Y")


def short_month(label: str) -> str:
    """« déc. » for « décembre 2026 », under the axis of a picture; a label that names no month stays as it is."""
    name = label.partition(" ")[0]
    return SHORT_MONTHS[MONTHS.index(name)] if name in MONTHS else label


def hour(value: datetime) -> str:
    """« 14 h 30 » in Paris; « 9 h » on the hour."""
    local = value.astimezone(PARIS)
    return f"{local.hour}{SPACE}h" + (f"{SPACE}{local.minute:02d}" if local.minute else "")


def moment(value: datetime) -> str:
    """« mardi 24 novembre 2026, 14 h 30 » in the time of Paris."""
    return f"{day(value.astimezone(PARIS).date())}, {hour(value)}"


def short_moment(value: datetime) -> str:
    """« 24/11/2026 à 14 h 30 » in the time of Paris, for the cells of a table."""
    return f"{short_day(value.astimezone(PARIS).date())} à {hour(value)}"


def exact(value: datetime) -> str:
    """« 24/11/2026 14:30:05, heure de Paris »: what hovering shows."""
    return f"{value.astimezone(PARIS):%d/%m/%Y %H:%M:%S}, heure de Paris"


def uncapped(text: str) -> str:
    """The same words within a sentence: « Usage abusif d’une API » -> « usage abusif d’une API »; acronyms stay."""
    return text[:1].lower() + text[1:] if not text[1:2].isupper() else text


def spaced(html: str) -> str:
    """The same HTML with unbreakable spaces before « : ; ! ? % € » and inside quotation marks; tags are left alone."""
    return _TEXT.sub(lambda text: _SIGNS.sub(SPACE, text[0]), html)


def badge(state: str) -> tuple[str, str]:
    """(class of the badge, class of its icon) of a state; an unknown state looks like a draft."""
    return TONES[TONE_OF.get(state, "draft")]
