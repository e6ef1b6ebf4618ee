"""
Objects in a bucket of S3, or of anything that speaks its protocol, read (artifacts/s3.ts). Endpoint, region and credentials are those of
boto3: AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_PROFILE and the rest.
"""

from __future__ import annotations

import os
import re
from typing import Any

from ..errors import StudyError, TransientError, TuningError

_URI = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:/[\w.!*'()-]+)*)/?", re.IGNORECASE | re.ASCII)
_MISSING = ("NoSuchKey", "NotFound", "404")


class S3Objects:
    """At 's3://bucket' or 's3://bucket/prefix'."""

    def __init__(self, uri: str) -> None:
        """Raises StudyError where it is something else, TuningError where there is no boto3."""
        matched = _URI.fullmatch(uri)
        path = matched[2] if matched else ""
        if matched is None or any(part in (".", "..") for part in path.split("/")):
            raise StudyError(
                f"the artifact store is {uri!r}: expected s3://BUCKET or s3://BUCKET/PREFIX, of letters, digits and -._ between the slashes"
            )
        self._bucket, self._prefix = matched[1], f"{path[1:]}/" if path else ""
        self._client = _connect(uri)

    def where(self, name: str) -> str:
        return f"s3://{self._bucket}/{self._prefix}{name}"

    def read(self, name: str) -> bytes | None:
        try:
            data: bytes = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)["Body"].read()
        except Exception as error:
            if _code(error) in _MISSING:
                return None
            raise _fault(f"cannot read {self.where(name)}", error) from error
        return data

    def folders(self, folder: str) -> list[str]:
        prefix = f"{self._prefix}{folder}/"
        try:
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix, Delimiter="/")
            return [each["Prefix"][len(prefix) : -1] for page in pages for each in page.get("CommonPrefixes", ())]
        except Exception as error:
            raise _fault(f"cannot list {self.where(folder)}", error) from error


def _connect(uri: str) -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise TuningError(
            f"the artifact store is {uri!r}, and there is no boto3 here: `pip install 'durable-tune[s3]'`, or use `dtune trials STUDY --json`"
        ) from error
    own = bool(os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL"))
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ("us-east-1" if own else None)
    # a server of one's own has no name for each bucket; others than AWS do not know the newer checksums, and ours are in the names
    config = Config(response_checksum_validation="when_required", **({"s3": {"addressing_style": "path"}} if own else {}))
    try:
        return boto3.client("s3", region_name=region, config=config)
    except Exception as error:
        raise _fault(f"cannot read {uri}", error) from error


def _code(error: Exception) -> str | None:
    """What the server calls it."""
    answer = getattr(error, "response", None)
    code = answer.get("Error", {}).get("Code") if isinstance(answer, dict) else None
    return None if code is None else str(code)


def _fault(what: str, error: Exception) -> TransientError:
    return TransientError(
        f"{what}: {type(error).__name__}: {error}; expected a bucket that may be read with the AWS_… variables of this process"
    )
