"""The deployed local stack as the end-to-end tests see it: calls as each user, calls as each function's role, and
everything it stores or says, to look for what must not be there."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import urllib3

from bootseal.sealing import bundle_info, generate_key_pair, open_sealed

_DELETERS = 2
_HTTP = urllib3.PoolManager(retries=False, timeout=60.0, maxsize=64)


@dataclass(frozen=True)
class Answer:
    """What the API answered."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """The problem's code; empty for what is no problem."""
        return str(self.json.get("code", "")) if self.text else ""


@dataclass(frozen=True)
class Vm:
    """A VM: the key pair it made at its boot."""

    private_key: bytes = field(repr=False)
    public_key: bytes

    @classmethod
    def new(cls) -> "Vm":
        """A VM that nobody has seen before."""
        return cls(*generate_key_pair())

    def open(self, boot_token: str, answer: Answer) -> dict[str, str]:
        """The environment in a sealed bundle."""
        import base64

        sealed = base64.b64decode(answer.json["sealed_env"], validate=True)
        opened: dict[str, str] = json.loads(open_sealed(self.private_key, sealed, bundle_info(boot_token)))
        return opened


@dataclass(frozen=True)
class Stack:
    """A deployed stack, known by its stack file."""

    path: Path
    _clients: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What the stack file says."""
        found: dict[str, Any] = json.loads(self.path.read_bytes())
        return found

    @property
    def api_url(self) -> str:
        """The API's address."""
        return str(self.facts["api_url"])

    @property
    def table_name(self) -> str:
        """The table."""
        return str(self.facts["table_name"])

    @property
    def folder(self) -> Path:
        """Everything the stack keeps on disk."""
        return self.path.parent

    def subject(self, user: str) -> str:
        """A seeded user's `sub`."""
        return str(self.facts["users"][user]["user"])

    def token(self, user: str) -> str:
        """A seeded user's bearer token."""
        return str(self.facts["users"][user]["token"])

    def new_user(self, name: str, org: str, permissions: Iterable[str]) -> tuple[str, str]:
        """Add a user to the stack's pool; the `sub` and a bearer token."""
        cognito, pool, password = self.aws("cognito-idp"), self.facts["user_pool_id"], "Made-up-0000-password"
        who = {"UserPoolId": pool, "Username": name}
        cognito.admin_create_user(**who, MessageAction="SUPPRESS", TemporaryPassword=password)
        cognito.admin_set_user_password(**who, Password=password, Permanent=True)
        for group in (f"org:{org}", *permissions):
            cognito.admin_add_user_to_group(**who, GroupName=group)
        found = cognito.admin_get_user(**who)["UserAttributes"]
        return next(each["Value"] for each in found if each["Name"] == "sub"), self.sign_in(name, password)[
            "AccessToken"
        ]

    def sign_in(self, name: str, password: str) -> dict[str, str]:
        """What the pool gives a user who signs in: `AccessToken`, `IdToken`, `RefreshToken`."""
        answer = self.aws("cognito-idp").admin_initiate_auth(
            UserPoolId=self.facts["user_pool_id"],
            ClientId=self.facts["client_id"],
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": password},
        )
        tokens: dict[str, str] = answer["AuthenticationResult"]
        return tokens

    # ------------------------------------------------------------ the API

    def call(
        self,
        user: str | None,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        bearer: str | None = None,
    ) -> Answer:
        """Call the API as a seeded user, with another bearer token, or (None) as nobody."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        token = bearer or (self.token(user) if user else None)
        if token:
            sent["Authorization"] = f"Bearer {token}"
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        answer = _HTTP.request(method, f"{self.api_url}{path}", headers=sent, body=data)
        return Answer(answer.status, answer.headers, answer.data.decode())

    def store(self, user: str, name: str, value: str, scope: str = "private", **fields: Any) -> Answer:
        """Create a secret, which must succeed."""
        answer = self.call(user, "POST", "/v1/secrets", {"name": name, "scope": scope, "value": value, **fields})
        assert answer.status == 201, answer.text
        return answer

    def clear(self) -> None:
        """Delete every secret of the seeded users, as one of them would; looked up in the table, which is quick."""
        with ThreadPoolExecutor(_DELETERS) as pool:
            for answer in pool.map(lambda place: self.call(place[0], "DELETE", place[1]), self._secret_paths()):
                assert answer.status in (204, 404), answer.text

    def _secret_paths(self) -> Iterator[tuple[str, str]]:
        """Who may delete what: a seeded user and the path, for each secret there is."""
        owners = {self.subject(user): user for user in self.facts["users"]}
        for org, manager in (("acme", "alice"), ("globex", "mallory")):
            for scope in self._sort_keys(f"ORG#{org}#SCOPES", ""):
                kind, _, subject = scope.partition(":")
                user, label = (owners.get(subject), "private") if kind == "private" else (manager, scope)
                for row in self._sort_keys(f"ORG#{org}#SCOPE#{scope}", "SECRET#") if user else ():
                    yield str(user), f"/v1/secrets/{label}/{row.removeprefix('SECRET#')}"

    def _sort_keys(self, partition: str, prefix: str) -> list[str]:
        condition, values = "pk = :pk", {":pk": {"S": partition}}
        if prefix:
            condition, values = condition + " AND begins_with(sk, :sk)", {**values, ":sk": {"S": prefix}}
        pages = (
            self.aws("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=self.table_name,
                KeyConditionExpression=condition,
                ExpressionAttributeValues=values,
                ProjectionExpression="sk",
            )
        )
        return [item["sk"]["S"] for page in pages for item in page["Items"]]

    def all_secrets(self, user: str, query: str = "limit=200") -> list[dict[str, Any]]:
        """List to the end."""
        items: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = self.call(user, "GET", f"/v1/secrets?{query}{cursor}").json
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            cursor = f"&cursor={page['next_cursor']}"

    def boot_token(self, user: str = "alice", **fields: Any) -> str:
        """Have the launcher issue a boot token."""
        answer = self.call("launcher", "POST", "/v1/boot-tokens", {"user": self.subject(user), **fields})
        assert answer.status == 201, answer.text
        return str(answer.json["boot_token"])

    def inject(self, boot_token: str, vm: Vm, **fields: Any) -> Answer:
        """Ask for a VM's bundle."""
        import base64

        body = {"public_key": base64.b64encode(vm.public_key).decode(), **fields}
        return self.call(None, "POST", "/v1/inject", body, bearer=boot_token)

    def boot(self, user: str = "alice") -> dict[str, str]:
        """Boot a new VM for a user and return its environment; the boot must succeed."""
        vm, token = Vm.new(), self.boot_token(user)
        answer = self.inject(token, vm)
        assert answer.status == 200, answer.text
        return vm.open(token, answer)

    # ------------------------------------------------------------ AWS

    def aws(self, service: Any) -> Any:
        """A client with the account's root credentials, which no policy limits."""
        if service not in self._clients:
            self._clients[service] = self._client(service, "test", "test", None)
        return self._clients[service]

    def as_function(self, function: str, service: Any) -> Any:
        """A client with the credentials of a function's own role: what it is refused, the function is refused."""
        key = f"{function} {service}"
        if key not in self._clients:
            self._clients[key] = self._with_role(function, service)
        return self._clients[key]

    def _with_role(self, function: str, service: Any) -> Any:
        role = self.facts["functions"][function]["role_arn"]
        session = self.aws("sts").assume_role(RoleArn=role, RoleSessionName="end-to-end-test")
        keys = session["Credentials"]
        return self._client(service, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])

    def _client(self, service: Any, key: str, secret: str, token: str | None) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.facts["aws_endpoint_url"],
            region_name=self.facts["region"],
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
        )

    def rows(self) -> list[dict[str, Any]]:
        """Every row of the table."""
        pages = self.aws("dynamodb").get_paginator("scan").paginate(TableName=self.table_name, ConsistentRead=True)
        return [row for page in pages for row in page["Items"]]

    def log_lines(self) -> list[str]:
        """Every line of every log group."""
        logs = self.aws("logs")
        groups = [
            group["logGroupName"]
            for page in logs.get_paginator("describe_log_groups").paginate()
            for group in page["logGroups"]
        ]
        return [
            event["message"]
            for group in groups
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group)
            for event in page["events"]
        ]

    def files(self) -> Iterator[Path]:
        """Every file the stack keeps, logs and temporary ones among them; builds excepted."""
        for folder, folders, names in os.walk(self.folder):
            folders[:] = [each for each in folders if each != "build"]
            yield from (Path(folder, each) for each in names)
