"""Verbs on test campaigns: open, import, declare ended, accept, verify, send back; attestations of customers."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from onboarding.campaigns import customers, effects, queries, report
from onboarding.campaigns.report import Report
from onboarding.campaigns.results import Status
from policy.certificates.environments import Environment
from policy.grants import operations as grants
from policy.grants.direction import Direction
from policy.grants.models import Grant
from portal.audit.record import Event
from portal.calendar import deadlines
from portal.documents.models import DepositedFile
from portal.lifecycle.errors import Incomplete, Refused
from portal.lifecycle.operations import moving, next_reference, save
from portal.outbox.operations import enqueue
from portal.parameters import queries as parameters
from portal.web import wording

from .lifecycle import AttestationMove, Move, PlatformMove
from .models import OrderingCustomer, ScenarioResult, TestCampaign, TestPlatform, TestRun

BATCH = 1000
PLATFORMS = {"sandbox": "Bac à sable du ROR", "platines": "PLATINES"}


def list_platforms(*, at: datetime | None = None) -> int:
    """Lists the platforms that are missing; returns how many it added."""
    known = set(TestPlatform.objects.values_list("code", flat=True))
    missing = {code: name for code, name in PLATFORMS.items() if code not in known}
    for code, name in missing.items():
        with moving(TestPlatform(code=code, name=name), PlatformMove.LIST, by=None, at=at):
            pass
    return len(missing)


def open_campaign(
    grant: Grant,
    *,
    platform: TestPlatform,
    client_id: str,
    token_url: str,
    api_url: str,
    headers: Mapping[str, str] | None = None,
    tested_version: str = "",
    by: Any,
    at: datetime | None = None,
) -> TestCampaign:
    """The agency opens the tests of a right and hands over what it takes to connect to the sandbox.

    Raises Incomplete without a usable test certificate, Refused when the connection data do not fit the right.
    """
    campaign = TestCampaign(grant=grant, platform=platform, tested_version=tested_version.strip()[:60], opened_by=by)
    with moving(campaign, Move.OPEN, by=by, at=at) as (campaign, event):
        if missing := queries.missing_to_open(grant, platform=platform, at=event.at):
            raise Incomplete(missing)
        grants.hand_over(
            grant,
            environment=Environment.SANDBOX,
            client_id=client_id,
            token_url=token_url,
            api_url=api_url,
            headers=headers,
            by=by,
            at=event.at,
        )
        campaign.reference, campaign.opened_at = next_reference("T", event.at), event.at
        save(campaign)
        event.note(platform=platform.name, grant=grant.reference)
        enqueue(effects.announce_opening, event=event, campaign_id=campaign.pk)
    return campaign


def import_report(campaign: TestCampaign, *, name: str, data: bytes, by: Any, at: datetime | None = None) -> TestRun:
    """A report becomes a run; the results of its scenarios replace those of former runs. One file counts once.

    Raises Refused, naming the field `file`, when the report cannot be read.
    """
    digest = hashlib.sha256(data).hexdigest()
    if known := campaign.runs.filter(source_sha256=digest).first():
        return known
    content = _readable(data)
    with moving(campaign, Move.IMPORT_REPORT, by=by, at=at) as (current, event):
        run = _run(current, content, name=name, digest=digest, by=by, at=event.at)
        _replace_results(current, run, content)
        event.note(
            file=run.source_name,
            scenarios=_counted(run.case_count, "scénario", "scénarios"),
            passed=_counted(run.passed_count, "conforme", "conformes"),
        )
    return run


def declare_end(campaign: TestCampaign, *, by: Any, version: int | None = None, at: datetime | None = None) -> None:
    """The vendor says that he is done; the agency promises its answer within the working days of the setting.

    Raises Refused without any imported report.
    """
    with moving(campaign, Move.DECLARE_END, by=by, at=at, version=version) as (current, event):
        if not current.runs.exists():
            raise Refused("Importez au moins un rapport de tests avant d’en déclarer la fin.")
        days = parameters.integer("tests.answer_days", at=event.at)
        current.declared_at, current.declared_by = event.at, by
        current.due_date = deadlines.due_date(event.at, days)
        current.redo = ""
        event.note(due=wording.short_day(current.due_date))


def accept_conforming(campaign: TestCampaign, *, by: Any, at: datetime | None = None) -> int:
    """Accepts at once every result that conforms; returns how many. Raises Refused when none waits."""
    with moving(campaign, Move.ACCEPT_CONFORMING, by=by, at=at) as (current, event):
        waiting = ScenarioResult.objects.current().conforming().unaccepted().filter(campaign=current)
        accepted = waiting.update(accepted_at=event.at, accepted_by=by)
        if not accepted:
            raise Refused("Aucun résultat conforme n’attend d’être accepté.")
        event.note(accepted=_counted(accepted, "résultat", "résultats"))
    return accepted


def accept(result: ScenarioResult, *, by: Any, comment: str = "", at: datetime | None = None) -> None:
    """Accepts one result; one that does not conform asks for a comment. Raises Refused, naming the field `comment`."""
    with moving(result.campaign, Move.ACCEPT, by=by, at=at) as (_, event):
        result.refresh_from_db()
        if not result.is_current or result.accepted_at:
            raise Refused("Ce résultat est déjà accepté, ou un passage plus récent l’a remplacé.")
        if not result.is_conforming and not comment.strip():
            raise Refused("Dites pourquoi ce résultat non conforme est accepté.", field="comment")
        result.accepted_at, result.accepted_by, result.comment = event.at, by, comment.strip()[:500]
        save(result)
        status = Status(result.status).label.lower()
        event.note(scenario=result.name, status=status, comment=result.comment or "sans commentaire")


def verify(campaign: TestCampaign, *, by: Any, version: int | None = None, at: datetime | None = None) -> None:
    """The agency validates the tests: the right holds them, the vendor gets an attestation.

    Raises Refused without any run, or while a result waits to be accepted.
    """
    with moving(campaign, Move.VERIFY, by=by, at=at, version=version) as (current, event):
        progress = queries.progress(current)
        if not progress.total:
            raise Refused("Aucun rapport n’est importé : il n’y a rien à valider.")
        if progress.unaccepted:
            waiting = _counted(progress.unaccepted, "résultat attend", "résultats attendent")
            raise Refused(f"{waiting} encore d’être accepté{'s' if progress.unaccepted > 1 else ''}.")
        _answer(current, by=by, event=event)
        grants.record_tests(current.grant, by=by, at=event.at)
        event.note(scenarios=_counted(progress.total, "scénario accepté", "scénarios acceptés"))
        enqueue(effects.attest, event=event, campaign_id=current.pk)


def ask_redo(
    campaign: TestCampaign, *, redo: str, by: Any, version: int | None = None, at: datetime | None = None
) -> None:
    """The agency sends the tests back, saying what to redo. Raises Refused, naming the field `redo`, otherwise."""
    if not redo.strip():
        raise Refused("Dites ce qui est à reprendre.", field="redo")
    with moving(campaign, Move.ASK_REDO, by=by, at=at, version=version) as (current, event):
        _answer(current, by=by, event=event)
        current.redo = redo.strip()
        enqueue(effects.announce_redo, event=event, campaign_id=current.pk, redo=current.redo)


def _answer(campaign: TestCampaign, *, by: Any, event: Event) -> None:
    campaign.answered_at, campaign.answered_by = event.at, by


def file_attestation(
    grant: Grant,
    *,
    name: str,
    number: str = "",
    service_version: str,
    signed_on: date,
    piece: DepositedFile,
    by: Any,
    at: datetime | None = None,
) -> OrderingCustomer:
    """The vendor joins the attestation of a client who ordered the service.

    Raises Refused, naming the field, for a right that asks for none, a day to come, or a number that is none.
    """
    if grant.direction != Direction.CONSUMPTION:
        raise Refused("L’attestation d’un commanditaire se joint pour un service qui consomme le ROR.")
    row = OrderingCustomer(
        grant=grant,
        name=name.strip(),
        number="".join(number.split()).upper(),
        service_version=service_version.strip(),
        signed_on=signed_on,
        piece=piece,
        filed_by=by,
    )
    with moving(row, AttestationMove.FILE, by=by, at=at) as (current, event):
        for field, sentence in customers.objections(current.number, signed_on, today=deadlines.paris_date(event.at)):
            raise Refused(sentence, field=field)
        current.reference, current.filed_at = next_reference("CO", event.at), event.at
        event.note(customer=current.name, grant=grant.reference)
    return row


def accept_attestation(customer: OrderingCustomer, *, by: Any, at: datetime | None = None) -> None:
    """The agency accepts the attestation: the right holds it from now on."""
    with moving(customer, AttestationMove.ACCEPT, by=by, at=at) as (current, event):
        current.answered_at, current.answered_by = event.at, by
        grants.record_attestation(
            current.grant, reference=f"{current.reference}, {current.name}"[:80], by=by, at=event.at
        )
        event.note(customer=current.name)
        enqueue(effects.answer_attestation, event=event, reference=current.reference)


def refuse_attestation(customer: OrderingCustomer, *, grounds: str, by: Any, at: datetime | None = None) -> None:
    """The agency refuses the attestation, and says why; the vendor may join another."""
    if not grounds.strip():
        raise Refused("Indiquez les motifs.", field="grounds")
    with moving(customer, AttestationMove.REFUSE, by=by, at=at) as (current, event):
        current.answered_at, current.answered_by, current.grounds = event.at, by, grounds.strip()
        event.note(customer=current.name, grounds=current.grounds)
        enqueue(effects.answer_attestation, event=event, reference=current.reference)


def _readable(data: bytes) -> Report:
    try:
        return report.read(data)
    except report.UnreadableReport as error:
        raise Refused(error.sentence, field="file") from error


def _run(campaign: TestCampaign, content: Report, *, name: str, digest: str, by: Any, at: datetime) -> TestRun:
    run = TestRun(
        campaign=campaign,
        number=campaign.runs.count() + 1,
        session=content.session,
        session_uuid=content.uuid,
        description=content.description,
        executed_at=content.executed_at,
        source_name=name[:200],
        source_sha256=digest,
        case_count=len(content.cases),
        passed_count=content.counts[Status.SUCCESS],
        imported_at=at,
        imported_by=by,
    )
    save(run)
    return run


def _replace_results(campaign: TestCampaign, run: TestRun, content: Report) -> None:
    keys = [case.key for case in content.cases]
    former = ScenarioResult.objects.current().filter(campaign=campaign)
    for start in range(0, len(keys), BATCH):
        former.filter(key__in=keys[start : start + BATCH]).update(is_current=False)
    first = campaign.results.count() + 1
    rows = [
        ScenarioResult(
            run=run,
            campaign=campaign,
            number=number,
            key=case.key,
            project=case.project,
            suite=case.suite,
            name=case.name,
            priority=case.priority,
            status=case.status,
            step_count=case.steps,
            failed_steps=list(case.failed_steps),
        )
        for number, case in enumerate(content.cases, start=first)
    ]
    ScenarioResult.objects.bulk_create(rows, batch_size=BATCH)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {many if count > 1 else one}"
