"""Forms of the policy: its file, its draft cell by cell and choice by choice, the filters of the matrix."""

from typing import Any

from django import forms

from portal.web.forms import DayField, Form, dress

from . import matrix, operations, rulebook_file
from .cell_edit import Cell, Opening
from .openness import Alternatives
from .rulebook import Choice, Clause, Rulebook

SHIPPED = "shipped"
FILE = "file"
NEVER, CONDITION, ALWAYS = "never", "condition", "always"
OPENINGS = [(ALWAYS, "Toujours ouvert"), (CONDITION, "Ouvert sous condition"), (NEVER, "Jamais ouvert")]


class ImportForm(Form):
    """The policy delivered with the portal, or a file; a wrong file is told mistake by mistake, each with its line."""

    origin = forms.ChoiceField(
        label="Politique à importer",
        choices=[(SHIPPED, "Celle qui est fournie avec le portail"), (FILE, "Un fichier")],
        initial=SHIPPED,
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label="Fichier de politique",
        required=False,
        help_text="Au format TOML, 1 Mo au plus. Un projet qui porte le même numéro est remplacé.",
    )

    def clean(self) -> dict[str, Any]:
        """The text is read here, so that the page lists all that must be mended."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("origin") == FILE:
            self._read(cleaned.get("file"))
        return cleaned

    def _read(self, file: Any) -> None:
        if file is None:
            self.add_error("file", "Choisissez le fichier à importer.")
        elif file.size > rulebook_file.MAX_CHARACTERS:
            self.add_error("file", "Le fichier dépasse 1 Mo.")
        else:
            self._judge(file.read())

    def _judge(self, data: bytes) -> None:
        try:
            rulebook_file.read(data.decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error("file", "Le fichier n’est pas un texte en UTF-8.")
        except rulebook_file.RulebookRefused as refusal:
            for mistake in refusal.mistakes[: operations.MISTAKES_SHOWN]:
                self.add_error("file", str(mistake))
        self.cleaned_data["data"] = data


class DraftForm(Form):
    """A draft made from a version: its own number, and the day from which it shall hold."""

    number = forms.RegexField(
        r"^[0-9A-Za-z]+([.-][0-9A-Za-z]+)*$",
        label="Numéro de la nouvelle version",
        max_length=20,
        help_text="Des lettres sans accent, des chiffres, des points et des tirets, par exemple « 2 » ou « 2027-1 ».",
        error_messages={"invalid": "N’employez que des lettres sans accent, des chiffres, des points et des tirets."},
    )
    effective_on = DayField(label="Date d’effet souhaitée")


class SheetForm(Form):
    """What is said of a draft as a whole."""

    title = forms.CharField(label="Titre", max_length=500)
    summary = forms.CharField(label="Résumé", max_length=500, help_text="Une ou deux phrases, lues par tous.")
    effective_on = DayField(
        label="Date d’effet",
        help_text="La version vaudra à partir de ce jour à minuit, ou de sa publication si elle est plus tardive.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ChoiceForm(Form):
    """A choice of the policy: the reading retained, and whether the agency has decided it."""

    option = forms.ChoiceField(label="Lecture retenue", widget=forms.RadioSelect)
    confirmed = forms.BooleanField(label="L’agence confirme cette lecture", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, choice: Choice, **kwargs: Any) -> None:
        """Offers the options of `choice`."""
        super().__init__(*args, **kwargs)
        self.fields["option"].choices = list(choice.options.items())


class CellForm(Form):
    """One cell: for which operations, how much, under which conditions, from which source.

    Each condition is a group of facts with the values that open; any condition opens.
    """

    operations = forms.MultipleChoiceField(label="Opérations", widget=forms.CheckboxSelectMultiple)
    opening = forms.ChoiceField(label="Ouverture", choices=OPENINGS, widget=forms.RadioSelect)
    source = forms.ChoiceField(label="Document qui fonde cette règle")
    article = forms.CharField(label="Endroit du document", max_length=500)
    doubt = forms.CharField(
        label="Ce que la source laisse ouvert", max_length=500, required=False, help_text="Affiché « À confirmer »."
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, book: Rulebook, conditions: int, **kwargs: Any) -> None:
        """Offers the operations, sources and facts of `book`, with room for this many conditions."""
        super().__init__(*args, **kwargs)
        self.book = book
        self.conditions = range(1, conditions + 1)
        self.fields["operations"].choices = [(code, label.capitalize()) for code, label in book.operations.items()]
        self.fields["source"].choices = [(source.code, source.title) for source in book.sources.values()]
        for rank in self.conditions:
            for fact in book.facts.values():
                self.fields[f"c{rank}_{fact.code}"] = _values_field(fact.label, list(fact.values.items()))
        self.fieldsets = (  # type: ignore[misc]  # known only once the policy is
            ("La cellule", ("operations", "opening")),
            *((_legend(rank), [f"c{rank}_{code}" for code in book.facts]) for rank in self.conditions),
            ("Le fondement", ("source", "article", "doubt")),
        )
        dress(self)

    def clean(self) -> dict[str, Any]:
        """A condition must say something."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("opening") == CONDITION and not self._alternatives(cleaned):
            self.add_error(
                "opening", "Cochez au moins une valeur dans une condition, ou choisissez « Toujours ouvert »."
            )
        return cleaned

    def cell(self, profile: str, element: str) -> Cell:
        """The cell that the form is about."""
        return Cell(profile, element, frozenset(self.cleaned_data["operations"]))

    def asked(self) -> Opening | None:
        """What the cell shall open; None for nothing."""
        data = self.cleaned_data
        if data["opening"] == NEVER:
            return None
        alternatives = self._alternatives(data) if data["opening"] == CONDITION else ((),)
        return Opening(alternatives, data["source"], data["article"], data["doubt"])

    def _alternatives(self, data: dict[str, Any]) -> Alternatives:
        made = (self._alternative(data, rank) for rank in self.conditions)
        return tuple(alternative for alternative in made if alternative)

    def _alternative(self, data: dict[str, Any], rank: int) -> tuple[Clause, ...]:
        """The facts of a condition; one whose values are all ticked restricts nothing."""
        ticked = {code: frozenset(data.get(f"c{rank}_{code}", ())) for code in self.book.facts}
        return tuple(
            Clause(code, values)
            for code, values in ticked.items()
            if values and values != frozenset(self.book.facts[code].values)
        )


