"""Looks at a report for print as an archive and a screen reader do. Usage: check.py REPORT.pdf BUNDLE.zip LANGUAGE

Typst enforces PDF/A-3a and PDF/UA-1 while it writes; this reads the file with another program. Each rule is first shown a file with its
defect: a rule that does not see it is an error, too.
"""

import io
import json
import sys
import zipfile

import pikepdf
from pikepdf import Array, Dictionary, Name, String

PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
PDFUA = "{http://www.aiim.org/pdfua/ns/id/}"


def structure(pdf):
    """Every element of the structure tree, in reading order."""
    stack = [pdf.Root.StructTreeRoot]
    while stack:
        element = stack.pop()
        if isinstance(element, Array):
            stack.extend(reversed(list(element)))
        elif isinstance(element, Dictionary):
            if element.get("/S") is not None:
                yield element
            if element.get("/K") is not None:
                stack.append(element.K)


def fonts(pdf):
    return [one for one in pdf.objects if isinstance(one, Dictionary) and one.get("/Type") == Name.Font]


def descriptors(pdf):
    return [one for one in pdf.objects if isinstance(one, Dictionary) and one.get("/Type") == Name.FontDescriptor]


def annotations(pdf):
    return [one for page in pdf.pages for one in page.get("/Annots", [])]


def scopes(pdf):
    """The attributes of every heading cell that say whether it names a row or a column."""
    cells = [one.get("/A", []) for one in structure(pdf) if one.S == Name.TH]
    attributes = [one for cell in cells for one in (cell if isinstance(cell, Array) else [cell])]
    return [one for one in attributes if "/Scope" in one]


def levels(pdf):
    names = [str(one.S) for one in structure(pdf)]
    return [int(name[2:]) for name in names if name[:2] == "/H" and name[2:].isdigit()]


def metadata(pdf, key):
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as found:
        return found.get(key)


def set_metadata(pdf, key, value):
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as found:
        found[key] = value


def attached(pdf):
    return pdf.attachments["results.json"].get_file().read_bytes() if "results.json" in pdf.attachments else None


def steps_are_whole(found):
    return found[:1] == [1] and all(after <= before + 1 for before, after in zip(found, found[1:]))


def drop(holder, key):
    del holder[key]


def figures(pdf):
    return [one for one in structure(pdf) if one.S == Name.Figure]


def rules(results, language):
    """Name, whether it holds, and a defect that it must see."""
    moment = json.loads(results)["closed"]
    date = "D:" + "".join(c for c in moment[:19] if c.isdigit())
    return [
        ("says PDF/A-3a", lambda p: (metadata(p, PDFA + "part"), metadata(p, PDFA + "conformance")) == ("3", "A"),
         lambda p: set_metadata(p, PDFA + "part", "2")),
        ("says PDF/UA-1", lambda p: metadata(p, PDFUA + "part") == "1",
         lambda p: set_metadata(p, PDFUA + "part", "2")),
        ("is tagged", lambda p: p.Root.get("/MarkInfo", {}).get("/Marked") is True and "/StructTreeRoot" in p.Root,
         lambda p: drop(p.Root, "/MarkInfo")),
        ("names its language", lambda p: str(p.Root.get("/Lang", "")) == language,
         lambda p: p.Root.__setattr__("Lang", String("xx"))),
        ("shows its title", lambda p: p.Root.get("/ViewerPreferences", {}).get("/DisplayDocTitle") is True,
         lambda p: drop(p.Root, "/ViewerPreferences")),
        ("names its colours", lambda p: any(one.get("/S") == Name.GTS_PDFA1 for one in p.Root.get("/OutputIntents", [])),
         lambda p: drop(p.Root, "/OutputIntents")),
        ("runs nothing", lambda p: not {"/OpenAction", "/AA", "/AcroForm"} & set(p.Root.keys())
         and not any(isinstance(one, Dictionary) and "/JS" in one for one in p.objects),
         lambda p: p.Root.__setattr__("OpenAction", p.make_indirect(Dictionary(S=Name.JavaScript, JS=String("1"))))),
        ("carries its fonts", lambda p: len(descriptors(p)) > 1
         and all({"/FontFile2", "/FontFile3"} & set(one.keys()) for one in descriptors(p)),
         lambda p: [drop(one, key) for one in descriptors(p) for key in ("/FontFile2", "/FontFile3") if key in one]),
        ("can be copied as text", lambda p: all("/ToUnicode" in one for one in fonts(p) if one.Subtype == Name.Type0),
         lambda p: [drop(one, "/ToUnicode") for one in fonts(p) if "/ToUnicode" in one]),
        ("tells every figure in words", lambda p: len(figures(p)) > 0 and all(str(one.get("/Alt", "")) for one in figures(p)),
         lambda p: drop(figures(p)[0], "/Alt")),
        ("has tables whose cells name rows and columns", lambda p: {str(one.Scope) for one in scopes(p)} >= {"/Row", "/Column"},
         lambda p: [one.__setattr__("Scope", Name.Column) for one in scopes(p)]),
        ("skips no level of headings", lambda p: steps_are_whole(levels(p)) and len(levels(p)) > 12,
         lambda p: [one.__setattr__("S", Name.H3) for one in structure(p) if one.S == Name.H2]),
        ("leads only inside", lambda p: all(one.Subtype == Name.Link and ("/Dest" in one or one.A.S == Name.GoTo) for one in annotations(p)),
         lambda p: p.pages[0].__setattr__("Annots", Array([Dictionary(Subtype=Name.Link, A=Dictionary(S=Name.URI))]))),
        ("has the results of its record attached", lambda p: attached(p) == results,
         lambda p: drop(p.attachments, "results.json")),
        ("is dated as its record", lambda p: str(p.docinfo.get("/CreationDate", "")).startswith(date),
         lambda p: p.docinfo.__setitem__("/CreationDate", String("D:20010101000000Z"))),
        ("has a contents list in the margin", lambda p: "/Outlines" in p.Root and p.Root.Outlines.get("/Count") is not None,
         lambda p: drop(p.Root, "/Outlines")),
    ]


def main(report, bundle, language):
    results = zipfile.ZipFile(bundle).read("data/results.json")
    with open(report, "rb") as file:
        content = file.read()
    broken = []
    for name, holds, defect in rules(results, language):
        if not holds(pikepdf.open(io.BytesIO(content))):
            broken.append(name)
        changed = pikepdf.open(io.BytesIO(content))
        defect(changed)
        if holds(changed):
            broken.append(f"the rule does not see its defect: {name}")
    pdf = pikepdf.open(io.BytesIO(content))
    broken += pdf.check_pdf_syntax()
    for complaint in broken:
        print(f"{report}: {complaint}")
    print(f"{report}: {len(pdf.pages)} pages, {len(content)} bytes, {len(rules(results, language))} rules")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
