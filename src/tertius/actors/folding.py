"""Bring the spellings of one name together: case, accents, punctuation and blanks are folded."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["fold"]

# Letters that Unicode does not take apart into a base letter and an accent.
_LETTERS = str.maketrans(
    {
        "ı": "i",
        "ø": "o",
        "Ø": "o",
        "đ": "d",
        "Đ": "d",
        "ł": "l",
        "Ł": "l",
        "æ": "ae",
        "Æ": "ae",
        "œ": "oe",
        "ə": "a",
        "ð": "d",
        "þ": "th",
    }
)
_DROPPED = re.compile(r"[.'’‘`´ʻʼ]")
_BLANKS = re.compile(r"[\W_]+")


def fold(name: str) -> str:
    """Return the form of `name` under which it is looked up.

    Accents, case, full stops and apostrophes go; every other sign, underscores and control
    characters included, counts as a blank; a leading "the" goes.

    Examples
    --------
    >>> fold("Kim_Jong-Un"), fold("U.S."), fold("Côte d’Ivoire"), fold("The  Kremlin")
    ('kim jong un', 'us', 'cote divoire', 'kremlin')
    """
    text = name.replace("&", " and ")
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text.translate(_LETTERS))
        text = "".join(letter for letter in apart if not unicodedata.combining(letter))
    text = _BLANKS.sub(" ", _DROPPED.sub("", text)).strip().casefold()
    return text.removeprefix("the ")
