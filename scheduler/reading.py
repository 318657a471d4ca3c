"""From a stored message to what is understood: its own words set apart from quoted history, every part scanned."""

from typing import Final

from domain.messages import AddressKind
from domain.ports import SafetyScan
from domain.quoting import Split, split_quoted
from domain.understanding import Reading, SafetyFinding
from store.facts import StoredMessage

FAMILY_OF_KIND = {"web_form": "web", "staff_note": "phone_note"}
FAMILY_OF_ADDRESS = {AddressKind.EMAIL: "email", AddressKind.PHONE: "sms"}

_HEADING_WORDS: Final = 3
"""A longer subject over an empty mail is what the writer wanted to say."""


def read(stored: StoredMessage) -> tuple[Reading, Split]:
    """The reading of one message (labelling guide: the NEW text is what is understood)."""
    message = stored.message
    family = family_of(message.channel_kind, message.sender.kind)
    split = split_quoted(message.text, subject=message.subject) if family == "email" else Split(new=message.text)
    subject = message.subject or ""
    only_subject = not message.text.strip() and len(subject.split()) > _HEADING_WORDS
    reading = Reading(
        id=stored.id,
        channel=family,
        subject=message.subject,
        text=subject if only_subject else message.text,
        new_text=subject if only_subject else split.new,
        quoted_text=split.quoted,
        attachment_texts=stored.attachment_texts,
        boxes=tuple(message.form.values()),
        last_question=stored.last_question,
        sender=message.sender.value if message.sender.kind is AddressKind.EMAIL else None,
        sender_name=message.sender_name,
    )
    return reading, split


def family_of(channel_kind: str, sender: AddressKind) -> str:
    """The channel's family in the corpus's words: sms, email, chat, web, phone_note."""
    return FAMILY_OF_KIND.get(channel_kind) or FAMILY_OF_ADDRESS.get(sender, "chat")


def scan_whole(safety: SafetyScan, stored: StoredMessage) -> tuple[SafetyFinding, ...]:
    """The same of a message that cannot be read: as it is."""
    message = stored.message
    parts = ((message.text, "text"), (message.subject or "", "subject"))
    attached = ((text, "attachment") for text in stored.attachment_texts)
    boxes = ((text, "box") for text in message.form.values())
    return tuple(finding for text, part in (*parts, *attached, *boxes) for finding in safety.scan(text, part))


def only_quoted(findings: tuple[SafetyFinding, ...], split: Split) -> tuple[SafetyFinding, ...]:
    """Those findings of the text that lie outside the writer's own words."""
    if not split.spans:
        return ()
    return tuple(
        finding
        for finding in findings
        if finding.part == "text" and not any(start < finding.end and finding.start < end for start, end in split.spans)
    )
