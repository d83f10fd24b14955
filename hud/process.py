"""How the HUD's process shares itself among its sessions: set once, when the first of them comes."""

import gc
import sys
from functools import cache
from typing import Final

# Each poll is a thread of Streamlit's, and one event loop sends all answers. After each send the loop waits for its
# turn behind the threads, by default for 5 ms: on a busy machine 500 sessions were sent 1 answer in 24 s, and 4,764
# with this.
TURN_SECONDS: Final = 0.0005


@cache
def share_fairly() -> None:
    """Let threads take turns often, and let the garbage collector look at sessions and not at imported modules."""
    sys.setswitchinterval(TURN_SECONDS)
    gc.collect()
    gc.freeze()
