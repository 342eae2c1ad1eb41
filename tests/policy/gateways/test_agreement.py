"""Every reader of a publication admits the same callers: verdicts, the API, and the maps of nginx.

A name whose certificate nobody has seen admits where names are compared or the certificate is shown; nowhere by a bare
fingerprint, which cannot say it.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import orjson
import pytest
from django.test import Client

from policy.certificates import deposit, names, x509
from policy.certificates import operations as certificates
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.models import DeclaredName
from policy.gateways import queries as gateways
from policy.gateways.nginx import Comparison
from policy.verdicts import decision
from policy.verdicts import queries as verdicts
from policy.verdicts.question import Question
from policy.whitelist import operations as whitelist
from policy.whitelist import publication
from policy.whitelist.publication import NameRow
from portal.tokens.scopes import Scope
from tests.factories.certificates import SIRET, issued, trusting, vendor_service
from tests.factories.grants import ConnectionFactory, GrantFactory
from tests.factories.parties import DigitalServiceFactory, member
from tests.factories.tokens import bearer
from tests.factories.whitelist import approved, row

pytestmark = pytest.mark.django_db
SANDBOX = Environment.SANDBOX
ANNOUNCED = f"CN=ror.c\\C3\\B4te\\, \\;22,OU=3{SIRET},O=EDITEUR,ST=Paris (75),C=FR"
Reader = Callable[[bytes, datetime], str]


@pytest.fixture
def callers(now: datetime) -> dict[str, bytes]:
    """A right by an announced name, another by a certificate; and the certificates that call."""
    trusting()
    start = now - timedelta(days=1)
    service = vendor_service()
    shown = issued(Hierarchy.TEST, at=start)
    certificates.declare(service, environment=SANDBOX, data=shown, by=member(service.owner), at=now)
    waiting = DigitalServiceFactory(owner=service.owner)
    certificates.declare_name(waiting, environment=SANDBOX, text=ANNOUNCED, by=member(service.owner), at=now)
    for each in (service, waiting):
        grant = GrantFactory(ready=True, service=each, holder=each.owner)
        ConnectionFactory(grant=grant, environment=SANDBOX, client_id=f"client-{each.pk}")
        approved(grant, environment=SANDBOX, at=now)
    return {
        "listed": shown,
        "announced": issued(Hierarchy.TEST, at=start, common_name="ror.côte, ;22"),
        "same name": issued(Hierarchy.TEST, at=start),  # as listed, another certificate
        "stranger": issued(Hierarchy.TEST, at=start, common_name="ror.autre"),
    }


def der(data: bytes) -> bytes:
    return deposit.certificate_der(data)


def by_decision(data: bytes, now: datetime) -> str:
    name = names.digest(names.parse(x509.subject_of(der(data))))
    asked = Question("read", now, fingerprint=hashlib.sha256(der(data)).hexdigest(), name=name)
    return decision.decide(verdicts.index_at(SANDBOX, now), asked).entry


def by_fingerprint(data: bytes, now: datetime) -> str:
    asked = Question("read", now, fingerprint=hashlib.sha256(der(data)).hexdigest())
    return decision.decide(verdicts.index_at(SANDBOX, now), asked).entry


def by_api(data: bytes, now: datetime) -> str:
    said = {"environment": "sandbox", "certificate": data.decode(), "operation": "read"}
    headers = bearer(Scope.VERDICTS_READ)
    answer = Client().post("/api/v1/verdicts", said, content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.content
    return str(answer.json()["entry"])


def by_map(comparison: Comparison) -> Reader:
    """As nginx reads the file: quoted strings, patterns after a tilde."""

    def read(data: bytes, now: datetime) -> str:
        found = gateways.nginx_file(SANDBOX, comparison)
        assert found is not None
        pairs = re.findall(r'^    "((?:[^"\\]|\\.)+)" "([^"]+)";$', found[1], re.MULTILINE)
        if comparison is Comparison.FINGERPRINT:
            return dict(pairs).get(hashlib.sha1(der(data), usedforsecurity=False).hexdigest(), "")
        seen = names.openssl(names.parse(x509.subject_of(der(data))))
        plain = ((re.sub(r'\\(["\\])', r"\1", pattern).removeprefix("~"), entry) for pattern, entry in pairs)
        return next((entry for pattern, entry in plain if re.search(pattern, seen)), "")

    return read


NAMES = {"listed", "announced"}
READERS: dict[str, tuple[Reader, set[str]]] = {
    "verdict": (by_decision, NAMES),
    "verdict by a bare fingerprint": (by_fingerprint, {"listed"}),
    "API": (by_api, NAMES),
    "nginx, names": (by_map(Comparison.NAME), NAMES | {"same name"}),  # what comparing names alone admits
    "nginx, fingerprints": (by_map(Comparison.FINGERPRINT), {"listed"}),
}


@pytest.mark.parametrize("reader", READERS)
def test_all_readers_admit_the_same_callers(reader: str, callers: dict[str, bytes], now: datetime) -> None:
    read, admitted = READERS[reader]
    found = {name: read(data, now) for name, data in callers.items()}
    assert {name for name, entry in found.items() if entry} == admitted
    assert found["listed"] != found.get("announced")


@pytest.mark.parametrize("reader", READERS)
def test_none_admits_a_name_given_up(reader: str, callers: dict[str, bytes], now: datetime) -> None:
    declared = DeclaredName.objects.get()
    certificates.withdraw_name(declared, by=member(declared.service.owner), at=now)
    whitelist.publish(SANDBOX, by=None, at=now)
    entry = READERS[reader][0](callers["announced"], now)
    index = verdicts.index_at(SANDBOX, now)
    states = {right.entry: right.state for rights in index.by_name.values() for right in rights}
    assert not entry or states[entry] == "suspended"


def test_the_map_of_fingerprints_says_whom_it_leaves_out(callers: dict[str, bytes]) -> None:
    found = gateways.nginx_file(SANDBOX, Comparison.FINGERPRINT)
    assert found is not None
    assert len(re.findall("nom sans certificat vu", found[1])) == 1


@pytest.mark.parametrize("subject", ["", "ror.editeur", "CN=", "CN=a,2.5.4.99=#0403", "CN=a\u202eb"])
def test_a_name_that_some_reader_could_not_read_is_not_published(subject: str) -> None:
    said = publication.content(
        [row(1, certificates=[], names=[NameRow(subject)])], environment="production", policy_version="1"
    )
    assert orjson.loads(said.body)["entries"] == []
    assert [one.reason for one in said.set_aside] == ["nom distinctif vide ou illisible"]
