"""Settings every test shares."""

from hypothesis import settings

# The first call of a kernel compiles it, which no deadline per example survives; repeatable examples keep main green.
settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")
