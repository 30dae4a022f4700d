"""Lambda authorizer: lets a verified token through, with who it is as context. Permissions are checked by each call."""

from collections.abc import Mapping
from typing import Any

from bootseal import bootstrap, observability
from bootseal.errors import NotAuthenticated
from bootseal.http import Request


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Answer a REQUEST authorizer event with an IAM policy, or say `Unauthorized`, which the gateway makes a 401."""
    observability.begin("authorizer", context)
    try:
        identity = bootstrap.token_verifier().identify(Request(event).authorization)
    except NotAuthenticated as error:
        observability.failed(error)
        # The one message API Gateway maps to 401; any other is a 500.
        raise Exception("Unauthorized") from None  # noqa: TRY002
    except Exception as error:  # noqa: BLE001 - the last line, as in `http.endpoint`
        observability.crashed(error)
        # The runtime would log the message and everything it was raised from.
        raise Exception("The token could not be checked") from None  # noqa: TRY002
    return {"principalId": identity.user, "policyDocument": _allow(event), "context": identity.context()}


def _allow(event: Mapping[str, Any]) -> dict[str, Any]:
    # All of the stage: the answer is cached for the token, whichever call comes next.
    api, stage = str(event["methodArn"]).split("/")[:2]
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": f"{api}/{stage}/*"}
    return {"Version": "2012-10-17", "Statement": [statement]}
