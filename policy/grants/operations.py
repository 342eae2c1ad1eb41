"""Verbs on rights. The committee grants; the other slices write down the facts; the whitelist opens and closes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from policy.certificates.environments import Environment
from policy.profiles import queries as profiles
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference, save
from portal.outbox.operations import enqueue
from portal.parameters import queries as parameters
from portal.parties.models import DigitalService, LegalEntity
from portal.web import wording as words

from . import connection, effects, queries, sealing, wording
from .direction import Direction
from .lifecycle import Move, State
from .models import EVIDENCE_COLUMNS, ORIGIN_COLUMNS, ConnectionData, Grant, GrantedTerms, Restriction
from .readiness import REQUIRED, STANDING_IN, Fact, Origin
from .restrictions import Scope


def grant(
    service: DigitalService,
    *,
    direction: str,
    feeding_profiles: Iterable[str] = (),
    access_profile: int | str | None = None,
    region: str = "",
    decision_reference: str,
    decided_at: datetime,
    charter_signed_at: datetime | None = None,
    charter_waiver: str = "",
    by: Any,
    at: datetime | None = None,
) -> Grant:
    """A decision opens a right for a service. Called by the committee inside its own move.

    `charter_signed_at` carries over a charter signed before the decision; `charter_waiver` names the setting that asks
    for none. Raises Refused when the profiles do not fit the direction, or when the service already has a living right
    for it, or has ended.
    """
    made = Grant(
        service=service,
        holder_id=service.owner_id,
        service_name=service.name,
        direction=direction,
        feeding_profiles=wording.feeding_letters(feeding_profiles),
        access_profile=None if access_profile is None else int(access_profile),
        region=region or "",
        decision_reference=decision_reference,
        decided_at=decided_at,
    )
    with moving(made, Move.GRANT, by=by, at=at) as (current, event):
        queries.refuse_ended(service)
        current.reference = next_reference("H", event.at)
        current.by_secret = str(current.access_profile) in profiles.by_secret(event.at)
        if charter_signed_at:
            current.charter_signed_at, current.charter_origin = charter_signed_at, Origin.ESTABLISHED
        elif charter_waiver:
            current.charter_origin, current.charter_evidence = Origin.NOT_REQUIRED, charter_waiver
        _waive_attestation(current, event.at)
        current.state = State.PENDING
        save(current)  # before its terms, which name it
        _freeze(current, decision_reference, decided_at=decided_at, at=event.at)
        event.note(service=service.name, profiles=current.profiles_in_words, decision=decision_reference)
    return made


def take_over(
    service: DigitalService,
    *,
    direction: str,
    feeding_profiles: Iterable[str] = (),
    access_profile: int | None = None,
    region: str = "",
    decision_reference: str,
    decided_at: datetime,
    charter_signed_at: datetime | None = None,
    establishments: Iterable[str] = (),
    list_reference: str = "",
    list_digest: str = "",
    production_url: str,
    source: str,
    by: Any,
    at: datetime | None = None,
) -> Grant:
    """A right exercised before the portal enters it as it stands: its facts are « repris, à confirmer ».

    `source` says where it is read, and stands as the evidence of each fact (settled questions 28 and 34). Raises
    Refused when the profiles do not fit the direction, or when the service already has a living right for it.
    """
    made = Grant(
        service=service,
        holder_id=service.owner_id,
        service_name=service.name,
        direction=direction,
        feeding_profiles=wording.feeding_letters(feeding_profiles),
        access_profile=access_profile,
        region=region,
        decision_reference=decision_reference,
        decided_at=decided_at,
        charter_signed_at=charter_signed_at,
        establishments=sorted(set(establishments)),
        list_reference=list_reference,
        list_digest=list_digest,
        production_url=production_url,
    )
    with moving(made, Move.TAKE_OVER, by=by, at=at) as (current, event):
        queries.refuse_ended(service)
        if not connection.is_https(production_url):
            raise Refused("Indiquez une adresse complète commençant par https://.", field="url")
        current.reference = next_reference("H", event.at)
        current.by_secret = str(current.access_profile) in profiles.by_secret(event.at)
        for fact in REQUIRED[Direction(direction)]:
            setattr(current, ORIGIN_COLUMNS[fact], Origin.TAKEN_OVER.value)
            setattr(current, EVIDENCE_COLUMNS[fact], source[:200])
        event.note(service=service.name, profiles=current.profiles_in_words, source=source)
    return made


def _waive_attestation(current: Grant, at: datetime) -> None:
    """Only one source asks for an ordering customer's attestation: a setting may ask for none."""
    setting = parameters.in_force("request.ordering_customer", at=at)
    if current.direction == Direction.CONSUMPTION and not setting.value:
        current.attestation_origin = Origin.NOT_REQUIRED
        current.attestation_evidence = f"Réglage {setting.version} : aucune attestation de commanditaire n’est exigée"


