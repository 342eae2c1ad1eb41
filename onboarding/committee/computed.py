"""The computed opinion: the profiles that the rules suggest for a request, each rule with its source.

It is shown beside the opinions of persons, never in their place. Sources: feeding charter, « Profils d’alimentation »
(the profile follows the kind of solution and the purpose); settled question 10 (the access profile follows the purpose
and the roles of the users); access policy in force (what a profile opens of the data wanted).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policy.grants.direction import Direction
from policy.profiles import openness
from policy.profiles.openness import Degree
from policy.profiles.rulebook import Rulebook
from portal.reference import purposes, retrieval, user_roles
from portal.reference.user_roles import UserRole

CHARTER = "Charte d’alimentation du ROR, « Profils d’alimentation des données »"
FEEDING = {"bed-availability": frozenset("A"), "offer-place-link": frozenset("B")}
OPEN_TO_ALL = "public-information"
ELEMENTS = {  # what the policy calls each class of data wanted
    "structures": ("Organization.description",),
    "offers": ("HealthcareService.description",),
    "places": ("Location.description", "Location.equipment"),
    "contacts": ("Organization.contact", "HealthcareService.contact"),
    "professionals": ("Practitioner.description",),
    "beds": ("Location.supported-capacity",),
}


@dataclass(frozen=True, slots=True)
class Request:
    """What a candidacy asks for, as far as rules look at it; codes of reference data and of profiles."""

    direction: Direction
    kind: str
    purpose: str
    requested: frozenset[str]
    user_roles: tuple[str, ...] = ()
    data_wanted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that counted: what it says of this request, and where it comes from."""

    sentence: str
    source: str
    is_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Advice:
    """The profiles suggested (none when the rules cannot tell), with the rules that counted."""

    suggested: frozenset[str]
    requested: frozenset[str]
    findings: tuple[Finding, ...]

    @property
    def agrees(self) -> bool:
        """Whether what is asked is what the rules suggest."""
        return bool(self.suggested) and self.suggested == self.requested

    @property
    def doubts(self) -> Sequence[Finding]:
        """The findings that a person must settle."""
        return [finding for finding in self.findings if finding.is_doubt]

    @property
    def letters(self) -> str:
        """The codes together, as they are stored: ``AB``, ``2``, or nothing."""
        return "".join(sorted(self.suggested))


def advise(request: Request, book: Rulebook) -> Advice:
    """What the rules suggest for this request under this policy."""
    if request.direction is Direction.FEEDING:
        suggested, findings = FEEDING.get(request.purpose, frozenset()), list(_feeding(request))
    else:
        suggested, findings = _access(request)
        findings += _reach(request, suggested or request.requested, book)
    return Advice(suggested, request.requested, (*findings, *_difference(request, suggested)))


def _feeding(request: Request) -> Iterator[Finding]:
    label = purposes.label_of(request.purpose) if request.purpose else "aucune"
    if profiles := FEEDING.get(request.purpose):
        yield Finding(f"La finalité « {label} » appelle le profil d’alimentation {''.join(profiles)}.", CHARTER)
    else:
        yield Finding(f"Aucune règle ne relie la finalité « {label} » à un profil d’alimentation.", CHARTER, True)
    if words := _KINDS.get(request.kind):
        yield Finding(words, "Charte d’alimentation du ROR, contrôles par type de solution")
    if request.requested == {"B"}:
        yield Finding(
            "Le profil B seul ne renseigne pas la disponibilité en lits, condition d’entrée dans l’espace.",
            "Charte d’alimentation du ROR, « Intégration à l’espace de confiance ROR »",
            True,
        )


_KINDS = {
    "saas": "Solution SaaS : un contrôle par établissement s’ajoute à celui du certificat.",
    "regional_eai": "EAI régional : un contrôle par établissement s’ajoute à celui du certificat.",
    "proprietary": "Solution propriétaire : chaque client a son propre certificat.",
}


def _access(request: Request) -> tuple[frozenset[str], list[Finding]]:
    """The profile on which purpose and user roles agree; none when they point to several."""
    roles = [user_roles.user_roles()[code] for code in request.user_roles if code in user_roles.user_roles()]
    findings = [_role(role) for role in roles]
    pointed = {str(role.profile) for role in roles if role.profile is not None}
    if request.purpose == OPEN_TO_ALL:
        findings.append(
            Finding("L’information du grand public se sert du libre accès : profil 0.", "Introduction au ROR")
        )
        pointed.add("0")
    if len(pointed) > 1:
        listed = ", ".join(sorted(pointed))
        findings.append(
            Finding(f"La demande désigne plusieurs profils ({listed}) ; un service n’en reçoit qu’un.", _DOC, True)
        )
    if not pointed:
        findings.append(Finding("Ni la finalité ni les rôles des utilisateurs ne désignent un profil.", _DOC, True))
    return frozenset(pointed if len(pointed) == 1 else ()), findings


_DOC = "Documentation publique des API du ROR, « Accès aux données, vue d’ensemble »"


def _role(role: UserRole) -> Finding:
    if role.profile is None:
        return Finding(f"{role.words} : aucun profil connu.", role.source, True)
    deduced = " (déduit du libellé)" if role.is_deduced else ""
    return Finding(f"{role.words} : profil {role.profile}{deduced}.", role.source, role.is_deduced)


def _reach(request: Request, profiles: frozenset[str], book: Rulebook) -> list[Finding]:
    """For each class of data wanted, what the policy opens of it to the profile considered."""
    return [
        _opened(code, profiles, book) for code in request.data_wanted if code in ELEMENTS and profiles and book.elements
    ]


def _opened(code: str, profiles: frozenset[str], book: Rulebook) -> Finding:
    cells = [
        openness.of_cell(book, profiles, "read", element) for element in ELEMENTS[code] if element in book.elements
    ]
    rules = sorted({rule for cell in cells for rule in cell.rules})
    source = f"Politique d’accès, version {book.number}" + (f" ({', '.join(rules)})" if rules else "")
    label, named = retrieval.data_label(code), " ou ".join(sorted(profiles))
    if all(cell.degree is Degree.NEVER for cell in cells):
        return Finding(f"« {label} » : le profil {named} ne l’ouvre jamais.", source, True)
    if all(cell.degree is Degree.ALWAYS for cell in cells):
        return Finding(f"« {label} » : le profil {named} l’ouvre.", source)
    return Finding(f"« {label} » : le profil {named} l’ouvre en partie ou sous condition.", source)


def _difference(request: Request, suggested: frozenset[str]) -> Iterator[Finding]:
    if not suggested or suggested == request.requested:
        return
    asked, found = ", ".join(sorted(request.requested)) or "aucun", ", ".join(sorted(suggested))
    yield Finding(
        f"Demandé : {asked}. Les règles désignent : {found}.", "Comparaison de la demande et des règles", True
    )
