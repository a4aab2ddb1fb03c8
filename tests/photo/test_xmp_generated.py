"""Sidecars that nobody has seen yet: whatever is set, an independent reader sees that change and no other."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pixsort_desktop.photo.xmp import (
    COLOURS,
    KEEP,
    PROFILES,
    Changes,
    Profile,
    XmpError,
    patch_packet,
    read_xmp,
)
from tests.photo.xmp_oracle import CARRIERS, said_by

URIS = {
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpDM": "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "darktable": "http://darktable.sf.net/",
    "photomechanic": "http://ns.camerabits.com/photomechanic/1.0/",
    "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
    "crs": "http://ns.adobe.com/camera-raw-settings/1.0/",
    "mine": "urn:example:mine#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
}
VALUES = {
    "xmp:Rating": ["-1", "0", "1", "3", "5", "6", "4.0", "", "x"],
    "MicrosoftPhoto:Rating": ["0", "1", "25", "99"],
    "xmp:Label": ["Red", "Select", "To Do", "Grün", "NoColor", ""],
    "photoshop:LabelColor": ["red", "blue", "#00ff00"],
    "xmpDM:pick": ["-1", "0", "1"],
    "xmpDM:good": ["true", "False"],
    "digiKam:PickLabel": ["0", "1", "2", "3"],
    "digiKam:ColorLabel": ["0", "1", "2", "6", "9"],
    "darktable:colorlabels": ["0", "3"],
    "photomechanic:Tagged": ["True", "False"],
    "photomechanic:ColorClass": ["0", "1", "5", "8"],
}
RATING = {"xmp:Rating", "MicrosoftPhoto:Rating"}
FLAGS = {"xmp:Rating", "xmpDM:pick", "xmpDM:good", "digiKam:PickLabel", "photomechanic:Tagged"}
blanks = st.text(" \n\t", max_size=4)
texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"),
    max_size=8,
)
lists = {
    "dc:subject": ["cake", "Zoë", "First dance", "a|b"],
    "lr:hierarchicalSubject": ["cake", "People|Zoë", "a|First dance", "PixSort2|x"],
    "digiKam:TagsList": ["cake", "People/Zoë", "PixSort2/x"],
}
comments = st.sampled_from(["", '<!-- xmp:Rating="3" > ]]> -->', "<?keep me?>", "<!--é-->"])


@st.composite
def properties(draw: st.DrawFn) -> list[tuple[str, str]]:
    known = draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True))
    found = [(name, draw(st.sampled_from(VALUES[name]))) for name in known]
    others = draw(
        st.lists(st.sampled_from(["crs:Tint", "crs:Rating", "mine:pick", "xmp:Nickname"]), unique=True)
    )
    return draw(st.permutations([*found, *((name, draw(texts)) for name in others)]))


@st.composite
def sidecars(draw: st.DrawFn) -> bytes:
    prefixes = {
        p: draw(st.sampled_from([p, f"{p}2", f"n{i}", "xap" if p == "xmp" else p]))
        for i, p in enumerate(URIS)
    }
    rdf = draw(st.sampled_from(["rdf", "R"]))
    described, pending = [], draw(properties())
    for name in draw(st.lists(st.sampled_from([*lists, "mine:thing"]), max_size=2, unique=True)):
        pending.insert(draw(st.integers(0, len(pending))), (name, ""))
    while pending or not described:
        count = draw(st.integers(0 if not pending else 1, len(pending)))
        described.append(description(draw, rdf, prefixes, pending[:count]))
        pending = pending[count:]
    gap = draw(blanks)
    body = f'<{rdf}:RDF xmlns:{rdf}="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{gap}{gap.join(described)}</{rdf}:RDF>'
    if draw(st.booleans()):
        body = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{draw(comments)}{body}\n</x:xmpmeta>"
    if draw(st.booleans()):
        end = draw(st.sampled_from("wr"))
        padding = " " * draw(st.integers(0, 50))
        begin = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        body = f'{begin}{body}{padding}<?xpacket end="{end}"?>'
    if draw(st.booleans()):
        body = body.replace("\n", "\r\n")
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be"]))
    return (b"\xfe\xff" if encoding == "utf-16-be" else b"") + body.encode(encoding)


def description(draw: st.DrawFn, rdf: str, prefixes: dict[str, str], said: list[tuple[str, str]]) -> str:
    needed = {name.split(":")[0] for name, _ in said} | ({"xmp"} if ("mine:thing", "") in said else set())
    more = draw(st.sets(st.sampled_from(sorted(URIS)), max_size=2))
    head = [f' {rdf}:about=""'] if draw(st.booleans()) else []
    head += [
        f'{draw(st.sampled_from([" ", chr(10)]))}xmlns:{prefixes[p]}="{URIS[p]}"'
        for p in sorted(needed | more)
    ]
    children = []
    for name, value in said:
        prefix, local = name.split(":")
        known, name = name, f"{prefixes[prefix]}:{local}"
        if known in lists:
            children.append(f"{draw(blanks)}{keyword_list(draw, rdf, name, lists[known])}")
        elif known == "mine:thing":
            children.append(thing(draw, rdf, name, prefixes["xmp"]))
        elif draw(st.booleans()):
            equals = draw(st.sampled_from(["=", " = ", "=\n"]))
            head.append(f" {draw(blanks)}{name}{equals}{quoteattr(value)}")
        else:
            children.append(f"{draw(blanks)}{draw(comments)}{element(draw, rdf, name, value)}")
    tail = draw(blanks)
    if not children and draw(st.booleans()):
        return f"<{rdf}:Description{''.join(head)}{tail}/>"
    return f"<{rdf}:Description{''.join(head)}{tail}>{''.join(children)}{draw(blanks)}</{rdf}:Description>"


def keyword_list(draw: st.DrawFn, rdf: str, name: str, words: list[str]) -> str:
    kind = draw(st.sampled_from(["Bag", "Seq"]))
    chosen = draw(st.lists(st.sampled_from(words), unique=True))
    items = "".join(f"{draw(blanks)}<{rdf}:li>{word}</{rdf}:li>" for word in chosen)
    if not chosen and draw(st.booleans()):
        return draw(st.sampled_from([f"<{name}/>", f"<{name}><{rdf}:{kind}/></{name}>"]))
    return f"<{name}>{draw(blanks)}<{rdf}:{kind}>{items}{draw(blanks)}</{rdf}:{kind}></{name}>"


def thing(draw: st.DrawFn, rdf: str, name: str, xmp: str) -> str:
    """A structure that is about something else, with a judgement of its own."""
    rating = f"<{xmp}:Rating>5</{xmp}:Rating><{xmp}:Label>Red</{xmp}:Label>"
    inside = draw(
        st.sampled_from(
            [
                f"<{rdf}:Description>{rating}</{rdf}:Description>",
                f'<{rdf}:Bag><{rdf}:li {rdf}:parseType="Resource">{rating}</{rdf}:li></{rdf}:Bag>',
                f'<{rdf}:Bag><{rdf}:li><{rdf}:Description {xmp}:Rating="5"/></{rdf}:li></{rdf}:Bag>',
            ]
        )
    )
    return f"<{name}>{inside}</{name}>"


def element(draw: st.DrawFn, rdf: str, name: str, value: str) -> str:
    spelling = draw(st.sampled_from(["plain", "cdata", "references", "comment", "empty"]))
    text = escape(value)
    if spelling == "cdata":
        text = f"<![CDATA[{value}]]>" if "]]>" not in value else text
    elif spelling == "references":
        text = "".join(f"&#{ord(letter)};" for letter in value)
    elif spelling == "comment":
        text = f"\n {draw(comments)}{text}\n"
    elif not value and spelling == "empty":
        return f"<{name}/>"
    if name.endswith("colorlabels"):
        return f"<{name}><{rdf}:Seq><{rdf}:li>{text}</{rdf}:li></{rdf}:Seq></{name}>"
    return f"<{name}>{text}</{name}>"


changes = st.builds(
    Changes,
    rating=st.sampled_from([KEEP, None, 0, 1, 2, 3, 4, 5]),
    flag=st.sampled_from([KEEP, None, "pick", "reject"]),
    label=st.sampled_from([KEEP, None, *COLOURS]),
)


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=sidecars(), wish=changes, profile=st.sampled_from(list(PROFILES.values())))
def test_only_what_was_asked_for_changes(data: bytes, wish: Changes, profile: Profile) -> None:
    before, facts = said_by(data), read_xmp(data)
    patch = patch_packet(data, wish, profile)
    after, now = said_by(patch.data), read_xmp(patch.data)

    allowed = set()
    if wish.rating is not KEEP:
        allowed |= RATING
    if wish.flag is not KEEP or (facts.flag == "reject" and wish.rating is not KEEP):
        allowed |= FLAGS
    if wish.label is not KEEP:
        allowed |= CARRIERS - RATING - FLAGS
    differs = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert differs <= allowed
    assert patch.data[:2] == data[:2]

    flag = facts.flag if wish.flag is KEEP else wish.flag
    assert now.flag == flag
    assert now.label == (facts.label if wish.label is KEEP else wish.label)
    if after.get("xmp:Rating", [""])[0] in ("-1", "6"):
        assert flag == "reject" and (profile.rejects_in_rating or wish.rating is KEEP)
    elif wish.rating is not KEEP:
        assert now.rating == wish.rating
    elif before.get("xmp:Rating") == after.get("xmp:Rating"):
        assert now.rating == facts.rating

    again = patch_packet(patch.data, wish, profile)
    assert again.data == patch.data
    for note in (b"<?keep me?>", "<!--é-->".encode()):
        assert data.count(note) >= patch.data.count(note) >= outside(data).count(note)


def outside(data: bytes) -> bytes:
    """The file without the elements of carriers, whose comments may go where the element has to."""
    names = "|".join(name.split(":")[1] for name in CARRIERS)
    return re.sub(rb"<(\w+:(?:" + names.encode() + rb"))>.*?</\1>", b"", data, flags=re.S)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=sidecars(), place=st.floats(0, 1), junk=st.binary(max_size=3))
def test_damaged_sidecars_are_refused_or_still_sound(data: bytes, place: float, junk: bytes) -> None:
    cut = int(place * len(data))
    for damaged in (data[:cut], data[:cut] + junk + data[cut:], data[:cut] + data[cut + 3 :]):
        try:
            patch = patch_packet(damaged, Changes(3, "pick", "red"), PROFILES["lightroom"])
        except XmpError as error:
            assert str(error).endswith(".")
        else:
            facts = read_xmp(patch.data)
            assert (facts.rating, facts.flag, facts.label) == (3, "pick", "red")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    data=sidecars(),
    names=st.lists(texts, max_size=3, unique=True),
    profile=st.sampled_from(list(PROFILES.values())),
)
def test_keywords_arrive_and_go(data: bytes, names: list[str], profile: Profile) -> None:
    paths = [f"PixSort|{name.replace('|', '').strip() or 'x'}" for name in names]
    before = read_xmp(data)
    new = patch_packet(data, Changes(keywords=paths), profile).data
    now = read_xmp(new)
    assert {*paths, *before.hierarchy} <= set(now.hierarchy)
    assert {*(path[8:] for path in paths), *before.keywords} == set(now.keywords)
    assert patch_packet(new, Changes(keywords=paths), profile).data == new
    gone = patch_packet(new, Changes(keywords=[]), profile).data
    after = read_xmp(gone)
    # What was said of the user's own in one list may be said in the other too now; nothing else is new.
    ends = {path.rpartition("|")[2] for path in before.hierarchy}
    assert set(before.keywords) <= set(after.keywords) <= {*before.keywords, *ends}
    assert set(before.hierarchy) <= set(after.hierarchy) <= {*before.hierarchy, *before.keywords}
    kinds = ("lr:hierarchicalSubject", "digiKam:TagsList", "{http://purl.org/dc/elements/1.1/}subject")
    rests = [{key: said for key, said in said_by(d).items() if key not in kinds} for d in (data, gone)]
    assert rests[0] == rests[1]
