"""GET /v1/boot-preview"""

from bootseal import bootstrap
from bootseal.boot_model import BootSubject
from bootseal.environment_model import check_environment_name
from bootseal.http import Request, Response, endpoint
from bootseal.names import check_slug, check_user
from bootseal.schemas import Requirements, SecretRequirement
from bootseal.trail_views import preview_view


@endpoint
def handler(request: Request) -> Response:
    """The receipt a boot would get, without values."""
    caller = request.caller
    request.check_query("user", "project", "environment", "require", "optional")
    project, environment = request.query_text("project"), request.query_text("environment")
    subject = BootSubject(
        org=caller.org,
        user=check_user(request.query_text("user") or caller.user),
        project=None if project is None else check_slug(project, "project"),
        environment=None if environment is None else check_environment_name(environment),
    )
    requirements = _requirements(request)
    declared = requirements.declared() if requirements.secrets else None
    return Response(200, preview_view(bootstrap.previewer().preview(caller, subject, declared)))


def _requirements(request: Request) -> Requirements:
    required = [SecretRequirement(key) for key in request.query_all("require")]
    optional = [SecretRequirement(key, optional=True) for key in request.query_all("optional")]
    return Requirements((*required, *optional))
