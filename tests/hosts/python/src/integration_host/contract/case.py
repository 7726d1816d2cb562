"""Variants of the contract: a base class per variant, a subclass per case."""

import re
from typing import ClassVar, Self


class Case:
    """A variant, or one of its cases. A case has at most one field, its payload."""

    CASE: ClassVar[str]

    def __init_subclass__(cls, case: str = "") -> None:
        """Names the case as its class, unless it is given a name of its own."""
        cls.CASE = case or re.sub(r"(?<=[a-z])(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def named(cls, case: str) -> type[Self]:
        """The class of a case of this variant."""
        for subclass in cls.__subclasses__():
            if case == subclass.CASE:
                return subclass
        raise ValueError(f"{cls.__name__} has no case {case!r}")
