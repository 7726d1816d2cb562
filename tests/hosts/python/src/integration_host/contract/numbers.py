"""Numbers of the contract with fewer than the 64 bits that an `int` has in it."""

from typing import Annotated

U16 = Annotated[int, 16]
U32 = Annotated[int, 32]
