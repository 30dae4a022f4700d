"""Makes the bucket that `sam deploy` uploads to.

prepare.py BUCKET
"""

import sys

import boto3


def main() -> None:
    """Create the bucket; in us-east-1 that is no error where it is there already and ours."""
    boto3.client("s3").create_bucket(Bucket=sys.argv[1])


if __name__ == "__main__":
    main()
