"""States and parameters in prose: articles, possessives, what a symbol stands for."""

from __future__ import annotations

from tertius.actors import state

__all__ = ["parameter", "percent", "possessive", "prose", "sentence_case"]

_WITH_ARTICLE = (
    "Bahamas", "Central African", "Comoros", "Democratic", "Dominican", "Gambia", "Maldives",
    "Marshall", "Netherlands", "Philippines", "Republic", "Solomon", "Soviet", "United",
)  # fmt: skip

_PARAMETERS = {
    "k": "the cost of dependence",
    "c": "the pivot's cost of giving the goal",
    "q": "the reliability of the pivot's promise",
    "alpha": "the pivot's affinity for {}",
    "omega": "the worth of the pivot's alignment to {}",
    "rho": "the rivalry of {}",
    "beta": "the worth of the shared goal to {}",
    "theta": "the loss from the goal under its rival to {}",
    "e": "the loss from being excluded to {}",
    "kappa": "the cost of delivering to {}",
    "sigma": "the largest sanction of {}",
    "lambda": "the cost of its own sanctions to {}",
    "shield": "the shelter from sanctions under {}",
    "cap": "the purse of {}",
    "upfront": "the part of the goal's cost due on signing",
    "delivery": "the chance that a committed pivot delivers",
    "mu": "the belief that the pivot is committed",
    "delta": "the weight of the next round",
}


def prose(iso3: str) -> str:
    """Return a state's name as it stands within a sentence.

    Examples
    --------
    >>> prose("USA"), prose("PRK")
    ('the United States', 'North Korea')
    """
    name = state(iso3).name
    return f"the {name}" if name.startswith(_WITH_ARTICLE) else name


def possessive(iso3: str) -> str:
    """Return the possessive of a state's name.

    Examples
    --------
    >>> possessive("USA"), possessive("CHN")
    ("the United States'", "China's")
    """
    name = prose(iso3)
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def parameter(name: str) -> str:
    """Return a parameter of the game in words.

    Examples
    --------
    >>> parameter("rho.USA"), parameter("k")
    ('the rivalry of the United States', 'the cost of dependence')
    """
    stem, *patrons = name.split(".")
    told = _PARAMETERS[stem].format(prose(patrons[0]) if patrons else "")
    return f"{told} with {prose(patrons[1])}" if len(patrons) > 1 else told


def percent(share: float) -> str:
    """Round a share, but never to none or all unless it is."""
    if 0 < share <= 0.005:
        return "less than 1 %"
    if 0.995 <= share < 1:
        return "more than 99 %"
    return f"{100 * share:.0f} %"


def sentence_case(text: str) -> str:
    """Return `text` with its first letter as a capital, and the rest as it is."""
    return text[:1].upper() + text[1:]
