"""The named checks on a server's certificate: from a public authority or IGC-Santé SSL_SERV, for the declared host.

The same three outcomes, sentences and remedies as client certificates have; what differs is who may sign it, its
purpose (serverAuth), and its names.
"""

from dataclasses import dataclass

from policy.certificates import checks, offers
from policy.certificates.checks import Check, Outcome
from policy.certificates.environments import Environment, Hierarchy, accepted_hierarchies
from policy.certificates.revocation import Standing
from policy.certificates.trust import Chain
from policy.certificates.x509 import SERVER_AUTH, Facts
from portal.lifecycle.table import LabelledEnum

from . import hosts


class Origin(LabelledEnum):
    """Which of the two families of authorities signed it."""

    PUBLIC = "public", "Autorité publique"
    IGC = "igc", "IGC-Santé, offre SSL_SERV"


@dataclass(frozen=True)
class Server:
    """What a certificate is judged for: environment, host of the declared address (empty: none), and the hierarchies
    that the environment accepts, when not its own alone.
    """

    environment: Environment
    host: str
    hierarchies: frozenset[Hierarchy] | None = None


def origin(chain: Chain, public: tuple[str, ...]) -> Origin | None:
    """The family of its authority; None when nobody recognised signed it."""
    if chain.is_valid:
        return Origin.IGC
    return Origin.PUBLIC if public else None


def authority(facts: Facts, chain: Chain, public: tuple[str, ...], server: Server) -> Check:
    """A public root, or the IGC-Santé hierarchy of the environment."""
    path = " ← ".join(chain.authorities or public)
    good = Check("authority", "Autorité", Outcome.GOOD, f"Le certificat est signé par une autorité reconnue : {path}.")
    family = origin(chain, public)
    if family is None:
        said = f"Aucune autorité reconnue n’a signé ce certificat (émetteur annoncé : {facts.issuer.rfc4514})."
        return _bad(good, said, "Joignez les certificats intermédiaires à la suite du vôtre, dans le même texte PEM.")
    wanted = server.hierarchies or accepted_hierarchies(server.environment)
    if family is Origin.IGC and chain.hierarchy not in wanted:
        found = chain.hierarchy.label if chain.hierarchy else ""
        return _bad(good, f"Le certificat vient de la hiérarchie {found}.", "Déposez celui de l’autre environnement.")
    return good


def usage(facts: Facts) -> Check:
    """A server's certificate says serverAuth, and is no authority's."""
    good = Check("usage", "Usage", Outcome.GOOD, "Le certificat est celui d’un serveur (serverAuth).")
    if facts.extensions.duplicated:
        return Check(good.name, good.label, Outcome.UNAVAILABLE, "Les usages sont illisibles.")
    if facts.extensions.is_ca or SERVER_AUTH not in (facts.extensions.purposes or ()):
        said = f"C’est {offers.recognise(facts).label} : un serveur présente l’usage serverAuth."
        return _bad(good, said, "Déposez ici le certificat TLS du serveur ; celui du client se déclare à part.")
    return good


def host(facts: Facts, server: Server) -> Check:
    """One of its names is the host of the declared address; the common name does not count (RFC 6125)."""
    label, found = "Nom du serveur", hosts.names(facts.extensions.alternative_names)
    if not server.host:
        said = "Le service n’a pas encore déclaré d’adresse : le nom du serveur ne peut pas être comparé."
        return Check("host", label, Outcome.UNAVAILABLE, said)
    good = Check("host", label, Outcome.GOOD, f"Le certificat est bien celui de {server.host}.")
    if any(hosts.covers(name, server.host) for name in found):
        return good
    said = f"Le certificat est celui de {', '.join(found) or 'aucun nom d’hôte'}, pas de {server.host}."
    return _bad(good, said, "Déposez le certificat du serveur de l’adresse déclarée, ou corrigez cette adresse.")


def judge(facts: Facts, chain: Chain, public: tuple[str, ...], server: Server, *, dates: Check) -> list[Check]:
    """All the checks, in the order in which they are shown; `dates` is the check of validity."""
    return [
        checks.layout(facts),
        checks.serial(facts),
        checks.extensions(facts),
        authority(facts, chain, public, server),
        usage(facts),
        host(facts, server),
        checks.key(facts),
        checks.signature(facts),
        dates,
        revocation(origin(chain, public)),
    ]


def revocation(family: Origin | None, standing: Standing = Standing.NOT_ASKED, said: str = "", at: str = "") -> Check:
    """What the authority says; public ones are not asked: only configured addresses are called."""
    if family is Origin.PUBLIC:
        return checks.revocation(sentence=_PUBLIC_IS_NOT_ASKED)
    return checks.revocation(standing, said, said=at)


_PUBLIC_IS_NOT_ASKED = (
    "Le portail n’interroge que les adresses configurées, celles de l’IGC-Santé : la révocation d’un certificat "
    "d’autorité publique n’est pas consultée."
)


def _bad(good: Check, sentence: str, remedy: str) -> Check:
    return Check(good.name, good.label, Outcome.BAD, sentence, remedy)
