"""`python -m ctxpack` is the command line."""

from ctxpack.cli import main

if __name__ == "__main__":
    main()
