"""The relations of two NIKs and of two dates, spelt out on texts of digits."""


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


def date_relation_by_text(left: str, right: str) -> str:
    same_year = left[:4] == right[:4]
    if "0000" in (left[4:], right[4:]):
        return "YEAR" if same_year else "DIFFERENT"
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
