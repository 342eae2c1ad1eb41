"""Forms in the State design system: every form of the portal inherits from `Form`.

The rendering is ours (`templates/web/fields/`): the snippets of django-dsfr produce invalid HTML on radio buttons and
lose the help text of a field in error. Errors and help texts are tied to their field by `aria-describedby`.
"""

from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, ClassVar

import django.forms
import dsfr
from django import forms
from django.conf import settings
from django.forms.renderers import DjangoTemplates
from django.template.backends.django import DjangoTemplates as Engine
from dsfr.forms import DsfrBaseForm

from portal.web import typed

SNIPPETS = {
    "checkbox": "web/fields/checkbox.html",
    "checkboxselectmultiple": "web/fields/choices.html",
    "inlinecheckboxselectmultiple": "web/fields/choices.html",
    "radioselect": "web/fields/choices.html",
    "inlineradioselect": "web/fields/choices.html",
    "file": "web/fields/file.html",
    "clearablefile": "web/fields/file.html",
}


class Renderer(DjangoTemplates):
    """Finds form templates in our folder, then in django-dsfr, then in Django."""

    @cached_property
    def engine(self) -> Engine:
        """The template engine of forms; independent of the one of pages, so that no setting is needed."""
        return _engine()


@cache
def _engine() -> Engine:
    """One for all forms: each form has a renderer of its own, which would read every template anew."""
    folders = [
        settings.BASE_DIR / "templates",
        Path(dsfr.__path__[0]) / "templates",
        Path(django.forms.__path__[0]) / "templates",
    ]
    return Engine({"APP_DIRS": False, "DIRS": folders, "NAME": "forms", "OPTIONS": {}})


class Field(forms.BoundField):
    """A field tied to its form, which knows the snippet that draws it and where an error must lead."""

    @property
    def template_name(self) -> str:
        """The snippet of the widget; a field may bring its own."""
        return getattr(self.field, "template_name", None) or SNIPPETS.get(self.widget_type, "web/fields/input.html")

    @property
    def anchor(self) -> str:
        """The HTML id that receives the focus: the first choice of a group has no other name."""
        return self.id_for_label or f"{self.auto_id}_0"


class DayInput(forms.DateInput):
    """The browser's own calendar, usable with the keyboard."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        """Values travel as 2026-11-24, the only form that the browser reads."""
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A date without hour."""

    widget = DayInput


class MomentInput(forms.DateTimeInput):
    """The browser's own calendar and clock."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        """Values travel as 2026-11-24T14:30, the only form that the browser reads."""
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A day and an hour, in the time of Paris."""

    widget = MomentInput


CLASSES: tuple[tuple[type[forms.Widget], str, str], ...] = (
    (forms.RadioSelect, "", ""),
    (forms.CheckboxSelectMultiple, "", ""),
    (forms.CheckboxInput, "", ""),
    (forms.Select, "fr-select", "fr-select-group"),
    (forms.FileInput, "fr-upload", "fr-upload-group"),
    (forms.Widget, "fr-input", "fr-input-group"),
)


def dress(form: forms.BaseForm) -> None:
    """Give the fields of any form (ours or the account library's) the look of the design system."""
    form.renderer = Renderer()
    form.bound_field_class = Field
    form._bound_fields_cache.clear()  # type: ignore[attr-defined]  # private, and stale once the class changed
    for field in form.fields.values():
        _dress_field(field)


def _dress_field(field: forms.Field) -> None:
    _dress_widget(field.widget)
    _ask_plainly(field)
    field.label_suffix = ""


REQUIRED: tuple[tuple[type[forms.Field], str], ...] = (
    (forms.BooleanField, "Cochez cette case pour continuer."),
    (forms.ChoiceField, "Choisissez une réponse."),
    (forms.FileField, "Joignez un fichier."),
    (forms.Field, "Renseignez ce champ."),
)


