"""Run by `test_floor_alone`: migrate, publish a policy and a whitelist, decide; prints what was found as JSON."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

import django
from django.apps import apps
from django.core.management import call_command

AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
INSIDE, OUTSIDE = "350054680", "750712184"


def walk() -> dict[str, Any]:
    """The right from its grant to a verdict, without any request behind it."""
    from policy.profiles import operations as profiles
    from policy.verdicts import decision, queries
    from policy.verdicts.question import Question
    from policy.whitelist import operations as whitelist
    from tests.factories import whitelist as entries

    call_command("migrate", verbosity=0)
    profiles.install_shipped(at=AT)
    entry = entries.approved(at=AT)
    asked = Question("patch", AT, fingerprint=entry.certificates.get().fingerprint, establishment=INSIDE)

    def effect(question: Question) -> str:
        return decision.decide(queries.index_at("production", AT), question).effect.value

    found = {"inside": effect(asked), "outside": effect(asked._replace(establishment=OUTSIDE))}
    whitelist.suspend(entry, grounds="Usage abusif", by=entries.manager(), at=AT)
    return found | {"suspended": effect(asked)}


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    django.setup()
    found = walk()
    found["apps"] = sorted(
        app.label for app in apps.get_app_configs() if app.label in ("portal", "policy", "onboarding")
    )
    found["looked_up"] = sorted(name for name in sys.modules if name.split(".")[0] == "onboarding")
    print(json.dumps(found))
