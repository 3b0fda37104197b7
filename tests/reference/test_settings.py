"""The table ``[publish]``."""

from __future__ import annotations

import pytest

from linkage.errors import ConfigurationError
from linkage.reference.settings import publish_settings


@pytest.mark.parametrize("name", ["merge_rate", "usual_merge_rate", "coverage_drop"])
def test_a_share_written_as_per_cent_is_refused_and_not_read_as_no_bar_at_all(name):
    with pytest.raises(ConfigurationError, match=rf"{name} in \[publish\] is a share, 0 to 1"):
        publish_settings({name: 3}, where="linkage.toml")
    assert getattr(publish_settings({name: 1}, where="linkage.toml"), name) == 1
