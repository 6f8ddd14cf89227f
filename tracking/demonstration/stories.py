"""What happens to a State's report in one cycle: a list of acts.

The first States have told stories, so that a small demonstration shows every
stage; the others draw theirs from a deck.
"""

from enum import Enum, auto
from random import Random


class Act(Enum):
    REPORT = auto()  # the State brings its answers up to date and marks them ready
    REVISE = auto()  # it corrects a few of them
    DRAFT = auto()  # it begins, and leaves most of it unfinished
    NEARLY = auto()  # it is nearly done; some answers still lack something
    SUBMIT = auto()
    RECALL = auto()
    WITHDRAW = auto()
    REPLY = auto()  # it replies to every question
    REPLY_TO_SOME = auto()
    BEGIN = auto()  # the secretariat begins to review
    ACCEPT = auto()
    SEND_BACK = auto()


Story = tuple[Act, ...]

NOTHING: Story = ()
DRAFTED: Story = (Act.DRAFT,)
NEARLY_DONE: Story = (Act.NEARLY,)
SUBMITTED: Story = (Act.REPORT, Act.SUBMIT)
UNDER_REVIEW: Story = (*SUBMITTED, Act.BEGIN)
ACCEPTED: Story = (*UNDER_REVIEW, Act.ACCEPT)
SUPERSEDED: Story = (*ACCEPTED, Act.REVISE, Act.SUBMIT, Act.BEGIN, Act.ACCEPT)
RETURNED: Story = (*UNDER_REVIEW, Act.SEND_BACK)
PARTLY_REPLIED: Story = (*RETURNED, Act.REPLY_TO_SOME)
RESUBMITTED: Story = (*RETURNED, Act.REVISE, Act.REPLY, Act.SUBMIT)
ACCEPTED_AFTER_QUESTIONS: Story = (*RESUBMITTED, Act.BEGIN, Act.ACCEPT)
RECALLED: Story = (*SUBMITTED, Act.RECALL)
RECALLED_AND_SENT_AGAIN: Story = (
    *RECALLED,
    Act.REVISE,
    Act.SUBMIT,
    Act.BEGIN,
    Act.ACCEPT,
)
WITHDRAWN: Story = (*ACCEPTED, Act.WITHDRAW)

# Story → how many cards of the deck. The open cycle has every stage; in earlier
# ones nothing is left open but what a State left unanswered.
OPEN_CYCLE: dict[Story, int] = {
    NOTHING: 6,
    DRAFTED: 5,
    NEARLY_DONE: 4,
    SUBMITTED: 5,
    UNDER_REVIEW: 3,
    ACCEPTED: 8,
    SUPERSEDED: 2,
    RETURNED: 2,
    PARTLY_REPLIED: 1,
    RESUBMITTED: 1,
    ACCEPTED_AFTER_QUESTIONS: 3,
    RECALLED: 1,
    RECALLED_AND_SENT_AGAIN: 1,
    WITHDRAWN: 1,
}
EARLIER_CYCLE: dict[Story, int] = {
    NOTHING: 8,
    DRAFTED: 1,
    ACCEPTED: 17,
    SUPERSEDED: 3,
    RETURNED: 1,
    ACCEPTED_AFTER_QUESTIONS: 5,
    RECALLED_AND_SENT_AGAIN: 2,
    WITHDRAWN: 1,
}

# State → stories of the earlier cycles, and of the open one.
TOLD: dict[str, tuple[Story, Story]] = {
    "SEN": (SUPERSEDED, PARTLY_REPLIED),
    "NOR": (ACCEPTED_AFTER_QUESTIONS, SUBMITTED),
    "KWT": (ACCEPTED, RECALLED),
    "EUE": (ACCEPTED, UNDER_REVIEW),
    "THA": (WITHDRAWN, ACCEPTED),
    "CHN": (ACCEPTED, ACCEPTED),
    "KAZ": (ACCEPTED, NEARLY_DONE),
    "ZAF": (ACCEPTED, ACCEPTED),
    "MEX": (ACCEPTED_AFTER_QUESTIONS, ACCEPTED_AFTER_QUESTIONS),
    "ITA": (ACCEPTED, SUPERSEDED),
    "CAN": (RECALLED_AND_SENT_AGAIN, ACCEPTED),
    "EGY": (ACCEPTED, ACCEPTED),
}


class Deck:
    """Stories in the proportions wanted, shuffled anew when all are drawn."""

    def __init__(self, cards: dict[Story, int], rng: Random) -> None:
        self.cards = [story for story, number in cards.items() for _ in range(number)]
        self.rng = rng
        self.left: list[Story] = []

    def draw(self) -> Story:
        if not self.left:
            self.left = self.rng.sample(self.cards, len(self.cards))
        return self.left.pop()
