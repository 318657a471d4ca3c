"""The web application: which address is answered by what. Nothing is drawn and nothing is decided here."""

import secrets
from collections.abc import Sequence

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.routing import Route

from app.routes.feedback import FeedbackRoutes
from app.routes.health import HealthRoutes
from app.routes.intake import WebhookRoute
from app.routes.limits import FormGate
from app.routes.measures import Measures
from app.routes.pages import PageRoutes
from app.routes.problems import answer_failure, answer_problem
from app.routes.senders import IpNetwork, Senders
from console.security import SecurityHeaders
from domain.ports import Clock
from scheduler.intake import GroupIntake
from scheduler.node import Node


def create_app(
    node: Node,
    intake: GroupIntake,
    clock: Clock,
    *,
    operator_token: str | None = None,
    trusted_proxies: Sequence[IpNetwork] = (),
) -> FastAPI:
    """The application of one node.

    ``operator_token`` opens the register and the names in ``/ready`` and ``/metrics`` from elsewhere than this machine.
    ``trusted_proxies`` are believed when they say whom a form comes from.
    """
    measures = Measures()
    gate = FormGate(node.safety, Senders(secrets.token_bytes(32), trusted_proxies))
    webhook = WebhookRoute(node, intake, clock, measures, gate)
    feedback = FeedbackRoutes(node=node, intake=intake, clock=clock, gate=gate)
    health = HealthRoutes(node, measures, operator_token)
    pages = PageRoutes(node=node, clock=clock, operator_token=operator_token)
    app = FastAPI(title="Tenantline", openapi_url=None, docs_url=None, redoc_url=None)
    # Plain Starlette routes: a webhook needs neither body models nor dependencies, and is answered in half the time.
    app.router.routes.extend(
        [
            Route("/in/{landlord}/{channel}", webhook.handle, methods=["POST"]),
            Route("/feedback/{landlord}", feedback.form, methods=["GET", "POST"]),
            Route("/feedback/{landlord}/sent", feedback.sent, methods=["GET"]),
            Route("/alert/{token}", pages.alert, methods=["GET", "POST"]),
            Route("/health", health.health, methods=["GET"]),
            Route("/ready", health.ready, methods=["GET"]),
            Route("/metrics", health.metrics, methods=["GET"]),
            Route("/static/brand/{landlord}.css", pages.brand, methods=["GET"]),
            Route("/static/{name}", pages.static, methods=["GET"]),
            Route("/", pages.register, methods=["GET"]),
            Route("/console", pages.register, methods=["GET"]),
        ]
    )
    app.add_exception_handler(HTTPException, answer_problem)
    app.add_exception_handler(Exception, answer_failure)
    app.add_middleware(SecurityHeaders, https=node.public_url.startswith("https://"))
    return app
