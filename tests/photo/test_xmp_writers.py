"""Sidecars as other programs write them: each is read as meant, changed in every way, and otherwise kept.

The documents are small ones in the habits of each program: which properties, in which spelling, in which wrapper.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pixsort_desktop.photo.xmp import PROFILES, Changes, Profile, XmpFacts, patch_packet, read_xmp
from tests.photo.xmp_oracle import CARRIERS, said_by

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
XMP = 'xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
LR = 'xmlns:lr="http://ns.adobe.com/lightroom/1.0/"'
PHOTOSHOP = 'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
END = '<?xpacket end="w"?>'


def meta(inside: str, toolkit: str = "") -> str:
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"{toolkit}>\n <rdf:RDF {RDF}>\n{inside}\n </rdf:RDF>\n</x:xmpmeta>'


def described(attributes: str = "", elements: str = "", about: str = ' rdf:about=""') -> str:
    if not elements:
        return f"  <rdf:Description{about} {attributes}/>"
    return f"  <rdf:Description{about} {attributes}>{elements}</rdf:Description>"


def bag(name: str, *items: str, kind: str = "Bag") -> str:
    inside = "".join(f"\n     <rdf:li>{item}</rdf:li>" for item in items)
    return f"\n   <{name}>\n    <rdf:{kind}>{inside}\n    </rdf:{kind}>\n   </{name}>"


REGION = """
   <mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag><rdf:li rdf:parseType="Resource">
    <mwg-rs:Name>Zoë</mwg-rs:Name><xmp:Rating>1</xmp:Rating><xmp:Label>Red</xmp:Label>
    <mwg-rs:Area stArea:x="0.5" stArea:y="0.4" stArea:w="0.1" stArea:h="0.1" stArea:unit="normalized"/>
   </rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"""
REGIONS = (
    'xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"'
    ' xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#"'
)

DOCUMENTS: dict[str, tuple[str | bytes, XmpFacts]] = {
    "capture one": (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        + meta(
            described(
                f'{XMP} {PHOTOSHOP} {DC} xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" {LR}',
                "\n   <xmp:Rating>4</xmp:Rating>\n   <xmp:Label>Green</xmp:Label>\n   <photoshop:Urgency>4</photoshop:Urgency>"
                + bag("dc:subject", "cake")
                + bag("lr:hierarchicalSubject", "Wedding|cake"),
            ),
            ' x:xmptk="XMP Core 5.5.0"',
        ),
        XmpFacts(4, None, "green", None, ("cake",), ("Wedding|cake",)),
    ),
    "on1": (
        meta(
            described(
                f'{XMP} xmlns:on1="http://ns.on1.com/on1/1.0/"',
                "<xmp:Rating>3</xmp:Rating><xmp:Label>Purple</xmp:Label><on1:Like>1</on1:Like>",
            )
        ),
        XmpFacts(3, None, "purple"),
    ),
    "dxo photolab": (
        meta(
            described(f'{XMP} xmlns:dxo="http://ns.dxo.com/dxo/1.0/" xmp:Rating="2" dxo:PickLabel="1"')
            + "\n"
            + described(f'{XMP} xmp:Label="Yellow" xmp:CreatorTool="DxO PhotoLab 7"'),
            ' x:xmptk="XMP Core 6.0.0"',
        ),
        XmpFacts(2, None, "yellow"),
    ),
    "photo supreme": (
        meta(
            described(
                f'{XMP} {DC} xmlns:ics="http://ns.idimager.com/ics/1.0/" {LR}',
                """
   <xmp:Rating>5</xmp:Rating><xmp:Label>Cyan</xmp:Label>
   <ics:SubjectImages><rdf:Bag><rdf:li rdf:parseType="Resource"><ics:Rating>1</ics:Rating></rdf:li></rdf:Bag>
   </ics:SubjectImages>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Torte</rdf:li><rdf:li xml:lang="en">Cake</rdf:li></rdf:Alt></dc:title>""",
            )
        ),
        XmpFacts(5, label_text="Cyan", title="Torte"),
    ),
    "xnview mp": (
        b"\xef\xbb\xbf"
        + meta(
            described(
                f'{XMP} {DC} {LR} xmp:Rating="1" xmp:Label="Red"', bag("lr:hierarchicalSubject", "a", "a|b")
            )
        ).encode(),
        XmpFacts(1, None, "red", None, (), ("a", "a|b")),
    ),
    "acdsee": (
        meta(
            described(
                f'{XMP} xmlns:acdsee="http://ns.acdsee.com/iptc/1.0/" xmlns:acdsee-rs="http://ns.acdsee.com/sType/Region#"',
                "<acdsee:rating>2</acdsee:rating><acdsee:tagged>True</acdsee:tagged>"
                "<acdsee:categories>&lt;Categories&gt;&lt;Category&gt;x&lt;/Category&gt;&lt;/Categories&gt;"
                "</acdsee:categories><xmp:Rating>4</xmp:Rating><xmp:Label>Blue</xmp:Label>",
            )
        ),
        XmpFacts(4, None, "blue"),
    ),
    "excire": (
        meta(
            described(
                f'{XMP} {DC} {LR} xmlns:excire="http://www.excire.com/ns/1.0/" xmp:Rating="3"',
                bag("dc:subject", "Tier", "Hund") + bag("lr:hierarchicalSubject", "Excire|Tier|Hund"),
            )
        ),
        XmpFacts(3, keywords=("Tier", "Hund"), hierarchy=("Excire|Tier|Hund",)),
    ),
    "narrative select": (
        meta(described(f'{XMP} xmp:Rating="5" xmp:Label="Green"'), ' x:xmptk="Narrative Select"'),
        XmpFacts(5, None, "green"),
    ),
    "aftershoot": (
        '<?xml version="1.0"?>'
        + meta(
            described(
                f"{XMP} {PHOTOSHOP} {LR} xmlns:crs='http://ns.adobe.com/camera-raw-settings/1.0/'"
                " xmp:Label='Select' xmp:Rating='5' crs:Exposure2012='+0.10' photoshop:SidecarForExtension='NEF'"
            )
        ),
        XmpFacts(5, None, "red", sidecar_for="NEF"),
    ),
    "mylio": (
        BEGIN
        + meta(
            described(
                f'{XMP} xmlns:MY="http://ns.mylollc.com/MyloEdit/" {REGIONS} xmp:Rating="4" MY:flag="true" xmp:Label=""',
                REGION,
            )
        )
        + END,
        XmpFacts(4),
    ),
    "rawtherapee": (
        meta(described(f'{XMP} xmp:Rating="3" xmp:Label="Blue"'), ' x:xmptk="XMP Core 4.4.0-Exiv2"'),
        XmpFacts(3, None, "blue"),
    ),
    "apple": (
        meta(
            described(
                'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:apple-fi="http://ns.apple.com/faceinfo/1.0/"'
                ' xmlns:aas="http://ns.apple.com/adjustment-settings/1.0/" aas:CropX="12"',
                "<apple-fi:AngleInfoYaw>45</apple-fi:AngleInfoYaw><tiff:Orientation>1</tiff:Orientation>",
            ),
            ' x:xmptk="XMP Core 6.0.0"',
        ),
        XmpFacts(),
    ),
    "windows explorer": (
        "<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>\r\n"
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {RDF}><rdf:Description rdf:about="uuid:faf5bdd5-ba3d-11da-ad31"'
        ' xmlns:MicrosoftPhoto="http://ns.microsoft.com/photo/1.0/"><MicrosoftPhoto:Rating>75</MicrosoftPhoto:Rating>'
        '</rdf:Description><rdf:Description rdf:about="uuid:faf5bdd5-ba3d-11da-ad31" '
        f"{XMP}><xmp:Rating>4</xmp:Rating></rdf:Description></rdf:RDF></x:xmpmeta>\r\n"
        + (" " * 99 + "\r\n") * 3
        + "<?xpacket end='w'?>",
        XmpFacts(4),
    ),
    "fastrawviewer": (
        meta(
            described(
                f'{XMP} xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" xmp:Rating="-1" xmp:Label="Review"'
                ' crs:Exposure2012="+1.00"'
            ),
            ' x:xmptk="FastRawViewer"',
        ),
        XmpFacts(None, "reject", "blue"),
    ),
    "photo mechanic": (
        meta(
            described(
                f"{XMP} {PHOTOSHOP} {DC} xmlns:photomechanic='http://ns.camerabits.com/photomechanic/1.0/'"
                ' xmlns:ap="http://ap.org/ns/1.0/"'
                """
   photomechanic:Prefs="1:2:3:000042" photomechanic:PMVersion="PM6" photomechanic:Tagged="True"
   photomechanic:ColorClass="2" xmp:Rating="3" photoshop:Urgency="1" """,
                "\n   <ap:transmissionreference>xyz</ap:transmissionreference>"
                + bag("dc:creator", "Me", kind="Seq"),
            )
        ),
        XmpFacts(3, "pick", "red"),
    ),
    "exiv2, gthumb, shotwell": (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?> '
        + meta(
            described(
                f'{XMP} {DC} xmlns:exif="http://ns.adobe.com/exif/1.0/" xmp:Rating="-1"',
                bag("dc:subject", "a", "b", kind="Seq"),
            ),
            ' x:xmptk="XMP Core 4.4.0-Exiv2"',
        )
        + '<?xpacket end="w"?>',
        XmpFacts(None, "reject", keywords=("a", "b")),
    ),
    "immich": (
        "<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>\n"
        + meta(
            described(f"{XMP}", "\n  <xmp:Rating>3</xmp:Rating>\n ")
            + "\n"
            + described(
                'xmlns:digiKam="http://www.digikam.org/ns/1.0/"',
                bag("digiKam:TagsList", "Places/Reykjavík", kind="Seq"),
            ),
            " x:xmptk='Image::ExifTool 12.70'",
        )
        + "\n<?xpacket end='w'?>",
        XmpFacts(3, hierarchy=("Places|Reykjavík",)),
    ),
    "nextcloud": (
        meta(described(f"{XMP}", "<xmp:Rating>3.0</xmp:Rating>")),
        XmpFacts(3),
    ),
    # -- habits that no one program is to blame for
    "carriage returns, tabs, no wrapper": (
        (f'\t<rdf:RDF {RDF}>\r\n\t\t<rdf:Description rdf:about=""\r\n'
        f'\t\t\t{XMP}\r\n\t\t\txmp:Rating\t=\t"2"\r\n\t\t/>\r\n\t</rdf:RDF>\r\n'),
        XmpFacts(2),
    ),
    "an attribute in one block, an element in the next": (
        meta(described(f'{XMP} xmp:Rating="2"') + described(XMP, "<xmp:Rating>2</xmp:Rating>")),
        XmpFacts(2),
    ),
    "strange prefixes": (
        ('<m:xmpmeta xmlns:m="adobe:ns:meta/"><xmp:RDF xmlns:xmp="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<xmp:Description xmp:about="" xmlns:rdf="http://ns.adobe.com/xap/1.0/" rdf:Rating="3" xmlns:dc="urn:mine"'
        ' dc:Rating="1"/></xmp:RDF></m:xmpmeta>'),
        XmpFacts(3),
    ),
    "default namespaces": (
        ('<xmpmeta xmlns="adobe:ns:meta/"><RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><Description>'
        '<Rating xmlns="http://ns.adobe.com/xap/1.0/">3</Rating>'
        '<Label xmlns="http://ns.adobe.com/xap/1.0/">Red</Label></Description></RDF></xmpmeta>'),
        XmpFacts(3, None, "red"),
    ),
    "cdata, comments, instructions": (
        meta(
            described(
                XMP,
                '<!-- xmp:Rating="1" --><xmp:Rating><!-- a --> <![CDATA[3]]> <!-- b --></xmp:Rating><?note xmp:Label="Red"?>'
                "<xmp:Label><![CDATA[Gre]]>en</xmp:Label><!-- <xmp:Label>Blue</xmp:Label> -->",
            )
        ),
        XmpFacts(3, None, "green"),
    ),
    "empty elements": (
        meta(
            described(
                f"{XMP} {DC} {LR}",
                "<xmp:Rating/><xmp:Label></xmp:Label><dc:subject/><lr:hierarchicalSubject><rdf:Bag/></lr:hierarchicalSubject>",
            )
        ),
        XmpFacts(),
    ),
    "lists that are none": (
        meta(
            described(f'{XMP} {DC} {LR} lr:hierarchicalSubject="A|B"', "<dc:subject>only one</dc:subject>")
        ),
        XmpFacts(keywords=("only one",), hierarchy=("A|B",)),
    ),
    "a localized label": (
        meta(described(f'{XMP} {PHOTOSHOP} xmp:Label="Grün" photoshop:LabelColor="green"')),
        XmpFacts(None, None, "green"),
    ),
    "a localized label alone": (meta(described(f'{XMP} xmp:Label="Grün"')), XmpFacts(label_text="Grün")),
    "qualified": (
        meta(
            described(
                f'{XMP} xmlns:q="urn:q"',
                '<xmp:Rating rdf:parseType="Resource"><rdf:value>3</rdf:value><q:by>me</q:by></xmp:Rating>'
                '<xmp:Label q:by="me" rdf:value="Red"/>',
            )
        ),
        XmpFacts(3, None, "red"),
    ),
    "typed values": (
        meta(
            described(
                XMP, '<xmp:Rating rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">3</xmp:Rating>'
            )
        ),
        XmpFacts(3),
    ),
    "judgements of other things": (
        meta(
            described(
                f'{XMP} {REGIONS} xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:r="urn:r" r:Rating="5"',
                REGION
                + '<xmpMM:Ingredients><rdf:Bag><rdf:li><rdf:Description xmp:Rating="5" xmp:Label="Blue"/></rdf:li>'
                "</rdf:Bag></xmpMM:Ingredients>",
            )
        ),
        XmpFacts(),
    ),
    "references": (
        meta(described(f'{XMP} xmp:Rating="&#x33;"', "<xmp:Label>&#71;reen</xmp:Label>")),
        XmpFacts(3, None, "green"),
    ),
    "latin-1": (
        b'<?xml version="1.0" encoding="ISO-8859-1"?>\n'
        + meta(described(f'{XMP} {DC} xmp:Rating="3" dc:source="Gr\u00fcn"')).encode("latin-1"),
        XmpFacts(3),
    ),
    "utf-16": (meta(described(f'{XMP} {DC} xmp:Rating="3" dc:source="雪"')).encode("utf-16"), XmpFacts(3)),
    "one line": (
        (f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {RDF}><rdf:Description {XMP} xmp:Rating="3"></rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"),
        XmpFacts(3),
    ),
    "greater-than in a value": (
        meta(described(f'{XMP} {DC} dc:source="a > b /> c" xmp:Rating="3"', "<dc:rights>x</dc:rights>")),
        XmpFacts(3),
    ),
}  # fmt: skip

DEAF = {
    "carriage returns, tabs, no wrapper",
    "strange prefixes",
    "default namespaces",
    "cdata, comments, instructions",
    "greater-than in a value",
}  # where ExifTool, which is no XML parser, reads nothing or something else
EACH = [
    *(Changes(rating=stars) for stars in range(6)),
    *(Changes(flag=flag) for flag in (None, "pick", "reject")),
    *(Changes(label=colour) for colour in (None, "red", "yellow", "green", "blue", "purple")),
    Changes(5, "pick", "red", ["PixSort|Trip|Coast"]),
    Changes(0, None, None, []),
]
KEYWORDS = {"lr:hierarchicalSubject", "digiKam:TagsList", "{http://purl.org/dc/elements/1.1/}subject"}


def data_of(name: str) -> bytes:
    document = DOCUMENTS[name][0]
    return document if isinstance(document, bytes) else document.encode()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_is_read_as_it_is_meant(name: str) -> None:
    assert read_xmp(data_of(name)) == DOCUMENTS[name][1]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_judgement_arrives_and_the_rest_stays(name: str) -> None:
    data = data_of(name)
    before, facts = said_by(data), read_xmp(data)
    for profile in PROFILES.values():
        for wish in EACH:
            patch = patch_packet(data, wish, profile)
            now = read_xmp(patch.data)
            check_facts(facts, wish, now, profile)
            after = said_by(patch.data)
            differs = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
            assert differs <= CARRIERS | KEYWORDS, (wish, differs)
            assert patch_packet(patch.data, wish, profile).data == patch.data
            for note in re.findall(rb"<!--.*?-->|<\?.*?\?>", data, re.S):
                assert data.count(note) == patch.data.count(note) or b"a -->" in note or b"b -->" in note
            assert (b"\r\n" in data) == (b"\r\n" in patch.data)


def check_facts(facts: XmpFacts, wish: Changes, now: XmpFacts, profile: Profile) -> None:
    for field in ("rating", "flag", "label"):
        wanted = getattr(wish, field)
        if isinstance(wanted, (int, str)) or wanted is None:
            gone = field == "rating" and now.flag == "reject" and now.rating is None
            assert getattr(now, field) == wanted or gone, (wish, profile.key)
    if wish.keywords == ["PixSort|Trip|Coast"]:
        assert {*facts.hierarchy, "PixSort|Trip|Coast"} <= set(now.hierarchy)
        assert {*facts.keywords, "Coast"} == set(now.keywords)
    elif not isinstance(wish.keywords, list):
        assert (now.hierarchy, now.keywords) == (facts.hierarchy, facts.keywords)


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
def test_exiftool_agrees(tmp_path: Path) -> None:
    made: dict[str, str] = {}
    for number, name in enumerate(DOCUMENTS):
        if name in ("utf-16", "latin-1"):
            continue  # in the tests above; ExifTool takes sidecars for UTF-8
        data = data_of(name)
        (tmp_path / f"{number}.xmp").write_bytes(data)
        for key, profile in PROFILES.items():
            for what, wish in (
                ("set", Changes(5, "pick", "red", ["PixSort|Trip|Coast"])),
                ("not", Changes(4, None, None)),
            ):
                (tmp_path / f"{number}-{key}-{what}.xmp").write_bytes(patch_packet(data, wish, profile).data)
                made[f"{number}-{key}-{what}.xmp"] = name
    command = ["exiftool", "-j", "-n", "-G1", "-struct", "-a", "-u", "-ext", "xmp", tmp_path]
    out = subprocess.run(command, check=True, capture_output=True).stdout
    tags = {Path(entry.pop("SourceFile")).name: entry for entry in json.loads(out)}
    for file, name in made.items():
        now, source = tags[file], tags[f"{file.split('-')[0]}.xmp"]
        if name in DEAF:
            continue
        assert now.get("XMP-xmp:Rating") == (5 if file.endswith("-set.xmp") else 4), (name, file)
        rest = [{k: v for k, v in said.items() if not _is_ours(k)} for said in (source, now)]
        assert rest[0] == rest[1], (name, file)
        if file.endswith("-set.xmp"):
            lists = [now.get("XMP-lr:HierarchicalSubject", []), now.get("XMP-digiKam:TagsList", [])]
            assert "PixSort" in str(lists) and "Coast" in str(now["XMP-dc:Subject"])


def _is_ours(name: str) -> Any:
    return re.match(
        r"XMP-(xmp:(Rating|Label)|xmpDM:(Pick|Good)|photoshop:LabelColor|digiKam:|darktable:|photomech:(Tagged|ColorClass)"
        r"|microsoft:Rating|lr:Hier|dc:Subject)|System:|File:|ExifTool:",
        name,
    )
