"""The relations of two NIKs and of two dates, spelt out on texts of digits."""

from datetime import datetime


def differing(left: str, right: str) -> list[int]:
    return [place for place, (a, b) in enumerate(zip(left, right, strict=True)) if a != b]


def one_slip(left: str, right: str) -> bool:
    """One digit substituted, or two neighbours exchanged."""
    places = differing(left, right)
    if len(places) == 1:
        return True
    if len(places) != 2 or places[1] != places[0] + 1:
        return False
    first, second = places
    return left[first] == right[second] and left[second] == right[first]


def nik_relation_by_text(left: str, right: str) -> str:
    if left == right:
        return "EQUAL"
    if left[:12] == right[:12]:
        return "PREFIX"
    rest_equal = left[:6] == right[:6] and left[8:] == right[8:]
    if rest_equal and abs(int(left[6:8]) - int(right[6:8])) == 40:
        return "SEX_SHIFT"
    return "TYPO" if one_slip(left, right) else "DIFFERENT"


def one_edit(left: str, right: str) -> bool:
    """One digit substituted, lost or added, or two neighbours exchanged: every such edit is tried."""
    if len(left) == len(right):
        return one_slip(left, right)
    shorter, longer = sorted((left, right), key=len)
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))


def damaged_relation_by_text(left: str, right: str, *, both_damaged: bool) -> str:
    if both_damaged:
        if left != right:
            return "UNKNOWN"
        return "PREFIX" if len(left) == 15 or (len(left) == 16 and left.endswith("0000")) else "TYPO"
    if not one_edit(left, right):
        return "UNKNOWN"
    return "PREFIX" if left[:12] == right[:12] else "TYPO"


def nik_beside_by_text(nik: str, birth: str, sex: str, told: str) -> tuple[str, bool]:
    """Digits 7-12 of a NIK beside a birth date yyyymmdd (00 for what is not known), and the sex it tells."""
    day = int(nik[6:8]) % 40
    written, year = f"{day:02d}{nik[8:10]}{nik[10:12]}", birth[2:4]
    told_date = birth[6:8] + birth[4:6] + year
    other_sex = (int(nik[6:8]) > 40) != (sex == "P") if told else False
    if "00" in (birth[4:6], birth[6:8]):
        agrees = year == nik[10:12] and birth[4:6] in ("00", nik[8:10])
        return ("AS_FAR_AS_KNOWN" if agrees else "YEAR" if year == nik[10:12] else "DIFFERS"), other_sex
    if written == told_date:
        return "EQUAL", other_sex
    if written == birth[4:6] + birth[6:8] + year:
        return "SWAPPED", other_sex
    if one_slip(written, told_date):
        return "ONE_DIGIT", other_sex
    return ("YEAR" if year == nik[10:12] else "DIFFERS"), other_sex


def date_relation_by_text(left: str, right: str) -> str:
    same_year = left[:4] == right[:4]
    if "00" in (left[6:], right[6:]):
        same_month = left[4:6] == right[4:6] != "00"
        return "DIFFERENT" if not same_year else "YEAR_MONTH" if same_month else "YEAR"
    if left == right:
        return "EQUAL"
    if same_year and left[4:6] == right[6:] and left[6:] == right[4:6]:
        return "SWAPPED"
    years_apart = abs(int(left[:4]) - int(right[:4]))
    if one_slip(left, right) or (left[4:] == right[4:] and years_apart in (1, 10)):
        return "TYPO"
    if same_year and (left[4:6] == right[4:6] or left[6:] == right[6:]):
        return "YEAR_MONTH"
    return "YEAR" if same_year else "DIFFERENT"


def date_difference_by_text(left: str, right: str) -> str:
    """Every difference that holds, in the order of their names in the package; the last one counts."""
    same_year, same_month, same_day = left[:4] == right[:4], left[4:6] == right[4:6], left[6:] == right[6:]
    holds = ["other"]
    if same_year:
        holds.append("same_year")
    if "00" in (left[6:], right[6:]):
        return "same_month" if same_year and same_month and left[4:6] != "00" else holds[-1]
    if same_year and same_day:
        holds.append("same_day")
    if same_year and same_month:
        holds.append("same_month")
    if same_month and same_day:
        holds.append("same_birthday")
    if one_slip(left, right):
        holds.append("one_digit" if len(differing(left, right)) == 1 else "transposed_digits")
    if abs(datetime.strptime(left, "%Y%m%d") - datetime.strptime(right, "%Y%m%d")).days == 1:
        holds.append("next_day")
    years = abs(int(left[:4]) - int(right[:4]))
    if same_month and same_day and years in (1, 10, 100):
        holds.append({1: "one_year", 10: "ten_years", 100: "century"}[years])
    if same_year and left[4:6] == right[6:] and left[6:] == right[4:6]:
        holds.append("swapped")
    if left == right:
        holds.append("equal")
    return holds[-1]
