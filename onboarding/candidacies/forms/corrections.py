"""What is typed under one comment of the agency: the fields that it opens, and the answer to it."""

from typing import Any

from django import forms

from onboarding.candidacies.blocks import Block
from onboarding.candidacies.models import Candidacy, FieldComment
from portal.web.forms import Form, dress

from .fields import LONG
from .supports import FORMS


class CorrectionForm(Form):
    """The fields opened by a comment, above the answer to it. `seen` tells whether the block changed meanwhile."""

    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, candidacy: Candidacy, comment: FieldComment, opened: frozenset[str], seen: str, **offered: Any
    ) -> None:
        """`opened` names the answers that the comment lets change; none for a block filled on other pages."""
        self.comment = comment
        form = FORMS.get(Block(comment.block))
        self.block_form = form(candidacy=candidacy, open_fields=opened, seen=seen, **offered) if form else None
        initial = {"seen": seen, "answer": comment.answer}
        super().__init__(*args, initial=initial, prefix=f"c{comment.number}")
        for name, field in self._opened():
            self.fields[name] = field
            assert self.block_form  # it holds the field just copied
            self.initial[name] = self.block_form.get_initial_for_field(field, name)
        self.fields["answer"] = forms.CharField(
            label="Votre réponse à l’agence",
            max_length=LONG,
            help_text="Dites ce que vous avez changé, ou pourquoi rien ne change.",
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        dress(self)

    def _opened(self) -> list[tuple[str, forms.Field]]:
        fields = self.block_form.fields.items() if self.block_form else []
        return [(name, field) for name, field in fields if name != "seen" and not field.disabled]

    def values(self, **deposited: Any) -> dict[str, Any]:
        """The answers to save, by name, once the form is valid; `deposited` adds the file just kept."""
        if self.block_form is None:
            return {}
        unchanged = {name: self.block_form.get_initial_for_field(f, name) for name, f in self.block_form.fields.items()}
        typed = {name: self.cleaned_data[name] for name, _ in self._opened()}
        self.block_form.cleaned_data = unchanged | typed
        opened = {self.block_form.answer_of(name) for name, _ in self._opened()}
        return {name: value for name, value in self.block_form.values().items() if name in opened} | deposited
