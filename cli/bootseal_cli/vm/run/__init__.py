"""Runs a command with its output redacted, as if it had been started without anything in between."""
