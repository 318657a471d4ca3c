"""Every act by its name, as the stored ones are told apart."""

from typing import Final, get_args

from pydantic import BaseModel

from casework.acts import Act

ACT_TYPES: Final[dict[str, type[BaseModel]]] = {
    each.model_fields["act"].default: each for each in get_args(get_args(Act)[0])
}
