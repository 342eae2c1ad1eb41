"""How far a service is with the exposure model: published versions, three steps of conformity (settled question 15).

Source of the versions: public documentation of the ROR API (« Introduction », March 2026) and change log of the
implementation guide (July 2026).
"""

from dataclasses import dataclass

from portal.lifecycle.table import LabelledEnum


class Progress(LabelledEnum):
    """How far a vendor is with one step."""

    TO_DO = "to_do", "À faire"
    UNDER_WAY = "under_way", "En cours"
    DONE = "done", "Terminée"


@dataclass(frozen=True, slots=True)
class ExposureModel:
    """A published version of the exposure model, with the implementation guide that serves it."""

    version: str
    guide: str

    @property
    def label(self) -> str:
        """« Modèle d’exposition 3.0.1 (guide FHIR 0.7.0) »."""
        return f"Modèle d’exposition {self.version} ({self.guide})"


EXPOSURE_MODELS = (
    ExposureModel("3.0.1", "guide FHIR 0.7.0"),
    ExposureModel("3.0", "guide FHIR de 2023"),
)
CURRENT = EXPOSURE_MODELS[0].version


def choices() -> list[tuple[str, str]]:
    """(version, label) pairs, the current one first."""
    return [(model.version, model.label) for model in EXPOSURE_MODELS]


def label_of(version: str) -> str:
    """The label of a version; the bare version when it is no longer published."""
    return dict(choices()).get(version, version)
