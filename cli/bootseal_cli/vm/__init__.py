"""The VM side: fetching, writing and reading a boot's environment, and keeping its values out of output."""
