"""Sentences about a file: each true of it, and each with a way out."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    # The file.
    "empty": _("the file is empty; give the text of a report."),
    "too_large": _(
        "the file is larger than %(limit)d MB. Save it without pictures and try again."
    ),
    "too_many_pages": _(
        "the file has more than %(limit)d pages or lines: this is no report."
    ),
    "bomb": _(
        "the file unpacks to far more than its size and was not opened. Save it again "
        "with a word processor."
    ),
    "entities": _(
        "the file holds declarations that no word processor writes, and was not read. "
        "Save it again with a word processor."
    ),
    "old_word": _(
        "this is a document of an old word processor (DOC or RTF). Save it as DOCX or "
        "PDF and try again."
    ),
    "other_kind": _("this is neither TXT, DOCX nor PDF. Save it as one of them."),
    "broken_docx": _(
        "the DOCX is damaged or not whole. Take it again from where it came."
    ),
    "broken_pdf": _(
        "the PDF is damaged or not whole. Take it again from where it came."
    ),
    "password": _("the file asks for a password. Save it without one and try again."),
    "scan": _(
        "the PDF holds pictures of pages and no text. Take the text version, or "
        "recognize its text first."
    ),
    "encoding": _("the file is not in UTF-8. Save it as UTF-8 and try again."),
    "lost_letters": _(
        "letters were lost when this file was saved in another encoding. Take the text "
        "from the document again, as UTF-8."
    ),
    "two_languages": _(
        "from here the text is in another language. Give one file per language."
    ),
    "other_language": _(
        "the text is not in the language that was chosen. Choose its language."
    ),
    # Recommendations.
    "none": _(
        "no recommendations were found: neither headings such as «Recommendation 1» "
        "nor numbered paragraphs under «Recommendations», in any of the six languages. "
        "Give a whole report of the Working Group."
    ),
    "again": _(
        "recommendation %(found)d comes again; after %(last)d, %(expected)d is "
        "expected. Remove the copy, or correct its number."
    ),
    "lacking": _(
        "recommendation %(expected)d is missing before %(found)d. Restore it, or "
        "correct the number."
    ),
    "not_a_number": _(
        "«%(text)s» should be the heading of recommendation %(expected)d; write the "
        "number in digits."
    ),
    "no_text": _("recommendation %(number)s has no text; restore it from the report."),
    "section_order": _(
        "section %(found)s comes where section %(expected)s is expected. Restore the "
        "missing heading, or correct the letter."
    ),
    "bare_section": _("section %(mark)s holds no recommendation; restore them."),
    "cut_off": _("the file ends in the middle of a sentence. Give the whole report."),
    "wording": _(
        "how recommendation %(number)s asks is not known to the reader. Choose its "
        "wording when it is edited; the text stays as it was adopted."
    ),
    # What is not in order elsewhere, and holds nothing up.
    "part_order": _(
        "part %(expected)s is missing before %(found)s, or its heading was not seen."
    ),
    "paragraph_lacking": _(
        "paragraph %(expected)d is missing before %(found)d. If the document has it, "
        "restore it."
    ),
    "paragraph_again": _(
        "paragraph %(found)d comes again; %(expected)d is expected. Look at its number."
    ),
    "no_adoption": _(
        "the file has no part on the adoption of the report: is it whole?"
    ),
    "no_meeting": _(
        "which meeting it was, and when, is not said. Enter it beside the report."
    ),
    "no_dates": _("«%(text)s» is not understood as dates. Enter them by hand."),
    "no_sittings": _("how many sittings there were is not said."),
    "no_chair": _("who chaired the meeting is not said."),
    "no_symbol": _("the symbol of the document is not in the text."),
    "no_participants": _("who took part is not said, or not in words that are known."),
    "no_agenda": _("the agenda is not in the text."),
    "no_documents": _("the list of documents is not in the text."),
    "document_symbol": _("document %(mark)s has no symbol."),
    "not_represented": _("paragraph %(mark)s: who was represented is not understood."),
    "unknown_speaker": _(
        "«%(name)s» made a statement but is not among those represented. Look at the "
        "name here and there."
    ),
    "no_speaker": _(
        "paragraph %(mark)s: who made the statement is not among those represented. "
        "Look at the name here and there."
    ),
    "tracked_changes": _(
        "the document holds tracked changes: it was read as if all were accepted."
    ),
    "hidden_text": _("the document holds hidden text, which was left out."),
}

DOUBTS: dict[str, Promise] = {
    "broken_word": _("is «%(before)s» one word, «%(after)s»?"),
    "line_end_hyphen": _("is «%(before)s» printed for «%(after)s»?"),
    "page_number": _("is the line «%(before)s» a page number, and no text?"),
    "running_line": _("is the line «%(before)s» a running head or foot, and no text?"),
    "note_mark": _("is the number after «%(before)s» the mark of a footnote?"),
    "title": _("is «%(before)s» a title, and no part of the recommendation?"),
}

KINDS: dict[str, Promise] = {
    "running_line": _("running head or foot"),
    "page_number": _("page number"),
    "footnote": _("footnote"),
    "note_mark": _("mark of a footnote"),
    "contents": _("table of contents"),
    "title": _("title"),
    "hyphen": _("hyphen at the end of a line"),
    "split_heading": _("line end inside a heading"),
    "soft_hyphen": _("soft hyphens"),
    "invisible": _("invisible characters"),
    "ligature": _("ligatures and letter forms"),
    "accent": _("accents apart from their letters"),
    "apostrophe": _("straight apostrophes"),
    "space": _("special spaces"),
    "digits": _("wide digits and letters"),
    "deleted": _("deleted in tracked changes"),
    "hidden": _("hidden text"),
    "encoding": _("encoding"),
}
