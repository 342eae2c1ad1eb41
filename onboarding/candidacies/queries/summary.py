"""A candidacy as its page tells it: blocks, with what is answered and what is not."""

from dataclasses import dataclass

from onboarding.candidacies import filing
from onboarding.candidacies.blocks import ELSEWHERE, Block, BlockState
from onboarding.candidacies.models import FieldComment
from portal.lifecycle.errors import Missing


@dataclass(frozen=True, slots=True)
class Line:
    """An answer as a person reads it."""

    label: str
    words: str
    is_confidential: bool = False


@dataclass(frozen=True, slots=True)
class BlockView:
    """A block of the summary page: its state, its answers, what it lacks, where it is filled, the comments it bears."""

    block: Block
    state: BlockState
    lines: tuple[Line, ...]
    missing: tuple[Missing, ...]
    comments: tuple[FieldComment, ...]
    url: str
    is_open: bool

    @property
    def title(self) -> str:
        """The title of the block."""
        return self.block.label

    @property
    def is_elsewhere(self) -> bool:
        """Whether the block is filled on the pages of another slice."""
        return self.block in ELSEWHERE

    @property
    def said(self) -> list[Line]:
        """The answers given."""
        return [line for line in self.lines if line.words != filing.NOTHING]

    @property
    def unsaid(self) -> list[str]:
        """The labels of what is not answered."""
        return [line.label for line in self.lines if line.words == filing.NOTHING]
