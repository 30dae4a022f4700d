"""A VM's boot: its token is used, its scopes are read, verified and opened, and the result is sealed to the VM."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial

import msgspec

from bootseal.audit_model import Action, AuditEvent
from bootseal.boot_model import (
    BUNDLE_MAX_BYTES,
    BootSubject,
    BootToken,
    Receipt,
    ReceiptEntry,
    Requirement,
    Status,
    hash_token,
    subject_of,
)
from bootseal.environment_model import Environment
from bootseal.errors import (
    BootsealError,
    BundleChanged,
    BundleTooLarge,
    IntegrityError,
    MissingRequired,
    TokenExpired,
    TokenInvalid,
    TokenUsed,
)
from bootseal.ids import epoch, new_event_id, timestamp
from bootseal.model import Scope, Secret, SecretValue
from bootseal.parallel import settled, together
from bootseal.ports import AuditWriter, BundleReader, Clock, ReceiptStore, ScopeContents, TokenStore, TokenUse
from bootseal.sealing import bundle_info, seal
from bootseal.services.boot_environments import BootEnvironments, defaults_below
from bootseal.services.opening import Opener
from bootseal.services.selection import missing, narrowed, receipt_lines, required_names, select, withheld

Contents = Sequence[ScopeContents]


@dataclass(frozen=True, slots=True)
class BootRequest:
    """What a VM sends. `public_key` is empty where it sent none."""

    token: str = field(repr=False)
    public_key: bytes = field(default=b"", repr=False)
    requirements: tuple[Requirement, ...] | None = None
    source_ip: str = ""
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a VM gets: the receipt and, sealed where it sent a public key, the environment as a JSON object."""

    receipt: Receipt
    environment_json: bytes = field(repr=False)
    sealed: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a boot read: its scopes and its environment, none of it verified yet."""

    scopes: Contents
    environment: Environment | None


@dataclass(frozen=True, slots=True)
class Boot:
    """Answers VMs."""

    tokens: TokenStore
    reader: BundleReader
    environments: BootEnvironments
    receipts: ReceiptStore
    audit: AuditWriter
    opener: Opener
    clock: Clock

    def inject(self, request: BootRequest) -> Bundle:
        """The bundle of a boot token.

        Raises `TokenInvalid`, `TokenExpired`, `TokenUsed`, `EnvironmentNotFound`, `MissingRequired`, `BundleTooLarge`,
        `IntegrityError`.
        Nothing is given out before the token was bound to this VM and the receipt is stored.
        """
        subject = subject_of(request.token)
        use_token = partial(self.tokens.use, hash_token(request.token), request.public_key, epoch(self.clock.now()))
        reads = self.reader.calls(subject.org, subject.scopes)
        named = [] if subject.environment is None else [partial(self.environments.read, subject)]
        used, *read = settled([use_token, *reads, *named])
        environment = read.pop() if named else None
        # The token comes first: what went wrong with a scope is told to nobody who has no token for it.
        use = used.result()
        token = self._admitted(use, request, subject)
        try:
            scopes = self._scopes(subject, read)
            found = Found(scopes, environment.result() if environment else None)
            return self._answered(request, token, use.first, found)
        except BootsealError as error:
            self.reader.forget(subject.org, subject.scopes if isinstance(error, IntegrityError) else ())
            self._record(Action.BOOT_INJECT, token, request, error.code)
            raise

    def _scopes(self, subject: BootSubject, read: Sequence[Future[Mapping[Scope, ScopeContents]]]) -> Contents:
        """The contents of all scopes, strongest first; those that changed since they were last read are read now."""
        found = {scope: contents for outcome in read for scope, contents in outcome.result().items()}
        changed = [scope for scope in subject.scopes if scope not in found]
        if changed:
            contents = together([partial(self.reader.bundle, subject.org, scope) for scope in changed])
            found |= zip(changed, contents, strict=True)
        return [found[scope] for scope in subject.scopes]

    def _admitted(self, use: TokenUse, request: BootRequest, subject: BootSubject) -> BootToken:
        token = use.token
        # What was read is what the token says of itself; a row that says otherwise was changed.
        if token is None or token.subject != subject:
            raise TokenInvalid
        self.opener.verify_token(token)
        if token.expires_at <= epoch(self.clock.now()):
            self._record(Action.BOOT_INJECT, token, request, TokenExpired.code)
            raise TokenExpired("The boot token has expired; have the launcher issue a new one.")
        # A VM that sent no key has no way to show that it is the same one again.
        if not use.first and (token.bound_key != request.public_key or not request.public_key):
            self._record(Action.BOOT_TOKEN_REUSE, token, request, TokenUsed.code)
            raise TokenUsed("Another VM has used this boot token; if that was not yours, look at the audit trail.")
        return token

    def _answered(self, request: BootRequest, token: BootToken, first: bool, found: "Found") -> Bundle:
        if any(token.issued_at <= scope.removed_at for scope in found.scopes):
            raise TokenInvalid("This boot token was cancelled: its user was removed after it was issued.")
        org, session = token.subject.org, token.session_id
        earlier = None if first else self.receipts.get(org, session, token.token_hash)
        if earlier is None:
            return self._fresh(request, token, found)
        return self._repeated(request, earlier, found.scopes)

    def _fresh(self, request: BootRequest, token: BootToken, found: "Found") -> Bundle:
        requirements = narrowed(token.requirements, request.requirements)
        environment = self.environments.verified(token.subject, found.environment)
        everything = [secret for scope in found.scopes for secret in scope.secrets]
        selection = select(everything, requirements)
        # With a manifest only what is declared can matter; without one every row does: one that was switched off by
        # hand must stop the boot just as one that was switched on.
        self.opener.verify(selection.winners if requirements is not None else everything, found.scopes)
        values = self.opener.open_all(selection.winners, found.scopes)
        good = {s.env_name: v for s, v in zip(selection.winners, values, strict=True) if v is not None}
        # A secret that cannot be used still takes its variable: nothing weaker may quietly stand in for it.
        present = {secret.env_name for secret in selection.winners}
        defaults = defaults_below(environment, present)
        undeclared = withheld(token.requirements, request.requirements)
        absent = (*missing(requirements, {**good, **defaults}), *undeclared)
        _refuse_missing(required_names(absent), _reasons(undeclared, selection.winners))
        lines = receipt_lines(selection, good, absent)
        receipt = self._receipt(request, token, lines, defaults, environment)
        document = _document(good, defaults)
        stored = self.receipts.put(receipt)
        if stored is not receipt:
            # The same VM asked twice at once and the other request was first: both get the same answer.
            return self._repeated(request, stored, found.scopes)
        return _sealed_for(request, receipt, document)

    def _repeated(self, request: BootRequest, receipt: Receipt, contents: Contents) -> Bundle:
        injected = [line for line in receipt.entries if line.status is Status.INJECTED]
        current: dict[tuple[Scope | None, str | None], Secret] = {
            (secret.scope, secret.version): secret for scope in contents for secret in scope.secrets
        }
        secrets = [current.get((line.scope, line.version)) or self._older(receipt, line) for line in injected]
        self.opener.verify(secrets, contents)
        values = self.opener.open_all(secrets, contents)
        if any(value is None for value in values):
            raise BundleChanged
        good = {s.env_name: v for s, v in zip(secrets, values, strict=True) if v is not None}
        document = _document(good, self.environments.pinned(receipt))
        self.receipts.keep_parts(receipt)
        return _sealed_for(request, receipt, document)

    def _older(self, receipt: Receipt, line: ReceiptEntry) -> Secret:
        if line.scope is None or line.version is None:
            raise BundleChanged
        older = self.reader.superseded(receipt.subject.org, line.scope, line.env_name, line.version)
        if older is None:
            raise BundleChanged
        return older

    def _receipt(
        self,
        request: BootRequest,
        token: BootToken,
        lines: tuple[ReceiptEntry, ...],
        defaults: Mapping[str, str],
        environment: Environment | None,
    ) -> Receipt:
        return Receipt(
            subject=token.subject,
            session_id=token.session_id,
            vm_id=token.vm_id,
            token_hash=token.token_hash,
            created_at=timestamp(self.clock.now()),
            entries=lines,
            defaults=tuple(sorted(defaults)),
            environment_version=None if environment is None else environment.version,
            source_ip=request.source_ip,
            user_agent=request.user_agent,
        )

    def _record(self, action: Action, token: BootToken, request: BootRequest, outcome: str) -> None:
        self.audit.note(
            AuditEvent(
                org=token.subject.org,
                time=timestamp(self.clock.now()),
                event_id=new_event_id(),
                actor=token.subject.user,
                action=action,
                outcome=outcome,
                source_ip=request.source_ip,
                user_agent=request.user_agent,
                details=(("session_id", token.session_id), ("vm_id", token.vm_id)),
            )
        )


def _refuse_missing(names: tuple[str, ...], reasons: Mapping[str, str]) -> None:
    if names:
        raise MissingRequired(names, reasons)


def _reasons(undeclared: Iterable[Requirement], winners: Iterable[Secret]) -> dict[str, str]:
    """Why a variable can be missing although there is a secret for it: creating one would not help."""
    return {
        **{secret.env_name: "exists, but does not open or has a reserved name; save it anew" for secret in winners},
        **{r.env_name: "is declared by the VM and not by its boot token; have the launcher add it" for r in undeclared},
    }


def _document(values: Mapping[str, SecretValue], defaults: Mapping[str, str]) -> bytes:
    document = msgspec.json.encode({**defaults, **{name: value.reveal() for name, value in values.items()}})
    if len(document) > BUNDLE_MAX_BYTES:
        raise BundleTooLarge(
            f"The environment of this boot is {len(document)} bytes; at most {BUNDLE_MAX_BYTES} fit one answer. "
            "Declare the secrets this app needs in its manifest, or switch auto-install off for some."
        )
    return document


def _sealed_for(request: BootRequest, receipt: Receipt, document: bytes) -> Bundle:
    if not request.public_key:
        return Bundle(receipt, document, sealed=False)
    return Bundle(receipt, seal(request.public_key, document, bundle_info(request.token)), sealed=True)
