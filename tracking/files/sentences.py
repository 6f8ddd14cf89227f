"""Why a file was not taken, and what its sender can do about it."""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.lists import listed
from tracking.files.kinds import ACCEPTED, PAGES, PIXELS, TYPES, WAYS
from tracking.files.names import isolated


def refusal(
    code: str,
    name: str,
    extension: str,
    size: int = 0,
    opens_at: datetime.datetime | None = None,
) -> ValidationError:
    """The sentence for the code of a refusal, and for the type where it has its own."""
    sentences = _sentences()
    way = WAYS.get(extension, extension)
    closer = "save" if code == "type" and way in TYPES else way
    sentence = sentences.get(f"{code} {closer}") or sentences.get(
        code, sentences["content"]
    )
    return ValidationError(
        sentence,
        params={
            "name": isolated(name),
            "type": extension.upper(),
            "types": listed(ACCEPTED),
            "better": way.upper(),
            "size": filesizeformat(size),
            "limit": filesizeformat(settings.EVIDENCE_FILE_MAX_BYTES),
            "pages": PAGES,
            "number": settings.UPLOADS_PER_HOUR,
            "time": f"{timezone.localtime(opens_at):%H:%M}" if opens_at else "",
            "megapixels": PIXELS // 1_000_000,
        },
        code=code,
    )


def _sentences() -> dict[str, str]:
    """Code → sentence; code and type, or way to convert it, → its own sentence."""
    return {
        "type": _("«%(name)s» was not added: choose a file of type %(types)s."),
        "type save": _(
            "«%(name)s» was not added: %(type)s is not taken. Open it, save it as "
            "%(better)s or PDF («Save as») and choose the new file."
        ),
        "type photograph": _(
            "«%(name)s» was not added: %(type)s is not taken. Export the photograph as "
            "JPG and choose that one. (A telephone set to «most compatible» takes JPG.)"
        ),
        "type scan": _(
            "«%(name)s» was not added: %(type)s is not taken. Open it, save it as PDF, "
            "which keeps all its pages, and choose the new file."
        ),
        "type picture": _(
            "«%(name)s» was not added: %(type)s is not taken. Open it, save or export "
            "it as JPG or PNG and choose the new picture."
        ),
        "type print": _(
            "«%(name)s» was not added: %(type)s is not taken. Open it, print it to a "
            "PDF («Print», then «Save as PDF») and choose the new file."
        ),
        "type unpack": _(
            "«%(name)s» was not added: %(type)s is not taken. Take out the files that "
            "it holds and choose them one by one."
        ),
        "empty": _("«%(name)s» is empty: choose the file again."),
        "size": _(
            "«%(name)s» has %(size)s: choose one of at most %(limit)s, or a link."
        ),
        "content": _(
            "«%(name)s» does not contain what its name says, or is damaged. Open it, "
            "save it again as %(type)s and choose it again."
        ),
        "content pdf": _(
            "«%(name)s» does not contain a PDF, or is damaged inside. Open it, print "
            "it to a new PDF («Print», then «Save as PDF») and choose the new file."
        ),
        "password": _(
            "«%(name)s» is protected by a password, without which it cannot be read. "
            "Save a copy without a password and choose the copy."
        ),
        "active": _(
            "«%(name)s» contains a script, an action that starts by itself, or a link "
            "that leads to something else than a page. Print it to a new PDF («Print», "
            "then «Save as PDF») and choose the new file."
        ),
        "carrying": _(
            "«%(name)s» carries other files, sound or film inside. Print it to a new "
            "PDF («Print», then «Save as PDF») and choose the new file."
        ),
        "pages": _(
            "«%(name)s» has more than %(pages)s pages. Choose the part that matters, "
            "or give a link."
        ),
        "macro": _(
            "«%(name)s» contains macros. Save it as an ordinary %(type)s without "
            "macros, or as PDF, and choose the new file."
        ),
        "object": _(
            "«%(name)s» contains objects of other programmes. Save it as PDF and "
            "choose the PDF."
        ),
        "outside": _(
            "«%(name)s» takes content from other files or addresses when it is opened. "
            "Save it as PDF and choose the PDF."
        ),
        "outside pdf": _(
            "«%(name)s» takes content from other files or addresses when it is opened. "
            "Print it to a new PDF («Print», then «Save as PDF») and choose the new "
            "file."
        ),
        "bulk": _(
            "«%(name)s» holds far more than its size tells. Save it as PDF, or in "
            "smaller parts, and choose those."
        ),
        "bulk pdf": _(
            "«%(name)s» holds far more than its size tells. Print it to a new PDF, in "
            "parts if it is long, and choose those."
        ),
        "pixels": _(
            "«%(name)s» has more than %(megapixels)s million pixels. Make the picture "
            "smaller and choose it again."
        ),
        "coding": _(
            "«%(name)s» is not saved as Unicode text, so others could not read its "
            "letters. Save it again with the encoding «UTF-8» and choose it again."
        ),
        "call": _(
            "«%(name)s» contains a formula that starts a programme or fetches a page. "
            "Replace formulas by their values, save it and choose it again."
        ),
        "link": _(
            "«%(name)s» contains a link to a file or a programme, not to a page. "
            "Remove that link, save it and choose it again."
        ),
        "slow": _(
            "«%(name)s» is so complicated that it could not be checked. Save it as "
            "PDF, or in smaller parts, and choose those."
        ),
        "slow pdf": _(
            "«%(name)s» is so complicated that it could not be checked. Print it to a "
            "new PDF, in parts if it is long, and choose those."
        ),
        "busy": _(
            "«%(name)s» could not be checked, because many files are being added. Wait "
            "a minute and choose it again."
        ),
        "rate": _(
            "«%(name)s» was not added: %(number)s files are the most in an hour. From "
            "%(time)s on you can choose it again; your words are kept."
        ),
        "virus": _(
            "A virus was found in «%(name)s»; it was not added. Tell those who look "
            "after your computer."
        ),
        "room": _(
            "«%(name)s» was not added: there is no room for files at the moment. Give "
            "a link, or try again tomorrow; your words are kept."
        ),
    }
