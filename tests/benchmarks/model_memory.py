"""How much memory each model of the catalogue takes while it runs: peak of a process of its own, float32 on the CPU.

    python tests/benchmarks/model_memory.py [ID ...]

The architectures are built without their weights; eight random pictures and, where the model reads text, eight texts go
through. Prints bytes as they stand in `vision/models/catalogue.py`, rounded up to 100 MB.
"""

from __future__ import annotations

import resource
import subprocess
import sys

from pixsort_desktop.vision.models.catalogue import CATALOGUE, spec_of

BATCH = 8


def measure(model_id: str) -> int:
    """Run one model in this process; answers the peak resident memory in bytes."""
    import torch

    from tests.vision.models.bare import bare_model, seen_size

    spec = spec_of(model_id)
    more = {"num_classes": 0, **seen_size(spec)} if spec.library == "timm" else {}
    model = bare_model(spec, **more).to_empty(device="cpu").eval()
    for tensor in model.state_dict().values():
        tensor.zero_()
    pictures = torch.rand(BATCH, 3, spec.input_px, spec.input_px)
    with torch.inference_mode():
        if spec.library == "timm":
            model(pictures)
        else:
            model.encode_image(pictures)
            length = model.context_length if hasattr(model, "context_length") else model.text.context_length
            model.encode_text(torch.ones(BATCH, length, dtype=torch.long))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        print(measure(sys.argv[2]))
        return
    for model_id in sys.argv[1:] or [spec.id for spec in CATALOGUE]:
        ran = subprocess.run(
            [sys.executable, __file__, "--one", model_id], capture_output=True, text=True, check=True
        )
        peak = int(ran.stdout.split()[-1])
        print(f"{model_id:<24} {-(-peak // 100_000_000) * 100_000_000:>15,}", flush=True)


if __name__ == "__main__":
    main()
