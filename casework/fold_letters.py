"""Words written into letters folded into a life."""

from collections.abc import Callable
from typing import Any, Final

from casework.acts_letters import WritePart
from casework.life import Done, Life
from casework.life_letters import WrittenPart

Changes = dict[str, Any]


def _write(life: Life, _done: Done, act: WritePart) -> Changes:
    others = tuple(each for each in life.stage.written if (each.letter, each.content) != (act.letter, act.content))
    words = act.words.strip()
    mine = (WrittenPart(letter=act.letter, content=act.content, words=words),) if words else ()
    stage = life.stage.model_copy(update={"written": (*others, *mine)})
    return {"stages": (*life.stages[:-1], stage)}


APPLY: Final[dict[type, Callable[[Life, Done, Any], Changes]]] = {WritePart: _write}
