"""Acts of promising folded into a life."""

from collections.abc import Callable
from typing import Any, Final

from casework.acts import OfferMediation
from casework.acts_promising import (
    AgreeUpdates,
    ArrangeMeeting,
    HoldMeeting,
    NameCause,
    PassOnThanks,
    SendAcknowledgement,
    SendLeaflet,
    SendUpdate,
    TellNewDate,
)
from casework.life import Done, Life
from casework.life_letters import WrittenPart
from casework.life_promising import Meeting, NewDate, Thanks, Update
from domain.letters import Content, LetterType

Changes = dict[str, Any]


def _promises(life: Life, **changes: object) -> Changes:
    return {"promises": life.promises.model_copy(update=changes)}


def _acknowledge(life: Life, _done: Done, act: SendAcknowledgement) -> Changes:
    stage = life.stage.model_copy(update={"acknowledged_at": life.stage.acknowledged_at or act.at})
    return {"stages": (*life.stages[:-1], stage)}


def _leaflet(life: Life, _done: Done, act: SendLeaflet) -> Changes:
    return _promises(life, leaflets=(*life.promises.leaflets, act.what))


def _agree(life: Life, _done: Done, act: AgreeUpdates) -> Changes:
    return _promises(life, update_every=act.every)


def _update(life: Life, _done: Done, act: SendUpdate) -> Changes:
    told = Update(at=act.at, stage=life.stage.number)
    news = WrittenPart(letter=LetterType.PROGRESS, content=Content.BACKGROUND, words=act.words)
    others = [each for each in life.stage.written if (each.letter, each.content) != (news.letter, news.content)]
    stage = life.stage.model_copy(update={"written": (*others, news)})
    return {"stages": (*life.stages[:-1], stage), **_promises(life, updates=(*life.promises.updates, told))}


def _new_date(life: Life, _done: Done, act: TellNewDate) -> Changes:
    told = NewDate(told_at=act.at, until=act.until, reason=act.reason)
    return _promises(life, new_dates=(*life.promises.new_dates, told))


def _cause(life: Life, _done: Done, act: NameCause) -> Changes:
    return _promises(life, cause=act.cause.value, standard=act.standard)


def _thanks(life: Life, _done: Done, act: PassOnThanks) -> Changes:
    passed = Thanks(people=act.people, team=act.team, service=act.service, manager=act.manager, on=act.on)
    return _promises(life, thanks=(*life.promises.thanks, passed))


def _meet(life: Life, done: Done, act: ArrangeMeeting) -> Changes:
    made = Meeting(id=act.meeting, when=act.when, where=act.where, who=act.who, put_down_at=done.at)
    return _promises(life, meetings=(*life.promises.meetings, made))


def _met(life: Life, _done: Done, act: HoldMeeting) -> Changes:
    after = (
        each.model_copy(update={"is_over": True}) if each.id == act.meeting else each for each in life.promises.meetings
    )
    return _promises(life, meetings=tuple(after))


def _mediate(life: Life, _done: Done, act: OfferMediation) -> Changes:
    thought_of = life.promises.mediation_at | {life.stage.number}
    return {"mediation": act.answer, **_promises(life, mediation_at=thought_of)}


APPLY: Final[dict[type, Callable[[Life, Done, Any], Changes]]] = {
    SendAcknowledgement: _acknowledge,
    SendLeaflet: _leaflet,
    AgreeUpdates: _agree,
    SendUpdate: _update,
    TellNewDate: _new_date,
    NameCause: _cause,
    PassOnThanks: _thanks,
    ArrangeMeeting: _meet,
    HoldMeeting: _met,
    OfferMediation: _mediate,
}
