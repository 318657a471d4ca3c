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
