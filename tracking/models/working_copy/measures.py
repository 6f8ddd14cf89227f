import datetime
import hashlib
import uuid
from pathlib import PurePath
from typing import Self, TypeVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.models import Recommendation
from tracking.models.database.limits import limits_of, version_begins_at_one
from tracking.models.database.scans import Scan, is_available
from tracking.models.people.states import State
from tracking.models.people.users import LANGUAGES, User
from tracking.models.working_copy.assessments import Assessment, VersionedModel
from tracking.models.working_copy.cycles import Cycle
from tracking.models.working_copy.dates import PartialDateField, ends_by
from tracking.models.working_copy.values import (
    Classification,
    EvidenceKind,
    MeasureKind,
    MeasureStage,
    Visibility,
)

Item = TypeVar("Item", bound=models.Model)


class LibraryQuerySet(models.QuerySet[Item]):
    """Rows of a State's libraries of measures and of evidence."""

    def present(self) -> Self:
        """Rows that nobody has removed."""
        return self.filter(removed_at=None)

    def at_hand(self) -> Self:
        """Rows on the page or in the bin: no cycle closed since they were removed."""
        closed_since = Cycle.objects.filter(
            closes_on__lt=timezone.localdate(),
            closes_on__gte=OuterRef("removed_at__date"),
        )
        return self.filter(~Exists(closed_since))

    def in_bin(self) -> Self:
        """Removed rows that can come back."""
        return self.at_hand().filter(removed_at__isnull=False)

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Rows this user may write: the own State's, by role."""
        return self.filter(state__in=State.objects.editable_by(user))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Rows this user may read: the own State's, nobody else's."""
        return self.filter(state__in=State.objects.readable_by(user))


class MeasureContent(models.Model):
    """A step a State took; shared by working copy and record."""

    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=15, choices=MeasureKind)
    stage = models.CharField(
        _("where it stands"), max_length=15, choices=MeasureStage, blank=True
    )
    starts_on = PartialDateField(_("from"), blank=True)
    ends_on = PartialDateField(_("until"), blank=True)
    authority = models.CharField(_("authority"), max_length=200, blank=True)
    description = models.TextField(_("description"), blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=LANGUAGES, blank=True
    )
    visibility = models.CharField(
        _("who may read it"),
        max_length=15,
        choices=Visibility,
        default=Visibility.SECRETARIAT,
    )

    class Meta:
        abstract = True

    @classmethod
    def columns(cls) -> list[str]:
        """Columns that working copy and record share."""
        return [str(field.column) for field in MeasureContent._meta.local_fields]


class RemovableModel(models.Model):
    """A row that leaves the page when removed, and can come back."""

    removed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    def remove(self, *, by: User) -> None:
        """Take the row out of sight. Raises StaleError on a lost race."""
        self.removed_at = timezone.now()
        self._save(by)

    def restore(self, *, by: User) -> None:
        """Undo a removal. Raises StaleError on a lost race."""
        self.removed_at = None
        self._save(by)

    def _save(self, by: User) -> None:
        assert isinstance(self, VersionedModel)  # noqa: S101 - for the type checker
        self.save_version(by=by)


class Measure(MeasureContent, RemovableModel, VersionedModel):
    """A measure in the State's library: typed once, for several recommendations."""

    state = models.ForeignKey(State, models.PROTECT, related_name="measures")
    recommendations = models.ManyToManyField(
        Recommendation, related_name="measures", verbose_name=_("recommendations")
    )

    objects = LibraryQuerySet["Measure"].as_manager()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["title", "pk"]
        constraints = [
            version_begins_at_one("measure"),
            *limits_of(MeasureContent, "measure"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        address = reverse("workspace:measures", args=[self.state.key])
        return f"{address}#measure-{self.pk}"


def _storage_path(file: "EvidenceFile", name: str) -> str:
    """Where a file is kept: no word of its name or of its State in the path."""
    key = uuid.uuid4().hex
    return f"{key[:2]}/{key}"


class FullError(Exception):
    """The State's files would take more room than it has; `left` bytes are free."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class EvidenceFileQuerySet(models.QuerySet["EvidenceFile"]):
    """Files of States."""

    def unused(self) -> Self:
        """Files that nothing names: no evidence, proposal, record or version."""
        found = self
        for relation in EvidenceFile._meta.get_fields(include_hidden=True):
            if isinstance(relation, models.ForeignObjectRel):
                naming = relation.related_model._base_manager.filter(
                    **{relation.field.name: OuterRef("pk")}
                )
                found = found.filter(~Exists(naming))
        return found

    def bytes_of(self, state: State) -> int:
        """Room that the files of a State take."""
        found: int | None = self.filter(state=state).aggregate(sum=Sum("size"))["sum"]
        return found or 0


class EvidenceFile(models.Model):
    """A file found sound; it never changes, so that records may share it."""

    state = models.ForeignKey(State, models.PROTECT, related_name="files")
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="In bytes.")
    sha256 = models.CharField(max_length=64)
    content = models.FileField(upload_to=_storage_path, max_length=100)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    scan = models.CharField(max_length=15, choices=Scan, blank=True)
    scanned_at = models.DateTimeField(null=True)

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        constraints = [
            # Inside a State only: across States a shared copy would tell that
            # the other one has it. Per name too: what was published would else
            # carry the name under which the State had it before.
            models.UniqueConstraint(
                fields=["state", "sha256", "name"], name="evidence_file_once_per_state"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def extension(self) -> str:
        return PurePath(self.name).suffix.lstrip(".").upper()

    @property
    def is_available(self) -> bool:
        """Whether anybody may have it: a scanner that is configured must agree."""
        return is_available(self.scan)

    def note_scan(self, found: str) -> None:
        """Keep what the scanner said."""
        self.scan, self.scanned_at = found, timezone.now()
        self.save(update_fields=["scan", "scanned_at"])

    @classmethod
    @transaction.atomic
    def keep(
        cls,
        upload: UploadedFile[bytes],
        *,
        state: State,
        by: User,
        name: str,
        content_type: str,
        scan: str = "",
    ) -> "EvidenceFile":
        """Store an upload found sound, once per State, content and name.

        Raises FullError where the State has no room for it.
        """
        digest = hashlib.sha256()
        for chunk in upload.chunks():
            digest.update(chunk)
        size = upload.size or 0
        # One at a time for each State, or two uploads would share the last room.
        State.objects.select_for_update(no_key=True).get(pk=state.pk)
        same = {"state": state, "sha256": digest.hexdigest(), "name": name}
        file = cls.objects.filter(**same).first()
        if file is None:
            left = settings.STATE_FILES_MAX_BYTES - cls.objects.bytes_of(state)
            if size > left:
                raise FullError(max(0, left))
            file = cls.objects.create(
                **same,
                content_type=content_type,
                size=size,
                content=upload,
                uploaded_by=by,
                scan=scan,
                scanned_at=timezone.now() if scan else None,
            )
        elif scan == Scan.CLEAN and file.scan != scan:
            file.note_scan(scan)
        return file


class EvidenceContent(models.Model):
    """A link, a reference or a file that backs what a State says."""

    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=15, choices=EvidenceKind)
    authority = models.CharField(_("issuing authority"), max_length=200, blank=True)
    dated_on = PartialDateField(_("date"), blank=True)
    valid_until = PartialDateField(_("valid until"), blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=LANGUAGES, blank=True
    )
    url = models.URLField(
        _("link"),
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
    )
    reference = models.CharField(
        _("reference"), max_length=300, blank=True, help_text=_("Law, article, page.")
    )
    file = models.ForeignKey(
        EvidenceFile, models.PROTECT, null=True, blank=True, related_name="+"
    )
    classification = models.CharField(
        _("classification"),
        max_length=15,
        choices=Classification,
        default=Classification.UNCLASSIFIED,
    )
    visibility = models.CharField(
        _("who may read it"),
        max_length=15,
        choices=Visibility,
        default=Visibility.SECRETARIAT,
    )

    class Meta:
        abstract = True

    @classmethod
    def columns(cls) -> list[str]:
        """Columns that working copy and record share."""
        return [str(field.column) for field in EvidenceContent._meta.local_fields]

    def expires_by(self, day: datetime.date) -> bool:
        """Whether its validity ends on that day or before."""
        return ends_by(self.valid_until, day)


class Evidence(EvidenceContent, RemovableModel, VersionedModel):
    """Evidence in the State's library, for measures and for answers."""

    state = models.ForeignKey(State, models.PROTECT, related_name="evidence")
    measures = models.ManyToManyField(Measure, related_name="evidence", blank=True)
    assessments = models.ManyToManyField(
        Assessment, related_name="evidence", blank=True
    )

    objects = LibraryQuerySet["Evidence"].as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(url="") | ~Q(reference="") | Q(file__isnull=False),
                name="evidence_has_link_reference_or_file",
                violation_error_message=_("Give a link, a reference or a file."),
            ),
            models.CheckConstraint(
                condition=Q(classification=Classification.UNCLASSIFIED)
                | ~Q(visibility=Visibility.PUBLIC),
                name="evidence_confidential_is_not_public",
                violation_error_message=_(
                    "Confidential evidence cannot be shown to everyone."
                ),
            ),
            version_begins_at_one("evidence"),
            *limits_of(EvidenceContent, "evidence"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        address = reverse("workspace:evidence_library", args=[self.state.key])
        return f"{address}#evidence-{self.pk}"
