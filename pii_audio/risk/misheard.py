"""When one name may be another, misheard: the question that linking asks. Leans towards "may be"."""

from __future__ import annotations

from functools import lru_cache

from pii_audio.spelling import cologne, distance, name_key

__all__ = ["keys_alike", "sounds_alike"]


def keys_alike(name: str) -> set[str]:
    """Names for which `sounds_alike` holds share at least one of these: no need to compare all with all."""
    name = name_key(name)
    keys = {name, name[:1] + cologne(name)}
    if len(name) >= 6:
        shorter = {name[:i] + name[i + 1 :] for i in range(len(name))}
        keys |= shorter
        if len(name) >= 9:
            keys |= {s[:i] + s[i + 1 :] for s in shorter for i in range(len(s))}
    return keys


@lru_cache(maxsize=200_000)
def sounds_alike(a: str, b: str) -> bool:
    """Whether one of two names may be the other, misheard.

    Same key; or same sounds (a code of at least two digits, so that "Anna" and "Jan" stay apart, and lengths
    within two letters); or one letter apart in six and more, two in ten and more.
    """
    a, b = name_key(a), name_key(b)
    if a == b:
        return True
    shorter, longer = sorted((len(a), len(b)))
    if longer - shorter > 2 or shorter < 3:
        return False
    if a[0] == b[0] and len(cologne(a)) >= 2 and cologne(a) == cologne(b):
        return distance(a, b) <= 2
    allowed = 2 if shorter >= 10 else 1 if shorter >= 6 else 0
    return allowed > 0 and distance(a, b) <= allowed