def amend(
    grant: Grant,
    *,
    feeding_profiles: Iterable[str] = (),
    access_profile: int | str | None = None,
    decision_reference: str,
    by: Any,
    at: datetime | None = None,
) -> None:
    """A new decision adds its own frozen terms to a living right, which keeps the reference of the one that opened it.

    Entries in force stay: they are frozen copies. Called by the committee inside its own move. Raises Refused when the
    profiles do not fit the direction.
    """
    with moving(grant, Move.AMEND, by=by, at=at) as (current, event):
        event.note(former=current.profiles_in_words, decision=decision_reference)
        if not current.terms.exists():  # taken over: what it was before stays readable beside what it becomes
            _freeze(current, current.decision_reference, decided_at=current.decided_at, at=current.decided_at)
        current.feeding_profiles = wording.feeding_letters(feeding_profiles)
        current.access_profile = None if access_profile is None else int(access_profile)
        current.by_secret = str(current.access_profile) in profiles.by_secret(event.at)
        _freeze(current, decision_reference, decided_at=event.at, at=event.at)
        event.note(profiles=current.profiles_in_words)


def _freeze(current: Grant, decision_reference: str, *, decided_at: datetime, at: datetime) -> None:
    """Keeps what this decision grants, with the policy that held, beside what the former ones granted."""
    version = profiles.in_force(at)
    save(
        GrantedTerms(
            grant=current,
            number=current.terms.count() + 1,
            decision_reference=decision_reference,
            decided_at=decided_at,
            policy_version=version.number if version else "",
            **{name: getattr(current, name) for name in GrantedTerms.COPIED},
        )
    )


def transfer(grant: Grant, holder: LegalEntity, *, source: str, by: Any, at: datetime | None = None) -> None:
    """The right goes to who takes its service over, decided elsewhere (`source`); entries follow by a new proposal."""
    with moving(grant, Move.TRANSFER, by=by, at=at) as (current, event):
        event.note(former=current.holder.name, holder=holder.name, source=source)
        current.holder = holder


def record_charter(grant: Grant, *, signed_at: datetime, by: Any, at: datetime | None = None) -> None:
    """The charter was signed by the legal representative at `signed_at`."""
    with moving(grant, Move.RECORD_CHARTER, by=by, at=at) as (current, event):
        current.charter_signed_at, current.charter_origin = signed_at, Origin.ESTABLISHED
        event.note(signed_on=words.moment(signed_at))


def record_tests(grant: Grant, *, by: Any, at: datetime | None = None) -> None:
    """The agency verified the tests of the service."""
    with moving(grant, Move.RECORD_TESTS, by=by, at=at) as (current, event):
        current.tests_verified_at, current.tests_verified_by = event.at, by
        current.tests_origin = Origin.ESTABLISHED


def record_list(
    grant: Grant, *, reference: str, digest: str, establishments: Iterable[str], by: Any, at: datetime | None = None
) -> None:
    """The legal representative confirmed the list of establishments (FINESS EG numbers) the service feeds for."""
    with moving(grant, Move.RECORD_LIST, by=by, at=at) as (current, event):
        current.establishments = sorted(set(establishments))
        if not current.establishments:
            raise Refused("Une liste confirmée compte au moins un établissement.")
        current.list_reference, current.list_digest = reference, digest
        current.list_origin = Origin.ESTABLISHED
        event.note(list=reference, establishments=_counted(len(current.establishments)))


def _counted(establishments: int) -> str:
    return f"{establishments} établissement{'s' if establishments > 1 else ''}"


def record_attestation(grant: Grant, *, reference: str, by: Any, at: datetime | None = None) -> None:
    """The agency holds the attestation of an ordering customer (consumption)."""
    with moving(grant, Move.RECORD_ATTESTATION, by=by, at=at) as (current, event):
        current.customer_attestation_ref, current.attestation_origin = reference, Origin.ESTABLISHED
        event.note(attestation=reference)


