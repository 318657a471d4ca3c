"""Answers to what went wrong: a page for whoever reads with a browser, a short word for a program."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from console.feedback import choose_language
from console.problems import render_problem
from console.security import SECURITY_HEADERS


async def answer_problem(request: Request, problem: Exception) -> Response:
    """The request led nowhere: 404, 405 and their like."""
    assert isinstance(problem, HTTPException)  # noqa: S101 - registered for nothing else
    return _answer(request, problem.status_code, problem.detail, dict(problem.headers or {}))


async def answer_failure(request: Request, _problem: Exception) -> Response:
    """We are wrong. It is answered outside of what adds the security headers, so they are added here."""
    return _answer(request, 500, HTTPStatus(500).phrase, dict(SECURITY_HEADERS))


def _answer(request: Request, status: int, detail: str, headers: dict[str, str]) -> Response:
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"detail": detail}, status_code=status, headers=headers)
    language = choose_language(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))
    about = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language", "Content-Language": language}
    return HTMLResponse(render_problem(status, language), status_code=status, headers=headers | about)
