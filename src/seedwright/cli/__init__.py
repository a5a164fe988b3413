"""The command line: one file a command, and what they share."""

EXIT_CODES = (
    "Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 sign-in, 4 connection, 5 content, "
    "6 busy, 130 interrupted."
)
