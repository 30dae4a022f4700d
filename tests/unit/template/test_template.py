"""What template.yaml promises, read from the template itself; tests/e2e tries it with real calls."""

from pathlib import Path
from typing import Any

import pytest

from support.privileges import ACTIONS, may_use_key
from support.template import TEMPLATE, actions, functions, resources, role_of, statements, template

FUNCTIONS = sorted(functions())
NO_AUTHORIZER = {"boot_inject", "get_openapi", "refuse_method", "serve_console"}


def test_every_function_has_a_folder_and_every_folder_a_function() -> None:
    folders = {app.parent.name for app in (TEMPLATE.parent / "functions").glob("*/app.py")}
    assert folders == set(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_may_do_with_the_keys_what_the_table_says_and_nothing_else(function: str) -> None:
    assert actions(function, "kms") == {action for action in ACTIONS if may_use_key(function, action)}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_encrypting_and_decrypting_is_bound_to_bootseals_context(function: str) -> None:
    for statement in statements(function):
        if {"kms:Encrypt", "kms:Decrypt"} & set(statement["Action"]):
            assert statement["Condition"] == {"StringEquals": {"kms:EncryptionContext:app": "bootseal"}}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_is_the_functions_own_and_names_exact_actions_and_resources(function: str) -> None:
    users = [name for name in FUNCTIONS if functions()[name]["Role"] == functions()[function]["Role"]]
    assert users == [function]
    assert "ManagedPolicyArns" not in role_of(function)
    for statement in statements(function):
        assert not [action for action in statement["Action"] if "*" in action]
        assert "*" not in str(statement["Resource"]).replace("/index/*", "")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_rows_are_reached_by_their_partition_only(function: str) -> None:
    assert not actions(function, "dynamodb") & {"dynamodb:Scan", "dynamodb:BatchWriteItem", "dynamodb:PartiQLSelect"}
    for statement in statements(function):
        if any(action.startswith("dynamodb:") for action in statement["Action"]):
            assert "dynamodb:LeadingKeys" in statement["Condition"]["ForAllValues:StringLike"]


def test_only_who_may_open_values_reads_boot_tokens_and_it_cannot_write_secrets() -> None:
    writes = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
    for statement in statements("boot_inject"):
        if writes & set(statement["Action"]):
            keys = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
            assert not [key for key in keys if "#SCOPE#" in key or key == "ORG#*"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_logs_to_its_own_group_that_forgets(function: str) -> None:
    group = functions()[function]["LoggingConfig"]["LogGroup"]["Ref"]
    made = resources("AWS::Logs::LogGroup")[group]["Properties"]
    assert made["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert made["LogGroupName"]["Fn::Sub"].endswith(f"/{function}")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_route_asks_the_authorizer_but_the_open_ones(function: str) -> None:
    for event in functions()[function].get("Events", {}).values():
        is_open = event["Properties"].get("Auth") == {"Authorizer": "NONE"}
        assert is_open == (function in NO_AUTHORIZER)


def test_functions_run_on_arm64_with_python_3_13() -> None:
    common = template()["Globals"]["Function"]
    assert (common["Runtime"], common["Architectures"]) == ("python3.13", ["arm64"])
    assert not [name for name, made in functions().items() if {"Runtime", "Architectures"} & set(made)]


def test_the_layer_says_how_and_for_which_cpu_it_is_built() -> None:
    (layer,) = resources("AWS::Serverless::LayerVersion").values()
    assert layer["Metadata"] == {"BuildMethod": "makefile", "BuildArchitecture": "arm64"}
    assert layer["Properties"]["CompatibleArchitectures"] == ["arm64"]
    assert not (TEMPLATE.parent / layer["Properties"]["ContentUri"] / "python").exists()


def test_nothing_traces_bodies_and_the_access_log_names_no_value_bearing_part() -> None:
    (api,) = resources("AWS::Serverless::Api").values()
    (settings,) = api["Properties"]["MethodSettings"]
    assert (settings["DataTraceEnabled"], settings["LoggingLevel"]) == (False, "OFF")
    logged = api["Properties"]["AccessLogSetting"]["Format"]
    for part in ("querystring", "header", "body", "$context.path", "input.", "userAgent"):
        assert part.lower() not in logged.lower()


def gateway_responses() -> dict[str, Any]:
    """What API Gateway answers by itself, by the kind of refusal."""
    (api,) = resources("AWS::Serverless::Api").values()
    found: dict[str, Any] = api["Properties"]["GatewayResponses"]
    return found


@pytest.mark.parametrize("kind", sorted(gateway_responses()))
def test_what_the_gateway_answers_is_a_problem_document(kind: str) -> None:
    import json

    made = gateway_responses()[kind]
    problem = json.loads(made["ResponseTemplates"]["application/json"])
    assert {"status", "title", "detail", "code", "request_id"} <= set(problem)
    assert problem["status"] == made.get("StatusCode", problem["status"])
    headers = made["ResponseParameters"]["Headers"]
    assert headers["Content-Type"] == "'application/problem+json'"
    assert headers["Cache-Control"] == "'no-store'"
    assert headers["X-Content-Type-Options"] == "'nosniff'"
    assert headers["X-Request-Id"] == "context.requestId"
    assert ("Retry-After" in headers) == (problem["status"] == 429)
    assert ("WWW-Authenticate" in headers) == (problem["status"] == 401)  # RFC 9110 section 11.6.1


def test_every_kind_of_refusal_the_contract_names_has_an_answer() -> None:
    assert {
        "UNAUTHORIZED",
        "ACCESS_DENIED",
        "MISSING_AUTHENTICATION_TOKEN",
        "REQUEST_TOO_LARGE",
        "THROTTLED",
        "DEFAULT_4XX",
        "DEFAULT_5XX",
    } <= set(gateway_responses())


@pytest.mark.parametrize("name", ["Table", "SealKey", "SigningKey", "UserPool"])
def test_what_cannot_be_made_again_outlives_the_stack(name: str) -> None:
    made = template()["Resources"][name]
    assert (made["DeletionPolicy"], made["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_table_can_be_restored_is_protected_and_forgets_in_time() -> None:
    table = template()["Resources"]["Table"]["Properties"]
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["KeepData", True, False]}
    assert template()["Parameters"]["DeletionProtection"]["Default"] == "true"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_an_alarm_watches_errors_of_boots_reuse_of_tokens_and_throttles() -> None:
    watched = {made["Properties"]["MetricName"] for made in resources("AWS::CloudWatch::Alarm").values()}
    assert {"Errors", "Throttles", "TokenReuse", "ThrottledRequests"} <= watched


def test_the_token_reuse_alarm_watches_the_metric_that_boot_inject_counts() -> None:
    alarm = template()["Resources"]["TokenReuseAlarm"]["Properties"]
    (dimension,) = alarm["Dimensions"]
    assert dimension["Value"] == template()["Globals"]["Function"]["Environment"]["Variables"]["STAGE"]
    source = (TEMPLATE.parent / "functions" / "boot_inject" / "app.py").read_text()
    assert alarm["MetricName"] in source
    metrics = (TEMPLATE.parent / "layers/bootseal/bootseal/observability.py").read_text()
    assert f'namespace="{alarm["Namespace"]}"' in metrics
    assert f'name="{dimension["Name"]}"' in metrics


def test_the_layers_requirements_leave_out_what_only_the_command_line_uses() -> None:
    import tomllib

    project = tomllib.loads((TEMPLATE.parent / "pyproject.toml").read_text())["project"]
    names = {key: {_name(one) for one in found} for key, found in project["optional-dependencies"].items()}
    only_cli = {_name(one) for one in project["dependencies"]} - names["service"] - {"urllib3"}
    listed = {_name(line) for line in _requirements() if "==" in line}
    assert names["service"] <= listed
    assert not only_cli & listed


def _requirements() -> list[str]:
    return (Path(TEMPLATE.parent) / "layers" / "bootseal" / "requirements.txt").read_text().splitlines()


def _name(requirement: str) -> str:
    import re

    return re.split(r"[\[<>=!~; ]", requirement.strip(), maxsplit=1)[0].lower().replace("_", "-")
