"""What a person does about what belongs together: a mixed message split, two cases about one matter joined, and undone.

Of each there are two acts, one in each case, put down together. The machine proposes (items of a message, a link, a
task) and does neither.
"""

from typing import Literal

from casework.words import Text
from domain.labels import Kind, Topic
from domain.values import Instant, Value

DutyKey = tuple[str, int, str, str]
"""Name, stage, basis, and what it is about."""


class MovedPoint(Value):
    """A point that goes from one case to another."""

    point: str
    words: Text


class SplitCase(Value):
    """Part of it is another matter and gets a case of its own, with the date on which it was received."""

    act: Literal["split_case"] = "split_case"
    kind: Kind
    topic: Topic = Topic.OTHER
    points: tuple[str, ...] = ()
    """The points that go."""
    words: Text = ""
    """What else goes, in plain words: the praise in a complaint."""
    into: str = ""
    """The new case's reference: put down by the program."""


class SplitFrom(Value):
    """The other side of ``SplitCase``, the new case's first act."""

    act: Literal["split_from"] = "split_from"
    of: str
    """The reference of the case from which it comes."""
    points: tuple[MovedPoint, ...] = ()
    words: Text = ""
    channel: str = "email"
    """The kind of channel that the first message came by."""


class JoinCase(Value):
    """This case is the same matter as another one, which goes on with every date of both."""

    act: Literal["join_case"] = "join_case"
    into: str
    """The reference of the case that goes on."""
    reason: Text = ""
    consent: Text = ""
    """Of different people: that they want one case (situation 176)."""


class TakeIn(Value):
    """The other side of ``JoinCase``, in the case that goes on."""

    act: Literal["take_in"] = "take_in"
    of: str
    received_at: Instant
    """When the joined case was received: the earlier of the two rules."""
    own_received_at: Instant
    """When this one was."""
    kind: Kind
    wishes_complaint: bool = False
    points: tuple[MovedPoint, ...] = ()
    duties: tuple[DutyKey, ...] = ()
    """What is owed here because it was owed there, or was due there earlier."""


class UndoJoin(Value):
    """They were two matters after all: the case goes on by itself, with its own dates."""

    act: Literal["undo_join"] = "undo_join"
    reason: Text


class GiveBack(Value):
    """The other side of ``UndoJoin``, in the case that had gone on."""

    act: Literal["give_back"] = "give_back"
    of: str


SortingAct = SplitCase | SplitFrom | JoinCase | TakeIn | UndoJoin | GiveBack
OTHER_SIDE = (SplitFrom, TakeIn, GiveBack)
"""Acts that only the program puts down, with the act of a person in the other case."""
