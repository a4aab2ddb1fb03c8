"""What models could run on, judged by files that are there: without torch, whose start takes seconds."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
from pathlib import Path

_DRIVERS = {  # NVIDIA's, the same under Windows' Linux, and AMD's, which torch calls CUDA too
    "linux": ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd"),
    "win32": (os.path.expandvars(r"%SystemRoot%\System32\nvcuda.dll"),),
}


def possible_kinds(wish: str = "auto") -> set[str]:
    """Of 'cuda', 'mps' and 'cpu' those that torch may find where `wish`, one of these or 'auto', is asked for.

    Without torch there is none. A kind that is not among them is not there; one that is may turn out not to work.
    """
    torch = importlib.util.find_spec("torch")
    if torch is None or torch.origin is None:
        return set()
    found = {"cpu"}
    if any(Path(driver).exists() for driver in _DRIVERS.get(sys.platform, ())):
        built = Path(torch.origin).parent / "lib"
        found |= {"cuda"} if any(built.glob("*torch_cuda*")) or any(built.glob("*torch_hip*")) else set()
    if sys.platform == "darwin" and platform.machine() == "arm64":
        found.add("mps")
    return found if wish == "auto" else found & {wish}
