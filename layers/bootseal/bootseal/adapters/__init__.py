"""How the product talks to AWS: the only place that knows boto3."""
