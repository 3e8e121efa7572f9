# %% [markdown]
# # A lender who learns from those it lent to
#
# One hour. You need to know what a logistic regression and a confusion matrix are, and nothing of loopsim.
#
# A bank scores applicants and lends to those who will probably repay. It learns from loans that were
# repaid or not, and of course it only has those for the people it lent to. By the end of the hour you
# will have seen what this does to the model, what it does to the dashboard, which remedy works at what
# price, and how to tell the one loop that is to blame from four others that are not.
#
# Each **exercise** is followed by an empty cell. Predict first, then run.

# %%
import warnings

import matplotlib.pyplot as plt

warnings.filterwarnings("ignore", message="IProgress")  # a progress bar that we do not need

import loopsim

scenario = loopsim.Scenario.load(
    "../scenarios/lending/selective_labels.yaml",
    {"environment.people": 20_000, "rounds": 40},
)
print(scenario.description)

# %% [markdown]
# ## 1. Run it, and read two ledgers (15 minutes)
#
# 20,000 people have the credit scores of the United States in 2003, in four groups. In every round most of
# them apply; the bank lends where the model says that a loan pays; a default shows after 3 rounds, a
# repayment after 6; the model is fitted anew every 4 rounds.

# %%
run = loopsim.Simulation(scenario).run()
figures = run.series.frame()
figures.query("round == 39 and group == 'all'").pivot(
    index="metric", columns="ledger", values="value"
)

# %% [markdown]
# `observed` is what the bank's dashboard shows: it is computed from the log, from labels that have come in.
# `true` is computed from the world, where it is known what the refused would have done. In the first rounds
# the dashboard is very dark: defaults show sooner than repayments, so at first all that has come in is bad.


# %%
def both(run, metrics, group="all"):
    """True and observed figures over the rounds."""
    _, axes = plt.subplots(1, len(metrics), figsize=(4 * len(metrics), 2.8), layout="constrained")
    for axis, metric in zip(axes, metrics, strict=True):
        for ledger, style in {"true": "-", "observed": "--"}.items():
            axis.plot(run.series.values(ledger, metric, group), style, label=ledger)
        axis.set(title=metric, xlabel="round")
    axes[0].legend()


both(run, ["recall", "auc", "calibration"])

# %% [markdown]
# **Exercise 1.** The dashboard's recall is 1 in every round. Why can it not be anything else? Which of
# precision, AUC and profit would you trust on this dashboard, and which not? Write one sentence for each
# before you look at the figures.

# %% tags=["solution"]
# Recall is "of the good people, how many did we approve". The dashboard knows the outcome of approved people
# only, so all good people that it knows of were approved. Precision is about the approved: it can be trusted
# (but it is late). AUC asks whether good people rank above bad ones among ALL applicants; the dashboard
# compares approved people with each other, who are alike. Profit a case: refused cases earn nothing, and are
# no cases on the dashboard.
both(run, ["precision", "auc", "profit"])

# %% [markdown]
# **Exercise 2.** Calibration is the mean distance between what the model says and what happens; 0 is best.
# Plot the true calibration of each group (`run.series.groups` are their names). Who bears the error?

# %% tags=["solution"]
for group in run.series.groups:
    plt.plot(run.series.values("true", "calibration", group), label=group)
plt.legend()
plt.xlabel("round")
plt.title("true calibration error: largest where most are refused")

# %% [markdown]
# ## 2. Is the loop to blame? Cut it (15 minutes)
#
# Perhaps the model would be as far off anyway. In a *cut* run everything is the same, the luck of every
# person included, but the outcome of every applicant is seen. Such a pair of runs is called twins, and what
# differs between them is what the loop does.

# %%
result = loopsim.cut(scenario, ["outcome"], seeds=4, metrics=["true.calibration", "observed.auc"])
columns = ["ledger", "metric", "closed", "cut", "effect", "low", "high"]
result.effects.query("group == 'all'")[columns].round(3)

# %% [markdown]
# `effect` is closed less cut, with a 95% interval over four pairs.
#
# **Exercise 3.** There are five loops: `sampling` (who applies), `outcome` (whose outcome is seen), `feature`
# (scores move with repayments and defaults), `model` (what training reads), `oversight` (nobody reviews
# here). Which of them does true calibration depend on? Predict, then cut `feature` and `model` in turn.

