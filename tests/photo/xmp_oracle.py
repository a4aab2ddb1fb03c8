"""A second reader of XMP for the tests, with the standard library's ElementTree and none of the program's code."""

from __future__ import annotations

import xml.etree.ElementTree as ET

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
PREFIXES = {
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xmp/1.0/DynamicMedia/": "xmpDM",
    "http://ns.adobe.com/lightroom/1.0/": "lr",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://www.digikam.org/ns/1.0/": "digiKam",
    "http://darktable.sf.net/": "darktable",
    "http://ns.camerabits.com/photomechanic/1.0/": "photomechanic",
    "http://ns.microsoft.com/photo/1.0/": "MicrosoftPhoto",
    "http://ns.microsoft.com/photo/1.0": "MicrosoftPhoto",
}
CARRIERS = {
    "xmp:Rating", "MicrosoftPhoto:Rating", "xmpDM:pick", "xmpDM:good", "digiKam:PickLabel", "photomechanic:Tagged",
    "xmp:Label", "photoshop:LabelColor", "digiKam:ColorLabel", "darktable:colorlabels", "photomechanic:ColorClass",
}  # fmt: skip


def said_by(data: bytes) -> dict[str, list[str]]:
    """Every top-level property of every description: «prefix:name», or «{uri}name» for other namespaces."""
    text = data.rstrip(b"\0") if data[:1] not in (b"\xff", b"\xfe") else data.decode("utf-16").encode()
    root = ET.fromstring(text.strip(b"\xef\xbb\xbf \t\r\n\0"))
    found: dict[str, list[str]] = {}
    rdf = root if root.tag == f"{RDF}RDF" else root.find(f".//{RDF}RDF")
    assert rdf is not None
    for description in rdf.findall(f"{RDF}Description"):
        for name, value in description.attrib.items():
            if not name.startswith(RDF):
                found.setdefault(_short(name), []).append(value.strip())
        for child in description:
            found.setdefault(_short(child.tag), []).append(_canonical(child))
    return {name: sorted(values) for name, values in found.items()}


def _short(name: str) -> str:
    uri, _, local = name.rpartition("}")
    prefix = PREFIXES.get(uri.lstrip("{"))
    return f"{prefix}:{local}" if prefix else name


def _canonical(element: ET.Element) -> str:
    items = element.findall(f"{RDF}Bag/{RDF}li") + element.findall(f"{RDF}Seq/{RDF}li")
    if items and not any(len(item) or item.attrib for item in items):
        return "[" + ", ".join((item.text or "").strip() for item in items) + "]"
    if not len(element) and not element.attrib:
        return (element.text or "").strip()
    return ET.canonicalize(ET.tostring(element), strip_text=False).strip()
