"""A form on its page: what was sent, the status it answers with, and what the operation refused, said on it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, QueryDict

from portal.lifecycle.errors import Incomplete, Refused


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, even empty; None when the form is only shown."""
    return request.POST if request.method == "POST" else None


def status_of(form: BaseForm | None) -> int:
    """The status of a page that shows this form: 422 when something on it is to mend."""
    return 422 if form is not None and form.errors else 200


@contextmanager
def refusals_in(form: BaseForm) -> Iterator[None]:
    """Turn what the operation refuses into errors of the form: at their field, or above all fields.

    A wrong state, a missing right or a stale version is no error of input: those go on to their own pages.
    """
    try:
        yield
    except Incomplete as refusal:
        _add_missing(form, refusal)
    except Refused as refusal:
        form.add_error(_own(form, refusal.field), refusal.sentence)
    except ValidationError as error:
        _add_invalid(form, error)


def _own(form: BaseForm, field: str | None) -> str | None:
    return field if field in form.fields else None


def _add_missing(form: BaseForm, refusal: Incomplete) -> None:
    if not refusal.missing:
        form.add_error(None, refusal.sentence)
    for missing in refusal.missing:
        form.add_error(_own(form, missing.field), missing.label)


def _add_invalid(form: BaseForm, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error.messages)
        return
    for field, messages in error.message_dict.items():
        form.add_error(_own(form, field), messages)
