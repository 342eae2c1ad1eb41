"""A published policy, a publication of the whitelist, what an entry froze and what a decision granted never change."""

from django.db import migrations

from portal.audit.triggers import Guard, guard

FROZEN = [
    "reference",
    "grant_id",
    "environment",
    "url",
    "client_id",
    "effective_at",
    "proposed_by_id",
    "proposed_at",
    "direction",
    "feeding_profiles",
    "access_profile",
    "region",
    "establishments",
    "charter_signed_at",
    "charter_origin",
    "charter_evidence",
    "tests_verified_at",
    "tests_verified_by_id",
    "tests_origin",
    "tests_evidence",
    "list_reference",
    "list_digest",
    "list_origin",
    "list_evidence",
    "customer_attestation_ref",
    "attestation_origin",
    "attestation_evidence",
    "by_secret",
]
PUBLISHED = [
    "number",
    "title",
    "state",
    "source",
    "digest",
    "published_at",
    "effective_at",
    "prepared_by_id",
    "approved_by_id",
    "delivered",
]


def unchanged(columns: list[str]) -> str:
    """The SQL condition that an update leaves these columns as they were."""
    return " AND ".join(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}" for column in columns)


class Migration(migrations.Migration):
    dependencies = [("policy", "0001_initial")]

    operations = [
        guard(
            Guard(
                "policy_policyversion",
                unless=f"OLD.state <> 'published' OR (OLD.in_force_since IS NULL AND {unchanged(PUBLISHED)})",
            ),
            Guard("policy_publication"),
            Guard("policy_entrycertificate"),
            Guard("policy_whitelistentry", unless=unchanged(FROZEN)),
            Guard("policy_grantedterms"),
        )
    ]
