"""What Bootseal, AWS Secrets Manager and SSM Parameter Store cost, from public prices."""
