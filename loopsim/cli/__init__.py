"""The command line: one file a verb. Heavy imports happen inside the verb that needs them."""

from __future__ import annotations

import sys

import typer

from loopsim.cli.attribute import attribute
from loopsim.cli.audit import audit
from loopsim.cli.boundary import boundary
from loopsim.cli.calibrate import calibrate
from loopsim.cli.check import check
from loopsim.cli.compare import compare
from loopsim.cli.compliance import compliance
from loopsim.cli.cut import cut
from loopsim.cli.experiment import experiment
from loopsim.cli.gain import gain
from loopsim.cli.kinds import list_kinds
from loopsim.cli.lineage import lineage
from loopsim.cli.new import new
from loopsim.cli.observe import observe
from loopsim.cli.open_run import open_run
from loopsim.cli.optimise import optimise
from loopsim.cli.report import report
from loopsim.cli.resume import resume
from loopsim.cli.run import run
from loopsim.cli.schema import schema
from loopsim.cli.sensitivity import sensitivity
from loopsim.cli.study import study
from loopsim.cli.sweep import sweep
from loopsim.cli.verify import verify
from loopsim.errors import LoopsimError

HELP = """A laboratory for feedback loops in machine-learning systems.

A scenario closes a loop around a model. Run it, cut any of its loops in an exact twin, and see what
a team would see beside what is true.

  loopsim run scenarios/lending/selective_labels.yaml

  loopsim cut scenarios/lending/selective_labels.yaml --loop outcome

Exit status: 0 done, 1 a bug in loopsim, 2 bad input (nothing has run), 3 a plug-in failed,
4 a run folder that cannot be written or read, 5 the processes or the cluster are gone.
"""

app = typer.Typer(
    help=HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
for verb in (
    run,
    resume,
    cut,
    attribute,
    gain,
    boundary,
    observe,
    compare,
    sweep,
    sensitivity,
    optimise,
    study,
    check,
    schema,
    new,
    report,
    audit,
    verify,
    compliance,
    lineage,
):
    app.command()(verb)
app.command("list")(list_kinds)
app.command("open")(open_run)
app.add_typer(calibrate, name="calibrate")
app.add_typer(experiment, name="experiment")


def main() -> None:
    """Run the command line; what loopsim raises on purpose is one message and an exit status."""
    try:
        app()
    except LoopsimError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        goes_on = "loopsim resume goes on with a run, and a study when it is asked again"
        print(f"interrupted; {goes_on}", file=sys.stderr)
        sys.exit(130)
