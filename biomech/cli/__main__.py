"""``python -m biomech.cli``."""

from biomech.cli import script

if __name__ == "__main__":
    script()
