"""Where files are kept: on the disk, safely; in a bucket, for nobody else."""

import datetime
import os
import stat
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import boto3
import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from moto.server import ThreadedMotoServer

from config.settings import storage_of
from tests.factories import make_evidence
from tracking.files.storage import DurableStorage
from tracking.files.sweeping import sweep_orphans
from tracking.models import Assessment, EvidenceFile, State, User

KEY, SECRET = "evidence-key", "evidence-secret"


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.QUARANTINE_ROOT = tmp_path / "quarantine"
    return tmp_path


def keep(
    state: State, by: User, name: str = "law.txt", text: str = "L"
) -> EvidenceFile:
    with SimpleUploadedFile(name, text.encode()) as upload:
        return EvidenceFile.keep(
            upload, state=state, by=by, name=name, content_type="text/plain"
        )


# On the disk ----------------------------------------------------------------------


def test_a_file_is_nameless_and_for_this_account_alone(
    state: State, focal_point: User
) -> None:
    path = Path(keep(state, focal_point, "secret-operation.txt").content.path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert "secret" not in str(path.name)
    assert len(path.name) == 32
    assert path.parent.name == path.name[:2]


def test_a_file_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, rename = os.fsync, Path.rename

    def watch_sync(descriptor: int) -> None:
        done.append("sync")
        sync(descriptor)

    def watch_rename(path: Path, to: Path) -> Path:
        done.append("name")
        return rename(path, to)

    monkeypatch.setattr(os, "fsync", watch_sync)
    monkeypatch.setattr(Path, "rename", watch_rename)

    DurableStorage(location=tmp_path).save("aa/file", ContentFile(b"content"))

    assert done == ["sync", "name", "sync", "sync"]
    assert (tmp_path / "aa" / "file").read_bytes() == b"content"


def test_a_write_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)

    with pytest.raises(OSError, match="No space"):
        DurableStorage(location=tmp_path).save("aa/file", ContentFile(b"content"))
    assert not list((tmp_path / "aa").iterdir())


def test_a_fall_may_leave_a_file_but_never_a_row_without_one(
    state: State, focal_point: User
) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        path = Path(keep(state, focal_point).content.path)
        raise RuntimeError

    assert path.exists()
    assert not EvidenceFile.objects.exists()


# Swept ----------------------------------------------------------------------------


def swept() -> str:
    out = StringIO()
    call_command("sweep_files", stdout=out)
    return out.getvalue()


def later(**time: int) -> Any:
    now = datetime.datetime.now(datetime.UTC)
    return time_machine.travel(now + datetime.timedelta(**time), tick=False)


def test_what_nothing_needs_goes_after_a_while(
    folders: Path, state: State, focal_point: User, recommendation: Any
) -> None:
    used, unused = keep(state, focal_point), keep(state, focal_point, "b.txt", "B")
    answer = Assessment.objects.create(state=state, recommendation=recommendation)
    evidence = make_evidence(state, answer, file=used)
    left = folders / "quarantine" / "left.upload"
    left.parent.mkdir()
    left.write_bytes(b"a")
    orphan = default_storage.save("ff/orphan", ContentFile(b"a"))

    assert swept().startswith("Files deleted: 0 in quarantine, 0 unused, 0 without")

    with later(days=2):
        assert swept().startswith("Files deleted: 1 in quarantine, 0 unused, 1 without")
    assert not left.exists()
    assert not default_storage.exists(orphan)

    with later(days=9):
        assert swept().startswith("Files deleted: 0 in quarantine, 1 unused, 0 without")
    assert list(EvidenceFile.objects.all()) == [used]
    assert not default_storage.exists(unused.content.name or "")
    assert default_storage.exists(used.content.name or "")

    # What an older version named stays: it may be brought back.
    evidence.file = None
    evidence.url = "https://example.org"
    evidence.save()
    with later(days=99):
        swept()
    assert list(EvidenceFile.objects.all()) == [used]


# In a bucket ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """An S3 that runs in the test."""
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"http://{host}:{port}"
    moto.stop()


