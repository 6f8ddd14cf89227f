"""How reports are written in Chinese: no spaces, and numbers in two scripts."""

import re

from recommendations.vocabulary import Modality

from .base import LATIN, Phrases, pattern

DIGITS = "一二三四五六七八九"
NUMBERS = {
    **{digit: number for number, digit in enumerate(DIGITS, start=1)},
    "十": 10,
    **{f"十{digit}": 10 + number for number, digit in enumerate(DIGITS, start=1)},
    **{
        f"{ten}十{digit}": 10 * tens + number
        for tens, ten in enumerate("二三四五", start=2)
        for number, digit in enumerate(("", *DIGITS))
    },
}
PARTS = tuple(NUMBERS)[:12]
ASIDE = r"[^。；：]{0,80}?"

PHRASES = Phrases(
    language="zh",
    recommendation=pattern(
        r"建议\s*(?:第\s*)?(\d{1,3}|[一二三四五]?十[一-九]?|[一二三四五六七八九十]+)"
        r"(?![\d\w])\s*[.:：．、。–—-]*\s*(.*)|"
        r"建议\s*(\d{1,3})\s*[.:：．、–—-]*\s*(.*)"
    ),
    recommendation_word=pattern(r"建议"),
    part=re.compile(
        r"([一二三四五六七八九十]{1,3})、\s*(\S.*)|([IVX]{1,5})\.\s*(\S.*)"
    ),
    part_marks=PARTS,
    section=re.compile(
        r"([A-Z])[.．、]\s*(\S.*)|[（(]([一二三四五六七八九十]{1,3})[）)]\s*(\S.*)"
    ),
    section_marks=(LATIN, PARTS),
    point=re.compile(r"[（(]([a-z])[）)]\s*(\S.*)"),
    point_marks=tuple("abcdefghijklmnopqrstuvwxyz"),
    recommendations_part=pattern(
        r"(?:结论和)?(?:工作组(?:通过的|的))?建议|工作组通过的建议.*"
    ),
    adoption_part=pattern(r"通过(?:会议)?报告.*|报告的通过"),
    other_parts=pattern(
        r"导言|引言|审议摘要|审议情况(?:摘要|概述)?|讨论摘要|会议(?:的)?组织(?:安排)?|"
        r"会议安排|工作安排"
    ),
    chapeau=pattern(
        r"(?:通过|提出|核可)[^。；]{0,40}(?:下列|以下|如下)[^。；]{0,20}建议|"
        r"(?:通过|提出)[^。；]{0,20}建议如下|建议[^。；]{0,20}：$"
    ),
    subject=pattern(
        r"(?:请|鼓励|促请|敦促|吁请|各|所有|邀请|建议|秘书处|毒品和犯罪问题办公室)?"
        r"(?:各)?(?:缔约国|国家|会员国|各国|毒品|毒罪办|秘书处|联合国)"
    ),
    modalities=(
        (
            pattern(
                r"(?:请|要求|建议|邀请|鼓励)(?:联合国)?"
                r"(?:毒品和犯罪问题办公室|毒品办|毒罪办|秘书处)|"
                r"(?:毒品和犯罪问题办公室|毒罪办|秘书处)[^。；]{0,20}?应"
            ),
            Modality.REQUESTED,
        ),
        (
            pattern(rf"(?:应当?|应该){ASIDE}(?:考虑|审议|研究是否)"),
            Modality.SHOULD_CONSIDER,
        ),
        (pattern(r"应当|应该|应(?!对|用|急|答|变|邀)"), Modality.SHOULD),
        (
            pattern(rf"鼓励{ASIDE}(?:考虑)"),
            Modality.ENCOURAGED_TO_CONSIDER,
        ),
        (pattern(r"鼓励"), Modality.ENCOURAGED),
        (pattern(r"促请|敦促"), Modality.URGED),
        (pattern(r"不妨|似宜|似可|可(?:以)?考虑|不妨考虑"), Modality.MAY_WISH),
        (pattern(r"邀请|吁请|请(?!求)"), Modality.INVITED),
        (pattern(r"^考虑"), Modality.CONSIDER),
        (
            pattern(
                r"^(?:加强|制定|建立|确保|采取|促进|提供|开展|提高|交流|收集|保护|改进|"
                r"推动|增进|培训|利用|支持)"
            ),
            Modality.ACT,
        ),
    ),
    common=frozenset(["的", "和", "在", "国", "会", "工", "作", "组", "议"]),
    ordinals=NUMBERS,
    numbers=NUMBERS,
    meeting=pattern(
        r"(偷运移民问题工作组|[^。，]{0,30}工作组)第([一二三四五六七八九十\d]+)次?(?:会议|届会议)"
        r"(?:于)?(\d{4}年[^。，]+?日)在(\w{2,6}?)(?:举行|召开)"
    ),
    dates=(
        pattern(
            r"(?P<year>\d{4})年(?P<month1>\d+)月(?P<day1>\d+)日至"
            r"(?P<month2>\d+)月(?P<day2>\d+)日"
        ),
        pattern(
            r"(?P<year>\d{4})年(?P<month2>\d+)月(?P<day1>\d+)日?(?:至|和)(?P<day2>\d+)日"
        ),
        pattern(r"(?P<year>\d{4})年(?P<month2>\d+)月(?P<day1>\d+)日"),
    ),
    months=tuple(str(month) for month in range(1, 13)),
)
