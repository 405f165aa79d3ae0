"""``python -m netravision`` is ``netravision``."""

from netravision.cli import main

if __name__ == "__main__":
    main()
