"""The one tree of exceptions. Each says in a sentence what is wrong and, where it can, how to mend it."""


class TenantlineError(Exception):
    """The root of every error that is ours."""


class CalendarError(TenantlineError):
    """A calendar's text cannot be read, or breaks the shape that ``domain.calendars`` documents."""


class CalendarEnds(CalendarError):  # noqa: N818 - the name that the design and its callers use
    """A date was asked for that lies outside the years a calendar covers (rules C1): refresh it, never guess."""


class WordingError(TenantlineError):
    """A wording's file is malformed, names an unknown placeholder, or is rendered without a value it needs."""


class AddressError(TenantlineError):
    """An address cannot be read as what it is said to be. The message never repeats the address."""


class SendError(TenantlineError):
    """A provider did not take a message.

    ``retryable``: the same send may succeed later. ``code``: the provider's or a stable word (``timeout``,
    ``connection``, ``http_503``, ``21610``). ``words``: one sentence fit for staff, with no address and no text in it.
    ``uncertain``: the answer was lost, so the message may have gone out: look before repeating.
    ``retry_after``: seconds that the provider asked us to wait, else None.
    """

    def __init__(
        self,
        *,
        retryable: bool,
        code: str,
        words: str,
        uncertain: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{code}: {words}")
        self.retryable = retryable
        self.code = code
        self.words = words
        self.uncertain = uncertain
        self.retry_after = retry_after


class FetchError(TenantlineError):
    """A provider could not be read from; the cursor stays where it was and the poll is tried again."""


class MediaError(TenantlineError):
    """An attachment could not be fetched. ``retryable`` says whether later may help (a size limit never does)."""

    def __init__(self, words: str, *, retryable: bool) -> None:
        super().__init__(words)
        self.retryable = retryable


class BadSignature(TenantlineError):  # noqa: N818 - reads as the outside's fault, answered 403
    """A webhook's signature or secret is missing or wrong."""


class Unreadable(TenantlineError):  # noqa: N818 - reads as the outside's fault, set aside and answered 200
    """A request with a right signature that cannot be read. The sentence is the reason it is set aside with."""


class ConfigurationError(TenantlineError):
    """A setting is wrong. The sentence names file and key, and says how to mend it."""


class Conflict(TenantlineError):  # noqa: N818 - reads as what happened
    """Somebody else did it, or changed it, first: nothing was written; look again."""


class Unseen(TenantlineError):  # noqa: N818 - reads as what happened
    """Somebody may not see a case."""


class NotFound(TenantlineError):  # noqa: N818
    """What was asked for by name does not exist here."""
