"""The words in which a complaint is answered: verdicts, fault, remedies, what is still to be done."""

from enum import StrEnum


class Verdict(StrEnum):
    """The outcome of one point of complaint (COUNCIL-14)."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"


class Fault(StrEnum):
    """Whether the landlord acknowledges that it was at fault (COUNCIL-7)."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class RemedyKind(StrEnum):
    """The eight remedies of Code 7.1, and compensation's approval is its own (CESTRIA-51)."""

    APOLOGY = "apology"
    ACKNOWLEDGEMENT = "acknowledgement"
    EXPLANATION = "explanation"
    ACTION = "action"
    RECONSIDERATION = "reconsideration"
    RECORD_AMENDED = "record_amended"
    PAYMENT = "payment"
    POLICY_CHANGE = "policy_change"


class ActionKind(StrEnum):
    """What is still to be done after an answer (COUNCIL-20)."""

    POLICY = "policy"
    TRAINING = "training"
    WORKS = "works"
    SERVICE = "service"
    OTHER = "other"
