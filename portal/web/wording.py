"""How instants, dates, sizes and states are worded on every page; pure, so that mails and PDFs say the same.

Dates read « mardi 24 novembre 2026, 14 h 30 », in the time of Paris; spaces that must not break are U+00A0.
"""

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
        "accepted passed registered done valid recorded in_force listed trusted"
    ),
    "bad": "refused refuse rejected failed revoked expired dead",
    "moving": "checked submitted under_review open declared proposed filed planned running queued in_progress",
    "attention": (
        "returned to_redo deferred defer suspended admit_with_reservations stale to_correct unaddressed leaving"
    ),
    "waiting": "pending awaiting",
    "ended": "withdrawn retired superseded replaced closed archived cancelled",
}
TONE_OF = {state: tone for tone, states in STATES.items() for state in states.split()}


def day(value: date) -> str:
    """« mardi 24 novembre 2026 »; the first of a month is « 1er »."""
    number = "1er" if value.day == 1 else str(value.day)
    return f"{DAYS[value.weekday()]} {number}{SPACE}{MONTHS[value.month - 1]}{SPACE}{value.year}"


def short_day(value: date) -> str:
    """« 24/11/2026 », for the cells of a table."""
    return value.strftime("%d/%m/%Y")


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


def badge(state: str) -> tuple[str, str]:
    """(class of the badge, class of its icon) of a state; an unknown state looks like a draft."""
    return TONES[TONE_OF.get(state, "draft")]
