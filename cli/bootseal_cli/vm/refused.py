"""What a boot says when the service refuses it: the reason, the next step and the exit code, never a value."""

from collections.abc import Mapping
from typing import Any, Final

from bootseal_cli.failures import EXIT_MISSING_REQUIRED, EXIT_NOT_ALLOWED, EXIT_OTHER, CliError
from bootseal_cli.output.text import printable
from bootseal_cli.vm.inject import Answer

_NEW_TOKEN: Final = "launch this VM again with a new boot token"
_STEPS: Final = {
    "token_invalid": _NEW_TOKEN,
    "token_expired": _NEW_TOKEN,
    "token_used": f"find out which one, then {_NEW_TOKEN}",
    "bundle_changed": _NEW_TOKEN,
    "bundle_too_large": "declare only the secrets it needs in a manifest (--manifest)",
    "integrity_error": "stored data was changed outside Bootseal; tell who runs it",
}


def refusal(answer: Answer) -> CliError:
    """Return the failure an answer other than 200 stands for."""
    problem = answer.document()
    code = str(problem.get("code") or "")
    if code == "missing_required":
        return _missing(problem)
    said = printable(_detail(problem) or f"the service answered with status {answer.status}")
    step = _STEPS.get(code) or (_NEW_TOKEN if answer.status == 401 else "is --api-url the Bootseal API?" * (not code))
    lines = [f"{said.rstrip('.')}; {step}" if step else said, *_request_line(problem)]
    return CliError("\n".join(lines), EXIT_NOT_ALLOWED if answer.status in {401, 403} else EXIT_OTHER)


def _missing(problem: Mapping[str, Any]) -> CliError:
    found = [entry for entry in problem.get("errors") or [] if isinstance(entry, dict) and entry.get("field")]
    names = ", ".join(printable(str(entry["field"])) for entry in found) or printable(_detail(problem))
    lines = [
        f"required secrets are missing, so nothing was written: {names}",
        *(printable(f"  {entry['field']} {entry.get('message')}") for entry in found),
        "Create what does not exist with `bootseal secrets set NAME`, or mark it optional in the manifest.",
    ]
    return CliError("\n".join(lines), EXIT_MISSING_REQUIRED)


def _detail(problem: Mapping[str, Any]) -> str:
    return str(problem.get("detail") or problem.get("title") or "")


def _request_line(problem: Mapping[str, Any]) -> list[str]:
    request_id = problem.get("request_id")
    return [f"  request id: {printable(str(request_id))}"] if request_id else []
