"""Inputs made up by a fuzzer: targets that both atheris and pytest call, and the inputs that once broke one."""
