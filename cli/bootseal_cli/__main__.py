"""Lets `python -m bootseal_cli` stand in for the `bootseal` script."""

from bootseal_cli.entry import main

if __name__ == "__main__":
    main()
