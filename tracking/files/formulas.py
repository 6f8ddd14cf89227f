"""Formulas of tables: they calculate with what the document holds, and no more."""

import re

from tracking.files.kinds import Refused
from tracking.files.links import is_address

# Source: ECMA-376 part 1, 18.17.7; [MS-XLSX] 2.2.2; OpenDocument 1.3 part 4. Absent:
# what fetches, runs or asks elsewhere (WEBSERVICE, IMAGE, CALL, RTD, DDE, CUBE…).
_FUNCTIONS = """
    ABS ACCRINT ACCRINTM ACOS ACOSH ACOT ACOTH ADDRESS AGGREGATE AMORDEGRC AMORLINC
    ANCHORARRAY AND ARABIC AREAS ARRAYTOTEXT ASC ASIN ASINH ATAN ATAN2 ATANH AVEDEV
    AVERAGE AVERAGEA AVERAGEIF AVERAGEIFS B BAHTTEXT BASE BESSELI BESSELJ BESSELK
    BESSELY BETA.DIST BETA.INV BETADIST BETAINV BIN2DEC BIN2HEX BIN2OCT BINOM.DIST
    BINOM.DIST.RANGE BINOM.INV BINOMDIST BITAND BITLSHIFT BITOR BITRSHIFT BITXOR
    BYCOL BYROW CEILING CEILING.MATH CEILING.PRECISE CEILING.XCL CELL CHAR CHIDIST
    CHIINV CHISQ.DIST CHISQ.DIST.RT CHISQ.INV CHISQ.INV.RT CHISQ.TEST CHISQDIST
    CHISQINV CHITEST CHOOSE CHOOSECOLS CHOOSEROWS CLEAN CODE COLOR COLUMN COLUMNS
    COMBIN COMBINA COMPLEX CONCAT CONCATENATE CONFIDENCE CONFIDENCE.NORM
    CONFIDENCE.T CONVERT CORREL COS COSH COT COTH COUNT COUNTA COUNTBLANK COUNTIF
    COUNTIFS COUPDAYBS COUPDAYS COUPDAYSNC COUPNCD COUPNUM COUPPCD COVAR
    COVARIANCE.P COVARIANCE.S CRITBINOM CSC CSCH CUMIPMT CUMPRINC CURRENT DATE
    DATEDIF DATESTRING DATEVALUE DAVERAGE DAY DAYS DAYS360 DAYSINMONTH DAYSINYEAR DB
    DBCS DCOUNT DCOUNTA DDB DEC2BIN DEC2HEX DEC2OCT DECIMAL DEGREES DELTA DEVSQ DGET
    DISC DISPIMG DMAX DMIN DOLLAR DOLLARDE DOLLARFR DPRODUCT DROP DSTDEV DSTDEVP
    DSUM DURATION DVAR DVARP EASTERSUNDAY ECMA.CEILING EDATE EFFECT EFFECTIVE
    ENCODEURL EOMONTH ERF ERF.PRECISE ERFC ERFC.PRECISE ERROR.TYPE ERRORTYPE
    EUROCONVERT EVEN EXACT EXP EXPAND EXPON.DIST EXPONDIST F.DIST F.DIST.RT F.INV
    F.INV.RT F.TEST FACT FACTDOUBLE FALSE FDIST FIELDVALUE FILTER FIND FINDB FINV
    FISHER FISHERINV FIXED FLOOR FLOOR.MATH FLOOR.PRECISE FLOOR.XCL FORECAST
    FORECAST.ETS FORECAST.ETS.ADD FORECAST.ETS.CONFINT FORECAST.ETS.MULT
    FORECAST.ETS.PI.ADD FORECAST.ETS.PI.MULT FORECAST.ETS.SEASONALITY
    FORECAST.ETS.STAT FORECAST.ETS.STAT.ADD FORECAST.ETS.STAT.MULT FORECAST.LINEAR
    FORMULA FORMULATEXT FOURIER FREQUENCY FTEST FV FVSCHEDULE GAMMA GAMMA.DIST
    GAMMA.INV GAMMADIST GAMMAINV GAMMALN GAMMALN.PRECISE GAUSS GCD GEOMEAN GESTEP
    GETPIVOTDATA GROUPBY GROWTH HARMEAN HEX2BIN HEX2DEC HEX2OCT HLOOKUP HOUR HSTACK
    HYPERLINK HYPGEOM.DIST HYPGEOMDIST IF IFERROR IFNA IFS IMABS IMAGINARY
    IMARGUMENT IMCONJUGATE IMCOS IMCOSH IMCOT IMCSC IMCSCH IMDIV IMEXP IMLN IMLOG10
    IMLOG2 IMPOWER IMPRODUCT IMREAL IMSEC IMSECH IMSIN IMSINH IMSQRT IMSUB IMSUM
    IMTAN INDEX INDIRECT INFO INT INTERCEPT INTRATE IPMT IRR ISBLANK ISERR ISERROR
    ISEVEN ISFORMULA ISLEAPYEAR ISLOGICAL ISNA ISNONTEXT ISNUMBER ISO.CEILING ISODD
    ISOMITTED ISOWEEKNUM ISPMT ISREF ISTEXT JIS KURT LAMBDA LARGE LCM LEFT LEFTB LEN
    LENB LET LINEST LN LOG LOG10 LOGEST LOGINV LOGNORM.DIST LOGNORM.INV LOGNORMDIST
    LOOKUP LOWER MAKEARRAY MAP MATCH MAX MAXA MAXIFS MDETERM MDURATION MEAN MEDIAN
    MID MIDB MIN MINA MINIFS MINUTE MINVERSE MIRR MMULT MOD MODE MODE.MULT MODE.SNGL
    MONTH MONTHS MROUND MULTINOMIAL MULTIPLE.OPERATIONS MUNIT N NA NEGBINOM.DIST
    NEGBINOMDIST NETWORKDAYS NETWORKDAYS.INTL NOMINAL NORM.DIST NORM.INV NORM.S.DIST
    NORM.S.INV NORMDIST NORMINV NORMSDIST NORMSINV NOT NOW NPER NPV NUMBERSTRING
    NUMBERVALUE OCT2BIN OCT2DEC OCT2HEX ODD ODDFPRICE ODDFYIELD ODDLPRICE ODDLYIELD
    OFFSET OR PDURATION PEARSON PERCENTILE PERCENTILE.EXC PERCENTILE.INC PERCENTOF
    PERCENTRANK PERCENTRANK.EXC PERCENTRANK.INC PERMUT PERMUTATIONA PHI PHONETIC PI
    PIVOTBY PMT POISSON POISSON.DIST POWER PPMT PRICE PRICEDISC PRICEMAT PROB
    PRODUCT PROPER PV QUARTILE QUARTILE.EXC QUARTILE.INC QUOTIENT RADIANS RAND
    RAND.NV RANDARRAY RANDBETWEEN RANDBETWEEN.NV RANK RANK.AVG RANK.EQ RATE
    RAWSUBTRACT RECEIVED REDUCE REGEX REGEXEXTRACT REGEXREPLACE REGEXTEST REPLACE
    REPLACEB REPT RIGHT RIGHTB ROMAN ROT13 ROUND ROUNDDOWN ROUNDSIG ROUNDUP ROW ROWS
    RRI RSQ SCAN SEARCH SEARCHB SEC SECH SECOND SEQUENCE SERIESSUM SHEET SHEETS SIGN
    SIN SINGLE SINH SKEW SKEW.P SKEWP SLN SLOPE SMALL SORT SORTBY SQRT SQRTPI
    STANDARDIZE STDEV STDEV.P STDEV.S STDEVA STDEVP STDEVPA STEYX STYLE SUBSTITUTE
    SUBTOTAL SUM SUMIF SUMIFS SUMPRODUCT SUMSQ SUMX2MY2 SUMX2PY2 SUMXMY2 SWITCH SYD
    T T.DIST T.DIST.2T T.DIST.RT T.INV T.INV.2T T.TEST TAKE TAN TANH TBILLEQ
    TBILLPRICE TBILLYIELD TDIST TEXT TEXTAFTER TEXTBEFORE TEXTJOIN TEXTSPLIT TIME
    TIMEVALUE TINV TOCOL TODAY TOROW TRANSPOSE TREND TRIM TRIMMEAN TRIMRANGE TRUE
    TRUNC TTEST TYPE UNICHAR UNICODE UNIQUE UPPER USDOLLAR VALUE VALUETOTEXT VAR
    VAR.P VAR.S VARA VARP VARPA VDB VLOOKUP VSTACK WEEKDAY WEEKNUM WEEKNUM_EXCEL2003
    WEEKNUM_OOO WEEKS WEEKSINYEAR WEIBULL WEIBULL.DIST WORKDAY WORKDAY.INTL WRAPCOLS
    WRAPROWS XIRR XLOOKUP XMATCH XNPV XOR YEAR YEARFRAC YEARS YEN YIELD YIELDDISC
    YIELDMAT Z.TEST ZTEST

    ARRAYFORMULA COUNTUNIQUE DUMMYFUNCTION EQ FLATTEN GT GTE ISBETWEEN ISDATE
    ISEMAIL ISURL JOIN LT LTE MINUS MULTIPLY NE QUERY REGEXMATCH SORTN SPARKLINE
    SPLIT TO_DATE TO_DOLLARS TO_PERCENT TO_PURE_NUMBER TO_TEXT UMINUS UNARY_PERCENT
    UPLUS

    BEGINS-WITH BETWEEN CELL-CONTENT CELL-CONTENT-IS-BETWEEN CELL-CONTENT-IS-DATE
    CELL-CONTENT-IS-DECIMAL-NUMBER CELL-CONTENT-IS-IN-LIST
    CELL-CONTENT-IS-NOT-BETWEEN CELL-CONTENT-IS-TEXT CELL-CONTENT-IS-TIME
    CELL-CONTENT-IS-WHOLE-NUMBER CELL-CONTENT-TEXT-LENGTH
    CELL-CONTENT-TEXT-LENGTH-IS-BETWEEN CELL-CONTENT-TEXT-LENGTH-IS-NOT-BETWEEN
    CONTAINS-ERROR CONTAINS-TEXT DATE-IS DUPLICATE ENDNOTE ENDS-WITH FOOTER FOOTNOTE
    FORMULA-IS HEADER IS-ERROR IS-NO-ERROR IS-TRUE-FORMULA LIST-LEVEL NOT-BETWEEN
    NOT-CONTAINS-TEXT OUTLINE-LEVEL SECTION TABLE TABLE-COLUMN TABLE-HEADER
    TABLE-ROW
"""
FUNCTIONS = frozenset(_FUNCTIONS.split())
# Said before the name of a function, and no part of it.
PREFIX = re.compile(
    r"(?:_XLFN\.|_XLWS\.|__XLUDF\.|LEGACY\.|COM\.MICROSOFT\.|ORG\.LIBREOFFICE\."
    r"|ORG\.OPENOFFICE\.|COM\.SUN\.STAR\.SHEET\.ADDIN\."
    r"(?:ANALYSIS|DATEFUNCTIONS|PRICINGFUNCTIONS)\.GET)+"
)
# A name bound by LET or LAMBDA in the same formula; none of these, which some
# programmes would call all the same.
BOUND = "_XLPM."
NOT_BOUND = re.compile(
    r"WEBSERVICE|IMAGE|FILTERXML|CALL|EXEC|RTD|DDE|PY|SQL[.\w]*|CUBE\w*|IMPORT\w*"
    r"|REGISTER[.\w]*|HYPERLINK|INDIRECT|STOCKHISTORY|COPILOT|TRANSLATE|DETECTLANGUAGE"
)
# What in the words of a reference leads into another file.
FAR = re.compile(r"//|\\|:\s*/|'\s*#|#\s*\$|'\[|\][\w .]*'?!")
TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")
    |(?P<sheet>'(?:[^']|'')*')
    |(?P<place>\[(?:'.|[^\[\]']|\[(?:'.|[^\[\]'])*\])*\])
    |(?P<call>[^\W\d](?:[\w.-]*[\w.])?)\s*\(
    |_xleta\.(?P<passed>[\w.]+)
    |(?P<pipe>\|)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
ARGUMENT = re.compile(r"""(?P<text>"(?:[^"]|"")*")|'(?:[^']|'')*'|[()]""", re.DOTALL)
NO_SHEET = re.compile(r"[\\/?*\[\]]")
LINK = re.compile(
    r"HYPERLINK\s*\(\s*(?P<joined>(?:_XLFN\.)?CONCAT(?:ENATE)?\s*\(\s*)?"
    r'(?:"(?P<start>(?:[^"]|"")*)"\s*(?P<alone>[,;)])?)?',
    re.IGNORECASE,
)
FIRM = re.compile(r"#|https?:|mailto:|tel:", re.IGNORECASE)


def judge_formula(formula: str, *, drawn: bool = False) -> None:
    """Refuse what calls, fetches or looks into another file.

    `drawn` are the references of a chart, which only remember where its figures
    came from.
    """
    for token in TOKEN.finditer(formula):
        kind, said = token.lastgroup, token.group()
        if kind in ("call", "passed"):
            _judge_call(token.group(kind), formula, token.start())
        elif kind == "pipe" and not _is_in_array(formula[: token.start()]):
            raise Refused("call")
        elif not drawn and (
            (kind == "sheet" and NO_SHEET.search(said.replace("[0]", "")))
            or (kind == "place" and _is_elsewhere(formula, token))
        ):
            raise Refused("outside")


def judge_places(ranges: str) -> None:
    """Refuse ranges of cells, as OpenDocument writes them, of another file."""
    if re.search(r"'\s*#|#\s*\$|://", ranges.replace("#REF!", "")):
        raise Refused("outside")


def _judge_call(name: str, formula: str, start: int) -> None:
    rest = formula[start:]
    known = PREFIX.sub("", name.upper(), count=1)
    if known not in FUNCTIONS:
        # `A1-SUM(…)` is a difference, `is-true-formula(…)` a name.
        known = PREFIX.sub("", known.rpartition("-")[2], count=1)
    if known == "HYPERLINK":
        _judge_link(rest)
    elif known == "DUMMYFUNCTION":
        # Google writes here, as a text, what Excel does not know.
        inner = re.match(r'[^"]*"((?:[^"]|"")*)"', rest)
        judge_formula(inner.group(1).replace('""', '"') if inner else "|")
    elif known == "INDIRECT":
        _judge_indirect(rest)
    elif known not in FUNCTIONS and not _is_bound(known, formula):
        raise Refused("call")


def _is_bound(name: str, formula: str) -> bool:
    """Whether a name that is called was given a meaning in the same formula."""
    bare = name.removeprefix(BOUND)
    while (shorter := PREFIX.sub("", bare).removeprefix(BOUND)) != bare:
        bare = shorter
    return (
        name.startswith(BOUND)
        and not NOT_BOUND.fullmatch(bare)
        and bool(re.search(rf"{re.escape(name)}\s*[,;]", formula.upper()))
    )


def _judge_indirect(rest: str) -> None:
    """The words of which a reference is put together name no other file."""
    depth, words = 0, ""
    for part in ARGUMENT.finditer(rest):
        if part.lastgroup == "text":
            words += part.group()[1:-1]
        elif part.group() in ("(", ")"):
            depth += 1 if part.group() == "(" else -1
            if not depth:
                break
    if FAR.search(words):
        raise Refused("outside")


def _judge_link(rest: str) -> None:
    """A link may be put together, once it is clear that it leads to a page."""
    found = LINK.search(rest)
    start = (found and found["start"]) or ""
    whole = found and found["alone"] and not found["joined"]
    if not (is_address(start) if whole else FIRM.match(start)):
        raise Refused("link")


def _is_in_array(before: str) -> bool:
    """Whether a bar parts rows or words, as OpenDocument writes them, and no DDE."""
    return before.startswith("ooow:") or (
        before.startswith(("of:", "oooc:")) and before.count("{") > before.count("}")
    )


def _is_elsewhere(formula: str, token: re.Match[str]) -> bool:
    """Whether brackets hold the name of a file, not of a column or a cell."""
    said = token.group()
    if re.match(r"\[(?:'[^\[\]#@']|[.$])", said):
        judge_places(said)
    if re.search(r"://|#\s*\$", said):
        return True
    stands_alone = not re.search(r"[\w.\])]$", formula[: token.start()])
    names_sheet = re.match(r"[\w. ]*!", formula[token.end() :])
    return bool(stands_alone and names_sheet and said != "[0]")
