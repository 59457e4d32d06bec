"""Reads a run's exports with programs of others: OSCAL with compliance-trestle, JUnit XML with junitparser, CSV with Python's reader.

Usage: check.py EXPORTS. Proves first that it can fail: a copy with a seeded defect must be refused.
"""

import csv
import json
import pathlib
import sys

from junitparser import JUnitXml
from trestle.oscal.assessment_plan import AssessmentPlan
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.component import ComponentDefinition

exports = pathlib.Path(sys.argv[1])


def parses(kind, value):
    try:
        kind.parse_obj(value)
        return True
    except Exception as error:  # trestle raises what pydantic raises
        print(f"  {str(error).splitlines()[0]}")
        return False


for name, kind, key in [
    ("oscal-assessment-plan.json", AssessmentPlan, "assessment-plan"),
    ("oscal-assessment-results.json", AssessmentResults, "assessment-results"),
    ("oscal-component-definition.json", ComponentDefinition, "component-definition"),
]:
    value = json.loads((exports / name).read_text())[key]
    assert parses(kind, value), f"{name} is refused"
    broken = value | {"uuid": "none"}
    assert not parses(kind, broken), f"{name}: a seeded defect is not noticed"
    print(f"trestle: {name} is read")

suites = JUnitXml.fromfile(str(exports / "junit.xml"))
cases = sum(1 for suite in suites for _ in suite)
assert cases > 0, "no test case"
print(f"junitparser: {cases} cases")

rows = list(csv.DictReader((exports / "requirements.csv").open(newline="")))
assert rows and all(row["id"] and row["outcome"] for row in rows), "an empty row"
print(f"csv: {len(rows)} requirements")

for name in ["findings.sarif", "full.sarif"]:
    log = json.loads((exports / name).read_text())
    assert log["version"] == "2.1.0" and len(log["runs"]) == 1, name
    assert all(row["kind"] == "fail" for row in log["runs"][0]["results"]) or name == "full.sarif", name
print("sarif: read")