def stand_in(grant: Grant, *, fact: Fact, origin: Origin, evidence: str, by: Any, at: datetime | None = None) -> None:
    """A fact is not required (evidence: the version of the setting) or taken over (evidence: where it comes from)."""
    if origin not in STANDING_IN:
        raise Refused("Un fait tenu pour acquis est « non exigé » ou « repris ».", field="origin")
    if not evidence.strip():
        raise Refused("Indiquez le réglage ou la pièce qui le justifie.", field="evidence")
    with moving(grant, Move.STAND_IN, by=by, at=at) as (current, event):
        setattr(current, ORIGIN_COLUMNS[fact], origin.value)
        setattr(current, EVIDENCE_COLUMNS[fact], evidence.strip()[:200])
        event.note(fact=fact.label, origin=origin.label.lower(), evidence=evidence.strip())


def record_production_url(grant: Grant, *, url: str, by: Any, at: datetime | None = None) -> None:
    """The vendor declares the address of its service in production (https)."""
    if not connection.is_https(url):
        raise Refused("Indiquez une adresse complète commençant par https://.", field="url")
    with moving(grant, Move.RECORD_PRODUCTION_URL, by=by, at=at) as (current, event):
        if current.state == State.ACTIVE and url != current.production_url and not by.is_agent:
            raise Refused("Le service est en production : son adresse change par une déclaration.", field="url")
        current.production_url = url
        event.note(url=url)


def hand_over(
    grant: Grant,
    *,
    environment: str,
    client_id: str,
    token_url: str,
    api_url: str,
    headers: Mapping[str, str] | None = None,
    by: Any,
    at: datetime | None = None,
) -> ConnectionData:
    """The agency hands over what the service connects with; given again, the data replace the former ones.

    Raises Refused, naming the field, when a value does not fit the right.
    """
    given = {"client_id": client_id.strip(), "token_url": token_url.strip(), "api_url": api_url.strip()}
    kept = {name: value.strip() for name, value in (headers or {}).items() if value.strip()}
    right = Direction(grant.direction)
    for problem in connection.problems(right, headers=kept, access_profile=grant.access_profile, **given):
        raise Refused(problem.sentence, field=problem.field)
    with moving(grant, Move.HAND_OVER, by=by, at=at) as (current, event):
        data = queries.connection_of(current, environment) or ConnectionData(grant=current, environment=environment)
        data.client_id, data.token_url, data.api_url = given["client_id"], given["token_url"], given["api_url"]
        data.headers, data.handed_over_at = kept, event.at
        save(data)
        event.note(environment=Environment(environment).label.lower(), client_id=data.client_id)
    return data


def issue_secret(grant: Grant, *, environment: str, secret: str, by: Any, at: datetime | None = None) -> ConnectionData:
    """The agency hands over the secret of a service of profile 0: sealed until the vendor reads it, once.

    A new secret takes the place of the former. Raises Refused, naming the field, for a profile that connects with a
    certificate, before the client id was handed over, or for a text that cannot be a secret or is the former one.
    """
    with moving(grant, Move.ISSUE_SECRET, by=by, at=at) as (current, event):
        data = _connection_for_secret(current, environment)
        if sentence := connection.secret_problem(secret):
            raise Refused(sentence, field="secret")
        mark = sealing.digest(secret, _keys())
        if mark == data.secret_digest:
            raise Refused("Ce secret est celui qui a déjà été remis : un nouveau secret le remplace.", field="secret")
        data.secret_number += 1
        data.secret_sealed, data.secret_digest = sealing.seal(secret, _keys()), mark
        data.secret_issued_at, data.secret_read_at, data.secret_read_by = event.at, None, None
        save(data)
        event.note(environment=Environment(environment).label.lower(), number=data.secret_number)
        enqueue(effects.announce_secret, event=event, grant_id=current.pk, environment=str(environment))
    return data


def _connection_for_secret(grant: Grant, environment: str) -> ConnectionData:
    if grant.needs_certificate:
        raise Refused("Ce profil se connecte avec un certificat : aucun secret ne lui est remis.")
    data = ConnectionData.objects.filter(grant=grant, environment=environment).first()
    if data is None:
        raise Refused("Remettez d’abord l’identifiant client et les adresses de cet environnement.")
    return data