def _legend(rank: int) -> str:
    return "Condition : cochez ce qui ouvre" if rank == 1 else f"Ou bien, condition {rank}"


def _values_field(label: str, choices: list[tuple[str, str]]) -> forms.MultipleChoiceField:
    field = forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)
    field.widget.inline = True  # read by the snippet of choices
    return field


def conditions_of(alternatives: Alternatives) -> dict[str, list[str]]:
    """The initial values of the fields for these conditions."""
    return {
        f"c{rank}_{clause.fact}": sorted(clause.values)
        for rank, alternative in enumerate(alternatives, start=1)
        for clause in alternative
    }


class MatrixForm(Form):
    """The filters of the matrix; travel in the address."""

    marks_optional = False

    operation = forms.ChoiceField(label="Opération", required=False)
    famille = forms.ChoiceField(label="Profils", required=False, choices=list(matrix.FAMILIES.items()))
    ressource = forms.ChoiceField(label="Ressource", required=False)
    mots = forms.CharField(label="Élément", required=False, max_length=80)
    avec = forms.ChoiceField(label="Comparer avec", required=False)
    differences = forms.BooleanField(label="Seulement ce qui change", required=False)

    def __init__(self, *args: Any, book: Rulebook, versions: list[str], **kwargs: Any) -> None:
        """Offers the operations and resources of `book`, and the versions to compare with."""
        super().__init__(*args, **kwargs)
        self.fields["operation"].choices = [(code, label.capitalize()) for code, label in book.operations.items()]
        self.fields["ressource"].choices = [("", "Toutes"), *((name, name) for name in matrix.resources(book))]
        self.fields["avec"].choices = [("", "Aucune version"), *((number, f"Version {number}") for number in versions)]

    def view(self) -> matrix.View:
        """What the filters ask for; a family without operation shows the one that it serves."""
        data = self.cleaned_data if self.is_valid() else {}
        family = data.get("famille") or matrix.ACCESS
        operation = data.get("operation") or ("patch" if family == matrix.FEEDING else "read")
        return matrix.View(
            operation, family, data.get("ressource", ""), data.get("mots", "").strip(), bool(data.get("differences"))
        )


class CompareForm(Form):
    """Two profiles side by side; travels in the address."""

    a = forms.ChoiceField(label="Premier profil", choices=lambda: list(matrix.labels().items()))
    b = forms.ChoiceField(label="Second profil", choices=lambda: list(matrix.labels().items()))
