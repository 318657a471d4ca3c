"""Who writes on the demo's morning, by which channel, and what must come of it."""

from dataclasses import dataclass, field
from enum import StrEnum


class By(StrEnum):
    """The channel that a scene goes by."""

    TEXT = "text"
    MAIL = "email"
    TELEGRAM = "Telegram"
    FORM = "web form"
    NOTE = "phone note"


class Becomes(StrEnum):
    """What a message must have become at the end."""

    CASE = "a new case"
    ADDED = "added to the case"
    NO_CASE = "no case"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One message of the morning and what is expected of it."""

    title: str
    by: By
    sender: str
    """Number, mailbox or chat id."""
    words: str
    becomes: Becomes
    kinds: tuple[str, ...] = ()
    """The kinds that are right for it; empty: none is needed."""
    answered: bool = True
    """Whether an answer must have reached the sender."""
    says: tuple[str, ...] = ()
    """Words that the answers together must hold; ``{reference}`` stands for the case's reference."""
    hides: tuple[str, ...] = ()
    """Words that no answer to the sender may hold."""
    landlord: str = "cestria"
    subject: str = ""
    name: str = ""
    photo: bool = False
    twice: bool = False
    answers: str = ""
    """The title of the scene whose acknowledgement it replies to."""
    shape: str = ""
    """out_of_office, bounce, forward, wrong_reference: how a mail is built."""
    fields: dict[str, str] = field(default_factory=dict)
    alerts: bool = False
    """The person on call must have been told."""


