"""The journal and the traces are append-only; a detail may only be erased."""

from django.db import migrations

from portal.audit.triggers import Guard, guard


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]

    operations = [
        guard(
            Guard("portal_auditevent"),
            Guard(
                "portal_auditdetail",
                unless="NEW.data = '' AND NEW.erased_at IS NOT NULL AND NEW.event_id = OLD.event_id",
            ),
            Guard("portal_accesstrace"),
        )
    ]
