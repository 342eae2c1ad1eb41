"""What follows the moves of a campaign: connection data, what to redo, the attestation."""

from typing import Any

from onboarding.campaigns import queries
from policy.certificates.environments import Environment
from policy.grants import queries as grants
from portal.documents import operations as documents
from portal.documents.kinds import Kind
from portal.mail import operations as mail
from portal.mail.operations import Attachment
from portal.outbox.registry import Delivery, Queue, effect
from portal.parties import queries as parties

from .models import OrderingCustomer, TestCampaign


@effect(queue=Queue.MAIL)
def announce_opening(message: Delivery, *, campaign_id: int) -> None:
    """Tells the vendor how to connect to the sandbox. Secrets never travel here: the portal holds none."""
    campaign = _campaign(campaign_id)
    connection = grants.connection_of(campaign.grant, Environment.SANDBOX)
    _write("opened", campaign, message, connection=connection)


@effect(queue=Queue.MAIL)
def announce_redo(message: Delivery, *, campaign_id: int, redo: str) -> None:
    """Tells the vendor what to redo, as it was asked (a later answer does not change this mail)."""
    _write("redo", _campaign(campaign_id), message, redo=redo)


@effect(queue=Queue.PDF)
def attest(message: Delivery, *, campaign_id: int) -> None:
    """Issues the attestation of the verified tests and sends it."""
    campaign = _campaign(campaign_id)
    owner = campaign.grant.holder
    document = documents.issue(
        Kind.TEST_ATTESTATION,
        template="onboarding/campaigns/documents/attestation.html",
        context={
            "campaign": campaign,
            "progress": queries.progress(campaign),
            "runs": queries.runs_of(campaign),
            "exceptions": queries.exceptions(campaign),
        },
        subject_reference=campaign.reference,
        title=f"Attestation de tests du service {campaign.grant.service_name}",
        owner=owner,
        service=campaign.grant.service,
        message=message,
    )
    attachment = Attachment(document.file_name, "application/pdf", document.content)
    _write("verified", campaign, message, attachments=[attachment], document=document)


@effect(queue=Queue.MAIL)
def answer_attestation(message: Delivery, *, reference: str) -> None:
    """Tells the vendor whether the attestation of his customer is accepted."""
    customer = OrderingCustomer.objects.select_related("grant__holder", "grant__service").get(reference=reference)
    mail.queue(
        "onboarding/campaigns/mails/attestation",
        to=parties.reachable_addresses(customer.grant.holder),
        context={"customer": customer, "grant": customer.grant},
        message=message,
        subject_reference=customer.reference,
    )


def _campaign(campaign_id: int) -> TestCampaign:
    related = TestCampaign.objects.select_related("grant__holder", "grant__service", "platform", "answered_by")
    return related.get(pk=campaign_id)


def _write(
    name: str, campaign: TestCampaign, message: Delivery, *, attachments: list[Attachment] | None = None, **context: Any
) -> None:
    mail.queue(
        f"onboarding/campaigns/mails/{name}",
        to=parties.reachable_addresses(campaign.grant.holder),
        context={"campaign": campaign, **context},
        message=message,
        attachments=attachments or [],
        subject_reference=campaign.reference,
    )
