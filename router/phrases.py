"""What is meant, in plain words for a tenant: topics, kinds, dangers, further matters; English and Welsh."""

from collections.abc import Iterable
from typing import Final

from domain.labels import Hazard, Kind, Matter, Topic

_TOPICS: Final = {
    "en": {
        Topic.REPAIRS: "a repair",
        Topic.DAMP_MOULD: "damp or mould",
        Topic.HEATING_HOT_WATER: "heating or hot water",
        Topic.ASB_NOISE: "noise or behaviour nearby",
        Topic.RENT_CHARGES: "rent or charges",
        Topic.ESTATE_COMMUNAL: "the shared parts of the building or estate",
        Topic.CLEANING_GROUNDS: "cleaning or the grounds",
        Topic.ALLOCATIONS_MOVES: "moving or being housed",
        Topic.STAFF_CONDUCT: "how somebody dealt with you",
        Topic.COMMUNICATION: "how we keep in touch",
        Topic.PLANNED_WORKS: "planned work",
        Topic.SAFETY: "safety",
        Topic.ADAPTATIONS: "changes to your home",
        Topic.PARKING: "parking",
        Topic.LEASEHOLD: "your lease",
        Topic.COMPLAINTS_HANDLING: "how we dealt with a complaint",
    },
    "cy": {
        Topic.REPAIRS: "gwaith atgyweirio",
        Topic.DAMP_MOULD: "lleithder neu lwydni",
        Topic.HEATING_HOT_WATER: "gwres neu ddŵr poeth",
        Topic.ASB_NOISE: "sŵn neu ymddygiad gerllaw",
        Topic.RENT_CHARGES: "rhent neu daliadau",
        Topic.ESTATE_COMMUNAL: "rhannau cyffredin yr adeilad neu'r ystad",
        Topic.CLEANING_GROUNDS: "glanhau neu'r tir",
        Topic.ALLOCATIONS_MOVES: "symud neu gael cartref",
        Topic.STAFF_CONDUCT: "sut y gwnaeth rhywun ddelio â chi",
        Topic.COMMUNICATION: "sut rydym yn cysylltu â chi",
        Topic.PLANNED_WORKS: "gwaith sydd wedi'i gynllunio",
        Topic.SAFETY: "diogelwch",
        Topic.ADAPTATIONS: "newidiadau i'ch cartref",
        Topic.PARKING: "parcio",
        Topic.LEASEHOLD: "eich prydles",
        Topic.COMPLAINTS_HANDLING: "sut y gwnaethom ddelio â chwyn",
    },
}
_UNDERSTOOD: Final = {
    "en": {
        Kind.COMPLAINT: ("you are unhappy with {topic}", "you are unhappy with something that we did or did not do"),
        Kind.SERVICE_REQUEST: ("you ask for help with {topic}", "you ask us for help"),
        Kind.COMPLIMENT: ("you are pleased with {topic}", "you are pleased with our work"),
        Kind.COMMENT: ("you have a comment about {topic}", "you have a comment for us"),
        Kind.NONE: ("you wrote to us about {topic}", "you wrote to us"),
    },
    "cy": {
        Kind.COMPLAINT: ("rydych yn anhapus â {topic}", "rydych yn anhapus â rhywbeth a wnaethom neu na wnaethom"),
        Kind.SERVICE_REQUEST: ("rydych yn gofyn am help gyda {topic}", "rydych yn gofyn am ein help"),
        Kind.COMPLIMENT: ("rydych yn fodlon â {topic}", "rydych yn fodlon â'n gwaith"),
        Kind.COMMENT: ("mae gennych sylw am {topic}", "mae gennych sylw i ni"),
        Kind.NONE: ("gwnaethoch ysgrifennu atom am {topic}", "gwnaethoch ysgrifennu atom"),
    },
}
_HAZARDS: Final = {
    "en": {
        Hazard.GAS: "a smell of gas",
        Hazard.CARBON_MONOXIDE: "carbon monoxide",
        Hazard.ELECTRICAL: "dangerous electrics",
        Hazard.FIRE: "fire",
        Hazard.FLOOD_LEAK: "water coming in",
        Hazard.NO_HEATING_HOT_WATER: "no heating or hot water",
        Hazard.DAMP_MOULD: "damp or mould",
        Hazard.STRUCTURAL: "a part of the building that may fall",
        Hazard.SECURITY: "a door or window that does not lock",
        Hazard.ASBESTOS: "asbestos",
        Hazard.LIFT_ACCESS: "a lift that does not work",
        Hazard.SEWAGE: "sewage",
    },
    "cy": {
        Hazard.GAS: "arogl nwy",
        Hazard.CARBON_MONOXIDE: "carbon monocsid",
        Hazard.ELECTRICAL: "trydan peryglus",
        Hazard.FIRE: "tân",
        Hazard.FLOOD_LEAK: "dŵr yn dod i mewn",
        Hazard.NO_HEATING_HOT_WATER: "dim gwres neu ddŵr poeth",
        Hazard.DAMP_MOULD: "lleithder neu lwydni",
        Hazard.STRUCTURAL: "rhan o'r adeilad a allai ddisgyn",
        Hazard.SECURITY: "drws neu ffenestr nad yw'n cloi",
        Hazard.ASBESTOS: "asbestos",
        Hazard.LIFT_ACCESS: "lifft nad yw'n gweithio",
        Hazard.SEWAGE: "carthion",
    },
}
_ITEMS: Final = {
    "en": {
        Kind.COMPLAINT: "a complaint",
        Kind.COMPLIMENT: "your thanks",
        Kind.COMMENT: "a comment",
        Kind.SERVICE_REQUEST: "a request",
        Matter.SAR: "a request for the information that we hold about you",
        Matter.ERASURE: "a request to delete information about you",
        Matter.DP_COMPLAINT: "how we used information about you",
        Matter.INFORMATION_REQUEST: "a request for information",
        Matter.INSURANCE: "a claim for damage or loss",
        Matter.OWN_APPEAL: "a decision that has its own way of appeal",
        Matter.OTHER_BODY: "something that another body may deal with",
        Matter.ASB_REPORT: "the behaviour of others",
    },
    "cy": {
        Kind.COMPLAINT: "cwyn",
        Kind.COMPLIMENT: "eich diolch",
        Kind.COMMENT: "sylw",
        Kind.SERVICE_REQUEST: "cais",
        Matter.SAR: "cais am y wybodaeth sydd gennym amdanoch",
        Matter.ERASURE: "cais i ddileu gwybodaeth amdanoch",
        Matter.DP_COMPLAINT: "sut y gwnaethom ddefnyddio gwybodaeth amdanoch",
        Matter.INFORMATION_REQUEST: "cais am wybodaeth",
        Matter.INSURANCE: "hawliad am ddifrod neu golled",
        Matter.OWN_APPEAL: "penderfyniad sydd â'i ffordd ei hun o apelio",
        Matter.OTHER_BODY: "rhywbeth y gall corff arall ddelio ag ef",
        Matter.ASB_REPORT: "ymddygiad pobl eraill",
    },
}


def understood_as(kind: Kind, topic: Topic, language: str) -> str:
    """What we took the message for, without any word of the message itself."""
    with_topic, without = _UNDERSTOOD[_served(language)][kind]
    words = _TOPICS[_served(language)].get(topic)
    return with_topic.format(topic=words) if words else without


def hazard_words(hazard: Hazard, language: str) -> str:
    """The danger, or '' for none."""
    return _HAZARDS[_served(language)].get(hazard, "")


def items_words(items: Iterable[Kind | Matter], language: str) -> str:
    """The further kinds and matters of a mixed message in one phrase; what lacks plain words is left out."""
    words = [known for item in items if (known := _ITEMS[_served(language)].get(item))]
    if len(words) < 2:  # noqa: PLR2004 - one needs no "and"
        return "".join(words)
    joint = " a " if _served(language) == "cy" else " and "
    return ", ".join(words[:-1]) + joint + words[-1]


def _served(language: str) -> str:
    return "cy" if language == "cy" else "en"
