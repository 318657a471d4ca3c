"""Why an act is not allowed, or a letter not whole: one sentence for staff, with the clause behind it."""

from domain.values import Value


class Objection(Value):
    """Why an act is not allowed, or what to think of before it."""

    words: str
    """A sentence for staff: what is missing and how to mend it."""
    clause: str = ""
    """The clause that asks for it; empty where the act itself makes no sense."""
    quote: str = ""
    """The clause's words."""
    blocks: bool = True
    own: bool = False
    """The landlord's own policy asks for it, word for word; else its regime, or good practice."""
