"""What client.test.ts has a person do in Python whose studies are kept in a bucket: `client_bucket.py ADDRESS FOLDER`, what is in FOLDER first put there."""

import json
import sys
from pathlib import Path

import boto3

from durable_tune import Client, TuningError

address, folder = sys.argv[1:]

bucket = boto3.resource("s3").Bucket("bucket")
for path in Path(folder).rglob("*"):
    if path.is_file():
        bucket.upload_file(str(path), f"tuning/{path.relative_to(folder).as_posix()}")


def refusal(artifacts: str, study: str) -> str:
    try:
        with Client.connect(address, artifacts=artifacts) as client:
            client.study(study).trials()
    except TuningError as error:
        return f"{type(error).__name__}: {error}"
    raise AssertionError("it was taken")


with Client.connect(address, artifacts="s3://bucket/tuning") as client:
    for name in ("open", "lent"):
        print(json.dumps(client.study(name).trials()))
    print(json.dumps(client.study("lent").status()["status"]))
print(json.dumps([refusal("s3://bucket/tuning/", "nowhere"), refusal("s3://bucket/elsewhere", "open")]))
print(json.dumps([refusal("s3://no-such-bucket", "lent"), refusal("s3://bucket/../x", "lent"), refusal("gs://bucket", "lent")]))
