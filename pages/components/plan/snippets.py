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

EXPLAIN = """import pipeline

why = training_plan.explain(log, athlete, pipeline.Runtime())
print(why.verdict, why.estimates, why.agreement)
print(why.effect[-1])  # points by which each session changes the next one's estimate"""

PLANNED = """for session in log.of(athlete).sessions:
    if session.kind == "planned":
        print(session.date, session.sport, session.title)"""

PROPOSE = """import datetime as dt
from pipeline.plans.goal import Goal

goal = Goal(dt.date.today() + dt.timedelta(weeks=8), available=(1, 2, 4, 5, 6))
for proposal in training_plan.propose(log, athlete, goal):
    print(proposal.name, proposal.ctl, proposal.tsb, len(proposal.changes))"""

ILLUSTRATE = """import pipeline
from pipeline.plans.illustrate import illustrate

planned = [s for s in log.of(athlete).sessions if s.kind == "planned"]
for event in illustrate(planned[:7], pipeline.Runtime()):
    if event.result is not None:
        Path(f"{event.result.key}.jpg").write_bytes(event.result.jpeg)"""
