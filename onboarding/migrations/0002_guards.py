"""What a request leaves never changes once written: deposits, decisions, votes, legal texts and their signatures.

A decision is corrected by another one. A version of a legal text may wait for its date: its state alone then changes.
"""

from django.db import migrations

from portal.audit.triggers import Guard, guard

TEXT = (
    "text_id",
    "number",
    "title",
    "body",
    "commitments",
    "summary",
    "act",
    "step",
    "reason",
    "renews",
    "sha256",
    "published_at",
)
DATES = ("sign_by_date", "effective_date")
SAME = [f"NEW.{one} = OLD.{one}" for one in TEXT] + [f"NEW.{one} IS NOT DISTINCT FROM OLD.{one}" for one in DATES]
COMES = "OLD.state = 'announced' AND NEW.state IN ('published', 'replaced')"


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0001_initial")]

    operations = [
        guard(
            Guard("onboarding_candidacyversion"),
            Guard("onboarding_decision"),
            Guard("onboarding_legaltextversion", unless=" AND ".join([*SAME, COMES])),
            Guard("onboarding_signature"),
            Guard("onboarding_orientationversion"),
            Guard("onboarding_recusal"),
            Guard("onboarding_vote"),
        )
    ]
