"""POST /v1/inject"""

from typing import Any

import msgspec

from bootseal import bootstrap, observability
from bootseal.encoding import to_base64
from bootseal.errors import BootsealError, TokenInvalid, TokenUsed
from bootseal.http import Request, Response, endpoint
from bootseal.schemas import Inject
from bootseal.services.boot import BootRequest, Bundle
from bootseal.views import receipt_view

_SCHEME = "bearer "


@endpoint
def handler(request: Request) -> Response:
    """Trade a boot token for a VM's environment."""
    request.check_query()
    body = request.body(Inject)
    asked = BootRequest(
        token=_token(request.header("Authorization") or ""),
        public_key=body.raw_public_key(),
        requirements=None if body.requirements is None else body.requirements.declared(),
        source_ip=request.source_ip,
        user_agent=request.user_agent,
    )
    try:
        bundle = bootstrap.boot().inject(asked)
    except BootsealError as error:
        observability.count("TokenReuse" if isinstance(error, TokenUsed) else "InjectRefused")
        raise
    return Response(200, _view(bundle))


def _token(authorization: str) -> str:
    if not authorization.lower().startswith(_SCHEME):
        raise TokenInvalid("Send the boot token as `Authorization: Bearer <boot token>`.")
    return authorization[len(_SCHEME) :].strip()


def _view(bundle: Bundle) -> dict[str, Any]:
    answer = {"session_id": bundle.receipt.session_id, "receipt": receipt_view(bundle.receipt)}
    if bundle.sealed:
        return {**answer, "sealed_env": to_base64(bundle.environment_json)}
    return {**answer, "env": msgspec.Raw(bundle.environment_json)}
