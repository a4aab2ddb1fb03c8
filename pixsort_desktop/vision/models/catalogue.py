"""Learned models that can be fetched: what each is good for, how large it is, where it comes from, and its licence.

Names, addresses and preprocessing are those of the tables in open_clip 3.3.0 (`open_clip/pretrained.py`) and timm 1.0.31
(`default_cfgs`); `tests/vision/models/test_catalogue.py` builds every architecture without its weights and compares. Sizes
are the publisher's to the byte where he lists them so, else the sum of the tensors; `memory_bytes` was measured by
`tests/benchmarks/model_memory.py`. Licences are those on the publisher's page. A checksum stands here where the
publisher's own page of the file states it; where it is None, the publisher tells it at the start of a download.
"""

from __future__ import annotations

from dataclasses import dataclass

from pixsort_desktop.errors import NotFoundError

Triple = tuple[float, float, float]

_OPENAI: tuple[Triple, Triple] = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
_HALF: tuple[Triple, Triple] = (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)
_NONE: tuple[Triple, Triple] = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
_IMAGENET: tuple[Triple, Triple] = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

_APPLE = "Only for research: Apple's licence allows «scientific research of artificial intelligence» and no commercial use."
_META = (
    "Meta's own licence, not an open one: commercial work is allowed, military use and weapons are not, and whoever passes"
    " the model on passes the licence on. Meta's own pages ask who you are before they give it; timm's copy, which this is,"
    " does not."
)


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model of the catalogue. Sizes in bytes, `input_px` the edge of the square that the model sees.

    `resize`: 'shortest' scales the shorter edge to `input_px / crop_share` and cuts the middle out, 'squash' scales both
    edges to `input_px`. `mean` and `std` are for values between 0 and 1.
    """

    id: str
    name: str
    library: str  # 'open_clip' or 'timm'
    architecture: str
    pretrained: str
    dimensions: int
    input_px: int
    file_bytes: int
    memory_bytes: int
    licence: str
    licence_note: str  # '' where the licence allows any use
    gated: bool  # the publisher asks for a consent before the file can be fetched
    repository: str
    file_name: str
    sha256: str | None
    good_for: str
    reads_text: bool
    captions: bool
    norm: tuple[Triple, Triple]
    interpolation: str = "bicubic"
    resize: str = "shortest"
    crop_share: float = 1.0
    tokenizer_file: str | None = None  # None: the tokenizer comes with open_clip, or there are no words
    host: str = "https://huggingface.co"

    @property
    def conditions(self) -> str:
        """What one agrees to, '' where the licence allows any use and nobody asks."""
        asks = "The publisher gives it only to those who agreed on his page, by a token in HF_TOKEN."
        return f"{self.licence_note} {asks if self.gated else ''}".strip()

    @property
    def page(self) -> str:
        """The publisher's page of the model, with its licence."""
        return f"{self.host}/{self.repository}"

    @property
    def url(self) -> str:
        """Where the weights are."""
        return f"{self.page}/resolve/main/{self.file_name}"

    @property
    def tokenizer_url(self) -> str | None:
        return f"{self.page}/resolve/main/{self.tokenizer_file}" if self.tokenizer_file else None

    @property
    def mean(self) -> Triple:
        return self.norm[0]

    @property
    def std(self) -> Triple:
        return self.norm[1]


