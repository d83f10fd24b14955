"""Changing what events are worth: one place of validation and of the SQL, for the API and the command line.

`change` reads what somebody asks for, `plan` works out which versions that takes, `landing` lands them, `moved` counts
what that moves, and `changing` is both; `preview` shows it first. Versions are only ever inserted.
"""