MORNING: tuple[Scene, ...] = (
    Scene(
        title="an angry text",
        by=By.TEXT,
        sender="+447700900301",
        words="THIRD time your plumber has not turned up!! I have lost 3 days pay. Absolutely useless. "
        "14 Tarn Crescent",
        becomes=Becomes.CASE,
        kinds=("complaint",),
        says=("{reference}",),
    ),
    Scene(
        title="a polite complaint with a photo",
        by=By.MAIL,
        sender="alison.threlkeld@example.org",
        name="Alison Threlkeld",
        subject="Bathroom wall",
        words="Dear all,\n\nI do hate to be a nuisance. The plasterer was promised for the end of the week a month "
        "ago and nobody has come or rung since. I have put a photo of the wall with this.\n\n"
        "I would be so grateful if somebody could look into why this keeps happening.\n\n"
        "Many thanks\nAlison Threlkeld\n16 Cutler's Row",
        photo=True,
        becomes=Becomes.CASE,
        kinds=("complaint",),
        says=("{reference}",),
    ),
    Scene(
        title="a councillor forwards a constituent",
        by=By.MAIL,
        sender="cllr.m.tideswell@fenwick.gov.uk",
        name="Cllr Marian Tideswell",
        subject="Fwd: Front door",
        shape="forward",
        words="Dear colleagues,\n\nI forward this on behalf of my constituent Mr Protheroe, who has asked me to take "
        "it up for him. Please let me know what will be done.\n\nCllr Marian Tideswell\nWard Member, Upper Fenwick",
        becomes=Becomes.CASE,
        kinds=("complaint",),
        says=("{reference}",),
        hides=("Thistledown",),
    ),
    Scene(
        title="a daughter without authority",
        by=By.MAIL,
        sender="janet.oduya@example.org",
        name="Janet Oduya",
        subject="My mother's heating",
        words="Hello, I am writing for my mother, Mrs Grace Oduya of 9 Mill Lane. Her radiators have been promised "
        "three times since September and each time nobody came. It is not good enough and I want it looked into.\n\n"
        "Janet Oduya",
        becomes=Becomes.CASE,
        kinds=("complaint",),
        says=("{reference}",),
        hides=("Grace", "Mill Lane"),
    ),
    Scene(
        title="a compliment",
        by=By.FORM,
        sender="winifred.apsley@example.org",
        words="I want to thank Keisha on your desk and the young man who came about my tap. They were kind, quick and "
        "tidy, and I have never felt so well looked after.",
        becomes=Becomes.CASE,
        kinds=("compliment",),
        says=("{reference}",),
        fields={"name": "Winifred Apsley", "kind": "compliment"},
    ),
    Scene(
        title="a suggestion",
        by=By.TELEGRAM,
        sender="501001",
        name="Sam",
        words="Just a suggestion: could you put the bin collection days on your website? It would help new people.",
        becomes=Becomes.CASE,
        kinds=("comment",),
        says=("{reference}",),
    ),
    Scene(
        title="a first repair report",
        by=By.TELEGRAM,
        sender="501002",
        name="Jo",
        words="Hi, the kitchen tap started dripping this morning. Can someone come and look please? 22 Corby Walk",
        becomes=Becomes.CASE,
        kinds=("service_request",),
        says=("{reference}", "COMPLAINT"),
    ),
    Scene(
        title="a smell of gas",
        by=By.TEXT,
        sender="+447700900302",
        words="there is a strong smell of gas in our hall since last night, 3 Corbridge Court",
        becomes=Becomes.CASE,
        kinds=("service_request", "complaint"),
        says=("0800 111 999", "{reference}"),
        alerts=True,
    ),
    Scene(
        title="a noted phone call",
        by=By.NOTE,
        sender="+447700900303",
        words="Mr Iqbal rang at ten past nine. His back gate was reported in June and twice since, and nobody "
        "has come. He is fed up with chasing and wants it treated as a complaint.",
        becomes=Becomes.CASE,
        kinds=("complaint",),
        says=("{reference}",),
        fields={"name": "Mr Iqbal", "phone": "+447700900303", "noted_by": "Donna at the desk"},
    ),
    Scene(
        title="a Welsh complaint",
        by=By.MAIL,
        landlord="ccbc",
        sender="gwen.parry@example.org",
        name="Gwen Parry",
        subject="Gwres",
        words="Bore da,\n\nMae'r gwres wedi torri eto, y trydydd tro eleni, a does neb wedi dod er gwaethaf eich "
        "addewidion. Dwi ddim yn hapus o gwbl.\n\nGwen Parry\n4 Maes y Dderwen",
        becomes=Becomes.CASE,
        kinds=("complaint", "service_request"),
        says=("{reference}", "Diolch"),
    ),
    Scene(
        title="an emoji",
        by=By.TEXT,
        sender="+447700900304",
        words="\U0001f621\U0001f4a7\U0001f3e0",
        becomes=Becomes.CASE,
    ),
    Scene(
        title="the same webhook twice",
        by=By.TEXT,
        sender="+447700900305",
        words="Bins not been emptied at Cobden Court for 2 weeks now, it is disgusting and nobody answers the phone",
        twice=True,
        becomes=Becomes.CASE,
        kinds=("complaint",),
        says=("{reference}",),
    ),
    Scene(
        title="an out-of-office answer to us",
        by=By.MAIL,
        sender="alison.threlkeld@example.org",
        answers="a polite complaint with a photo",
        shape="out_of_office",
        subject="Automatic reply: Bathroom wall",
        words="I am on annual leave until Monday and will read your message when I am back.",
        becomes=Becomes.NO_CASE,
        answered=False,
    ),
    Scene(
        title="a bounce of our answer",
        by=By.MAIL,
        sender="mailer-daemon@example.org",
        answers="a daughter without authority",
        shape="bounce",
        subject="Undelivered Mail Returned to Sender",
        words="This is the mail system. I'm sorry to have to inform you that your message could not be delivered.",
        becomes=Becomes.NO_CASE,
        answered=False,
    ),
    Scene(
        title="a reply quoting its reference with a slip",
        by=By.MAIL,
        sender="alison.threlkeld@example.org",
        answers="a polite complaint with a photo",
        shape="wrong_reference",
        subject="My complaint",
        words="Hello, about {mistyped}: I forgot to say that the bag over the pipes has come loose as well.\n\nAlison",
        becomes=Becomes.ADDED,
        answered=False,
    ),
    Scene(
        title="STOP",
        by=By.TEXT,
        sender="+447700900305",
        words="STOP",
        becomes=Becomes.NO_CASE,
        answered=False,
    ),
)
