"""The price model against bills that are added up by hand."""

import re

import pytest

import price
from prices import model, table
from support.aws import REPOSITORY


def test_a_million_boots_of_a_hundred_secrets_by_hand() -> None:
    boot = model.Boot(
        secrets=100, cpu_seconds_base=0.01, cpu_seconds_a_secret=0.0005, waiting_seconds=0.04, query_share=0.0
    )
    bill = model.bootseal_boots(boot)
    assert bill["API Gateway"] == pytest.approx(2 * 3.50)
    # 100 ms at 1 GB and 30 ms at half: 115,000 GB-seconds, and two million requests.
    assert bill["Lambda"] == pytest.approx(115_000 * 0.0000133334 + 2 * 0.20)
    # Issue: token and entry in a transaction, 2 + 2, entry in 3 indexes, 3. Use: 1. Receipt of 1 unit in 5 places: 5.
    assert bill["DynamoDB writes"] == pytest.approx(13 * 0.625)
    assert bill["DynamoDB reads"] == pytest.approx(3 * 0.125)
    assert bill["KMS"] == pytest.approx(3.00)
    # 19 GB, and 2.4 GB of logs kept for some three months.
    assert bill["Transfer"] == pytest.approx(1.71)
    assert bill["Logs"] == pytest.approx(2.4 * 0.50 + 2.4 * 0.03 * 90 * 12 / 365)
    # With indexes 5 x 1,100 bytes for 90 days, 4 x 710 for 400, 600 for one; backed up once each. In gigabyte-months.
    assert bill["DynamoDB storage"] == pytest.approx((5.5 * 90 + 2.84 * 400 + 0.6) * 12 / 365 * 0.25)
    assert bill["DynamoDB backup"] == pytest.approx((1.1 * 90 + 0.71 * 400 + 0.6) * 12 / 365 * 0.20)


def test_what_a_boot_reads_where_its_process_knows_nothing() -> None:
    known, unknown = (model.bootseal_boots(model.Boot(query_share=share))["DynamoDB reads"] for share in (0.0, 1.0))
    assert known == pytest.approx(3 * 0.125)
    assert unknown == pytest.approx(27 * 0.125)


def test_a_thousand_stored_secrets_by_hand() -> None:
    # Ten versions of 800 bytes: 8 MB; two KMS keys; six alarms.
    assert model.total(model.bootseal_month(1)) == pytest.approx(0.008 * 0.45 + 2.00 + 0.60)
    assert model.total(model.manager_month(1)) == pytest.approx(400)
    assert model.total(model.parameters_month(1, advanced=True)) == pytest.approx(50)
    assert model.total(model.parameters_month(1, advanced=False)) == 0


def test_the_others_by_hand() -> None:
    assert [model.total(model.manager_boots(count)) for count in (1, 20, 21, 100)] == pytest.approx([5, 5, 10, 25])
    assert model.total(model.parameters_boots(100, advanced=False)) == pytest.approx(300)
    assert model.total(model.parameters_boots(100, advanced=True)) == pytest.approx(800)


def test_a_month_adds_what_is_stored_and_what_is_booted() -> None:
    month = model.month(stored=2_000, secrets=100, boots_a_day=100_000)
    boots = 100_000 * 365 / 12 / 1_000_000
    assert month["Secrets Manager"] == pytest.approx(800 + 25 * boots)
    assert month["SSM, advanced"] == pytest.approx(100 + 800 * boots)


def test_the_models_numbers_are_the_templates() -> None:
    template = (REPOSITORY / "template.yaml").read_text()
    assert template.count("Type: AWS::CloudWatch::Alarm") == model.ALARMS
    assert template.count("Type: AWS::KMS::Key") == model.KMS_KEYS
    for name, days in {"Receipt": model.RECEIPT_DAYS, "Audit": model.AUDIT_DAYS, "Log": model.LOG_DAYS}.items():
        assert re.search(rf"\n  {name}RetentionDays:\n    Type: Number\n    Default: {days}\n", template), name


def test_the_pages_tables_are_what_the_model_gives() -> None:
    page = (REPOSITORY / "docs" / "price.md").read_text()
    for made in (price.boots_table(), price.items_table(), price.months_table()):
        assert made in page, made


def test_every_price_has_a_page_and_a_unit() -> None:
    prices = [value for value in vars(table).values() if isinstance(value, table.Price)]
    assert len(prices) > 15
    assert all(price.dollars > 0 and price.unit and price.page for price in prices)
