"""The settings of the committee: its calendar, and what it asks of itself, off until the agency chooses it.

Settled question 19: a secretary alone can record a session held on paper; votes, quorum, embargo and visa are choices.
"""

from portal.parameters.kinds import AGENCY, INTRODUCTION, WORKING_DAYS, Group, Kind, Setting, days, off

APPEAL = (
    "Cette décision peut être contestée dans les deux mois suivant sa notification, par un recours gracieux adressé à "
    "l’Agence du numérique en santé ou par un recours contentieux devant le tribunal administratif compétent.\n"
    "Un recours gracieux formé dans ce délai le proroge : deux mois courent à nouveau à compter de la réponse, "
    "ou du silence gardé pendant deux mois, qui vaut rejet."
)
APPEAL_ARTICLES = (
    "Code de justice administrative, R421-1 et R421-5 ; code des relations entre le public et l’administration, "
    "L410-1 à L411-7"
)
TIES = (("chair", "la voix du président l’emporte"), ("defer", "la décision est ajournée"))

COMMITTEE = (
    Setting(
        "committee.period_months",
        Group.COMMITTEE,
        Kind.INTEGER,
        3,
        "Intervalle entre deux séances du comité",
        INTRODUCTION,
        "mois",
        minimum=1,
        maximum=12,
    ),
    days("committee.cut_off_days", 15, "Date limite de complétude avant la séance"),
    days("committee.opinion_days", 5, "Avis des membres attendus avant la séance", WORKING_DAYS),
    days("committee.reservation_days", 15, "Rappel avant l’échéance d’une réserve"),
    off("committee.votes", Group.COMMITTEE, "Les membres votent dans le portail"),
    off("committee.embargo", Group.COMMITTEE, "Les décisions d’une séance sont notifiées toutes ensemble"),
    off("committee.visa", Group.COMMITTEE, "Le président vise le procès-verbal avant qu’il soit établi"),
    off("committee.regional_recusal", Group.COMMITTEE, "Une ARS se déporte des demandes qui ne visent que sa région"),
    Setting(
        "committee.tie_rule",
        Group.COMMITTEE,
        Kind.CHOICE,
        "chair",
        "Règle en cas d’égalité des votes",
        AGENCY,
        to_confirm=True,
        choices=TIES,
    ),
    Setting(
        "decision.appeal",
        Group.COMMITTEE,
        Kind.TEXT,
        APPEAL,
        "Voies et délais de recours d’une décision défavorable",
        APPEAL_ARTICLES,
        to_confirm=True,
        sensitive=True,
    ),
    Setting(
        "committee.quorum",
        Group.COMMITTEE,
        Kind.INTEGER,
        0,
        "Quorum d’une séance (0 : aucun)",
        AGENCY,
        "membres",
        to_confirm=True,
        maximum=50,
    ),
)