# %% tags=["solution"]
for loop in ["feature", "model"]:
    other = loopsim.cut(scenario, [loop], seeds=4, metrics=["true.calibration"])
    print(loop, other.effects.query("group == 'all'")[columns].round(3).to_string(index=False))
# Cutting `model` mends calibration as cutting `outcome` does: either way the model is fitted on people
# whom nobody selected. Two loops, one harm: cutting either one is enough. And cutting `feature` takes away most
# of it too: who defaults loses 30 points and is then among the refused, where the model does not learn; if
# scores stay as they are, the model that was fitted at the start stays right for longer. The three effects add
# up to more than the error there is, because they act together. `loopsim attribute` splits such things.

# %% [markdown]
# ## 3. What can a bank do? (20 minutes)
#
# A bank cannot cut a loop; that is the privilege of a simulation. It can lend to a few of those whom it would
# refuse, and weigh their rows by one over their chance of being seen.


# %%
def try_policy(**changes):
    """The run with other settings; the same people, the same luck."""
    keys = {name.replace("__", "."): value for name, value in changes.items()}
    return loopsim.Simulation(scenario.replace(**keys)).run()


def last(run, metric, rounds=4):
    """The mean of the last rounds."""
    return run.series.values("true", metric)[-rounds:].mean()


explored = try_policy(policy__explore=0.05, training__weights="inverse-propensity")
for name, arm in {"as it is": run, "explores": explored}.items():
    print(f"{name:10} calibration {last(arm, 'calibration'):.3f}  profit {last(arm, 'profit'):.4f}")

# %% [markdown]
# **Exercise 4.** Find the smallest exploration rate with a true calibration error below .03. What does it cost
# in profit? Is it the same with `training__weights="none"`? Plot calibration against profit for rates
# 0, .01, .02, .05 and .1, with and without weights.

# %% tags=["solution"]
for weights in ["none", "inverse-propensity"]:
    arms = [
        try_policy(policy__explore=r, training__weights=weights) for r in (0, 0.01, 0.02, 0.05, 0.1)
    ]
    plt.plot(
        [last(a, "profit") for a in arms],
        [last(a, "calibration") for a in arms],
        "o-",
        label=weights,
    )
plt.axhline(0.03, color="grey", lw=0.8)
plt.legend(title="weights")
plt.xlabel("true profit a case")
plt.ylabel("true calibration error")

# %% [markdown]
# **Exercise 5.** The bank's dashboard shows a *lower* profit as soon as it explores. Would the head of the
# bank, who sees only the dashboard, keep the exploration? What would you have to show them?

# %% tags=["solution"]
both(explored, ["profit", "auc", "calibration"])
# The observed figures now include people whom the model would have refused: profit falls, AUC rises towards
# the truth. What they buy does not show in profit at all; show calibration on the explored slice, weighted.

# %% [markdown]
# ## 4. The same number for everybody (10 minutes)
#
# Demographic parity approves the same share of every group.

# %%
parity = try_policy(policy="demographic-parity")
for name, arm in {"break-even": run, "parity": parity}.items():
    values = {
        g: arm.series.values("true", "approval", g)[-4:].mean().round(3) for g in arm.series.groups
    }
    print(f"{name:10}", values)

# %% [markdown]
# **Exercise 6.** Each default lowers a person's score by 30 points, each repaid loan raises it by 8. Follow the
# mean chance to repay (`"repayment"`) of each group in both runs. Does more lending help the group that got more of it?
# (Liu et al., 2018, call the answer *active harm*.)

# %% tags=["solution"]
_, axes = plt.subplots(1, 2, figsize=(9, 3), sharey=True, layout="constrained")
for axis, (name, arm) in zip(axes, {"break-even": run, "parity": parity}.items(), strict=True):
    for group in arm.series.groups[1:]:
        path = arm.series.values("true", "repayment", group)
        axis.plot(path - path[0], label=group)
    axis.set(title=name, xlabel="round", ylabel="change of the chance to repay")
axes[0].legend()

# %% [markdown]
# ## To take home
#
# - A dashboard that is computed from decisions that the model made cannot show what the model does wrong
#   about the others.
# - Two runs that share their luck tell cause from coincidence; two that do not, need many more seeds.
# - Remedies have a price, and the price is visible on the dashboard while the benefit is not.
#
# Go on with `loopsim attribute` (how much of a change is due to which loop, and to which pairs), or with your
# own rows: `docs/own_data.md`.
