"""Names that look like others: what tells people who somebody is must not be told apart by machines alone.

Unicode's rules for identifiers (UTS #39), in short: no characters that nobody sees or that are a form of others, letters of
one script, and no word of another script in which every letter has a Latin twin.
"""

from __future__ import annotations

import unicodedata

from javelin.contract.errors import InvalidParameter

UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
TOGETHER = frozenset(
    {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "LATIN"}
)  # in East Asia
OF_ALL = frozenset({"COMBINING", "MODIFIER", "FEMININE", "MASCULINE"})  # what scripts share
TWINS = frozenset(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455"  # Cyrillic, as aeopcyxijs
    "\u0501\u04bb\u051b\u051d\u04cf\u050d\u0475"  # Cyrillic, as dhqwlgv
    "\u03b1\u03bf\u03bd\u03b9\u03ba\u03c1\u03c4\u03c5\u03c7\u03b3"  # Greek, as aovikptuxy
    "\u0585\u057d\u0578\u0570\u0581\u0566"  # Armenian, as ounhgq
)


def refuse_look_alike(kind: str, name: str) -> None:
    """Raise InvalidParameter for a name that could be taken for another."""
    if unicodedata.normalize("NFKC", name) != name:
        raise _confusing(kind, "has forms of characters that look like others; write the plain ones")
    if any(unicodedata.category(one) in UNSEEN or (unicodedata.category(one) == "Zs" and one != " ") for one in name):
        raise _confusing(kind, "has characters that nobody sees; leave them out")
    letters = [one for one in name if one.isalpha()]
    scripts = {_script(one) for one in letters} - OF_ALL
    if len(scripts) > 1 and not scripts <= TOGETHER:
        raise _confusing(
            kind, f"mixes letters of {' and '.join(sorted(map(str.title, scripts)))}; use those of one script"
        )
    if letters and all(one in TWINS for one in name.lower() if one.isalpha()):
        raise _confusing(kind, "has only letters that look like Latin ones; choose one that can be told apart")


def _script(letter: str) -> str:
    """The first word of the character's name, which is that of its script."""
    return unicodedata.name(letter).split(" ")[0]


def _confusing(kind: str, what: str) -> InvalidParameter:
    return InvalidParameter(f"The {kind}'s name {what}.")
