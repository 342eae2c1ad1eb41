"""Rights to test, test certificates, campaigns, and reports made to measure."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import factory

from onboarding.campaigns.lifecycle import State
from onboarding.campaigns.models import ScenarioResult, TestCampaign, TestPlatform, TestRun
from onboarding.campaigns.results import Priority, Status
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.models import Certificate, NameHolding
from policy.grants.direction import Direction
from policy.grants.models import Grant
from tests.factories.establishments import BEFORE, PersonFactory, ServiceFactory

CONNECTION = {
    "client_id": "lits-ouverts-bas",
    "token_url": "https://jetons.exemple.fr/token",
    "api_url": "https://api.exemple.fr/ws",
}


class RightFactory(factory.django.DjangoModelFactory):
    """A feeding right, profile A, in preparation."""

    class Meta:
        model = Grant

    class Params:
        consumption = factory.Trait(direction=Direction.CONSUMPTION, feeding_profiles="", access_profile=2)
        open_data = factory.Trait(direction=Direction.CONSUMPTION, feeding_profiles="", access_profile=0)

    reference = factory.Sequence(lambda n: f"H-2026-{n + 5000}")
    service = factory.SubFactory(ServiceFactory)
    holder = factory.SelfAttribute("service.owner")
    service_name = factory.SelfAttribute("service.name")
    direction = Direction.FEEDING
    feeding_profiles = "A"
    state = "pending"
    decision_reference = "D-2026-0001"
    decided_at = BEFORE


class HoldingFactory(factory.django.DjangoModelFactory):
    """A name held in the sandbox."""

    class Meta:
        model = NameHolding

    environment = Environment.SANDBOX
    dn_digest = factory.Sequence(lambda n: f"{n:064x}")
    service = factory.SubFactory(ServiceFactory)
    since = BEFORE


class TestCertificateFactory(factory.django.DjangoModelFactory):
    """A certificate declared for the sandbox, usable for years (its bytes do not matter here)."""

    __test__ = False

    class Meta:
        model = Certificate

    reference = factory.Sequence(lambda n: f"CE-2026-{n + 5000}")
    service = factory.SubFactory(ServiceFactory)
    environment = Environment.SANDBOX
    holding = factory.SubFactory(HoldingFactory, service=factory.SelfAttribute("..service"))
    pem = "-----BEGIN CERTIFICATE-----"
    fingerprint = factory.Sequence(lambda n: f"{n + 7:064x}")
    serial = factory.Sequence(lambda n: f"{n:X}")
    issuer = "CN=TEST AC"
    issuer_digest = "0" * 64
    subject = subject_openssl = "CN=lits"
    dn_digest = factory.SelfAttribute("holding.dn_digest")
    hierarchy = Hierarchy.TEST
    not_before = BEFORE
    not_after = BEFORE + timedelta(days=3650)
    declared_at = BEFORE
    declared_by = factory.SubFactory(PersonFactory)


class PlatformFactory(factory.django.DjangoModelFactory):
    """The sandbox."""

    class Meta:
        model = TestPlatform
        django_get_or_create = ("code",)

    code = "sandbox"
    name = "Bac à sable du ROR"


class CampaignFactory(factory.django.DjangoModelFactory):
    """An open campaign without any run; `declared` waits for the agency; `verified` is over."""

    class Meta:
        model = TestCampaign

    class Params:
        declared = factory.Trait(
            state=State.DECLARED,
            declared_at=BEFORE,
            declared_by=factory.SubFactory(PersonFactory),
            due_date=datetime(2026, 1, 12, tzinfo=UTC).date(),
        )
        verified = factory.Trait(
            state=State.VERIFIED, answered_at=BEFORE, answered_by=factory.SubFactory(PersonFactory)
        )

    reference = factory.Sequence(lambda n: f"T-2026-{n + 5000}")
    grant = factory.SubFactory(RightFactory)
    platform = factory.SubFactory(PlatformFactory)
    opened_at = BEFORE
    opened_by = factory.SubFactory(PersonFactory)
    version = 1


class RunFactory(factory.django.DjangoModelFactory):
    """An imported report."""

    class Meta:
        model = TestRun

    campaign = factory.SubFactory(CampaignFactory)
    number = factory.Sequence(lambda n: n + 1)
    session = 4812
    source_name = "rapport.json"
    source_sha256 = factory.Sequence(lambda n: f"{n:064x}")
    imported_at = BEFORE
    imported_by = factory.SubFactory(PersonFactory)


class ResultFactory(factory.django.DjangoModelFactory):
    """A conforming scenario; `failed` did not pass; `accepted` was accepted by the agency."""

    class Meta:
        model = ScenarioResult

    class Params:
        failed = factory.Trait(status=Status.FAILURE, failed_steps=["Controle profil"])
        accepted = factory.Trait(
            accepted_at=BEFORE, accepted_by=factory.SubFactory(PersonFactory), comment="Écart connu"
        )

    run = factory.SubFactory(RunFactory)
    campaign = factory.SelfAttribute("run.campaign")
    number = factory.Sequence(lambda n: n + 1)
    key = factory.Sequence(lambda n: f"{n:064x}")
    project = "C LECTURE EG"
    suite = "C LECTURE EG"
    name = factory.Sequence(lambda n: f"{n} - Lecture")
    priority = Priority.CRITICAL
    status = Status.SUCCESS
    step_count = 2


def case(name: str, *statuses: str, criticality: str | None = "2") -> dict[str, Any]:
    """A test case of a report whose steps have these statuses; what it declares of itself is always a success."""
    steps = [{"id": n, "name": f"étape {n}", "resultStatus": status} for n, status in enumerate(statuses, start=1)]
    return {"id": 1, "name": name, "criticality": criticality, "resultStatus": "SUCCESS", "testSteps": steps}


def session(*cases: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The detail of a finished session with these cases, in one project and one suite."""
    suite = {"id": 1, "name": "SUITE", "resultStatus": "SUCCESS", "testCases": list(cases)}
    project = {"id": 1, "name": "PROJET", "resultStatus": "SUCCESS", "testSuites": [suite]}
    return {"id": 4812, "sessionStatus": "FINISHED", "projectResults": [project]} | changes


def report(*cases: dict[str, Any], **changes: Any) -> bytes:
    """The bytes of such a session."""
    return json.dumps(session(*cases, **changes)).encode()


def passed(names: Sequence[str]) -> list[dict[str, Any]]:
    """Conforming cases of these names."""
    return [case(name, "SUCCESS") for name in names]
