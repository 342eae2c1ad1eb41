"""The words of a field comment: what is wrong with an answer."""

from portal.lifecycle.table import LabelledEnum


class CommentKind(LabelledEnum):
    """Why the agency asks for a correction (incorrect, incomplete, out of date)."""

    INCORRECT = "incorrect", "Incorrect"
    INCOMPLETE = "incomplete", "Incomplet"
    OUTDATED = "outdated", "Périmé"
