"""Has what landed brought up to date with its meaning, and then what doors landed beside that."""

from typing import Final

from psycopg2 import extensions

# Each takes up to 1,000 objects; what is left after so many, the next settle brings up to date.
ROUNDS: Final = 100
# It is dbt's: until dbt has been there, nothing has a meaning.
IS_THERE: Final = "select to_regprocedure('staging.interpret_missed()') is not null"


def interpret_pending(cursor: extensions.cursor) -> None:
    """Bring all vendors' events up to date; the connection is in autocommit, for each step is a transaction.

    Doors wait for nobody: what they land while the first step is under way has no meaning until the ones after it.
    """
    cursor.execute("select raw.interpret_pending()")
    cursor.execute(IS_THERE)
    if cursor.fetchone() != (True,):
        return
    for _ in range(ROUNDS):
        cursor.execute("select staging.interpret_missed()")
        if cursor.fetchone() != (True,):
            return
