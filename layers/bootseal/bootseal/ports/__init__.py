"""What the services need from outside, as small protocols. `adapters` implement them; tests may too.

Every method raises only `BootsealError`s: `Throttled` and `Unavailable` where AWS cannot answer.
"""

from bootseal.ports.boots import BundleReader, ReceiptStore, Resealed, ScopeContents, TokenStore, TokenUse
from bootseal.ports.environments import EnvironmentReader, EnvironmentWriter
from bootseal.ports.keys import Clock, KeyUnwrapper, KeyWrapper, Signer
from bootseal.ports.secrets import (
    HistoryReader,
    RemovalStore,
    RotationReader,
    ScopeKeyStore,
    SecretReader,
    SecretWriter,
)
from bootseal.ports.trail import AuditLog, AuditWriter, BootLog

__all__ = [
    "AuditLog",
    "AuditWriter",
    "BootLog",
    "BundleReader",
    "Clock",
    "EnvironmentReader",
    "EnvironmentWriter",
    "HistoryReader",
    "KeyUnwrapper",
    "KeyWrapper",
    "ReceiptStore",
    "RemovalStore",
    "Resealed",
    "RotationReader",
    "ScopeContents",
    "ScopeKeyStore",
    "SecretReader",
    "SecretWriter",
    "Signer",
    "TokenStore",
    "TokenUse",
]
