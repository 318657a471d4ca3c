"""The page that a person meets where an address leads nowhere, may not be opened, or we have failed."""

from http import HTTPStatus
from typing import Final

from console.templating import load_words, render_page

_NAMES: Final = {
    HTTPStatus.UNAUTHORIZED: "not_allowed",
    HTTPStatus.FORBIDDEN: "not_allowed",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "not_possible",
}


def render_problem(status: int, language: str) -> str:
    """What went wrong in plain words, and what to do; a danger is told where to call even here."""
    name = _NAMES.get(HTTPStatus(status), "not_possible" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "our_fault")
    return render_page("problem.html", language=language, words=load_words(language), name=name)
