"""What others say and do at an answer, beside the answer itself."""

from typing import Any

from tracking.http import UserRequest
from tracking.models import Task
from tracking.workspace.notes import notes_at
from tracking.workspace.presence import visit
from tracking.workspace.threads import questions_here


def beside(request: UserRequest, task: Task) -> dict[str, Any]:
    """Context of a page: two queries, and one more if a question is asked."""
    return {
        "presence": visit(request),
        "asked": questions_here(task, request.user),
        "talk": notes_at(task.assessment, request.user),
    }
