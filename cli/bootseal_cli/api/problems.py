"""Turns an answer that is not a success into the one error line, the next step and the exit code."""

from collections.abc import Mapping
from typing import Any

from bootseal_cli.api.transport import BUSY, GATEWAY_FAILURES, Answer
from bootseal_cli.failures import (
    EXIT_MISSING_REQUIRED,
    EXIT_NOT_ALLOWED,
    EXIT_OTHER,
    EXIT_UNREACHABLE,
    CliError,
)
from bootseal_cli.output.text import printable
from bootseal_cli.translation import exit_code_for


class ProblemError(CliError):
    """An answer that is not a success; `status` and `code` are for commands that do something about it."""

    def __init__(self, message: str, exit_code: int, status: int, code: str) -> None:
        super().__init__(message, exit_code)
        self.status = status
        self.code = code


# What to do next, by problem code; the service's own detail comes before it. What that says already is not repeated.
_NEXT_STEPS = {
    "not_authenticated": "run `bootseal login`",
    "not_allowed": "see what you may do with `bootseal whoami`",
    "version_mismatch": "somebody changed it since it was read, and nothing was overwritten; look at it with "
    "`bootseal secrets get` or `bootseal environments get` and run the command again",
    "name_conflict": "`bootseal secrets set` gives the one that is there a new value",
    "secret_not_found": "see what there is with `bootseal secrets list`",
    "version_not_found": "see which versions are kept with `bootseal secrets history`",
    "environment_not_found": "see what there is with `bootseal environments list`",
    "sensitive_value": "here that is `bootseal secrets set`, or `--allow-sensitive` if it is no credential",
}


def problem_of(answer: Answer) -> ProblemError:
    """Return the error an answer stands for."""
    problem = answer.json()
    if not isinstance(problem, dict):
        problem = {}
    code = str(problem.get("code") or "")
    return ProblemError(_message(answer, problem, code), _exit_code(answer.status, code), answer.status, code)


def _exit_code(status: int, code: str) -> int:
    if code == "missing_required":
        return EXIT_MISSING_REQUIRED
    if status in {401, 403}:
        return EXIT_NOT_ALLOWED
    if status == BUSY or status in GATEWAY_FAILURES:
        return EXIT_UNREACHABLE
    return exit_code_for(code) if code else EXIT_OTHER


def _message(answer: Answer, problem: Mapping[str, Any], code: str) -> str:
    fields = _field_lines(problem)
    lines = [_first_line(answer.status, problem, code), *fields, *_request_line(answer, problem)]
    return "\n".join(lines)


def _first_line(status: int, problem: Mapping[str, Any], code: str) -> str:
    said = printable(str(problem.get("detail") or problem.get("title") or _by_status(status)))
    step = _NEXT_STEPS.get(code) or _step_by_status(status)
    if not step or _command_in(step) in said:
        return said
    return f"{said.rstrip('.')}; {step}"


def _command_in(step: str) -> str:
    """Return the command a step names, or all of it where it names none."""
    return step.split("`")[1] if "`" in step else step


def _by_status(status: int) -> str:
    return {
        401: "the service does not accept this sign-in, or it has expired",
        403: "you are not allowed to do this",
        404: "the service knows no such path; is its address right (BOOTSEAL_API_URL, or that of your sign-in)?",
        BUSY: "the service asks to slow down",
    }.get(status, f"the service answered with status {status}")


def _step_by_status(status: int) -> str | None:
    if status == 401:
        return _NEXT_STEPS["not_authenticated"]
    if status == BUSY or status in GATEWAY_FAILURES:
        return "try again in a moment"
    return None


def _field_lines(problem: Mapping[str, Any]) -> list[str]:
    """Return one line per field at fault, but those the first line already says."""
    detail = str(problem.get("detail") or "")
    found = [e for e in problem.get("errors") or [] if isinstance(e, dict)]
    lines = [f"{e.get('field')}: {e.get('message')}" for e in found]
    return [f"  {printable(line)}" for line in lines if line not in detail]


def _request_line(answer: Answer, problem: Mapping[str, Any]) -> list[str]:
    request_id = problem.get("request_id") or answer.headers.get("x-request-id")
    return [f"  request id: {printable(str(request_id))}"] if request_id else []
