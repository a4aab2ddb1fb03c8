"""Judgements are read from whatever another program wrote."""

from __future__ import annotations

import re

import pytest

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.photo.xmp import XmpError, XmpFacts, read_xmp

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
SPACES = """
    xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpDM="http://ns.adobe.com/xmp/1.0/DynamicMedia/"
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
    xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:digiKam="http://www.digikam.org/ns/1.0/"
    xmlns:darktable="http://darktable.sf.net/" xmlns:MicrosoftPhoto="http://ns.microsoft.com/photo/1.0/"
    xmlns:photomechanic="http://ns.camerabits.com/photomechanic/1.0/" """


def packet(attributes: str = "", elements: str = "") -> bytes:
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {RDF}><rdf:Description rdf:about="" {SPACES} {attributes}>'
        f"{elements}</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


@pytest.mark.parametrize(
    ("attributes", "facts"),
    [
        ('xmp:Rating="3"', XmpFacts(rating=3)),
        ('xmp:Rating="0"', XmpFacts(rating=0)),
        ('xmp:Rating="4.0"', XmpFacts(rating=4)),
        ('xmp:Rating=""', XmpFacts()),
        ('xmp:Rating="seven"', XmpFacts()),
        ('xmp:Rating="nan"', XmpFacts()),
        ('xmp:Rating="-1"', XmpFacts(flag="reject")),
        ('xmp:Rating="6"', XmpFacts(flag="reject")),
        ('xmp:Rating="-1" xmpDM:pick="1"', XmpFacts(flag="reject")),
        ('xmp:Rating="2" xmpDM:pick="1" xmpDM:good="true"', XmpFacts(rating=2, flag="pick")),
        ('xmpDM:pick="-1"', XmpFacts(flag="reject")),
        ('xmpDM:pick="0"', XmpFacts()),
        ('xmpDM:pick="0" xmpDM:good="False"', XmpFacts(flag="reject")),
        ('xmpDM:good="True"', XmpFacts(flag="pick")),
        ('digiKam:PickLabel="0"', XmpFacts()),
        ('digiKam:PickLabel="1"', XmpFacts(flag="reject")),
        ('digiKam:PickLabel="2"', XmpFacts()),
        ('digiKam:PickLabel="3"', XmpFacts(flag="pick")),
        ('photomechanic:Tagged="True"', XmpFacts(flag="pick")),
        ('photomechanic:Tagged="False"', XmpFacts()),
        ('MicrosoftPhoto:Rating="0"', XmpFacts(rating=0)),
        ('MicrosoftPhoto:Rating="1"', XmpFacts(rating=1)),
        ('MicrosoftPhoto:Rating="25"', XmpFacts(rating=2)),
        ('MicrosoftPhoto:Rating="50"', XmpFacts(rating=3)),
        ('MicrosoftPhoto:Rating="75"', XmpFacts(rating=4)),
        ('MicrosoftPhoto:Rating="99"', XmpFacts(rating=5)),
        ('xmp:Rating="1" MicrosoftPhoto:Rating="99"', XmpFacts(rating=1)),
        ('xmp:Label="Red"', XmpFacts(label="red")),
        ('xmp:Label=" purple "', XmpFacts(label="purple")),
        ('xmp:Label="Select"', XmpFacts(label="red")),
        ('xmp:Label="Second"', XmpFacts(label="yellow")),
        ('xmp:Label="Approved"', XmpFacts(label="green")),
        ('xmp:Label="Review"', XmpFacts(label="blue")),
        ('xmp:Label="To Do"', XmpFacts(label="purple")),
        ('xmp:Label="Client approved"', XmpFacts(label_text="Client approved")),
        ('xmp:Label="Rot" photoshop:LabelColor="red"', XmpFacts(label="red")),
        ('xmp:Label="Green" photoshop:LabelColor="red"', XmpFacts(label="green")),
        ('digiKam:ColorLabel="0"', XmpFacts()),
        ('digiKam:ColorLabel="1"', XmpFacts(label="red")),
        ('digiKam:ColorLabel="2"', XmpFacts(label_text="Orange")),
        ('digiKam:ColorLabel="3"', XmpFacts(label="yellow")),
        ('digiKam:ColorLabel="4"', XmpFacts(label="green")),
        ('digiKam:ColorLabel="5"', XmpFacts(label="blue")),
        ('digiKam:ColorLabel="6"', XmpFacts(label="purple")),
        ('photomechanic:ColorClass="2"', XmpFacts(label="red")),
        ('photomechanic:ColorClass="8"', XmpFacts()),
        ('photomechanic:ColorClass="2" xmp:Label="Blue"', XmpFacts(label="blue")),
        ('photoshop:Urgency="1"', XmpFacts()),
        ('photoshop:SidecarForExtension="CR2"', XmpFacts(sidecar_for="CR2")),
    ],
)
def test_every_property_is_read_in_both_spellings(attributes: str, facts: XmpFacts) -> None:
    assert read_xmp(packet(attributes)) == facts
    pairs = re.findall(r'(\S+)="([^"]*)"', attributes)
    elements = "".join(f"<{name}>{value}</{name}>" for name, value in pairs)
    assert read_xmp(packet(elements=elements)) == facts