@pytest.fixture
def bucket(server: str, settings: Any) -> Iterator[Any]:
    resource = boto3.resource(
        "s3",
        endpoint_url=server,
        region_name="eu-central-1",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
    )
    found = resource.create_bucket(
        Bucket="evidence",
        CreateBucketConfiguration={"LocationConstraint": "eu-central-1"},
    )
    environment = {
        "S3_BUCKET": "evidence",
        "S3_ENDPOINT_URL": server,
        "S3_REGION": "eu-central-1",
        "S3_ACCESS_KEY": KEY,
        "S3_SECRET_KEY": SECRET,
    }
    settings.STORAGES = {**settings.STORAGES, "default": storage_of(environment)}
    yield found
    found.objects.all().delete()
    found.delete()
    resource.meta.client.close()


def test_without_a_bucket_files_are_on_the_disk() -> None:
    assert storage_of({})["BACKEND"] == "tracking.files.storage.DurableStorage"


def test_a_bucket_keeps_files_and_gives_them_to_us_alone(
    bucket: Any,
    client: Client,
    state: State,
    focal_point: User,
    recommendation: Any,
    server: str,
) -> None:
    file = keep(state, focal_point, "secret.txt", "The law.")
    answer = Assessment.objects.create(state=state, recommendation=recommendation)
    evidence = make_evidence(state, answer, file=file)
    client.force_login(focal_point)

    (stored,) = list(bucket.objects.all())
    assert "secret" not in stored.key
    grants = stored.Object().Acl().grants
    assert [grant["Grantee"]["Type"] for grant in grants] == ["CanonicalUser"]

    address = reverse("workspace:evidence_file", args=["nor", evidence.pk])
    response: Any = client.get(address)
    assert response.status_code == 200
    assert b"".join(response) == b"The law."
    told = "".join(f"{name}: {value}" for name, value in response.headers.items())
    for word in (server, "evidence/", KEY, stored.key, "X-Amz"):
        assert word not in told
    for page in (
        reverse("workspace:evidence", args=["nor", "2019/1", evidence.pk]),
        reverse("workspace:evidence_library", args=["nor"]),
        answer.get_absolute_url(),
    ):
        content = client.get(page).content.decode()
        for word in (server, KEY, stored.key, "X-Amz"):
            assert word not in content


def test_a_visitor_cannot_read_the_bucket(
    bucket: Any, state: State, focal_point: User
) -> None:
    """The address itself, were it ever known, says nothing without our keys."""
    file = keep(state, focal_point)

    (stored,) = list(bucket.objects.all())
    assert stored.key == file.content.name
    policy = bucket.meta.client.get_bucket_acl(Bucket="evidence")["Grants"]
    assert all(grant["Grantee"]["Type"] == "CanonicalUser" for grant in policy)


def test_the_same_file_is_stored_once_in_a_bucket_too(
    bucket: Any, state: State, other_state: State, focal_point: User, stranger: User
) -> None:
    assert keep(state, focal_point) == keep(state, focal_point)
    assert len(list(bucket.objects.all())) == 1

    keep(other_state, stranger)
    assert len(list(bucket.objects.all())) == 2


def test_a_bucket_that_does_not_answer_saves_no_row(
    bucket: Any, state: State, focal_point: User, settings: Any, server: str
) -> None:
    environment = {
        "S3_BUCKET": "nowhere",
        "S3_ENDPOINT_URL": server,
        "S3_REGION": "a",
        "S3_ACCESS_KEY": KEY,
        "S3_SECRET_KEY": SECRET,
    }
    settings.STORAGES = {**settings.STORAGES, "default": storage_of(environment)}

    with pytest.raises(Exception, match=r"NoSuchBucket|does not exist"):
        keep(state, focal_point)
    assert not EvidenceFile.objects.exists()


def test_a_bucket_is_swept_too(bucket: Any, state: State, focal_point: User) -> None:
    kept = keep(state, focal_point)
    default_storage.save("ff/orphan", ContentFile(b"a"))
    now = datetime.datetime.now(datetime.UTC)

    assert sweep_orphans() == 0
    with later(days=2):
        assert datetime.datetime.now(datetime.UTC) > now
        # Signatures of another day are refused: only the moment is moved.
        assert sweep_orphans() == 1

    assert [each.key for each in bucket.objects.all()] == [kept.content.name]
