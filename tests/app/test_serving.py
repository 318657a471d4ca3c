"""The socket that the web listens on."""

import socket

import pytest

from app.serving import listen
from domain.errors import TenantlineError


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_an_answer_never_waits_for_a_fuller_packet(host: str):
    """asyncio turns Nagle's algorithm off only where the socket says that it is TCP."""
    with listen(host, 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_a_port_that_somebody_has_is_refused_in_words():
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        listener.listen()
        with pytest.raises(TenantlineError, match=str(port)):
            listen("127.0.0.1", port)
