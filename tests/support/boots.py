"""Booting a VM in a test: what its environment is, through a sealed bundle."""

import base64
import json

from bootseal.sealing import bundle_info, generate_key_pair, open_sealed
from support.calls import inject, issue


def booted(user: str = "alice", **fields: object) -> dict[str, str]:
    """The environment a VM of `user` gets."""
    token = issue(user, **fields)
    private, public = generate_key_pair()
    answer = inject(token, public_key=base64.b64encode(public).decode())
    assert answer.status == 200, answer.text
    sealed = base64.b64decode(answer.json["sealed_env"])
    environment: dict[str, str] = json.loads(open_sealed(private, sealed, bundle_info(token)))
    return environment
