"""What mails are about, and which of them a person may group or refuse.

A mail's topic follows from its template: the longest beginning of this table wins. The table names the folders of every
slice's mails, above and below, as mere text: a test holds it to the templates that exist.
"""

from portal.lifecycle.table import LabelledEnum


class Topic(LabelledEnum):
    """A kind of mails, as people choose about them."""

    ACCOUNT = "account", "Compte, rôles et invitations"
    REQUEST = "request", "Candidatures : récépissé, compléments demandés, décision"
    RIGHT = "right", "Habilitations et liste blanche : ouverture, suspension, secret"
    TEXTS = "texts", "Chartes et textes à signer"
    CERTIFICATES = "certificates", "Certificats à renouveler ou révoqués"
    TESTS = "tests", "Tests : ouverture, résultats, validation"
    LISTS = "lists", "Listes d’établissements"
    EXCHANGES = "exchanges", "Messages d’un dossier ou d’un signalement"
    NOTICES = "notices", "Annonces : maintenances, incidents, changements techniques"

    @property
    def is_mandatory(self) -> bool:
        """Whether these mails always leave at once: a delay runs, or a right is at stake."""
        return self in _MANDATORY


class Choice(LabelledEnum):
    """When a person wants the mails of a topic."""

    AT_ONCE = "at_once", "Aussitôt"
    DAILY = "daily", "Une fois par jour, dans un récapitulatif"
    NEVER = "never", "Jamais : je les lis sur le portail"


_MANDATORY = frozenset({Topic.ACCOUNT, Topic.REQUEST, Topic.RIGHT, Topic.TEXTS, Topic.CERTIFICATES})
_BEGINNINGS = {
    "portal/accounts/": Topic.ACCOUNT,
    "portal/parties/": Topic.ACCOUNT,
    "portal/mail/": Topic.ACCOUNT,
    "onboarding/vendors/": Topic.ACCOUNT,
    "onboarding/candidacies/mails/": Topic.REQUEST,
    "onboarding/candidacies/mails/message": Topic.EXCHANGES,
    "onboarding/candidacies/mails/assigned": Topic.EXCHANGES,
    "onboarding/committee/": Topic.REQUEST,
    "policy/grants/": Topic.RIGHT,
    "policy/whitelist/": Topic.RIGHT,
    "policy/sanctions/": Topic.RIGHT,
    "onboarding/changes/": Topic.RIGHT,
    "onboarding/takeovers/": Topic.ACCOUNT,
    "onboarding/exports/": Topic.ACCOUNT,
    "policy/certificates/": Topic.CERTIFICATES,
    "policy/rollovers/": Topic.CERTIFICATES,
    "policy/servers/": Topic.CERTIFICATES,
    "onboarding/legaltexts/": Topic.TEXTS,
    "onboarding/letters/": Topic.REQUEST,
    "onboarding/campaigns/": Topic.TESTS,
    "onboarding/establishments/": Topic.LISTS,
    "onboarding/notices/mails/": Topic.NOTICES,
    "onboarding/notices/mails/report": Topic.EXCHANGES,
}


def known(template: str) -> Topic | None:
    """The topic of a template; None when the table does not name it."""
    fitting = [beginning for beginning in _BEGINNINGS if template.startswith(beginning)]
    return _BEGINNINGS[max(fitting, key=len)] if fitting else None


def of(template: str) -> Topic:
    """The topic of a template; what the table does not name is never held back."""
    return known(template) or Topic.REQUEST


def optional() -> list[Topic]:
    """The topics about which people choose."""
    return [topic for topic in Topic if not topic.is_mandatory]


def mandatory() -> list[Topic]:
    """The topics that always leave at once."""
    return [topic for topic in Topic if topic.is_mandatory]
