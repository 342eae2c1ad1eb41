"""What a mail says, to whom, and the files it carries never change once written."""

from django.db import migrations

from portal.audit.triggers import Guard, guard

WRITTEN = ("message_id", "source_id", "template", "subject", "text", "html", '"to"')


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_documents_guards")]

    operations = [
        guard(
            Guard("portal_emailattachment", deletable=True),
            Guard(
                "portal_outgoingemail",
                unless=" AND ".join(f"NEW.{column} = OLD.{column}" for column in WRITTEN),
                deletable=True,
            ),
        )
    ]
