"""Words that mean one thing to everybody when they are the whole message. No other list of them may stand elsewhere.

Each is given as it is compared: small letters, no marks, apostrophes left out.
"""

from typing import Final

STOP: Final = frozenset(
    {
        *("stop", "stopall", "stop all", "unsubscribe", "end", "quit", "cancel", "optout", "opt out", "revoke"),
        *("stop please", "please stop", "stop pls", "pls stop", "stop now", "stop stop stop", "remove me"),
        *("stop texting", "stop texting me", "stop texts", "stop text", "stop txt", "stop msg", "stop message"),
        *("stop messages", "stop messaging", "text stop", "txt stop", "no more texts", "no more messages"),
        *("stopiwch", "stopio", "stopiwch os gwelwch yn dda", "stopiwch nawr", "stopiwch rwan", "stopiwch rŵan"),
        *("stopiwch tecstio", "stopiwch y tecstio", "stopio tecstio", "dim mwy o negeseuon"),
    }
)
"""No more messages to this address: rules B10, Twilio's own words, what people write, and Welsh (144 to 146)."""
START: Final = frozenset(
    {
        *("start", "unstop", "optin", "opt in", "resume", "subscribe", "yes start"),
        *("cychwyn", "dechrau"),
    }
)
"""Messages again."""