def test_lists_and_texts_are_read() -> None:
    facts = read_xmp(
        packet(
            elements="""
            <dc:subject><rdf:Bag><rdf:li>cake</rdf:li><rdf:li> Zoë </rdf:li><rdf:li/></rdf:Bag></dc:subject>
            <lr:hierarchicalSubject><rdf:Bag><rdf:li>Wedding|Cake</rdf:li></rdf:Bag></lr:hierarchicalSubject>
            <digiKam:TagsList><rdf:Seq><rdf:li>Wedding/Cake</rdf:li><rdf:li>People/Zoë</rdf:li></rdf:Seq></digiKam:TagsList>
            <dc:title><rdf:Alt><rdf:li xml:lang="de">Torte</rdf:li>
              <rdf:li xml:lang="x-default">Cake</rdf:li></rdf:Alt></dc:title>
            <dc:description>plain &amp; simple</dc:description>
            <darktable:colorlabels><rdf:Seq><rdf:li>3</rdf:li><rdf:li>0</rdf:li></rdf:Seq></darktable:colorlabels>"""
        )
    )
    assert facts.keywords == ("cake", "Zoë")
    assert facts.hierarchy == ("Wedding|Cake", "People|Zoë")
    assert (facts.title, facts.description, facts.label) == ("Cake", "plain & simple", "blue")


@pytest.mark.parametrize(
    "element",
    [
        '<xmp:Rating rdf:parseType="Resource"><rdf:value>4</rdf:value><dc:source>me</dc:source></xmp:Rating>',
        "<xmp:Rating><rdf:Description><rdf:value>4</rdf:value></rdf:Description></xmp:Rating>",
        '<xmp:Rating rdf:value="4" dc:source="me"/>',
        "<xmp:Rating><!-- four --><![CDATA[4]]></xmp:Rating>",
        "<xmp:Rating>&#52;</xmp:Rating>",
        "<xmp:Rating><rdf:Alt><rdf:li>4</rdf:li></rdf:Alt></xmp:Rating>",
    ],
)
def test_the_rarer_spellings_of_rdf_are_read(element: str) -> None:
    assert read_xmp(packet(elements=element)).rating == 4


def test_prefixes_blocks_wrappers_and_encodings_do_not_matter() -> None:
    text = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<q:RDF xmlns:q="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><q:Description/>'
        '<q:Description xmlns:xap="http://ns.adobe.com/xap/1.0/" xap:Rating="5"/>'
        '<q:Description><Label xmlns="http://ns.adobe.com/xap/1.0/">Grün</Label></q:Description>'
        "</q:RDF>\n" + " " * 2000 + '\n<?xpacket end="w"?>'
    )
    for data in (
        text.encode(),
        b"\xef\xbb\xbf" + text.encode(),
        text.encode("utf-16"),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        text.encode("utf-32"),
        text.encode() + b"\0\0\0",
        b"\n  " + text.encode(),
        b"<?xml version='1.0' encoding='ISO-8859-1'?>" + text.replace("\ufeff", "").encode("latin-1"),
    ):
        facts = read_xmp(data)
        assert (facts.rating, facts.label_text) == (5, "Grün")


def test_a_structure_inside_another_property_is_no_judgement() -> None:
    inner = '<dc:relation><rdf:Bag><rdf:li><rdf:Description xmp:Rating="5"/></rdf:li></rdf:Bag></dc:relation>'
    assert read_xmp(packet(elements=inner)) == XmpFacts()


def test_bytes_that_are_not_of_the_encoding_cost_a_letter_not_the_file() -> None:
    facts = read_xmp(packet('xmp:Rating="2" xmp:Label="Gr?n"').replace(b"?", b"\xfc"))
    assert (facts.rating, facts.label_text) == (2, "Gr\ufffdn")


def test_a_sidecar_is_believed_before_the_packet_in_the_picture() -> None:
    sidecar, inside = XmpFacts(rating=0, label="red"), XmpFacts(4, "pick", None, "Old", ("a",))
    assert sidecar.over(inside) == XmpFacts(0, "pick", "red", None, ("a",))


BILLION = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xef\xbb\xbf \n",
        b"no XML at all",
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        b"<html><body>Not found</body></html>",
        packet('xmp:Rating="3"')[:-20],
        packet('xmp:Rating="3"')[:40],
        packet('xmp:Rating="3"').replace(b"xmlns:xmp=", b"xmlns:ump="),
        b'<!DOCTYPE x [<!ENTITY a0 "ha">' + BILLION.encode() + b"]>" + packet('xmp:Rating="&a11;"'),
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd">' + packet(),
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + packet('xmp:Label="&e;"'),
        b"<a>" * 100_000,
        b"<r>" + b"<a/>" * 300_000 + b"</r>",
        b"<" + b"a " * 200_000 + b">",
    ],
)
def test_what_is_not_sound_xmp_costs_one_sentence(data: bytes) -> None:
    with pytest.raises(XmpError) as caught:
        read_xmp(data)
    assert isinstance(caught.value, PixsortError)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)
