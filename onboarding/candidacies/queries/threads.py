"""Messages by thread: a first message and its replies, in the order in which they were written."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from onboarding.candidacies.models import Candidacy, Message


@dataclass
class Thread:
    """A message that answers none, its rank in the order of writing (from one), and the replies to it."""

    first: Message
    rank: int
    replies: list[Message] = field(default_factory=list)

    @property
    def waits_for_agency(self) -> bool:
        """Whether the last word is the vendor's."""
        return not (self.replies or [self.first])[-1].from_agency


def by_thread(messages: Iterable[Message]) -> list[Thread]:
    """The threads of these messages of one candidacy, given in the order of writing."""
    found: dict[int, Thread] = {}
    for rank, message in enumerate(messages, start=1):
        if message.reply_to_id in found:
            found[message.reply_to_id].replies.append(message)
        else:
            found[message.pk] = Thread(message, rank)
    return list(found.values())


def ranked(candidacy: Candidacy, rank: int | None) -> Message | None:
    """The message of that rank; None for no rank, or for one that nobody wrote."""
    if rank is None:
        return None
    return candidacy.messages.select_related("reply_to").order_by("written_at", "id")[rank - 1 : rank].first()
