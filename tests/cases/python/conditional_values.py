"""Values of a module that are set under a condition."""
try:
    import fast
    HAS_FAST = True
    # <- definition variable HAS_FAST
except ImportError:
    HAS_FAST = False
    # <- nothing
else:
    VERSION = fast.version
    # <- definition variable VERSION
    # <- type fast.version
if HAS_FAST:
    LIMIT: int = 3
    # <- definition variable LIMIT
else:
    OTHER = 2
    # <- definition variable OTHER


def run():
    if HAS_FAST:
        inner = 1
        # <- nothing


for each in VERSION:
    passing = each
    # <- nothing
