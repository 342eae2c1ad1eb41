"""Campaigns over their life: opened with connection data, run, declared, verified or sent back."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from onboarding.campaigns import operations as campaigns
from onboarding.campaigns import queries
from onboarding.campaigns.lifecycle import State
from onboarding.campaigns.models import ScenarioResult, TestCampaign, TestPlatform, TestRun
from onboarding.campaigns.results import Status
from policy.certificates.environments import Environment
from policy.grants import queries as grants
from policy.grants.models import Grant
from policy.grants.readiness import Origin
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.audit.models import AuditEvent
from portal.lifecycle.errors import Incomplete, MoveNotAllowed, NotPermitted, Refused, Stale
from portal.outbox.models import OutboxMessage
from portal.parameters import operations as parameters
from portal.parties.roles import MembershipRole
from tests.factories.campaigns import (
    CONNECTION,
    CampaignFactory,
    PlatformFactory,
    ResultFactory,
    RightFactory,
    RunFactory,
    TestCertificateFactory,
    case,
    passed,
    report,
)
from tests.factories.establishments import ServiceFactory, agent, member
from tests.factories.parameters import setting

pytestmark = pytest.mark.django_db


@pytest.fixture
def verifier() -> User:
    return agent(StaffRole.TEST_VERIFIER)


@pytest.fixture
def right() -> Grant:
    return RightFactory()


@pytest.fixture
def representative(right: Grant) -> User:
    return member(right.holder)


@pytest.fixture
def campaign(right: Grant) -> TestCampaign:
    return CampaignFactory(grant=right)


def opened(right: Grant, by: User, at: datetime, **changes: object) -> TestCampaign:
    return campaigns.open_campaign(right, platform=PlatformFactory(), by=by, at=at, **(CONNECTION | changes))


def load(campaign: TestCampaign, by: User, *cases: dict[str, object], name: str = "rapport.json") -> TestRun:
    return campaigns.import_report(campaign, name=name, data=report(*cases), by=by)


def test_open_hands_over_the_sandbox_and_writes_to_the_vendor(right: Grant, verifier: User, now: datetime) -> None:
    TestCertificateFactory(service=right.service)
    made = opened(right, verifier, now, tested_version=" 3.2 ")
    assert (made.reference, made.state, made.tested_version) == ("T-2026-0001", State.OPEN, "3.2")
    handed_over = grants.connection_of(right, Environment.SANDBOX)
    assert handed_over is not None
    assert (handed_over.client_id, handed_over.handed_over_at) == (CONNECTION["client_id"], now)
    assert OutboxMessage.objects.get().effect == "onboarding.campaigns.announce_opening"
    assert set(AuditEvent.objects.values_list("action", flat=True)) == {"campaigns.open", "grants.hand_over"}


def test_open_waits_for_a_test_certificate(right: Grant, verifier: User, now: datetime) -> None:
    with pytest.raises(Incomplete, match="Certificat de test déclaré"):
        opened(right, verifier, now)
    assert not TestCampaign.objects.exists()
    assert grants.connection_of(right, Environment.SANDBOX) is None


@pytest.mark.parametrize("trait", ["production", "retired", "expired", "other"])
def test_open_refuses_a_certificate_that_does_not_serve(
    right: Grant, verifier: User, now: datetime, trait: str
) -> None:
    if trait == "production":
        TestCertificateFactory(
            service=right.service,
            environment=Environment.PRODUCTION,
            hierarchy="PROD",
            holding__environment="production",
        )
    elif trait == "retired":
        TestCertificateFactory(service=right.service, state="retired", retired_at=now)
    elif trait == "expired":
        TestCertificateFactory(service=right.service, not_after=now - timedelta(days=1))
    else:
        TestCertificateFactory()
    with pytest.raises(Incomplete):
        opened(right, verifier, now)


def test_open_asks_for_the_hierarchy_that_the_platform_accepts(right: Grant, verifier: User, now: datetime) -> None:
    """Each test platform by its own setting: TEST, PROD or both."""
    TestCertificateFactory(service=right.service)
    platines = PlatformFactory(code="platines", name="PLATINES")
    setting("certificates.platines_hierarchy", "prod", at=now)
    with pytest.raises(Incomplete, match="IGC-Santé PROD, la seule qu’accepte PLATINES"):
        campaigns.open_campaign(right, platform=platines, by=verifier, at=now, **CONNECTION)
    assert opened(right, verifier, now).platform.code == "sandbox"
    later = now + timedelta(hours=1)
    setting("certificates.platines_hierarchy", "both", at=later)
    assert queries.missing_to_open(right, platform=platines, at=later) == []


def test_open_needs_no_certificate_for_open_data(verifier: User, now: datetime) -> None:
    headers = {
        "Ror-Profil-Utilisateur-Code": "CU23",
        "Ror-Profil-Utilisateur-System": "1.2.250.1.213.1.6.1.66",
        "Ror-Role-Metier-Code": "AUTOMATE",
        "Ror-Role-Metier-System": "1.2.250.1.213.1.1.4.6",
    }
    assert opened(RightFactory(open_data=True), verifier, now, headers=headers).state == State.OPEN


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"client_id": ""}, "client_id"),
        ({"token_url": "http://x"}, "token_url"),
        ({"headers": {"Ror-Role-Metier-Code": "A"}}, "headers"),
    ],
)
def test_open_refuses_connection_data_that_do_not_fit(
    right: Grant, verifier: User, now: datetime, change: dict[str, object], field: str
) -> None:
    TestCertificateFactory(service=right.service)
    with pytest.raises(Refused) as refused:
        opened(right, verifier, now, **change)
    assert refused.value.field == field
    assert not TestCampaign.objects.exists()


def test_open_is_for_test_verifiers_once_at_a_time(right: Grant, verifier: User, now: datetime) -> None:
    TestCertificateFactory(service=right.service)
    for stranger in (agent(StaffRole.REVIEWER), member(right.holder)):
        with pytest.raises(NotPermitted):
            opened(right, stranger, now)
    opened(right, verifier, now)
    with pytest.raises(Refused, match="déjà en cours"):
        opened(right, verifier, now)


def test_import_keeps_each_scenario_with_what_it_is_worth(campaign: TestCampaign, representative: User) -> None:
    run = load(campaign, representative, case("un", "SUCCESS"), case("deux", "SUCCESS", "FAILURE", criticality="1"))
    assert (run.number, run.case_count, run.passed_count) == (1, 2, 1)
    first, second = ScenarioResult.objects.all()
    assert (first.number, first.status, first.is_current) == (1, Status.SUCCESS, True)
    assert (second.priority, second.failed_steps) == ("major", ["étape 2"])
    assert AuditEvent.objects.get().action == "campaigns.import_report"


def test_import_of_the_same_file_makes_no_second_run(campaign: TestCampaign, representative: User) -> None:
    first = load(campaign, representative, case("un", "SUCCESS"))
    assert load(campaign, representative, case("un", "SUCCESS"), name="copie.json") == first
    assert TestRun.objects.count() == ScenarioResult.objects.count() == 1


def test_import_replaces_only_the_scenarios_that_ran_again(campaign: TestCampaign, representative: User) -> None:
    load(campaign, representative, case("un", "FAILURE"), case("deux", "SUCCESS"))
    run = load(campaign, representative, case("un", "SUCCESS"), case("trois", "SUCCESS"))
    assert run.number == 2
    current = ScenarioResult.objects.current().filter(campaign=campaign).order_by("number")
    assert [(row.name, row.status) for row in current] == [
        ("deux", "success"),
        ("un", "success"),
        ("trois", "success"),
    ]
    assert ScenarioResult.objects.count() == 4


def test_import_takes_the_real_shape(campaign: TestCampaign, representative: User) -> None:
    data = (Path(__file__).parent / "data" / "session-detail-server.json").read_bytes()
    run = campaigns.import_report(campaign, name="session-4812.json", data=data, by=representative)
    assert (run.session, run.case_count, run.passed_count) == (4812, 1, 0)


def test_import_of_a_broken_report_saves_nothing(campaign: TestCampaign, representative: User) -> None:
    with pytest.raises(Refused, match="tronqué") as refused:
        campaigns.import_report(campaign, name="x", data=b'{"id": 1', by=representative)
    assert refused.value.field == "file"
    assert not TestRun.objects.exists()


@pytest.mark.parametrize("role", list(MembershipRole))
def test_import_is_for_those_who_prepare_and_for_the_verifier(
    campaign: TestCampaign, verifier: User, role: MembershipRole
) -> None:
    user = member(campaign.grant.holder, role)
    if role == MembershipRole.READER:
        with pytest.raises(NotPermitted):
            load(campaign, user, case("un", "SUCCESS"))
    else:
        load(campaign, user, case("un", "SUCCESS"))
    load(campaign, verifier, case("deux", "SUCCESS"))
    with pytest.raises(NotPermitted):
        load(campaign, member(ServiceFactory().owner), case("trois", "SUCCESS"))


def test_import_costs_the_same_whatever_the_scenarios(campaign: TestCampaign, representative: User) -> None:
    load(campaign, representative, case("zéro", "SUCCESS"))
    costs = []
    for names in (["un"], ["deux", "trois", "quatre"]):
        with CaptureQueriesContext(connection) as queries_made:
            load(campaign, representative, *passed(names))
        costs.append(len(queries_made))
    assert costs[0] == costs[1] < 45


def test_declare_end_promises_an_answer_in_five_working_days(
    campaign: TestCampaign, representative: User, now: datetime
) -> None:
    load(campaign, representative, case("un", "SUCCESS"))
    campaigns.declare_end(campaign, by=representative, version=campaign.version, at=now)
    assert (campaign.state, campaign.declared_by, campaign.due_date) == (
        State.DECLARED,
        representative,
        date(2026, 3, 10),
    )
    with pytest.raises(MoveNotAllowed):
        load(campaign, representative, case("deux", "SUCCESS"))


def test_declare_end_follows_the_setting(campaign: TestCampaign, representative: User, now: datetime) -> None:
    parameters.set_value("tests.answer_days", 10, by=agent(StaffRole.ADMINISTRATOR), reason="x", at=now)
    load(campaign, representative, case("un", "SUCCESS"))
    campaigns.declare_end(campaign, by=representative, at=now)
    assert campaign.due_date == date(2026, 3, 17)


def test_declare_end_needs_a_report_and_the_present_version(campaign: TestCampaign, representative: User) -> None:
    with pytest.raises(Refused, match="au moins un rapport"):
        campaigns.declare_end(campaign, by=representative)
    load(campaign, representative, case("un", "SUCCESS"))
    with pytest.raises(Stale):
        campaigns.declare_end(campaign, by=representative, version=1)


@pytest.mark.parametrize("role", [MembershipRole.CONTRIBUTOR, MembershipRole.READER])
def test_declare_end_is_not_for_everyone(campaign: TestCampaign, role: MembershipRole) -> None:
    with pytest.raises(NotPermitted):
        campaigns.declare_end(campaign, by=member(campaign.grant.holder, role))


@pytest.fixture
def declared(right: Grant) -> TestCampaign:
    """A campaign to verify: two conforming results and one failure."""
    campaign = CampaignFactory(grant=right, declared=True)
    run = RunFactory(campaign=campaign, number=1)
    for number in (1, 2):
        ResultFactory(run=run, number=number)
    ResultFactory(run=run, number=3, failed=True, name="Échec connu")
    return campaign


def test_accept_conforming_takes_only_what_conforms(declared: TestCampaign, verifier: User, now: datetime) -> None:
    assert campaigns.accept_conforming(declared, by=verifier, at=now) == 2
    assert queries.progress(declared).unaccepted == 1
    with pytest.raises(Refused, match="Aucun résultat conforme"):
        campaigns.accept_conforming(declared, by=verifier)


def test_accept_asks_why_for_a_failure(declared: TestCampaign, verifier: User, now: datetime) -> None:
    failure = declared.results.get(number=3)
    with pytest.raises(Refused, match="Dites pourquoi") as refused:
        campaigns.accept(failure, by=verifier)
    assert refused.value.field == "comment"
    campaigns.accept(failure, by=verifier, comment=" Écart connu de la plateforme ", at=now)
    failure.refresh_from_db()
    assert (failure.accepted_by, failure.accepted_at, failure.comment) == (
        verifier,
        now,
        "Écart connu de la plateforme",
    )
    with pytest.raises(Refused, match="déjà accepté"):
        campaigns.accept(failure, by=verifier, comment="encore")


def test_accept_refuses_a_replaced_result(declared: TestCampaign, verifier: User) -> None:
    old = ResultFactory(run=declared.runs.get(), number=9, is_current=False)
    with pytest.raises(Refused, match="plus récent"):
        campaigns.accept(old, by=verifier)


def test_verify_waits_for_every_result(declared: TestCampaign, verifier: User) -> None:
    with pytest.raises(Refused, match="3 résultats attendent encore d’être acceptés"):
        campaigns.verify(declared, by=verifier)
    campaigns.accept_conforming(declared, by=verifier)
    with pytest.raises(Refused, match="1 résultat attend encore d’être accepté"):
        campaigns.verify(declared, by=verifier)


def test_verify_needs_a_run(right: Grant, verifier: User) -> None:
    with pytest.raises(Refused, match="Aucun rapport"):
        campaigns.verify(CampaignFactory(grant=right, declared=True), by=verifier)


def test_verify_writes_the_fact_on_the_right_and_attests(declared: TestCampaign, verifier: User, now: datetime) -> None:
    campaigns.accept_conforming(declared, by=verifier)
    campaigns.accept(declared.results.get(number=3), by=verifier, comment="Écart connu")
    campaigns.verify(declared, by=verifier, at=now)
    assert (declared.state, declared.answered_by, declared.answered_at) == (State.VERIFIED, verifier, now)
    right = Grant.objects.get()
    assert (right.tests_verified_at, right.tests_verified_by, right.tests_origin) == (now, verifier, Origin.ESTABLISHED)
    assert OutboxMessage.objects.get().effect == "onboarding.campaigns.attest"


def test_ask_redo_says_what_and_lets_the_vendor_go_on(
    declared: TestCampaign, verifier: User, representative: User, now: datetime
) -> None:
    with pytest.raises(Refused, match="Dites ce qui") as refused:
        campaigns.ask_redo(declared, redo="  ", by=verifier)
    assert refused.value.field == "redo"
    campaigns.ask_redo(declared, redo=queries.suggested_redo(declared), by=verifier, at=now)
    assert (declared.state, declared.redo) == (State.TO_REDO, "- Échec connu (en échec)")
    assert OutboxMessage.objects.get().arguments["redo"] == "- Échec connu (en échec)"
    load(declared, representative, case("un", "SUCCESS"))
    campaigns.declare_end(declared, by=representative)
    assert (declared.state, declared.redo) == (State.DECLARED, "")


def test_answers_are_for_test_verifiers(declared: TestCampaign, representative: User) -> None:
    for person in (representative, agent(StaffRole.REVIEWER)):
        for act in (
            lambda by: campaigns.accept_conforming(declared, by=by),
            lambda by: campaigns.accept(declared.results.first(), by=by),
            lambda by: campaigns.verify(declared, by=by),
            lambda by: campaigns.ask_redo(declared, redo="x", by=by),
        ):
            with pytest.raises(NotPermitted):
                act(person)


def test_the_database_refuses_an_unexplained_exception_and_a_second_campaign(right: Grant) -> None:
    with pytest.raises(IntegrityError):
        ResultFactory(failed=True, accepted=True, comment="")


def test_the_database_refuses_two_running_campaigns(right: Grant) -> None:
    CampaignFactory(grant=right, verified=True)
    CampaignFactory(grant=right)
    with pytest.raises(IntegrityError):
        CampaignFactory(grant=right)


def test_campaigns_are_visible_to_their_holder_and_to_agents(campaign: TestCampaign, representative: User) -> None:
    seen = TestCampaign.objects.visible_to
    assert list(seen(representative)) == list(seen(agent(StaffRole.AUDITOR))) == [campaign]
    assert not seen(member(ServiceFactory().owner)).exists()
    assert queries.latest_of(campaign.grant) == campaign


def test_to_verify_comes_by_due_date() -> None:
    later = CampaignFactory(declared=True, due_date=date(2026, 3, 12))
    sooner = CampaignFactory(declared=True, due_date=date(2026, 3, 10))
    assert list(TestCampaign.objects.to_verify()) == [sooner, later]


def test_platforms_are_listed_once() -> None:
    assert campaigns.list_platforms() == 2
    assert campaigns.list_platforms() == 0
    assert [platform.name for platform in queries.platforms()] == ["Bac à sable du ROR", "PLATINES"]
    assert TestPlatform.objects.count() == 2
