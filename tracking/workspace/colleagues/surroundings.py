"""What others say and do at an answer, beside the answer itself."""

from typing import Any

from tracking.models import Task
from tracking.requests.http import UserRequest
from tracking.workspace.colleagues.notes import notes_at
from tracking.workspace.colleagues.threads import questions_here
from tracking.workspace.reading.presence import visit


def beside(request: UserRequest, task: Task) -> dict[str, Any]:
    """Context of a page: two queries, and one more if a question is asked."""
    return {
        "presence": visit(request),
        "asked": questions_here(task, request.user),
        "talk": notes_at(task.assessment, request.user),
    }
