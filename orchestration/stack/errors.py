"""The one exception that the stack's commands show to people."""


class StackError(Exception):
    """Something an operator can mend; the message is plain, names the setting and says what to do."""
