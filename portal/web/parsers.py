"""How the REST API reads a body: JSON of a reasonable size, without duplicate keys, false numbers or deep nesting."""

import contextlib
import json
from datetime import datetime
from typing import Any

import orjson
from rest_framework import serializers
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

from portal.calendar.deadlines import YEARS

LARGEST = 2 * 1024 * 1024  # bytes: a hundred questions, each with its certificate, fit four times


class TooBig(APIException):
    """A body longer than the API reads."""

    status_code = 413
    default_code = "too_big"


class StrictJSONParser(JSONParser):
    """JSON read by a parser that refuses what others read in several ways, instead of choosing or failing."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The value of the body. Raises ParseError, or TooBig before reading a body announced as too long."""
        if _announced(parser_context) > LARGEST:
            raise TooBig
        body = stream.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise TooBig
        return strict(body)


def strict(body: bytes) -> Any:
    """The value of a JSON text. Raises ParseError for nesting, surrogates, NaN, 1e999 and keys said twice."""
    try:
        value = orjson.loads(body)
        json.loads(body, object_pairs_hook=_said_once)
    except (ValueError, RecursionError) as error:  # both libraries' errors are ValueErrors
        raise ParseError from error
    return value


def _announced(context: Any) -> int:
    request = (context or {}).get("request")
    length = request.META.get("CONTENT_LENGTH") if request else ""
    return int(length) if length and str(length).isdecimal() else 0


def _said_once(pairs: list[tuple[str, Any]]) -> None:
    """Refuses an object that says a key twice: readers would disagree on which one counts."""
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("duplicate key")


class InstantField(serializers.DateTimeField):
    """An instant of this century; a time without offset is Paris's."""

    def to_internal_value(self, value: Any) -> datetime:
        """The instant. Raises ValidationError."""
        with contextlib.suppress(OverflowError):
            at: datetime = super().to_internal_value(value)
            if YEARS[0] <= at.year <= YEARS[1]:
                return at
        raise serializers.ValidationError(f"L’instant doit être entre {YEARS[0]} et {YEARS[1]}.")