def read_secret(grant: Grant, *, environment: str, by: Any, at: datetime | None = None) -> str:
    """The vendor reads the secret handed over: the only time it is shown; nothing of it but a digest stays.

    Raises Refused when no secret waits.
    """
    with moving(grant, Move.READ_SECRET, by=by, at=at) as (current, event):
        data = _connection_for_secret(current, environment)
        if not data.waits_to_be_read:
            raise Refused(
                "Aucun secret n’attend d’être lu. S’il est perdu, demandez à l’agence d’en remettre un autre."
            )
        secret = _unsealed(data)
        data.secret_sealed, data.secret_read_at, data.secret_read_by = "", event.at, by
        save(data)
        event.note(environment=Environment(environment).label.lower(), number=data.secret_number)
    return secret


def _unsealed(data: ConnectionData) -> str:
    try:
        return sealing.unseal(data.secret_sealed, _keys())
    except sealing.Unreadable as error:
        raise Refused("Ce secret ne peut plus être lu : demandez à l’agence d’en remettre un autre.") from error


def _keys() -> list[str]:
    """The signing keys of the installation, the current one first."""
    return [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]


def activate(grant: Grant, *, by: Any, at: datetime | None = None) -> None:
    """The whitelist opened production for the right."""
    with moving(grant, Move.ACTIVATE, by=by, at=at):
        pass


def deactivate(grant: Grant, *, grounds: str, by: Any, at: datetime | None = None) -> None:
    """The right left production and may come back with another entry."""
    _close(grant, Move.DEACTIVATE, grounds=grounds, by=by, at=at)


def suspend(grant: Grant, *, grounds: str, by: Any, at: datetime | None = None) -> None:
    """The right is suspended with its production entry."""
    _close(grant, Move.SUSPEND, grounds=grounds, by=by, at=at)


def reinstate(grant: Grant, *, by: Any, at: datetime | None = None) -> None:
    """The right works again, with its production entry."""
    with moving(grant, Move.REINSTATE, by=by, at=at):
        pass


def withdraw(grant: Grant, *, grounds: str, by: Any, at: datetime | None = None) -> None:
    """The right ends."""
    _close(grant, Move.WITHDRAW, grounds=grounds, by=by, at=at)


def _close(grant: Grant, move: Move, *, grounds: str, by: Any, at: datetime | None) -> None:
    if not grounds.strip():
        raise Refused("Indiquez les motifs.", field="grounds")
    with moving(grant, move, by=by, at=at) as (_, event):
        event.note(grounds=grounds.strip())


def restrict(
    grant: Grant, *, scope: Scope, value: str = "", source: str, because: str, by: Any, at: datetime | None = None
) -> Restriction:
    """Closes a step, a profile or an establishment of a right, until `relax` by the same source.

    Refused for a profile or an establishment that the right does not open.
    """
    with moving(grant, Move.RESTRICT, by=by, at=at) as (current, event):
        _refuse_foreign(current, scope, value)
        made = Restriction(
            grant=current, scope=scope, value=value, source=source, because=because[:300], since=event.at
        )
        save(made)
        event.note(what=made.words.lower(), because=because)
    return made


def _refuse_foreign(grant: Grant, scope: Scope, value: str) -> None:
    own = {*grant.feeding_profiles, *([] if grant.access_profile is None else [str(grant.access_profile)])}
    if scope is Scope.PROFILE and value not in own:
        raise Refused(f"L’habilitation {grant.reference} n’accorde pas le profil {value}.", field="value")
    if scope is Scope.ESTABLISHMENT and value not in grant.establishments:
        raise Refused(f"L’établissement {value} n’est pas dans l’habilitation {grant.reference}.", field="value")


def relax(grant: Grant, *, source: str, by: Any, at: datetime | None = None) -> int:
    """Opens again what `source` had closed; returns how many restrictions it lifted."""
    standing = list(Restriction.objects.standing().filter(grant=grant, source=source))
    if not standing:
        return 0
    with moving(grant, Move.RELAX, by=by, at=at) as (_, event):
        for one in standing:
            one.until = event.at
            save(one)
        event.note(what=", ".join(one.words.lower() for one in standing), source=source)
    return len(standing)
