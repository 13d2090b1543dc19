"""The command line."""


def run() -> None:
    """Run the command line and end the process with its status."""
