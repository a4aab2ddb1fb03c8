"""How much of a model's own speed is left when photos of a library are embedded.

    python tests/benchmarks/embedding_speed.py [--device auto] [--photos N] [--model clip-vit-b-32 ...] [--rounds 2]

One side is the job (`embed_project`: read thumbnails, decode, cut, embed, store), with the model loaded before; the other is
the model alone, called by its library on random batches that lie on the device already, in the same precision, at the size
of batch that is fastest there, and with the library's own way of waiting for its threads. In turn; the share is that of the
medians of each side's rounds. Weights are random: speed does not depend on them.
The thumbnails are JPEGs of 512 x 341 pixels, cut out of rendered landscapes.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from PIL import Image

from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.embed_with_model import embed_project
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import add_to_project, put_photo
from pixsort_desktop.thumbnails.store import ThumbnailStore
from pixsort_desktop.vision.models.catalogue import spec_of
from pixsort_desktop.vision.models.client import ModelProcess
from pixsort_desktop.vision.models.installed import InstalledModel, of_spec

ASKED_S = 5.0

BARE = """
import json, sys, time
from pixsort_desktop.vision.models.torch_compat import prepare
prepare()
import torch
from pathlib import Path
from pixsort_desktop.vision.models.runtime import read_network
from pixsort_desktop.vision.models.worker import model_from

network = read_network(model_from(json.loads(sys.argv[1])))
device, kind = torch.device(sys.argv[2]), {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}[sys.argv[3]]
module = network.module.to(device=device, dtype=kind, memory_format=torch.channels_last)
px = json.loads(sys.argv[1])["input_px"]

def wait():
    if device.type == "cuda":
        torch.cuda.synchronize()

def rate(count, seconds):
    batch = torch.randn(count, 3, px, px, device=device, dtype=kind).to(memory_format=torch.channels_last)
    with torch.inference_mode():
        network.encode_images(batch)
        wait()
        began, done = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            for _ in range(4 if device.type == "cuda" else 1):
                network.encode_images(batch)
                done += count
            wait()
        return done / (time.perf_counter() - began)

sizes = (32, 64, 128, 256, 512, 1024) if device.type == "cuda" else (4, 8, 16, 32)
best = max(sizes, key=lambda count: max(rate(count, 1.0) for _ in range(2)))
print("ready", best, flush=True)
for line in sys.stdin:
    print(rate(best, float(line)), flush=True)
"""

MAKE = """
import sys
from pixsort_desktop.vision.models.torch_compat import prepare
prepare()
from safetensors.torch import save_file
library, architecture, px, path = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
if library == "open_clip":
    import open_clip
    model = open_clip.create_model(architecture, pretrained=None)
else:
    import timm
    options = {"img_size": px} if architecture.startswith("vit_") else {}
    model = timm.create_model(architecture, pretrained=False, num_classes=0, **options)
save_file({k: v.contiguous().clone() for k, v in model.state_dict().items()}, path)
"""


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder, ModelProcess(device=options.device) as models:
        device = models.describe_device()
        photos = options.photos or (20_000 if device.kind == "cuda" else 300)
        print(f"{device.name} ({device.kind}), {os.cpu_count()} cores, {photos:,} thumbnails")
        with Library.open(Path(folder) / "library") as library:
            project_id = _fill(library, photos)
            for name in options.model:
                _measure(library, project_id, _random_model(name, Path(folder)), models, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--device", default="auto")
    parser.add_argument("--photos", type=int)
    parser.add_argument("--model", nargs="+", default=["clip-vit-b-32", "dinov2-vit-s-14"])
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def _fill(library: Library, photos: int) -> int:
    """A project of photos that are there by their thumbnails alone, each with bytes of its own."""
    store = ThumbnailStore(library.folder / "thumbnails")
    pictures = _thumbnails(64)
    project_id = create_project(library, name="Speed").id
    rows = []
    for n in range(photos):
        sha256 = hashlib.sha256(str(n).encode()).hexdigest()
        store.write(sha256, pictures[n % len(pictures)])
        rows.append(
            (f"/photos/{n:06}.jpg", {"sha256": sha256, "status": "ready", "width": 512, "height": 341})
        )

    def write(transaction: Any) -> None:
        for path, facts in rows:
            photo_id = put_photo(transaction, path, 1, 1, facts)
            add_to_project(transaction, project_id, photo_id)

    library.write(write)
    return project_id


def _thumbnails(count: int) -> list[bytes]:
    """JPEGs with the amount of detail that photographs have: noise at every scale, weaker the finer it is."""
    found = []
    for seed in range(count):
        rng = np.random.default_rng(seed)
        layers = np.zeros((341, 512, 3))
        for cells in (3, 8, 21, 60, 170):
            noise = rng.normal(0, 400 / cells**0.75, (cells, cells * 3 // 2, 3))
            noise[..., 1:] = noise[..., :1] + noise[..., 1:] * 0.3
            for channel in range(3):
                layer = Image.fromarray(noise[..., channel].astype(np.float32)).resize(
                    (512, 341), Image.Resampling.BICUBIC
                )
                layers[..., channel] += np.asarray(layer)
        out = io.BytesIO()
        Image.fromarray(np.clip(layers + 128, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=85)
        found.append(out.getvalue())
    return found


def _random_model(name: str, folder: Path) -> InstalledModel:
    spec = spec_of(name)
    path = folder / f"{name}.safetensors"
    command = [sys.executable, "-c", MAKE, spec.library, spec.architecture, str(spec.input_px), str(path)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL, env=_environment())
    return replace(of_spec(spec, path, "0" * 64, None), id=f"random-{name}")


def _measure(
    library: Library,
    project_id: int,
    model: InstalledModel,
    models: ModelProcess,
    options: argparse.Namespace,
) -> None:
    from pixsort_desktop.vision.models.client import facts_of

    began = time.perf_counter()
    black = Image.new("RGB", (512, 341))
    list(models.embed(model, [(0, lambda: black)]))
    loaded = time.perf_counter() - began
    device = models.describe_device()
    command = [sys.executable, "-c", BARE, json.dumps(facts_of(model)), device.kind, device.precision]
    bare = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=_environment(),
    )
    assert bare.stdin is not None and bare.stdout is not None
    best = bare.stdout.readline().split()[1]
    alone, job = [], []
    for _ in range(options.rounds):
        alone.append(_ask(bare))
        library.write(lambda t: t.connection.execute("DELETE FROM embeddings") and None)
        began = time.perf_counter()
        report = embed_project(library, project_id=project_id, model=model, models=models)
        job.append(report.done / (time.perf_counter() - began))
        assert not report.failed, report.failed[:3]
    alone.append(_ask(bare))
    bare.stdin.close()
    bare.wait()
    bare.stdout.close()
    print(
        f"{model.id} ({device.precision}, batches of {models._batches[model.id]}; alone best with {best}):"
        f" {median(job):,.1f} of {median(alone):,.1f} photos a second alone, share {median(job) / median(alone):.2f};"
        f" rounds {', '.join(f'{each:,.1f}' for each in job)} / {', '.join(f'{each:,.1f}' for each in alone)};"
        f" loaded and tried in {loaded:.1f} s"
    )


def _ask(bare: subprocess.Popen[str]) -> float:
    assert bare.stdin is not None and bare.stdout is not None
    print(ASKED_S, file=bare.stdin, flush=True)
    return float(bare.stdout.readline())


def _environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[2])
    return os.environ | {"PYTHONPATH": root}


if __name__ == "__main__":
    main()
