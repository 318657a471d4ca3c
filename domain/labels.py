"""The closed sets of words that a reading of a message may use (labelling guide of the corpus).

Only names belong here; what follows from a label is decided in router and casework.
"""

from enum import StrEnum


class Kind(StrEnum):
    """What a message is, as the labelling guide defines it."""

    COMPLAINT = "complaint"
    COMPLIMENT = "compliment"
    COMMENT = "comment"
    SERVICE_REQUEST = "service_request"
    NONE = "none"


class Intent(StrEnum):
    """What the writer wants to happen with it."""

    NEW = "new"
    FOLLOW_UP = "follow_up"
    CHASE = "chase"
    ESCALATE = "escalate"
    WITHDRAW = "withdraw"
    THANKS = "thanks"
    AUTHORITY = "authority"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    SURVEY_ANSWER = "survey_answer"
    STATUS_QUERY = "status_query"
    AUTO = "auto"
    SPAM = "spam"
    UNCLEAR = "unclear"


class RepresentativeKind(StrEnum):
    """Who the writer is when acting on somebody else's behalf."""

    NONE = "none"
    COUNCILLOR = "councillor"
    MP = "mp"
    ADVOCATE = "advocate"
    RELATIVE = "relative"
    FRIEND = "friend"
    SOLICITOR = "solicitor"
    SUPPORT_WORKER = "support_worker"
    RESIDENTS_GROUP = "residents_group"
    OTHER_AGENCY = "other_agency"


class AuthorityShown(StrEnum):
    """Whether a representative's message shows permission to act."""

    STATED = "stated"
    ATTACHED = "attached"
    ABSENT = "absent"
    NOT_APPLICABLE = "n/a"


class Hazard(StrEnum):
    """A danger in the home that is present now."""

    NONE = "none"
    GAS = "gas"
    CARBON_MONOXIDE = "carbon_monoxide"
    ELECTRICAL = "electrical"
    FIRE = "fire"
    FLOOD_LEAK = "flood_leak"
    NO_HEATING_HOT_WATER = "no_heating_hot_water"
    DAMP_MOULD = "damp_mould"
    STRUCTURAL = "structural"
    SECURITY = "security"
    ASBESTOS = "asbestos"
    LIFT_ACCESS = "lift_access"
    SEWAGE = "sewage"


class Urgency(StrEnum):
    """How soon a person must act."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    NORMAL = "normal"


class Vulnerability(StrEnum):
    """A circumstance that calls for more care."""

    AGE = "age"
    CHILD = "child"
    DISABILITY = "disability"
    MENTAL_HEALTH = "mental_health"
    PREGNANCY = "pregnancy"
    ILLNESS = "illness"
    DOMESTIC_ABUSE = "domestic_abuse"
    BEREAVEMENT = "bereavement"
    LANGUAGE = "language"
    LITERACY = "literacy"
    HEARING_SIGHT = "hearing_sight"
    SUICIDE_RISK = "suicide_risk"


class Allegation(StrEnum):
    """A serious accusation against the landlord, its staff or contractors."""

    NONE = "none"
    CRIME = "crime"
    STAFF_MISCONDUCT = "staff_misconduct"
    DISCRIMINATION = "discrimination"
    DATA_BREACH = "data_breach"


class Matter(StrEnum):
    """A special matter with rules of its own, found beside the kind."""

    SAFEGUARDING = "safeguarding"
    SELF_HARM = "self_harm"
    SAR = "sar"
    ERASURE = "erasure"
    DP_COMPLAINT = "dp_complaint"
    INFORMATION_REQUEST = "information_request"
    LETTER_OF_CLAIM = "letter_of_claim"
    COURT_CLAIM = "court_claim"
    INSURANCE = "insurance"
    ASB_REPORT = "asb_report"
    OWN_APPEAL = "own_appeal"
    OTHER_BODY = "other_body"
    TENANCY_FRAUD = "tenancy_fraud"


class Topic(StrEnum):
    """The service a message is about."""

    REPAIRS = "repairs"
    DAMP_MOULD = "damp_mould"
    HEATING_HOT_WATER = "heating_hot_water"
    ASB_NOISE = "asb_noise"
    RENT_CHARGES = "rent_charges"
    ESTATE_COMMUNAL = "estate_communal"
    CLEANING_GROUNDS = "cleaning_grounds"
    ALLOCATIONS_MOVES = "allocations_moves"
    STAFF_CONDUCT = "staff_conduct"
    COMMUNICATION = "communication"
    PLANNED_WORKS = "planned_works"
    SAFETY = "safety"
    ADAPTATIONS = "adaptations"
    PARKING = "parking"
    LEASEHOLD = "leasehold"
    COMPLAINTS_HANDLING = "complaints_handling"
    OTHER = "other"
