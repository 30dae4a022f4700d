"""Seeds the deployed local stack: four users in their groups, signed in, and the file that tells where everything is.

seed.py STACK_NAME STACK_FILE
"""

import contextlib
import json
import os
import secrets
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

LOGIN_REDIRECT = "http://localhost:8976/callback"
EVERYTHING = ("secrets:read", "secrets:manage", "boot:issue", "secrets:resolve", "audit:read")


@dataclass(frozen=True)
class User:
    """A user to seed."""

    name: str
    org: str
    permissions: tuple[str, ...]


USERS = (
    User("alice", "acme", ("secrets:read", "secrets:manage", "audit:read")),
    User("bob", "acme", ("secrets:read",)),
    User("launcher", "acme", ("boot:issue", "secrets:resolve")),
    User("mallory", "globex", EVERYTHING),
)


class Pool:
    """The stack's user pool."""

    def __init__(self, outputs: dict[str, str]) -> None:
        """Talk to the pool that the stack's outputs name."""
        self.cognito = boto3.client("cognito-idp")
        self.pool_id = outputs["UserPoolId"]
        self.client_id = outputs["UserPoolClientId"]

    def make_group(self, name: str) -> None:
        """Make a group unless there is one."""
        with contextlib.suppress(self.cognito.exceptions.GroupExistsException):
            self.cognito.create_group(UserPoolId=self.pool_id, GroupName=name)

    def make_user(self, user: User, password: str) -> str:
        """Make a user unless there is one, with this password and these groups; return the user's `sub`."""
        who = {"UserPoolId": self.pool_id, "Username": user.name}
        with contextlib.suppress(self.cognito.exceptions.UsernameExistsException):
            self.cognito.admin_create_user(**who, MessageAction="SUPPRESS", TemporaryPassword=password)
        self.cognito.admin_set_user_password(**who, Password=password, Permanent=True)
        for group in (f"org:{user.org}", *user.permissions):
            self.cognito.admin_add_user_to_group(**who, GroupName=group)
        attributes = self.cognito.admin_get_user(**who)["UserAttributes"]
        return next(each["Value"] for each in attributes if each["Name"] == "sub")

    def sign_in(self, user: User, password: str) -> str:
        """Return an access token."""
        answer = self.cognito.admin_initiate_auth(
            UserPoolId=self.pool_id,
            ClientId=self.client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user.name, "PASSWORD": password},
        )
        token: str = answer["AuthenticationResult"]["AccessToken"]
        return token

    def allow_console(self, console_url: str) -> None:
        """Let sign-in return to the console, whose address is only known once the API is there."""
        who = {"UserPoolId": self.pool_id, "ClientId": self.client_id}
        client = self.cognito.describe_user_pool_client(**who)["UserPoolClient"]
        wanted = {LOGIN_REDIRECT, console_url}
        if set(client.get("CallbackURLs", ())) == wanted:
            return
        # The emulator hands numbers from a template's parameters back as text.
        kept = {
            key: int(value) if key.endswith("Validity") else value
            for key, value in client.items()
            if key in _CLIENT_SETTINGS
        }
        self.cognito.update_user_pool_client(
            **who, **kept, CallbackURLs=sorted(wanted), LogoutURLs=["http://localhost:8976/", console_url]
        )


_CLIENT_SETTINGS = frozenset(
    {
        "AccessTokenValidity",
        "AllowedOAuthFlows",
        "AllowedOAuthFlowsUserPoolClient",
        "AllowedOAuthScopes",
        "ClientName",
        "EnableTokenRevocation",
        "ExplicitAuthFlows",
        "IdTokenValidity",
        "PreventUserExistenceErrors",
        "RefreshTokenValidity",
        "SupportedIdentityProviders",
        "TokenValidityUnits",
    }
)


def outputs_of(stack_name: str) -> dict[str, str]:
    """Return the stack's outputs."""
    stack = boto3.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"][0]
    return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}


def functions_of(stack_name: str) -> dict[str, dict[str, str]]:
    """Return name, role ARN and log group of each function, by the verb it stands for."""
    prefix = f"{stack_name}-"
    pages = boto3.client("lambda").get_paginator("list_functions").paginate()
    found = [each for page in pages for each in page["Functions"] if each["FunctionName"].startswith(prefix)]
    return {
        each["FunctionName"].removeprefix(prefix): {
            "name": each["FunctionName"],
            "arn": each["FunctionArn"],
            "role_arn": each["Role"],
            "log_group": each["LoggingConfig"]["LogGroup"],
        }
        for each in found
    }


def seed_user(pool: Pool, user: User, known: dict[str, Any]) -> dict[str, Any]:
    """Seed one user; the password stays what it was."""
    password = known.get("password") or f"Local-{secrets.token_urlsafe(12)}-1"
    subject = pool.make_user(user, password)
    return {
        "org": user.org,
        "token": pool.sign_in(user, password),
        "user": subject,
        "password": password,
        "permissions": list(user.permissions),
    }


def describe(stack_name: str, known_users: dict[str, Any]) -> dict[str, Any]:
    """Seed the stack and return what the stack file says."""
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    outputs = outputs_of(stack_name)
    pool = Pool(outputs)
    api_url = f"{endpoint}/_aws/execute-api/{outputs['ApiId']}/{outputs['StageName']}"
    pool.allow_console(f"{api_url}/console/")
    for group in sorted({f"org:{user.org}" for user in USERS} | set(EVERYTHING)):
        pool.make_group(group)
    with ThreadPoolExecutor(len(USERS)) as seeders:
        users = seeders.map(lambda user: seed_user(pool, user, known_users.get(user.name, {})), USERS)
        seeded = {user.name: fact for user, fact in zip(USERS, users, strict=True)}
    return {
        "api_url": api_url,
        "console_url": f"{api_url}/console/",
        "aws_endpoint_url": endpoint,
        "table_name": outputs["TableName"],
        "users": seeded,
        "region": os.environ["AWS_DEFAULT_REGION"],
        "stack_name": stack_name,
        # Where the issuer is reached; the `iss` inside its tokens is the name AWS gives it.
        "issuer": f"{endpoint}/{outputs['UserPoolId']}",
        "token_issuer": outputs["Issuer"],
        "client_id": outputs["UserPoolClientId"],
        "user_pool_id": outputs["UserPoolId"],
        "seal_key_arn": outputs["SealKeyArn"],
        "signing_key_arn": outputs["SigningKeyArn"],
        "functions": functions_of(stack_name),
    }


def write_private(path: Path, content: dict[str, Any]) -> None:
    """Replace `path` in one go, readable by its owner only."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp makes it 0600
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
    Path(temporary).replace(path)


def main() -> None:
    """Seed and write."""
    stack_name, path = sys.argv[1], Path(sys.argv[2])
    known = json.loads(path.read_bytes())["users"] if path.is_file() else {}
    write_private(path, describe(stack_name, known))


if __name__ == "__main__":
    main()
