"""A log as a Jupyter notebook that adds it up again with the public API, the log inside it."""

from __future__ import annotations

from data.plans.log import TrainingLog
from data.plans.structured import write_json
from pipeline.notebook import as_is, book_of, code_cell, text_cell

READ = """from data.plans.read import read_files
from pipeline import training_plan

log = read_files([("log.json", LOG.encode())])
athlete = {athlete!r}
analysis = training_plan.analyse(log, athlete)
print(*analysis.findings, sep="\\n")"""

DAYS = """days = analysis.daily if len(analysis.daily) else analysis.planned
days.tail(14).round(1)"""

WEEKS = "analysis.weeks.tail(12).round(0)"

COMPLIANCE = """import pandas as pd

pd.DataFrame(
    [
        ((c.planned or c.done).date, (c.planned or c.done).title, c.status, c.share)
        for c in analysis.compliance
    ],
    columns=["date", "title", "status", "share"],
)"""

EXPLAIN = """import pipeline

why = training_plan.explain(log, athlete, pipeline.Runtime())
if why is not None:
    print(why.verdict, why.estimates, why.baseline, why.agreement)"""

PROPOSE = """import datetime as dt
from pipeline.plans.goal import Goal

goal = Goal(days.index[-1].date() + dt.timedelta(weeks=8))
for proposal in training_plan.propose(log, athlete, goal):
    print(proposal.name, proposal.terms, len(proposal.changed), *proposal.limits)"""


def to_notebook(log: TrainingLog, athlete: str) -> bytes:
    """The file, UTF-8 JSON: one athlete's log as text, then a cell a step of the view."""
    told = (
        f"# {as_is(athlete) or 'Training log'}\n\nMade with TrainSight. Run it where TrainSight is "
        "installed (`pip install -e .` in its folder), or with the notebook in that folder. The "
        "log is in the next cell; put a file's name into `training_plan.read` to take another."
    )
    held = write_json(log.of(athlete)).decode()
    cells = [
        text_cell(told),
        code_cell(f"LOG = {held!r}"),
        code_cell(READ.format(athlete=athlete)),
        *map(code_cell, (DAYS, WEEKS, COMPLIANCE, EXPLAIN, PROPOSE)),
    ]
    return book_of(cells)
