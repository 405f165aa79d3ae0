"""The program: ``netravision``, and ``python -m netravision``."""

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    # Here: every process that a command starts imports the module that it was started from.
    from netravision.cli import main as command

    command()


if __name__ == "__main__":
    main()
