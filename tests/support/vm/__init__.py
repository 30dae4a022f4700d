"""Helpers for the tests of the VM side."""
