"""Reference data in the admin: read by reviewers, of which only our words change.

What was adopted is loaded from the report and is not typed here.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import DateField
from django.forms import DateInput
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.admin import ListAdmin

from .models import (
    AgendaItem,
    Article,
    Correction,
    Document,
    Meeting,
    Paragraph,
    Practice,
    Question,
    Recommendation,
    RecommendationText,
    Relation,
    Section,
    Theme,
    Topic,
)


class ReferenceAdmin(ListAdmin):
    """Rows that come from a file; `editorial` names the fields that are ours."""

    editorial: tuple[str, ...] = ()
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.editorial) and super().has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self._names()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in self._names() if name not in self.editorial]

    def _names(self) -> list[str]:
        fields = [*self.opts.fields, *self.opts.many_to_many]
        return [field.name for field in fields if not field.primary_key]


class ReadOnlyInline(admin.TabularInline[Any, Any]):
    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TextInline(ReadOnlyInline):
    model = RecommendationText
    fields = ("language", "title", "text", "is_official", "source")


class QuestionInline(ReadOnlyInline):
    model = Question
    fields = ("code", "answer_type", "is_key", "confidential", "label_en", "label_fr")


class AgendaInline(ReadOnlyInline):
    model = AgendaItem
    fields = ("number", "title", "parts")


class DocumentInline(ReadOnlyInline):
    model = Document
    fields = ("letter", "title", "symbols")


class CorrectionInline(ReadOnlyInline):
    model = Correction
    fields = (
        "line",
        "paragraph_number",
        "recommendation_number",
        "heading_mark",
        "before",
        "after",
        "kind",
    )


@admin.register(Meeting)
class MeetingAdmin(ReferenceAdmin):
    list_display = ("slug", "body", "ordinal", "starts_on", "place")
    inlines = (AgendaInline, DocumentInline, CorrectionInline)


@admin.register(Recommendation)
class RecommendationAdmin(ReferenceAdmin):
    list_display = ("number", "short_title", "section", "modality", "action_type")
    list_display_links = ("number", "short_title")
    list_filter = ("meeting", "section", "modality", "action_type", "themes")
    list_select_related = ("section",)
    inlines = (TextInline, QuestionInline)
    editorial = (
        "short_title_en",
        "short_title_fr",
        "summary_en",
        "summary_fr",
        "evidence_ideas_en",
        "evidence_ideas_fr",
        "guidance_en",
        "guidance_fr",
        "editorial_note_en",
        "editorial_note_fr",
    )

    @admin.display(description=_("short title"))
    def short_title(self, recommendation: Recommendation) -> str:
        return recommendation.short_title


@admin.register(Relation)
class RelationAdmin(ListAdmin):
    """What a recommendation does to one of an earlier meeting, and who says so."""

    fields = ("recommendation", "kind", "earlier", "source", "dated")
    list_display = ("recommendation", "kind", "earlier", "source", "dated")
    list_filter = ("kind",)
    list_select_related = ("recommendation", "earlier")
    formfield_overrides: ClassVar[dict[Any, Any]] = {
        DateField: {
            "widget": DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        }
    }
    actions = None
    view_on_site = False

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **options: Any
    ) -> Any:
        field: Any = super().formfield_for_foreignkey(db_field, request, **options)
        field.label_from_instance = lambda row: f"{row.key} – {row.short_title}"
        return field


@admin.register(Question)
class QuestionAdmin(ReferenceAdmin):
    list_display = ("code", "label", "answer_type", "is_key", "confidential")
    list_filter = ("answer_type", "is_key", "confidential")
    search_fields = ("code", "label_en", "label_fr")
    editorial = ("label_en", "label_fr")

    @admin.display(description=_("question"))
    def label(self, question: Question) -> str:
        return question.label


@admin.register(Section)
class SectionAdmin(ReferenceAdmin):
    list_display = ("letter", "title", "meeting")
    editorial = ("short_title_en", "short_title_fr")


@admin.register(Theme)
class ThemeAdmin(ReferenceAdmin):
    list_display = ("code", "label_en", "label_fr")
    editorial = ("label_en", "label_fr")


@admin.register(Article)
class ArticleAdmin(ReferenceAdmin):
    list_display = ("code", "title_en", "title_fr")


@admin.register(Topic)
class TopicAdmin(ReferenceAdmin):
    list_display = ("letter", "text", "theme")
    list_select_related = ("theme",)


@admin.register(Paragraph)
class ParagraphAdmin(ReferenceAdmin):
    list_display = ("number", "text", "heading")
    list_filter = ("meeting",)
    list_select_related = ("heading",)
    search_fields = ("text",)


@admin.register(Practice)
class PracticeAdmin(ReferenceAdmin):
    list_display = ("paragraph", "speaker", "state_iso3", "summary_en")
    list_select_related = ("paragraph",)
    editorial = ("summary_en", "summary_fr")


@admin.register(Correction)
class CorrectionAdmin(ReferenceAdmin):
    list_display = (
        "line",
        "paragraph_number",
        "recommendation_number",
        "heading_mark",
        "before",
        "after",
        "kind",
    )
    list_filter = ("meeting", "kind")
