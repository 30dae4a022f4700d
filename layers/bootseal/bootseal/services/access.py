"""Who may do what. One rule for every call: a permission for the scope, and the scope within sight."""

from typing import Final

from bootseal.errors import NotAllowed, SecretNotFound
from bootseal.model import Caller, Scope, ScopeKind, project_scope

READ: Final = "secrets:read"
MANAGE: Final = "secrets:manage"
ISSUE: Final = "boot:issue"
RESOLVE: Final = "secrets:resolve"
AUDIT: Final = "audit:read"

PERMISSIONS: Final = frozenset({READ, MANAGE, ISSUE, RESOLVE, AUDIT})
"""All permissions there are."""


def require(caller: Caller, permission: str) -> None:
    """Raise `NotAllowed` unless the caller's token holds `permission`."""
    if permission not in caller.permissions:
        raise NotAllowed(f"This needs the permission {permission}; ask an administrator of your identity provider.")


def require_in_scope(caller: Caller, permission: str, scope: Scope) -> None:
    """Let a caller at `scope`, or raise `NotAllowed`, or `SecretNotFound` where the scope is out of their sight.

    A user's own private scope needs no permission.
    """
    if scope.kind is ScopeKind.PRIVATE and scope.owner == caller.user:
        return
    require(caller, permission)
    if not caller.sees(scope):
        raise SecretNotFound


def require_project(caller: Caller, project: str | None) -> None:
    """Raise `NotAllowed` where the caller's token does not reach `project`, whether or not it exists."""
    if project is not None and not caller.sees(project_scope(project)):
        raise NotAllowed("Your token does not reach that project; its `projects` claim limits it to others.")


def allows(caller: Caller, permission: str, scope: Scope) -> bool:
    """Whether `require_in_scope` would pass."""
    own = scope.kind is ScopeKind.PRIVATE and scope.owner == caller.user
    return own or (permission in caller.permissions and caller.sees(scope))
