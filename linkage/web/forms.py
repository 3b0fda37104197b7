"""Forms as they are posted: typed, bounded, and nothing beyond what is asked for."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Token = Annotated[str, StringConstraints(max_length=200)]


class Posted(BaseModel):
    """What every form of a signed-in visitor sends; a field that is not asked for is refused."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    csrf: Token
