"""What a boot gets: which secret wins each variable, and what becomes of the others. Pure."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bootseal.boot_model import ReceiptEntry, Requirement, Status
from bootseal.model import Secret
from bootseal.names import is_reserved

Requirements = Sequence[Requirement] | None


@dataclass(frozen=True, slots=True)
class Selection:
    """The winners, in env name order, and an entry for every secret that is not among them."""

    winners: tuple[Secret, ...]
    others: tuple[ReceiptEntry, ...]


def narrowed(of_token: Requirements, of_request: Requirements) -> Requirements:
    """The requirements that hold where both the token and the VM declare some: a VM may narrow, never widen.

    What only the VM declares is not given (see `withheld`); what the launcher requires stays required, whatever the VM
    says of it. Where one of them declares nothing, the other's hold.
    """
    if of_token is None or of_request is None:
        return of_request if of_token is None else of_token
    given = {requirement.env_name: requirement for requirement in of_token}
    wanted = {r.env_name: _both(r, given[r.env_name]) for r in of_request if r.env_name in given}
    required = {r.env_name: r for r in of_token if not r.optional}
    return tuple({**required, **wanted}.values())


def _both(asked: Requirement, given: Requirement) -> Requirement:
    return replace(asked, optional=asked.optional and given.optional)


def withheld(of_token: Requirements, of_request: Requirements) -> tuple[Requirement, ...]:
    """What a VM declares and its token does not give, in env name order."""
    if of_token is None or of_request is None:
        return ()
    return missing(of_request, (r.env_name for r in of_token))


def required_names(requirements: Iterable[Requirement]) -> tuple[str, ...]:
    """The variables among `requirements` that are not optional, sorted, each once."""
    return tuple(sorted({r.env_name for r in requirements if not r.optional}))


def select(secrets: Iterable[Secret], requirements: Requirements) -> Selection:
    """Choose among all secrets of all scopes of a boot.

    Without requirements a secret takes part if `auto_install` is on; with them, if it is declared, whatever
    `auto_install` says. Among those that take part the strongest scope wins and the others are shadowed. Reserved
    variables are rejected here as well as at creation: the list may have grown since.
    """
    declared = None if requirements is None else {requirement.env_name for requirement in requirements}
    winners: dict[str, Secret] = {}
    others: list[ReceiptEntry] = []
    for secret in sorted(secrets, key=lambda s: (s.env_name, s.scope.strength)):
        status = _status(secret, declared, winners)
        if status is Status.INJECTED:
            winners[secret.env_name] = secret
        else:
            others.append(entry(secret, status))
    return Selection(tuple(winners.values()), tuple(others))


def _status(secret: Secret, declared: set[str] | None, winners: Mapping[str, Secret]) -> Status:
    if declared is None and not secret.auto_install:
        return Status.DISABLED
    if declared is not None and secret.env_name not in declared:
        return Status.UNDECLARED
    if is_reserved(secret.env_name):
        return Status.REJECTED
    return Status.SHADOWED if secret.env_name in winners else Status.INJECTED


def missing(requirements: Requirements, present: Iterable[str]) -> tuple[Requirement, ...]:
    """The declared secrets that are not among `present`, in env name order."""
    there = set(present)
    absent = {r.env_name: r for r in requirements or () if r.env_name not in there}
    return tuple(absent[name] for name in sorted(absent))


def entry(secret: Secret, status: Status) -> ReceiptEntry:
    """The receipt's line for `secret`."""
    return ReceiptEntry(secret.name, secret.env_name, secret.scope, secret.version, status)


def receipt_lines(
    selection: Selection, usable: Container[str], absent: Iterable[Requirement]
) -> tuple[ReceiptEntry, ...]:
    """All lines of a receipt, by env name, strongest scope first.

    A winner that is not `usable` is rejected. What is `absent` gets a line of its own unless another line of its
    variable says already what became of it.
    """
    winners = [entry(s, Status.INJECTED if s.env_name in usable else Status.REJECTED) for s in selection.winners]
    told = {line.env_name for line in (*winners, *selection.others)}
    lost = [_missing_entry(requirement) for requirement in absent if requirement.env_name not in told]
    return in_order((*winners, *selection.others, *lost))


def in_order(lines: Iterable[ReceiptEntry]) -> tuple[ReceiptEntry, ...]:
    """Lines as a receipt has them: by env name, strongest scope first."""
    return tuple(sorted(lines, key=lambda line: (line.env_name, line.scope.strength if line.scope else -1)))


def _missing_entry(requirement: Requirement) -> ReceiptEntry:
    return ReceiptEntry(requirement.env_name, requirement.env_name, None, None, Status.MISSING)
