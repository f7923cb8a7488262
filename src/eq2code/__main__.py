"""`python -m eq2code` is the command line."""

from eq2code.cli import main

if __name__ == "__main__":
    main()
