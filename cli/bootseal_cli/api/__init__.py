"""Talking to the service: transport, problem answers, and the calls the commands make."""