def _ask_plainly(field: forms.Field) -> None:
    """Say what to do when nothing was given, unless the form has its own sentence."""
    if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
        field.error_messages["required"] = next(say for kind, say in REQUIRED if isinstance(field, kind))


def _dress_widget(widget: forms.Widget) -> None:
    own, group = next((own, group) for kind, own, group in CLASSES if isinstance(widget, kind))
    widget.attrs.pop("dsfr", None)
    widget.attrs.pop("placeholder", None)  # the label and the help text say it, and stay visible
    if own and own not in widget.attrs.get("class", "").split():
        widget.attrs["class"] = f"{own} {widget.attrs.get('class', '')}".strip()
    widget.__dict__["group_class"] = group or "fr-input-group"


class Typed:
    """What makes a form look at what was typed before anything else: see `portal.web.typed`."""

    is_bound: bool
    data: Any
    fields: Any
    errors: Any
    add_prefix: Any
    add_error: Any
    judges_keys: ClassVar[Sequence[str]] = ()  # fields whose private keys the form refuses itself, with its own advice

    def full_clean(self) -> None:
        """As Django's; a private key is refused, and not shown again."""
        keys = self._settle() if self.is_bound else []
        super().full_clean()  # type: ignore[misc]  # the form's
        for name in keys:
            self.errors.pop(name, None)
            self.add_error(name, typed.PRIVATE_KEY)

    def _settle(self) -> list[str]:
        """Cleans the lines and empties the fields that hold a private key, whose names it returns."""
        settled: dict[str, str] = {}
        keys = []
        for name, field in self.fields.items():
            text = self.data.get(self.add_prefix(name))
            if not isinstance(field, forms.CharField) or not isinstance(text, str):
                continue
            if name not in self.judges_keys and typed.holds_private_key(text.encode("utf-8", "replace")):
                keys.append(name)
                settled[self.add_prefix(name)] = ""
            elif type(field.widget) is forms.TextInput and (line := typed.line(text)) != text:
                settled[self.add_prefix(name)] = line
        if settled:
            self.data = self.data.copy()
            for key, value in settled.items():
                self.data[key] = value
        return keys


class Form(Typed, DsfrBaseForm):
    """The base of every form of the portal.

    `fieldsets` groups fields under a legend, in order: `(("Identité", ("siren", "name")), …)`; fields named in no
    group come last, without legend. Templates: `{% include "web/form.html" with form=form submit="Déposer" %}`.
    """

    bound_field_class = Field
    default_renderer = Renderer
    fieldsets: ClassVar[Sequence[tuple[str, Sequence[str]]]] = ()
    marks_optional: ClassVar[bool] = True  # False where nothing is asked for: the filters of a list

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As Django's form; `label_suffix` is empty, the design system puts no colon."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        dress(self)

    def __getitem__(self, name: str) -> forms.BoundField:
        """The field as shown; one that a form adds after its class was read gets the look of the others."""
        if name in self.fields and "group_class" not in self.fields[name].widget.__dict__:
            _dress_field(self.fields[name])
        return super().__getitem__(name)


def groups(form: forms.BaseForm) -> list[tuple[str, list[forms.BoundField]]]:
    """The visible fields by legend, in the order of the page; an empty legend means no group."""
    named = [(legend, [form[name] for name in names if name in form.fields]) for legend, names in _fieldsets(form)]
    taken = {field.name for _, fields in named for field in fields}
    rest = [field for field in form.visible_fields() if field.name not in taken]
    return [(legend, fields) for legend, fields in [*named, ("", rest)] if fields]


def _fieldsets(form: forms.BaseForm) -> Sequence[tuple[str, Sequence[str]]]:
    return getattr(form, "fieldsets", ())


class PastedField(forms.CharField):
    """Text that another field may replace: whether one of the two is there is judged by the form."""

    def validate(self, value: Any) -> None:
        """Nothing is required of this field alone."""


class EitherFileField(forms.FileField):
    """A file that another field may replace."""

    def validate(self, value: Any) -> None:
        """Nothing is required of this field alone."""
