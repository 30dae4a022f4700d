"""The base of the tree, and how an error names a field."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field at fault: its name in the request and what to do about it. Never its content."""

    field: str
    message: str


class BootsealError(Exception):
    """Base of all errors.

    `code` is snake_case and stable (scripts match on it); `title` is the same for every error of the type;
    the message is the detail for this case; `fields` names what is at fault, if anything is; `extra` are further
    members of the problem document (RFC 9457 section 3.2).
    """

    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(self, detail: str = "", *fields: FieldError) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.fields = fields
        self.extra: dict[str, object] = {}

    @classmethod
    def of_field(cls, field: str, message: str) -> "BootsealError":
        """An error whose whole story is one field."""
        return cls(f"{field}: {message}", FieldError(field, message))
