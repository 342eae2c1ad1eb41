"""How a service connects, said for its own case: what it needs, and the calls to try, ready to copy.

Sources: public documentation of the ROR API (« Authentification », « Exemple curl », « Patch capacitaire »): a token is
asked with the client credentials, over mutual TLS but for profile 0; every call carries it; a consumer adds its four
header values, a write call none.
"""

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .direction import Direction

CERTIFICATE, KEY, SECRET = "certificat.pem", "cle.pem", "secret.txt"


@dataclass(frozen=True, slots=True)
class Call:
    """One command, with what it does."""

    title: str
    command: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """What was handed over, and what the right is."""

    direction: Direction
    client_id: str
    token_url: str
    api_url: str
    needs_certificate: bool
    headers: Mapping[str, str]


def calls(data: Data) -> list[Call]:
    """The commands to try, in order."""
    return [_token(data), _write(data) if data.direction is Direction.FEEDING else _read(data)]


def needs(data: Data) -> list[str]:
    """What to have at hand, in French sentences."""
    held = [f"L’identifiant client {data.client_id}."]
    if data.needs_certificate:
        held.append(f"Le certificat déclaré ({CERTIFICATE}) et sa clé privée ({KEY}), qui ne vous quitte pas.")
    else:
        held.append(f"Le secret lu une fois sur le portail, rangé dans un fichier que vous seul lisez ({SECRET}).")
    held.append("Un accès sortant en https vers les deux adresses ci-dessous.")
    return held


def _token(data: Data) -> Call:
    proof = ["--cert", CERTIFICATE, "--key", KEY] if data.needs_certificate else []
    sent = ["grant_type=client_credentials", f"client_id={data.client_id}"]
    lines = [_joined("curl", "--silent", "--show-error", *proof), _joined("--request", "POST", data.token_url)]
    lines += [_joined("--data-urlencode", one) for one in sent]
    if not data.needs_certificate:
        lines.append(_joined("--data-urlencode", f"client_secret@{SECRET}"))
    remark = "La réponse porte « access_token » : gardez-le jusqu’à son expiration."
    return Call("Demander un jeton", _command(lines), remark)


def _read(data: Data) -> Call:
    lines = ["curl --silent --show-error", '--header "Authorization: Bearer $JETON"']
    lines.append(_joined("--header", "Accept: application/fhir+json"))
    lines += [_joined("--header", f"{name}: {value}") for name, value in data.headers.items()]
    lines.append(_joined(f"{data.api_url.rstrip('/')}/Organization?_count=10"))
    return Call("Lire dix structures", _command(lines), "Seules répondent les recherches que votre profil autorise.")


def _write(data: Data) -> Call:
    lines = ["curl --silent --show-error --request PATCH", '--header "Authorization: Bearer $JETON"']
    lines.append(_joined("--header", "Content-Type: application/fhir+json"))
    lines.append(_joined("--data", "@capacite.json"))
    lines.append(_joined(f"{data.api_url.rstrip('/')}/Location?identifier=IDNATSTRUCT/CODE-SERVICE"))
    remark = (
        "IDNATSTRUCT est 1 suivi du FINESS de l’établissement, qui figure sur votre liste ; CODE-SERVICE est "
        "attribué par le GRADeS. Une écriture n’envoie aucun en-tête « Ror »."
    )
    return Call("Mettre à jour une capacité", _command(lines), remark)


def _joined(*words: str) -> str:
    return " ".join(shlex.quote(word) for word in words)


def _command(lines: Iterable[str]) -> str:
    return " \\\n  ".join(lines)
