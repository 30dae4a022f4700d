"""Reading many secrets from one file, on this machine: strict, and silent about the text it could not read."""
