"""Acts of special handling and of the Ombudsman folded into a life."""

from collections.abc import Callable
from typing import Any, Final

from casework.acts import HandleSpecially, RecordOmbudsman
from casework.acts_special import EndSpecialHandling, ReviewSpecialHandling
from casework.life import Done, Life
from casework.life_special import OmbudsmanWish, SpecialHandling

Changes = dict[str, Any]


def _begin(_life: Life, done: Done, act: HandleSpecially) -> Changes:
    return {"special": SpecialHandling(since=done.at, reviews=(act.review_on,), answer_by=act.answer_by)}


def _review(life: Life, _done: Done, act: ReviewSpecialHandling) -> Changes:
    if life.special is None:
        return {}
    return {"special": life.special.model_copy(update={"reviews": (*life.special.reviews, act.review_on)})}


def _end(life: Life, done: Done, _act: EndSpecialHandling) -> Changes:
    return {"special": life.special.model_copy(update={"ended_at": done.at})} if life.special else {}


def _ombudsman(life: Life, done: Done, act: RecordOmbudsman) -> Changes:
    if act.what in ("asked", "ordered", "recommended") and act.due_on:
        name = act.wish or f"{act.what} {len(life.ombudsman) + 1}"
        wish = OmbudsmanWish(id=name, what=act.what, since=done.at, due_on=act.due_on)
        return {"ombudsman": (*life.ombudsman, wish)}
    if act.what not in {"answered", "complied"}:
        return {}
    name = act.wish or next((each.id for each in life.open_wishes(act.what)), "")
    met = (each.model_copy(update={"done_at": done.at}) if each.id == name else each for each in life.ombudsman)
    return {"ombudsman": tuple(met)}


APPLY: Final[dict[type, Callable[[Life, Done, Any], Changes]]] = {
    HandleSpecially: _begin,
    ReviewSpecialHandling: _review,
    EndSpecialHandling: _end,
    RecordOmbudsman: _ombudsman,
}
