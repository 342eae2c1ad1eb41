"""One JSON object per log line; control characters cannot forge a second line."""

import json
import logging
from datetime import UTC, datetime

from portal.audit.record import origin


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON, instants in UTC, with the request id when there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": origin.get().request_id,
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True)
