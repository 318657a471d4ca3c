"""The closed set of placeholders that a wording may use, each with its meaning.

A new one is one line here, and a value given to it where the wording is rendered. Dates arrive written out in the
wording's language (``domain.uktime.format_date``), never as data.
"""

from types import MappingProxyType
from typing import Final

_LANDLORD: Final = {
    "landlord": "the landlord's full name",
    "landlord_short": "its short name, for text messages",
    "team": "the team that deals with the case",
    "handler": "the member of staff who deals with it",
    "handler_phone": "that person's direct number",
    "handler_email": "that person's direct email address",
    "phone": "the landlord's telephone number",
    "email": "the landlord's email address for complaints",
    "website": "the landlord's website",
    "post": "the landlord's postal address",
    "hours": "when the telephone is answered",
    "emergency_phone": "the number for emergencies, day and night",
    "policy_link": "where the complaints policy can be read",
    "privacy_link": "where the privacy notice can be read",
    "track_link": "where a case can be followed",
    "feedback_link": "the public form",
    "survey_link": "the survey about how the complaint was handled",
}

_CASE: Final = {
    "reference": "the case's reference",
    "references": "every reference that one message opened",
    "name": "how the addressee is addressed",
    "complainant": "the person the case is about, where somebody else is written to",
    "representative": "who acts for the complainant",
    "subject": "the subject of the message that is answered",
    "stage": "the stage's name under the policy",
    "next_stage": "the name of the stage after it",
    "topic": "the service the case is about, in plain words",
    "property": "the home the case is about",
    "definition": "what we understand the complaint to be",
    "outcome_sought": "what the complainant wants to happen",
    "not_responsible": "what the landlord is not responsible for",
    "items": "the other matters found in the same message",
    "corrected": "the reference as it was written, where it was corrected",
    "reply": "words written by a member of staff",
}

_DATES: Final = {
    "today": "the date of sending",
    "received_on": "when the message was received",
    "acknowledge_on": "by when it will be acknowledged",
    "contact_on": "by when somebody will be in touch",
    "respond_on": "by when the response is due",
    "draft_on": "by when a draft will be sent",
    "comment_until": "until when a draft may be commented on",
    "final_on": "by when the final response is due",
    "escalate_until": "until when the next stage may be asked for",
    "panel_on": "by when the panel's outcome is due",
    "old_due_on": "the date that was promised before an extension",
    "extended_to": "the new date after an extension",
    "sent_on": "when an earlier message was sent",
    "closed_on": "when the case was closed",
    "appointment": "the date and time of a visit or meeting",
    "safe_by": "by when an emergency will be made safe",
    "investigate_on": "by when a hazard will be investigated",
    "work_on": "by when safety work will be done",
    "summary_on": "by when the written summary of a hazard is due",
}

_LETTER: Final = {
    "summary": "what happened",
    "findings": "what was found",
    "decision": "the decision on each point",
    "reasons": "the reasons, with the policy or law they rest on",
    "apology": "an apology, where there was fault",
    "remedy": "what will be put right",
    "actions": "what is still to be done, by whom and when",
    "learning": "what the landlord will change",
    "extension_reason": "why more time is needed",
    "refusal_reason": "why it cannot be taken on as a complaint",
}

_PARTS: Final = {
    "listed": "the items of a list, one a line",
    "point": "one thing complained of",
    "upheld": "anything where it is upheld, else empty",
    "partly_upheld": "anything where it is upheld in part, else empty",
    "not_upheld": "anything where it is not upheld, else empty",
    "fault_yes": "anything where the landlord was at fault, else empty",
    "fault_partly": "anything where it was at fault in part, else empty",
    "fault_no": "anything where it was not at fault, else empty",
    "fault_words": "in what it was at fault",
    "what": "one thing that is to be done, put right or told",
    "amount": "a sum of money",
    "officer": "who is responsible for an action",
    "contact": "how to reach that person",
    "none": "anything where there is nothing to list, else empty",
    "is_answer": "anything in the answer of a stage, else empty",
    "is_late": "anything where it takes longer than was said, else empty",
    "is_refused": "anything where it is not taken on, else empty",
    "last_stage": "anything where there is no further stage, else empty",
    "window_days": "how many days there are to ask for the next stage",
    "window_working_days": "... in working days",
    "window_months": "... in months",
    "no_window": "anything where no time is set for it, else empty",
    "next_update_on": "when the addressee hears next",
    "needs": "the formats and adjustments that the addressee needs",
}

_BODIES: Final = {
    "ombudsman": "the Ombudsman's name",
    "ombudsman_phone": "the Ombudsman's telephone number",
    "ombudsman_email": "the Ombudsman's email address",
    "ombudsman_website": "the Ombudsman's website",
    "ombudsman_post": "the Ombudsman's postal address",
    "other_body": "another body the writer is pointed to",
    "other_body_contact": "how to reach it",
    "hazard": "the danger, in plain words",
    "hazard_advice": "what to do at once",
    "hazard_phone": "whom to ring about it",
    "support": "where help can be had at once",
    "support_nhs": "the health service's number for a crisis of mind, where the nation has one",
}

_CONVERSATION: Final = {
    "code": "a one-time code",
    "minutes": "for how many minutes it holds",
    "link": "the link of this message",
    "question": "the question that is asked",
    "options": "the possible answers, one a line",
    "missing": "what is still needed",
    "two_way": "anything where it can be answered by the way it goes out and asks nothing of its own, else empty",
    "one_way": "anything where it cannot (a letter, an alphanumeric sender), else empty",
    "asks_home": "anything where it asks which home it is about, in place of two_way, else empty",
    "asks_leak": "anything where it asks whether there is a leak, in place of two_way, else empty",
    "formats": "the formats and languages on offer",
}

_STAFF: Final = {
    "staff_name": "the member of staff written to",
    "duty": "what is owed, in plain words",
    "due_on": "by when it is owed",
    "days_left": "how many days are left",
    "owner": "who owes it",
    "count": "how many there are",
    "basis": "the clause it rests on",
    "case_link": "the case's page in the console",
}

PLACEHOLDERS: Final = MappingProxyType(
    {
        **_LANDLORD,
        **_CASE,
        **_DATES,
        **_LETTER,
        **_PARTS,
        **_BODIES,
        **_CONVERSATION,
        **_STAFF,
    }
)
"""Name to meaning. ``name in PLACEHOLDERS`` is the test that a wording's file must pass."""
