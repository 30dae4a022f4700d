"""Masks values in output: whole, in parts, and in the encodings output shows them in."""
