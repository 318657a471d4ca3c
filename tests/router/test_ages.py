"""Situation 57: who says that they are a child, and who only says a number."""

import pytest

from router.ages import is_minor

CHILDREN = (
    "I'm 15 and the heating is off",
    "I\u2019m 15, mum is in hospital and there is mould in my room",
    "im 12 yrs old",
    "I am fourteen",
    "I am only 13 years old.",
    "im 14 n my mum cant ring u",
    "im 15 my mum is ill and water is coming in",
    "Hello, I am a 15-year-old girl and I live at flat 3",
    "I'm nearly 16 but nobody else here speaks English",
    "i am 11 & a half my nan says to write",
    "I'm nine and a half and our door is broken",
    "I'm under 18 so I don't know if I can complain",
    "i am not 18 yet",
    "I'm aged 16",
    "I am 17yo, living with my grandad",
    "My name is Jay. I am 15. The toilet\ndoes not work.",
    "I'm a minor, can I report a repair?",
    "Dwi'n 15 oed ac mae'r gwres wedi torri",
    "Rydw i'n bymtheg oed",
    "Rwy\u2019n bedair ar ddeg oed ac yn byw gyda mam",
    "rwyf yn un deg pump oed",
    "dw i'n 13 mlwydd oed",
)
NOT_CHILDREN = (
    "I'm 15 weeks pregnant and the stairs are not lit",
    "I'm 16, 17 weeks gone",
    "i am 9 and a half months pregnant",
    "my son is 15 and has asthma",
    "My daughter says I am wrong, she is 12",
    "I live at number 15 and the bin store is full",
    "I'm at 15 Elm Court",
    "I'm 15 Elm Court",
    "I'm 15 minutes away, please wait",
    "I'm 10, 15 minutes away",
    "I'm 15 - 20 minutes away",
    "I'm 12 years into waiting for a kitchen",
    "I am 15 years a tenant here",
    "I'm 15th on your list",
    "I am 15 stone and the lift is out",
    "I'm 55 and disabled",
    "I am seventy",
    "You talk to me like I'm 12",
    "you treat me as if I'm 5 years old!",
    "I am a 15 year old's mum",
    "when I was 15 we had no heating either",
    "I'm not 15 any more",
    "I'm a minority of one",
    "Mae fy mab yn 15 oed",
    "Dwi'n 15 wythnos yn feichiog",
    "Dwi'n 55 oed",
    "",
)


@pytest.mark.parametrize("text", CHILDREN)
def test_situation_57_a_writer_who_says_their_age_is_known_as_a_child(text: str):
    assert is_minor(text)


@pytest.mark.parametrize("text", NOT_CHILDREN)
def test_situation_57_a_number_is_no_age_and_anothers_age_is_not_the_writers(text: str):
    assert not is_minor(text)
