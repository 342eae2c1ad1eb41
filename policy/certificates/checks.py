"""The named checks on a deposited certificate: each says good, bad or not available, in a sentence, with its remedy.

A certificate is acceptable when no check is bad. Sources of the rules: IGC-Santé products as issued, RFC 5280,
ANSSI's guide on cryptographic mechanisms (sizes, exponents, hashes), the whitelist's rule that one certificate names
one legal person.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from portal.lifecycle.table import LabelledEnum
from portal.web import wording

from . import identity, issuers, keys, names, offers, policies
from .environments import Environment, Hierarchy
from .identity import Holder
from .question import Places, Question, Twin, accepted
from .revocation import Standing
from .trust import Chain, Fault
from .x509 import Facts

_SOUND_HASHES = frozenset(["sha256", "sha384", "sha512"])
_SOON = timedelta(days=90)
_MAX_SERIAL_OCTETS = 20


class Outcome(LabelledEnum):
    """What a check says."""

    GOOD = "good", "Conforme"
    BAD = "bad", "À corriger"
    UNAVAILABLE = "unavailable", "Non disponible"


class Check(NamedTuple):
    """One named check: a stable name, its French label, what it says, why, and what to do when it is bad."""

    name: str
    label: str
    outcome: Outcome
    sentence: str
    remedy: str = ""

    def as_json(self) -> dict[str, str]:
        """The check as the database keeps it."""
        outcome, said, remedy = str(self.outcome), self.sentence, self.remedy
        return {"name": self.name, "label": self.label, "outcome": outcome, "sentence": said, "remedy": remedy}


def from_json(value: dict[str, str]) -> Check:
    """A check read back from the database."""
    outcome = Outcome(value["outcome"])
    return Check(value["name"], value["label"], outcome, value["sentence"], value["remedy"])


def judge(facts: Facts, chain: Chain, question: Question) -> tuple[Check, ...]:
    """All the checks, in the order in which they are shown."""
    found = lasting(facts, chain, question)
    dates = validity(facts.not_before, facts.not_after, at=question.at)
    return (*found[:-2], dates, *found[-2:], revocation())


def lasting(facts: Facts, chain: Chain, question: Question) -> tuple[Check, ...]:
    """The checks without those of the dates and of the revocation, which are judged whenever they are shown."""
    return (
        layout(facts),
        serial(facts),
        extensions(facts),
        authorities(facts, chain),
        hierarchy(chain, question),
        offer(facts),
        policy(facts, chain),
        key(facts),
        reuse(question.twins),
        signature(facts),
        holder(facts, chain, question.holders),
        uniqueness(question.taken),
    )


def is_acceptable(checks: Iterable[Check]) -> bool:
    """True when nothing has to be mended."""
    return all(check.outcome is not Outcome.BAD for check in checks)


def sentence(found: Sequence[Check]) -> str:
    """The verdict in one or two sentences."""
    bad = [check.label.lower() for check in found if check.outcome is Outcome.BAD]
    if bad:
        count = "1 point est" if len(bad) == 1 else f"{len(bad)} points sont"
        return f"Ce certificat ne convient pas : {count} à corriger ({', '.join(bad)})."
    unseen = [check.label.lower() for check in found if check.outcome is Outcome.UNAVAILABLE]
    rest = f" Non disponible pour l’instant : {', '.join(unseen)}." if unseen else ""
    return f"Ce certificat convient.{rest}"


def refusal(found: Sequence[Check]) -> str:
    """Why a deposit is refused: the verdict; what is wrong when one thing alone is, or when somebody else holds it."""
    bad = [check for check in found if check.outcome is Outcome.BAD]
    told = bad if len(bad) == 1 else [check for check in bad if check.name == "uniqueness"]
    return " ".join([sentence(found), *(f"{check.sentence} {check.remedy}" for check in told)])


def layout(facts: Facts) -> Check:
    """Version 3, no invisible character in the names."""
    good = Check("format", "Format", Outcome.GOOD, "Le certificat est unique, entier et lisible (X.509 version 3).")
    if facts.version != 3:
        return _bad(good, f"Le certificat est de version {facts.version} : la version 3 est requise.", _REISSUE)
    if names.hides("".join([text for name in (facts.subject, facts.issuer) for _, text in name.attributes])):
        return _bad(good, "Un nom du certificat contient des caractères invisibles.", _REISSUE)
    return good


def serial(facts: Facts) -> Check:
    """RFC 5280 §4.1.2.2: at most 20 octets (a number that is not positive is refused at the reading)."""
    good = Check("serial", "Numéro de série", Outcome.GOOD, f"Le numéro de série est {facts.serial_hex}.")
    if facts.serial_octets > _MAX_SERIAL_OCTETS:
        return _bad(good, "Le numéro de série dépasse 20 octets.", _REISSUE)
    return good


def extensions(facts: Facts) -> Check:
    """RFC 5280 §4.2: none written twice, none that must be understood and is not."""
    good = Check("extensions", "Extensions", Outcome.GOOD, "Aucune extension n’est en double ni inconnue et critique.")
    if doubled := facts.extensions.duplicated:
        return _bad(good, f"Le certificat porte deux fois la même extension ({', '.join(doubled)}).", _REISSUE)
    if unknown := facts.extensions.unknown_critical:
        return _bad(good, f"Une extension critique est inconnue ({', '.join(unknown)}).", _REISSUE)
    return good


def authorities(facts: Facts, chain: Chain) -> Check:
    """A path leads to a recognised root."""
    path = " ← ".join(chain.authorities)
    good = Check(
        "chain", "Chaîne de certification", Outcome.GOOD, f"Le certificat est signé par une autorité reconnue : {path}."
    )
    if chain.is_valid:
        return good
    fault = (chain.fault or Fault.PATH).label
    if chain.fault is Fault.UNKNOWN_ISSUER:
        fault = issuers.described(facts)
    remedy = "Retirez un certificat d’organisation de la gamme Élémentaire sur la plateforme IGC-Santé."
    return _bad(good, f"Le certificat n’est pas reconnu : {fault} (émetteur annoncé : {facts.issuer.rfc4514}).", remedy)


def hierarchy(chain: Chain, question: Question) -> Check:
    """TEST certificates for the sandbox, PROD ones for production."""
    return _hierarchy(chain.hierarchy, chain.is_demo, question.environment, question.places, question.hierarchies)


@lru_cache(maxsize=64)  # said alike of all the certificates of a family
def _hierarchy(
    found: Hierarchy | None, is_demo: bool, environment: Environment, places: Places, given: frozenset[Hierarchy] | None
) -> Check:
    taken = accepted(environment, places, given)
    label = f"Hiérarchie attendue en {environment.label.lower()}"
    expected = " ou ".join(sorted(choice.label for choice in taken))
    if found is None:
        sentence = f"La hiérarchie ({expected} attendue) ne peut pas être établie sans une chaîne reconnue."
        return Check("hierarchy", label, Outcome.UNAVAILABLE, sentence)
    demo = " (autorités de démonstration)" if is_demo else ""
    said = f"Le certificat vient de la hiérarchie {found.label}{demo}."
    good = Check("hierarchy", label, Outcome.GOOD, f"{said}{_elsewhere(found, places)}")
    if found in taken:
        return good
    sentence = f"Le certificat vient de la hiérarchie {found.label}{demo} ; il en faut un de l’{expected}."
    return _bad(good, sentence, f"Déposez ici un certificat {expected} ; celui-ci sert à l’autre environnement.")


def _elsewhere(found: Hierarchy, places: Places) -> str:
    """Which of the places refuses a hierarchy that another one accepts; empty when they agree."""
    refusing = [place.label for place, taken in places if found not in taken]
    if not refusing or len(refusing) == len(places):
        return ""
    taking = [place.label for place, taken in places if found in taken]
    return f" Accepté par {', '.join(taking)} ; refusé par {', '.join(refusing)}."


def offer(facts: Facts) -> Check:
    """Exactly AUTH_CLI: digitalSignature alone, clientAuth alone, no authority, no person."""
    recognised = offers.recognise(facts)
    good = Check("offer", "Type de certificat", Outcome.GOOD, f"C’est {recognised.label}.")
    if facts.extensions.duplicated:
        return Check(
            good.name, good.label, Outcome.UNAVAILABLE, "Les usages sont illisibles : une extension est en double."
        )
    if recognised is offers.Offer.AUTH_CLI:
        return good
    remedy = "Demandez sur la plateforme IGC-Santé l’offre ORG, usage AUTH_CLI (authentification client)."
    return _bad(good, f"C’est {recognised.label} : le ROR attend {offers.Offer.AUTH_CLI.label}.", remedy)


def policy(facts: Facts, chain: Chain) -> Check:
    """The policy of AUTH_CLI certificates in the hierarchy found; TEST has one policy for every product."""
    return _policy(facts.extensions.policies, None if facts.extensions.duplicated else chain.hierarchy)


@lru_cache(maxsize=64)
def _policy(listed: tuple[str, ...], hierarchy: Hierarchy | None) -> Check:
    label, found = "Politique de certification", ", ".join(listed)
    if hierarchy is None:
        said = "La politique ne peut pas être jugée sans une chaîne reconnue et des extensions lisibles."
        return Check("policy", label, Outcome.UNAVAILABLE, said)
    good = Check("policy", label, Outcome.GOOD, f"Le certificat suit la politique attendue ({found}).")
    standing = policies.standing(listed, hierarchy)
    if standing is policies.Standing.EXPECTED:
        return good
    if standing is policies.Standing.UNKNOWN:
        said = f"La politique ({found}) est de la bonne hiérarchie, mais le portail ne la connaît pas encore."
        return Check("policy", label, Outcome.UNAVAILABLE, said)
    remedy = "Demandez sur la plateforme IGC-Santé l’offre ORG, usage AUTH_CLI (authentification client)."
    return _bad(good, _POLICY_FAULTS[standing].format(found=found), remedy)


def reuse(twins: Sequence[Twin]) -> Check:
    """One key serves one service: another vendor's is refused, one's own elsewhere is told."""
    good = Check("reuse", "Clé déjà utilisée", Outcome.GOOD, "Aucun autre certificat déclaré ne porte cette clé.")
    if any(not twin.same_owner for twin in twins):
        sentence = "Cette clé publique est déjà celle d’un certificat d’un autre titulaire."
        return _bad(
            good, sentence, "Générez une nouvelle paire de clés, ou contactez l’agence si cette clé est à vous."
        )
    if revoked := [twin.reference for twin in twins if twin.is_revoked]:
        sentence = f"Cette clé publique est celle d’un certificat révoqué ({', '.join(revoked)})."
        return _bad(good, sentence, "Générez une nouvelle paire de clés, puis demandez un autre certificat.")
    elsewhere = [twin.reference for twin in twins if not twin.same_service]
    if elsewhere:
        said = f"Cette clé sert aussi à un autre de vos services ({', '.join(elsewhere)})."
        return Check(
            good.name, good.label, Outcome.GOOD, f"{said} Générez une clé par service au prochain renouvellement."
        )
    if twins:
        said = f"Cette clé est déjà celle de {', '.join(twin.reference for twin in twins)}, du même service."
        return Check(good.name, good.label, Outcome.GOOD, f"{said} Changez de clé au prochain renouvellement.")
    return good


def uniqueness(taken: str) -> Check:
    """Certificate, issuer and serial number, and name: each belongs to one service in an environment."""
    said = "Ni ce certificat, ni son numéro de série, ni son nom n’appartiennent à un autre service."
    good = Check("uniqueness", "Unicité dans l’environnement", Outcome.GOOD, said)
    return _bad(good, taken, "Si vous pensez que c’est une erreur, contactez l’agence.") if taken else good


def key(facts: Facts) -> Check:
    """RSA of 2048 to 8192 bits with an odd exponent from 65537, or EC on P-256, P-384 or P-521; no known weakness."""
    public = facts.key
    return _key(public.kind, public.bits, public.exponent, public.curve, public.weakness)


@lru_cache(maxsize=64)
def _key(kind: str, bits: int, exponent: int, curve: str, weakness: str) -> Check:
    public = keys.KeyFacts(kind, bits, exponent, curve, weakness)
    good = Check("key", "Clé publique", Outcome.GOOD, f"La clé est suffisante ({keys.described(public)}).")
    if fault := keys.fault(public):
        return _bad(
            good,
            f"La clé n’est pas acceptée : {fault}.",
            "Générez une clé RSA 3072 bits ou EC P-256, puis un certificat.",
        )
    if public.kind == "RSA" and public.bits < keys.LASTING_RSA_BITS:
        return Check(
            good.name, good.label, Outcome.GOOD, f"{good.sentence} À remplacer par une clé de 3072 bits avant fin 2030."
        )
    return good


def signature(facts: Facts) -> Check:
    """SHA-256 or better, and the same algorithm inside and outside the signed part."""
    good = Check("signature", "Algorithme de signature", Outcome.GOOD, f"La signature emploie {_hash_label(facts)}.")
    if not facts.algorithms_agree:
        return _bad(good, "Le certificat annonce deux algorithmes de signature différents.", _REISSUE)
    if facts.signature_hash not in _SOUND_HASHES:
        return _bad(
            good, f"La signature emploie {_hash_label(facts)} : SHA-256, SHA-384 ou SHA-512 est requis.", _REISSUE
        )
    return good


def validity(not_before: datetime, not_after: datetime, *, at: datetime) -> Check:
    """In force at the instant, both ends included, to the second (RFC 5280 §4.1.2.5)."""
    good = Check(
        "validity", "Validité", Outcome.GOOD, f"Le certificat est valable jusqu’au {wording.exact(not_after)}."
    )
    if not_after < not_before:
        return _bad(good, "Le certificat finit avant d’avoir commencé.", _REISSUE)
    if at < not_before:
        return _bad(
            good,
            f"Le certificat ne sera valable qu’à partir du {wording.exact(not_before)}.",
            "Déposez-le à cette date.",
        )
    if at.replace(microsecond=0) > not_after:
        return _bad(good, f"Le certificat a expiré le {wording.exact(not_after)}.", _RENEW)
    if not_after - at <= _SOON:
        return Check(
            good.name, good.label, Outcome.GOOD, f"{good.sentence} Il expire bientôt : préparez son remplaçant."
        )
    return good


def holder(facts: Facts, chain: Chain, holders: tuple[Holder, ...]) -> Check:
    """The OU names the legal entity or its client; in TEST only its key counts, test structures being fictitious."""
    return _holder(facts.subject.values("OU"), chain.hierarchy, holders)


@lru_cache(maxsize=256)  # a vendor has many certificates
def _holder(units: tuple[str, ...], hierarchy: Hierarchy | None, holders: tuple[Holder, ...]) -> Check:
    label = "Structure titulaire"
    found = identity.parse(units[0]) if len(units) == 1 else None
    if found is None:
        shown = names.visible(", ".join(units)) or "aucune"
        sentence = (
            f"Le champ OU ({shown}) ne porte pas un identifiant de structure : un chiffre de type, puis le numéro."
        )
        return Check("identity", label, Outcome.BAD, sentence, _REISSUE)
    written = f"{found.kind.label} {found.number}"
    if not found.is_key_valid:
        return Check(
            "identity", label, Outcome.BAD, f"Le champ OU porte un identifiant refusé ({written}).", _WRONG_NUMBER
        )
    if owner := next((candidate for candidate in holders if candidate.bears(found)), None):
        return Check("identity", label, Outcome.GOOD, f"Le certificat désigne {owner.label} ({written}).")
    if hierarchy is Hierarchy.TEST:
        return Check("identity", label, Outcome.UNAVAILABLE, f"Structure de test ({written}) : {_TEST_STRUCTURE}")
    expected = " ou ".join(candidate.label for candidate in holders)
    return Check(
        "identity", label, Outcome.BAD, f"Le certificat désigne une autre structure ({written}).", _other(expected)
    )


def revocation(standing: Standing = Standing.NOT_ASKED, sentence: str = "", *, said: str = "") -> Check:
    """What the authority says: a source that is silent, out of date or forged never counts as good."""
    label = "Révocation"
    if standing is Standing.NOT_ASKED:
        waiting = sentence or "La révocation n’a pas encore été consultée : le portail s’en charge."
        return Check("revocation", label, Outcome.UNAVAILABLE, waiting)
    told = f"{sentence} Consultée le {said}." if said else sentence
    if standing is Standing.REVOKED:
        return Check("revocation", label, Outcome.BAD, told, "Déposez le certificat qui le remplace.")
    return Check("revocation", label, Outcome.GOOD if standing is Standing.GOOD else Outcome.UNAVAILABLE, told)


_POLICY_FAULTS = {
    policies.Standing.ABSENT: "Le certificat n’annonce aucune politique de certification.",
    policies.Standing.OTHER_PRODUCT: "La politique ({found}) est celle d’un autre produit de l’IGC-Santé.",
    policies.Standing.OTHER_HIERARCHY: "La politique ({found}) est celle de l’autre hiérarchie.",
    policies.Standing.FOREIGN: "La politique ({found}) n’est pas de l’IGC-Santé.",
}
_REISSUE = "Demandez un nouveau certificat sur la plateforme IGC-Santé."
_RENEW = "Retirez le certificat renouvelé sur la plateforme IGC-Santé, puis déposez-le ici."
_WRONG_NUMBER = "Attendu : 1 + FINESS, 2 + SIREN ou 3 + SIRET, avec sa clé de contrôle. Faites corriger la demande."
_TEST_STRUCTURE = "sa clé de contrôle est juste ; son rattachement n’est pas vérifiable en TEST."


def _other(expected: str) -> str:
    return f"Déposez un certificat établi au nom de {expected}."


def _bad(good: Check, sentence: str, remedy: str) -> Check:
    return Check(good.name, good.label, Outcome.BAD, sentence, remedy)


def _hash_label(facts: Facts) -> str:
    return facts.signature_hash.upper().replace("SHA", "SHA-") or f"l’algorithme {facts.signature_algorithm}"
