"""Why a pull ends early. What had landed by then stays, and the next pull goes on from there."""


class SourceError(Exception):
    """The system did not give what was asked for; the message says what to do, and holds no secret."""


class AccessError(SourceError):
    """The system does not let us in: nothing else is worth asking."""


class LimitError(SourceError):
    """What the system allows in a while is used up: only time helps."""


class LandingError(SourceError):
    """The database did not take what was pulled."""


class AnswerError(SourceError):
    """The system refused one request. `codes` are its own names for why, `body` what it said."""

    def __init__(self, message: str, codes: frozenset[str], body: str) -> None:
        super().__init__(message)
        self.codes = codes
        self.body = body
