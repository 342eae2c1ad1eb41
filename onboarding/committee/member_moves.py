"""The moves of the members: who sits, what each one says of a point before the session, and votes in it."""

from onboarding.committee.lifecycle import SECRETARY, SUMMONED
from portal.lifecycle.table import NEW, SAME, Edge, LabelledEnum, Lifecycle

VOICE = "voice"  # of those summoned, who may vote since the session opened


class SeatState(LabelledEnum):
    """Whether a seat is held."""

    SEATED = "seated", "En fonction"
    ENDED = "ended", "Terminé"


class SeatMove(LabelledEnum):
    """What happens to a seat."""

    APPOINT = "appoint"
    END = "end"


SEATS = Lifecycle(
    name="committee_seats",
    title="Siège du comité",
    states=SeatState,
    moves={
        SeatMove.APPOINT: Edge(
            NEW,
            SeatState.SEATED,
            by=SECRETARY,
            label="Ajouter un membre",
            trace="{actor} a nommé {member} au comité ({title})",
        ),
        SeatMove.END: Edge(
            {SeatState.SEATED},
            SeatState.ENDED,
            by=SECRETARY,
            label="Mettre fin au siège",
            trace="{actor} a mis fin au siège de {member} ({title})",
        ),
    },
)


class OpinionState(LabelledEnum):
    """The only state of an opinion."""

    GIVEN = "given", "Donné"


class OpinionMove(LabelledEnum):
    """How an opinion comes, and changes until the session opens."""

    GIVE = "give"
    CHANGE = "change"


OPINIONS = Lifecycle(
    name="committee_opinions",
    title="Avis de membre",
    states=OpinionState,
    moves={
        OpinionMove.GIVE: Edge(
            NEW,
            OpinionState.GIVEN,
            by=SUMMONED,
            label="Donner mon avis",
            trace="{actor} a donné un avis sur la candidature {candidacy} ({session})",
        ),
        OpinionMove.CHANGE: Edge(
            {OpinionState.GIVEN},
            SAME,
            by=SUMMONED,
            label="Modifier mon avis",
            trace="{actor} a modifié son avis sur la candidature {candidacy} ({session})",
        ),
    },
)


class VoteState(LabelledEnum):
    """The only state of a vote."""

    CAST = "cast", "Exprimé"


class VoteMove(LabelledEnum):
    """How a vote comes into being."""

    CAST = "cast"


VOTES = Lifecycle(
    name="committee_votes",
    title="Vote",
    states=VoteState,
    moves={
        VoteMove.CAST: Edge(
            NEW,
            VoteState.CAST,
            by=VOICE,
            label="Voter",
            trace="{actor} a voté sur la candidature {candidacy} ({session})",
        ),
    },
)
