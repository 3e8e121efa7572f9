"""``python -m loopsim`` is the command ``loopsim``."""

from loopsim.cli import main

if __name__ == "__main__":
    main()
