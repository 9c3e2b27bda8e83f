"""The ``pipeline`` calls behind the cells of the training-plan view, ready to copy."""

from __future__ import annotations

READ = """from pathlib import Path
from pipeline import training_plan

log = training_plan.read([Path("data/samples/plans/garmin_log.csv")])"""

RECOGNISED = """for source in log.sources:
    print(source.name, source.format, source.sessions, source.columns, source.unknown)
print(len(log.duplicates), "duplicates")"""

ANALYSE = """athlete = log.athletes_with_sessions[0]
analysis = training_plan.analyse(log, athlete)
print(analysis.daily.tail())
print(*analysis.findings, sep="\\n")"""

WRITE = """from data.plans.write import write

Path("plan.ics").write_bytes(write(log, "plan.ics"))"""

COMPLIANCE = """for compared in analysis.compliance:
    session = compared.planned or compared.done
    print(session.date, session.title, compared.status, compared.share)"""
