"""How reports are written in Arabic.

Vowel signs may be written or not: patterns allow for them where they are common.
"""

import re

from recommendations.vocabulary import Modality

from .base import ASIDE, LATIN, Phrases, numbered, pattern

UNITS = "الأولى الثانية الثالثة الرابعة الخامسة السادسة السابعة الثامنة التاسعة العاشرة"
TEENS = "الحادية الثانية الثالثة الرابعة الخامسة السادسة السابعة الثامنة التاسعة"
ORDINALS = numbered(UNITS) | {
    f"{word} عشرة": number for word, number in numbered(TEENS, first=11).items()
}
ORDINALS["العشرون"] = 20
ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
PARTS = "أولا ثانيا ثالثا رابعا خامسا سادسا سابعا ثامنا تاسعا عاشرا"
# With or without the sign of their ending, on either of its letters.
WRITTEN = tuple(f"{word[:-1]}\u064b?{word[-1]}" for word in PARTS.split())
LETTERS = "ألف باء جيم دال هاء واو زاي حاء طاء ياء كاف لام ميم نون سين عين"
SHORT_LETTERS = tuple("أبجدهوزحطيكلمنسع")

PHRASES = Phrases(
    language="ar",
    recommendation=pattern(
        rf"التوصية\s+(?:رقم\s*)?(\d{{1,3}}|{ORDINAL})(?!\w)\s*[.:–—-]?\s*(.*)|"
        r"توصية\s+(?:رقم\s*)?(\d{1,3})(?!\w)\s*[.:–—-]?\s*(.*)"
    ),
    recommendation_word=pattern(r"(?:ال)?توصية"),
    part=re.compile(
        rf"({'|'.join(WRITTEN)})\u064b?\s*[-–—.:]\s*(\S.*)|"
        r"([IVX]{1,5})\.\s*(\S.*)"
    ),
    part_marks=tuple(PARTS.split()),
    section=re.compile(rf"({'|'.join(LETTERS.split())}|[A-Z])\s*[-–—.:]\s*(\S.*)"),
    section_marks=(tuple(LETTERS.split()), LATIN),
    point=re.compile(r"\(?([أبجدهوزحطيكلمنسعا])(?:ـ|هـ)?\)\s*(\S.*)"),
    point_marks=SHORT_LETTERS,
    recommendations_part=pattern(
        r"(?:الاستنتاجات و)?(?:ال)?توصيات"
        r"(?: (?:التي )?(?:اعتمدها|المعتمدة|اعتمدتها).*| الفريق العامل)?"
    ),
    adoption_part=pattern(r"اعتماد التقرير.*"),
    other_parts=pattern(
        r"مقدمة|المقدمة|ملخص المداولات|موجز المداولات|المداولات|"
        r"تنظيم (?:الاجتماع|الأعمال)"
    ),
    chapeau=pattern(
        r"(?:اعتمد|قدم|أقر|وضع)[^.;؛]{0,90}التوصيات[^.;؛]{0,60}"
        r"(?:التالية|أدناه|:$|\.$)|التوصيات (?:التالية|الواردة أدناه)|"
        r"أوصى[^.;؛]{0,60}:$"
    ),
    subject=pattern(
        r"(?:ينبغي|ي[ُ]?شج[َّ]*ع|ت[ُ]?شج[َّ]*ع|تُدعى|تدعى|الدول|يُطلب|يطلب|لعل|"
        r"على الدول|يجوز|قد تود|المكتب|الأمانة|تُحث|تحث)"
    ),
    modalities=(
        (
            pattern(
                r"(?:ي[ُ]?طلب|ي[ُ]?رجى|طلب|ينبغي|ي[ُ]?دعى) (?:إلى|من|ل)?\s*"
                r"(?:ال)?(?:لأمانة|أمانة|مكتب|لمكتب)"
            ),
            Modality.REQUESTED,
        ),
        (
            pattern(
                r"ينبغي (?:(?:لل|ل|على |أن )[^.؛]{0,120}?)?"
                r"(?:أن )?(?:تنظر|النظر|ينظر) ?(?:الدول[^.؛]{0,100}?)?"
                rf"{ASIDE}في"
            ),
            Modality.SHOULD_CONSIDER,
        ),
        (pattern(r"ينبغي|يتعين|يجب"), Modality.SHOULD),
        (
            pattern(
                r"(?:ت[ُ]?شج[َّ]*ع|ي[ُ]?شج[َّ]*ع)[^.؛]{0,120}?على"
                rf"{ASIDE}(?:النظر|أن تنظر)"
            ),
            Modality.ENCOURAGED_TO_CONSIDER,
        ),
        (
            pattern(r"ت[ُ]?ش[َ]?ج[َّ]*ع|ي[ُ]?ش[َ]?ج[َّ]*ع|التشجيع"),
            Modality.ENCOURAGED,
        ),
        (pattern(r"(?:ت[ُ]?ح[َ]?ث|ي[ُ]?ح[َ]?ث|ت[ُ]?ناش[َ]?د)[ّ]?(?!\w)"), Modality.URGED),
        (
            pattern(r"(?:لعل|قد)[^.؛]{0,60}?(?:تود|ترغب|يود)|يمكن|يجوز"),
            Modality.MAY_WISH,
        ),
        (pattern(r"ت[ُ]?دعى|ي[ُ]?دعى|مدعوة"), Modality.INVITED),
        (pattern(r"^(?:النظر في|أن تنظر)"), Modality.CONSIDER),
        (pattern(r"^(?:أن \w+|ال?\w{3,}) "), Modality.ACT),
    ),
    common=frozenset(["في", "من", "على", "إلى", "أن", "التي", "الدول"]),
    ordinals=ORDINALS,
    numbers=numbered("جلسة جلستين ثلاث أربع خمس ست سبع ثماني تسع عشر"),
    meeting=pattern(
        r"ع[ُ]?قد(?:ت)? (?:الاجتماع|الدورة) (\w+) (?:ل?)(?:ل)?(لفريق العامل .+?)"
        r" في (فيينا|\w+)،?"
        r" ((?:في الفترة |يومي |في |من )+\d.+? \d{4})"
    ),
    dates=(
        pattern(
            r"من (?P<day1>\d+)(?: (?P<month1>[^\d]+?))? إلى (?P<day2>\d+) "
            r"(?P<month2>[^\W\d]+)(?:/[^\W\d]+)? (?P<year>\d{4})"
        ),
        pattern(
            r"(?P<day1>\d+)(?: (?P<month1>[^\W\d]+))? و ?(?P<day2>\d+) "
            r"(?P<month2>[^\W\d]+)(?:/[^\W\d]+)? (?P<year>\d{4})"
        ),
        pattern(r"(?P<day1>\d+) (?P<month2>[^\W\d]+)(?:/[^\W\d]+)? (?P<year>\d{4})"),
    ),
    months=(
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "مايو",
        "يونيه",
        "يوليه",
        "أغسطس",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    ),
)
