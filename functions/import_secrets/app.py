"""POST /v1/import"""

from bootseal import bootstrap
from bootseal.http import Request, Response, endpoint
from bootseal.import_schemas import ImportSecrets
from bootseal.import_views import import_problem, import_view
from bootseal.views import replayed


@endpoint
def handler(request: Request) -> Response:
    """Store many secrets, all or none, or say what that would do."""
    caller = request.caller
    request.check_query()
    wanted = request.body(ImportSecrets).request(caller.user)
    outcome, again = bootstrap.importer().run(caller, wanted, request.idempotency_key)
    if outcome.refused and not wanted.dry_run:
        raise import_problem(wanted, outcome)
    return Response(200, import_view(wanted, outcome), replayed(again))