CATALOGUE: tuple[ModelSpec, ...] = (
    ModelSpec(
        id="clip-vit-b-32", name="CLIP ViT-B/32", library="open_clip", architecture="ViT-B-32", pretrained="laion2b_s34b_b79k",
        dimensions=512, input_px=224, file_bytes=605_143_316, memory_bytes=1_100_000_000,
        licence="MIT", licence_note="", gated=False,
        repository="laion/CLIP-ViT-B-32-laion2B-s34B-b79K", file_name="open_clip_model.safetensors",
        sha256="ac4f8c4b88af6d963118cbf40ad93176d092abbedfcb752601ae1866352656e6",
        good_for="Words, tags and grouping by what is in the picture. The fastest with words; begin with this one.",
        reads_text=True, captions=False, norm=_OPENAI,
    ),
    ModelSpec(
        id="siglip-vit-b-16", name="SigLIP ViT-B/16", library="open_clip", architecture="ViT-B-16-SigLIP", pretrained="webli",
        dimensions=768, input_px=224, file_bytes=812_623_880, memory_bytes=1_400_000_000,
        licence="Apache-2.0", licence_note="", gated=False,
        repository="timm/ViT-B-16-SigLIP", file_name="open_clip_model.safetensors",
        sha256="81942ea8c09b9e41963357cca5d2682118bf7eb7491c2ae51a28bc4f4f95b194",
        good_for="Words and tags, better than CLIP of that size; four times its work a photo.",
        reads_text=True, captions=False, norm=_HALF, resize="squash",
        tokenizer_file="tokenizer.json",
    ),
    ModelSpec(
        id="mobileclip2-s0", name="MobileCLIP2-S0", library="open_clip", architecture="MobileCLIP2-S0", pretrained="dfndr2b",
        dimensions=512, input_px=256, file_bytes=299_543_956, memory_bytes=900_000_000,
        licence="Apple Machine Learning Research Model", licence_note=_APPLE, gated=False,
        repository="timm/MobileCLIP2-S0-OpenCLIP", file_name="open_clip_model.safetensors",
        sha256="ab91a1a0c4330d6b1913e24d5035dfdea15423316aaec649610c6b1c6ddd0e95",
        good_for="Words and tags on a slow computer: the smallest file with words.",
        reads_text=True, captions=False, norm=_NONE, interpolation="bilinear",
    ),
    ModelSpec(
        id="mobileclip2-b", name="MobileCLIP2-B", library="open_clip", architecture="MobileCLIP2-B", pretrained="dfndr2b",
        dimensions=512, input_px=224, file_bytes=599_111_700, memory_bytes=1_200_000_000,
        licence="Apple Machine Learning Research Model", licence_note=_APPLE, gated=False,
        repository="timm/MobileCLIP2-B-OpenCLIP", file_name="open_clip_model.safetensors", sha256=None,
        good_for="Words and tags: as good as much larger models.",
        reads_text=True, captions=False, norm=_NONE, interpolation="bilinear",
    ),
    ModelSpec(
        id="clip-vit-l-14", name="CLIP ViT-L/14", library="open_clip", architecture="ViT-L-14", pretrained="laion2b_s32b_b82k",
        dimensions=768, input_px=224, file_bytes=1_710_466_052, memory_bytes=2_300_000_000,
        licence="MIT", licence_note="", gated=False,
        repository="laion/CLIP-ViT-L-14-laion2B-s32B-b82K", file_name="open_clip_pytorch_model.bin",
        sha256="5ddb47339f44e4fd9cace3d3960d38af1b51a25857440cfae90afc44706d7e2b",
        good_for="Words and tags with a graphics card: finer distinctions, some twenty times the work of ViT-B/32.",
        reads_text=True, captions=False, norm=_HALF,
    ),
    ModelSpec(
        id="clip-convnext-base-w", name="CLIP ConvNeXt-Base", library="open_clip", architecture="convnext_base_w",
        pretrained="laion2b_s13b_b82k", dimensions=640, input_px=256, file_bytes=717_541_380, memory_bytes=1_400_000_000,
        licence="MIT", licence_note="", gated=False,
        repository="laion/CLIP-convnext_base_w-laion2B-s13B-b82K", file_name="open_clip_model.safetensors",
        sha256="a7528aa0381ddcd2cf5791eb5efd8b695d109b57fbcf9f53fb464ab3950d86b0",
        good_for="Words and tags by a network of convolutions, which notices texture and detail.",
        reads_text=True, captions=False, norm=_OPENAI,
    ),
    ModelSpec(
        id="coca-vit-b-32", name="CoCa ViT-B/32", library="open_clip", architecture="coca_ViT-B-32",
        pretrained="mscoco_finetuned_laion2b_s13b_b90k", dimensions=512, input_px=224, file_bytes=1_014_240_260,
        memory_bytes=1_500_000_000, licence="MIT", licence_note="", gated=False,
        repository="laion/mscoco_finetuned_CoCa-ViT-B-32-laion2B-s13B-b90k", file_name="open_clip_pytorch_model.bin",
        sha256=None, good_for="Captions: a sentence for each photo. Words and tags too.",
        reads_text=True, captions=True, norm=_OPENAI,
    ),
    ModelSpec(
        id="coca-vit-l-14", name="CoCa ViT-L/14", library="open_clip", architecture="coca_ViT-L-14",
        pretrained="mscoco_finetuned_laion2b_s13b_b90k", dimensions=768, input_px=224, file_bytes=2_553_800_708,
        memory_bytes=3_200_000_000, licence="MIT", licence_note="", gated=False,
        repository="laion/mscoco_finetuned_CoCa-ViT-L-14-laion2B-s13B-b90k", file_name="open_clip_pytorch_model.bin",
        sha256="f22c34acef2b7a5d1ed28982a21077de651363eaaebcf34a3f10676e17837cb8",
        good_for="Captions with a graphics card: better sentences, slowly.",
        reads_text=True, captions=True, norm=_OPENAI,
    ),
    ModelSpec(
        id="dinov2-vit-s-14", name="DINOv2 ViT-S/14", library="timm", architecture="vit_small_patch14_dinov2",
        pretrained="lvd142m", dimensions=384, input_px=224, file_bytes=88_240_510, memory_bytes=600_000_000,
        licence="Apache-2.0", licence_note="", gated=False,
        repository="timm/vit_small_patch14_dinov2.lvd142m", file_name="model.safetensors",
        sha256="04d27f3400d059fc0cfd7d17dd1909a75bf3ea8fb3eeb48b97cb99e57ee20081",
        good_for="Grouping and «more like this» by looks and by subject; small and fast. No words.",
        reads_text=False, captions=False, norm=_IMAGENET,
    ),
    ModelSpec(
        id="dinov2-vit-b-14", name="DINOv2 ViT-B/14", library="timm", architecture="vit_base_patch14_dinov2",
        pretrained="lvd142m", dimensions=768, input_px=224, file_bytes=346_334_872, memory_bytes=900_000_000,
        licence="Apache-2.0", licence_note="", gated=False,
        repository="timm/vit_base_patch14_dinov2.lvd142m", file_name="model.safetensors",
        sha256="55cbb5d887b336d430e649c277b85a1429e724871f9d02ac16203235886d8c7b",
        good_for="Grouping and «more like this», finer than ViT-S. No words.",
        reads_text=False, captions=False, norm=_IMAGENET,
    ),
    ModelSpec(
        id="dinov3-vit-s-16", name="DINOv3 ViT-S/16", library="timm", architecture="vit_small_patch16_dinov3",
        pretrained="lvd1689m", dimensions=384, input_px=256, file_bytes=86_362_376, memory_bytes=600_000_000,
        licence="DINOv3 License", licence_note=_META, gated=False,
        repository="timm/vit_small_patch16_dinov3.lvd1689m", file_name="model.safetensors",
        sha256="2a1ec16ae28ffa07bc0ead0241ee7df9fc26451fe6f9f839b7b3afa0a906b040",
        good_for="Grouping and «more like this»; the successor of DINOv2. No words.",
        reads_text=False, captions=False, norm=_IMAGENET,
    ),
    ModelSpec(
        id="dinov3-vit-b-16", name="DINOv3 ViT-B/16", library="timm", architecture="vit_base_patch16_dinov3",
        pretrained="lvd1689m", dimensions=768, input_px=256, file_bytes=342_564_864, memory_bytes=900_000_000,
        licence="DINOv3 License", licence_note=_META, gated=False,
        repository="timm/vit_base_patch16_dinov3.lvd1689m", file_name="model.safetensors", sha256=None,
        good_for="Grouping and «more like this», finer than ViT-S. No words.",
        reads_text=False, captions=False, norm=_IMAGENET,
    ),
    ModelSpec(
        id="resnet50", name="ResNet-50", library="timm", architecture="resnet50", pretrained="a1_in1k",
        dimensions=2048, input_px=224, file_bytes=102_469_840, memory_bytes=600_000_000,
        licence="Apache-2.0", licence_note="", gated=False,
        repository="timm/resnet50.a1_in1k", file_name="model.safetensors",
        sha256="773525d5821de224f8f30c33377b7a795d7863e08522698200d3217d3f2a41bb",
        good_for="Grouping by kinds of things, as in 2015: a yardstick for the others. No words.",
        reads_text=False, captions=False, norm=_IMAGENET, crop_share=0.95,
    ),
)  # fmt: skip


def spec_of(model_id: str) -> ModelSpec:
    """The model of that id. Raises NotFoundError, which names those that there are."""
    for spec in CATALOGUE:
        if spec.id == model_id:
            return spec
    known = ", ".join(spec.id for spec in CATALOGUE)
    raise NotFoundError(f"There is no model «{model_id}» in the catalogue; there are {known}.")


def spec_with_weights(sha256: str) -> ModelSpec | None:
    """The model whose weights have that checksum, where the catalogue knows it."""
    return next((spec for spec in CATALOGUE if spec.sha256 == sha256), None)


def size_in_words(size: int) -> str:
    """«40 KB», «605 MB», «1.7 GB»."""
    if size < 1e6:
        return f"{max(1, round(size / 1e3))} KB"
    return f"{size / 1e9:.1f} GB" if size >= 999_500_000 else f"{round(size / 1e6)} MB"
