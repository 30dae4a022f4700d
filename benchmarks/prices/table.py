"""Public AWS prices in US dollars, us-east-1, without free tiers and discounts, each with the page that states it.

As known on 2026-11-22, from stored copies of AWS's pages and from others' accounts of them; not from the pages as they
were that day. Compare with the page before you rely on one.
"""

from dataclasses import dataclass
from typing import Final

KNOWN_ON: Final = "2026-11-22"
REGION: Final = "us-east-1"
MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars for one `unit`, and the page that states it."""

    dollars: float
    unit: str
    page: str


LAMBDA_REQUEST: Final = Price(0.20 / MILLION, "request", "AWS Lambda Pricing")
LAMBDA_GB_SECOND: Final = Price(0.0000133334, "GB-second, arm64, first tier", "AWS Lambda Pricing")
GATEWAY_REQUEST: Final = Price(3.50 / MILLION, "REST API request, first 333 million", "Amazon API Gateway Pricing")
WRITE_UNIT: Final = Price(0.625 / MILLION, "write request unit", "Amazon DynamoDB pricing, on-demand capacity")
READ_UNIT: Final = Price(0.125 / MILLION, "read request unit", "Amazon DynamoDB pricing, on-demand capacity")
TABLE_GB_MONTH: Final = Price(0.25, "GB-month, Standard", "Amazon DynamoDB pricing, on-demand capacity")
BACKUP_GB_MONTH: Final = Price(0.20, "GB-month, point-in-time recovery", "Amazon DynamoDB pricing, on-demand capacity")
KMS_KEY_MONTH: Final = Price(1.00, "key and month", "AWS Key Management Service Pricing")
KMS_SYMMETRIC: Final = Price(0.03 / 10_000, "request, symmetric", "AWS Key Management Service Pricing")
KMS_ECC: Final = Price(0.15 / 10_000, "request, ECC_NIST_P256 sign", "AWS Key Management Service Pricing")
LOG_GB: Final = Price(0.50, "GB of logs taken in", "Amazon CloudWatch Pricing")
LOG_GB_MONTH: Final = Price(0.03, "GB-month of logs kept", "Amazon CloudWatch Pricing")
ALARM_MONTH: Final = Price(0.10, "alarm and month, standard resolution", "Amazon CloudWatch Pricing")
TRANSFER_GB: Final = Price(0.09, "GB out to the internet, first 10 TB", "Amazon EC2 On-Demand Pricing, data transfer")

MANAGER_SECRET_MONTH: Final = Price(0.40, "secret and month", "AWS Secrets Manager Pricing")
MANAGER_CALL: Final = Price(0.05 / 10_000, "API call", "AWS Secrets Manager Pricing")

PARAMETER_MONTH: Final = Price(0.05, "advanced parameter and month", "AWS Systems Manager pricing, Parameter Store")
PARAMETER_INTERACTION: Final = Price(
    0.05 / 10_000, "parameter in an API request, with higher throughput", "AWS Systems Manager pricing, Parameter Store"
)
