"""`python -m rag` is `byline`."""

from __future__ import annotations

from rag.cli import main

if __name__ == "__main__":
    main()
