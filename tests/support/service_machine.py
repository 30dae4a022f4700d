"""The whole service against a plain model: whatever is asked of both, in whatever order, both do the same.

Where functions can be killed, imports also die at each of their steps; the model then has all of it or nothing, as the
step says.
"""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bootseal.names import env_name
from support.calls import Answer
from support.deaths import STEPS, Death, KilledError
from support.model import Model, Place, Version

USERS = ("alice", "bob")
NAMES = ("a", "A", "b-c", "B.C", "d")

users = st.sampled_from(USERS)
scopes = st.sampled_from(["private", "shared", "project:web"])
names = st.sampled_from(NAMES)
values = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=30)
descriptions = st.sampled_from(["", "one", "two"])
matches = st.sampled_from(["none", "current", "stale", "any"])
deaths = st.sampled_from([None, None, None, *STEPS])


class ServiceMachine(RuleBasedStateMachine):
    """Asks the service and the model the same. How the service is asked is its heirs' affair."""

    can_be_killed = False
    """Whether a function can be stopped in the middle of an import."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.met: list[str] = ["0" * 20]
        self.steps = 0

    def call(self, function: str, user: str, **more: Any) -> Answer:
        """Call one of the API's functions as alice, bob or mallory."""
        raise NotImplementedError

    def booted(self, user: str, **fields: Any) -> dict[str, str]:
        """The environment of a VM of `user`."""
        raise NotImplementedError

    def pass_time(self) -> None:
        """Let what died be old enough to be given up."""
        raise NotImplementedError

    def place(self, user: str, scope: str, name: str) -> Place:
        return (f"private:{user}" if scope == "private" else scope, env_name(name))

    def ask(self, function: str, user: str, scope: str = "", name: str = "", **more: Any) -> Answer:
        self.steps += 1
        path = {"scope": scope, "name": name} if name else None
        return self.call(function, user, path=path, **more)

    def version(self, answer: Answer, value: str, auto_install: bool, description: str) -> Version:
        version = str(answer.json["version"])
        self.met.append(version)
        return Version(version, value, 0, description, auto_install)

    @rule(user=users, scope=scopes, name=names, value=values, install=st.booleans(), description=descriptions)
    def create(self, user: str, scope: str, name: str, value: str, install: bool, description: str) -> None:
        place = self.place(user, scope, name)
        body = {"name": name, "scope": scope, "value": value, "auto_install": install, "description": description}
        answer = self.ask("create_secret", user, body=body)
        if place in self.model.secrets:
            assert answer.code == "name_conflict"
            return
        assert answer.status == 201, answer.text
        self.model.create(place, name, self.version(answer, value, install, description))

    def if_match(self, kind: str, place: Place) -> tuple[dict[str, str], bool]:
        """The header, and whether it holds."""
        kept = self.model.secrets.get(place)
        if kind in ("none", "any") or kept is None:
            return ({"If-Match": "*"} if kind == "any" else {}), True
        tag = kept.current.version if kind == "current" else self.met[0]
        return {"If-Match": f'"{tag}"'}, kind == "current"

    @rule(
        user=users,
        scope=scopes,
        name=names,
        value=st.none() | values,
        install=st.none() | st.booleans(),
        description=st.none() | descriptions,
        match=matches,
    )
    def update(
        self,
        user: str,
        scope: str,
        name: str,
        value: str | None,
        install: bool | None,
        description: str | None,
        match: str,
    ) -> None:
        place = self.place(user, scope, name)
        given = {"value": value, "auto_install": install, "description": description}
        body = {key: field for key, field in given.items() if field is not None} or {"description": "two"}
        headers, holds = self.if_match(match, place)
        answer = self.ask("update_secret", user, scope, name, body=body, headers=headers)
        if place not in self.model.secrets:
            assert answer.code == "secret_not_found"
            return
        if not holds:
            assert answer.code == "version_mismatch"
            return
        assert answer.status == 200, answer.text
        now = self.model.secrets[place].current
        after = self.version(
            answer,
            body.get("value", now.value),
            body.get("auto_install", now.auto_install),
            body.get("description", now.description),
        )
        self.model.change(place, after, same_value="value" not in body)

    @rule(user=users, scope=scopes, name=names, match=matches)
    def delete(self, user: str, scope: str, name: str, match: str) -> None:
        place = self.place(user, scope, name)
        headers, holds = self.if_match(match, place)
        answer = self.ask("delete_secret", user, scope, name, headers=headers)
        if place not in self.model.secrets:
            assert answer.code == "secret_not_found"
        elif not holds:
            assert answer.code == "version_mismatch"
        else:
            assert answer.status == 204, answer.text
            del self.model.secrets[place]

    @rule(user=users, scope=scopes, name=names, to=scopes, new=st.none() | names)
    def clone(self, user: str, scope: str, name: str, to: str, new: str | None) -> None:
        place = self.place(user, scope, name)
        body = {"scope": to} | ({"name": new} if new else {})
        answer = self.ask("clone_secret", user, scope, name, body=body)
        if place not in self.model.secrets:
            assert answer.code == "secret_not_found"
            return
        source = self.model.secrets[place]
        there = self.place(user, to, new or source.name)
        if there in self.model.secrets:
            assert answer.code == "name_conflict"
            return
        assert answer.status == 201, answer.text
        now = source.current
        copy = self.version(answer, now.value, now.auto_install, now.description)
        self.model.create(there, new or source.name, copy)

    @rule(user=users, scope=scopes, name=names, back=st.integers(0, 60))
    def rollback(self, user: str, scope: str, name: str, back: int) -> None:
        place = self.place(user, scope, name)
        kept = self.model.secrets.get(place)
        versions = [version.version for version in kept.versions] if kept else []
        # Mostly one of this secret's own; sometimes one that is gone, or of another secret.
        wanted = versions[back % len(versions)] if versions and back < 50 else self.met[back % len(self.met)]
        answer = self.ask("rollback_secret", user, scope, name, body={"version": wanted})
        if kept is None:
            assert answer.code == "secret_not_found"
        elif wanted not in versions:
            assert answer.code == "version_not_found"
        else:
            assert answer.status == 200, answer.text
            source = next(version for version in kept.versions if version.version == wanted)
            self.met.append(str(answer.json["version"]))
            self.model.roll_back(place, source, str(answer.json["version"]))

    @rule(
        user=users,
        scope=scopes,
        entries=st.dictionaries(names, values, min_size=1, max_size=4),
        on_conflict=st.sampled_from(["fail", "skip", "update"]),
        death=deaths,
        dry_run=st.sampled_from([False, False, False, True]),
    )
    def bring(
        self, user: str, scope: str, entries: dict[str, str], on_conflict: str, death: str | None, dry_run: bool
    ) -> None:
        sent = [{"name": name, "value": value} for name, value in entries.items()]
        body = {"scope": scope, "entries": sent, "on_conflict": on_conflict, "dry_run": dry_run}
        expected = self.planned(user, scope, list(entries), on_conflict)
        killer = Death(death) if death and self.can_be_killed else None
        try:
            with pytest.MonkeyPatch.context() as patch:
                if killer:
                    killer.await_import(patch)
                answer = self.ask("import_secrets", user, body=body)
        except KilledError:
            self.pass_time()
            if killer is None or not killer.after_commit:
                return
            items = self.ask("list_secrets", user, query={"scope": scope, "limit": "200"}).json["items"]
            versions = {item["env_name"]: item["version"] for item in items}
            self.imported(user, scope, entries, expected, versions)
            return
        said = [item["status"] for item in answer.json["items"]]
        assert said == expected
        if dry_run:
            assert answer.json["applied"] is False
        elif {"conflict", "invalid"} & set(expected):
            assert answer.status in (409, 422)
        else:
            assert answer.status == 200, answer.text
            versions = {item["env_name"]: item["version"] for item in answer.json["items"]}
            self.imported(user, scope, entries, expected, versions)

    def planned(self, user: str, scope: str, named: list[str], on_conflict: str) -> list[str]:
        met = {"fail": "conflict", "skip": "skipped", "update": "updated"}[on_conflict]
        said, variables = [], set[str]()
        for name in named:
            place = self.place(user, scope, name)
            status = met if place in self.model.secrets else "created"
            said.append("invalid" if place[1] in variables else status)
            variables.add(place[1])
        return said

    def imported(
        self, user: str, scope: str, entries: dict[str, str], statuses: list[str], versions: dict[str, str]
    ) -> None:
        for (name, value), status in zip(entries.items(), statuses, strict=True):
            place = self.place(user, scope, name)
            version = versions[place[1]]
            if status == "created":
                self.model.create(place, name, Version(version, value, 0, "", True))
            elif status == "updated":
                now = self.model.secrets[place].current
                after = Version(version, value, 0, now.description, now.auto_install)
                self.model.change(place, after, same_value=False)
            self.met.append(version or self.met[0])

    @rule(user=users, scope=scopes, resume=st.booleans())
    def rotate(self, user: str, scope: str, resume: bool) -> None:
        self.steps += 1
        answer = self.call("rotate_scope_key", user, path={"scope": scope}, body={"resume": resume})
        assert answer.status == 200, answer.text
        assert (answer.json["remaining"], answer.json["unreadable"]) == (0, [])

    @rule(user=users, project=st.none() | st.just("web"), declared=st.none() | st.sets(names))
    def boot(self, user: str, project: str | None, declared: set[str] | None) -> None:
        self.steps += 1
        over = [f"private:{user}", *([f"project:{project}"] if project else []), "shared"]
        fields: dict[str, Any] = {"project": project} if project else {}
        if declared is not None:
            keys = [{"key": name, "optional": True} for name in sorted(declared)]
            fields["requirements"] = {"secrets": keys}
        wanted = None if declared is None else {env_name(name) for name in declared}
        assert self.booted(user, **fields) == self.model.environment(over, wanted)

    @rule(user=users, scope=scopes, name=names)
    def look(self, user: str, scope: str, name: str) -> None:
        place = self.place(user, scope, name)
        answer = self.ask("list_versions", user, scope, name)
        kept = self.model.secrets.get(place)
        if kept is None:
            assert answer.code == "secret_not_found"
            return
        items = answer.json["items"]
        assert [item["version"] for item in items] == [version.version for version in reversed(kept.versions)]
        assert (items[0]["revision"], items[0]["name"]) == (kept.revision, kept.name)
        assert items[0]["description"] == kept.current.description
        assert self.ask("get_secret", user, scope, name).json["version"] == kept.current.version

    @invariant()
    @precondition(lambda self: self.steps % 5 == 0)
    def each_lists_exactly_what_the_model_has(self) -> None:
        for user in USERS:
            items = self.call("list_secrets", user, query={"limit": "200"}).json["items"]
            listed = {(self.place(user, item["scope"], item["name"]), item["version"]) for item in items}
            assert listed == self.model.seen([f"private:{user}", "project:web", "shared"])
        assert self.call("list_secrets", "mallory").json["items"] == []
