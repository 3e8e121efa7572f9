# %% [markdown]
# # A recommender that makes the tastes it predicts
#
# One hour. You need to know what a recommender does, and nothing of loopsim.
#
# A recommender shows ten items, learns from the clicks on those ten, and shows ten others. By the end of the
# hour you will have seen a list that feeds on itself, tastes that come to fit the model, clicks that cost
# what they were meant to measure, and what three remedies do. Every claim has a control beside it: random
# slates, an oracle that knows the tastes, or the same world with a loop cut.
#
# Each **exercise** is followed by an empty cell. Predict first, then run.

# %%
import warnings

import matplotlib.pyplot as plt
import pandas as pd

warnings.filterwarnings("ignore", message="IProgress")  # a progress bar that we do not need

import loopsim

SMALL = {"environment.users": 800, "environment.population.items": 200, "rounds": 40}


def play(name, **changes):
    """A run of a scenario file, smaller than it stands there, with other settings."""
    keys = {key.replace("__", "."): value for key, value in changes.items()}
    scenario = loopsim.Scenario.load(f"../scenarios/recommender/{name}.yaml", SMALL | keys)
    return loopsim.Simulation(scenario).run()


def ends(runs, metrics, ledger="true", group="all"):
    """The mean of each metric over the last five rounds, a row a run."""
    rows = {
        name: {m: run.series.values(ledger, m, group)[-5:].mean() for m in metrics}
        for name, run in runs.items()
    }
    return pd.DataFrame(rows).T.round(3)


def over_rounds(runs, metrics, ledger="true"):
    """Each metric over the rounds, a line a run."""
    figure, axes = plt.subplots(
        1, len(metrics), figsize=(4 * len(metrics), 3.1), layout="constrained"
    )
    for axis, metric in zip(axes, metrics, strict=True):
        for name, run in runs.items():
            axis.plot(run.series.values(ledger, metric), label=name)
        axis.set(title=f"{ledger} {metric}", xlabel="round")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)


# %% [markdown]
# ## 1. One list for everybody (15 minutes)
#
# 800 users, a quarter of them a minority whose tastes are the majority's turned round. The model ranks items
# by the share of clicks that they got where they were shown.

# %%
worlds = {
    "popularity": play("popularity_bias"),
    "random slates": play("popularity_bias", policy={"kind": "random-slates", "k": 10}),
    "oracle": play("popularity_bias", model="oracle-slates"),
}
ends(worlds, ["shown_utility", "consumption_gini", "catalogue_coverage", "jaccard"])

# %% [markdown]
# `shown_utility` is what the items shown are truly worth to those who see them, `consumption_gini` how unequal
# items fare (0: all alike), `jaccard` how much two users' consumption has in common.
#
# **Exercise 1.** Is it bad that a few items get most of the clicks? Compare with the oracle before you answer.
# Then look at the two groups (`group="majority"`, `group="minority"`): who gets what out of the list?

# %% tags=["solution"]
for group in ["majority", "minority"]:
    print(group)
    print(ends(worlds, ["shown_utility", "click_through"], group=group))
# Some inequality is deserved: the oracle, which knows every taste, concentrates as well, but on different items
# for different people (its jaccard is lower). The popular list is good for the majority and hardly better than
# random for the minority.

# %% [markdown]
# **Exercise 2.** The list learns from clicks on the list. Is *that* why it is the way it is? Cut the `model` loop:
# training then reads as many answers to random slates, asked of the same users and not lived. Follow
# `true.slate_regret` (what the best slate would be worth more) and `true.consumption_gini`.

# %% tags=["solution"]
scenario = loopsim.Scenario.load("../scenarios/recommender/popularity_bias.yaml", SMALL)
result = loopsim.cut(
    scenario, ["model"], seeds=3, metrics=["true.slate_regret", "true.consumption_gini"]
)
result.effects.query("group == 'all'")[["metric", "closed", "cut", "effect", "low", "high"]].round(
    3
)
# A tenth of the regret is the loop's, surely more than nothing; of the inequality nothing is. With the loop cut
# the list is drawn from random answers, and is the list of the majority's favourites all the same: what makes it
# unequal is one list for all, not what it learned from.

# %% [markdown]
# ## 2. Tastes that come to fit the model (15 minutes)
#
# Now tastes turn towards what is consumed, and the model learns which kinds of items each user clicks on.

# %%
chamber = {
    "as it is": play("echo_chamber"),
    "tastes stay (feature cut)": play("echo_chamber", loops__feature=0),
    "random slates": play("echo_chamber", policy={"kind": "random-slates", "k": 10}),
}
over_rounds(chamber, ["click_through", "taste_entropy", "drift"])

# %% [markdown]
# **Exercise 3.** Click-through is higher with the loop closed than with it cut. A product manager concludes that
# the model has become better at knowing its users. What else could it be, and which of the lines tells you?

# %% tags=["solution"]
ends(chamber, ["click_through", "taste_entropy", "echo_chamber", "boredom"])
# The model did not come to know the users; the users came to be what the model shows. With tastes that stay, the
# same model earns fewer clicks. Even random slates narrow tastes, since people drift to whatever they pick, but
# less far. Only a twin with the loop cut can tell learning from shaping.

# %% [markdown]
# **Exercise 4.** Re-rank for diversity: `policy={"kind": "diverse", "k": 10, "trade": w}` for some trades
# (`loopsim list policy` and the error messages tell what a kind can be given). What happens to the diversity of
# the slates, to the taste entropy, and to clicks? Does a more diverse slate make more diverse people?

# %% tags=["solution"]
diverse = {
    f"trade {w}": play("echo_chamber", policy={"kind": "diverse", "k": 10, "trade": w})
    for w in (0.2, 0.5, 0.8)
}
ends(
    diverse | {"as it is": chamber["as it is"]},
    ["diversity", "taste_entropy", "click_through", "drift"],
)
# A little diversity makes tastes narrower, not broader: a slate with something for everybody in it is picked from
# more often, and people drift further. Only slates that are mostly something else broaden tastes, and they cost
# clicks. Diversity of slates and diversity of people are two things.

# %% [markdown]
# ## 3. Clicks that cost what they were meant to measure (15 minutes)
#
# Some items promise more than they hold. They earn clicks; those who fall for them are less satisfied, come less
# often, and leave.

# %%
bait = {
    "clicks": play("clickbait"),
    "random slates": play("clickbait", policy={"kind": "random-slates", "k": 10}),
}
over_rounds(bait, ["click_through", "satisfaction", "visits"])

# %% [markdown]
# **Exercise 5.** The dashboard has a survey, asked after a tenth of the picks (`observed` `satisfied`). Plot observed
# click-through and observed satisfaction. When could a team have known? What would a dashboard without the
# survey have told them?

# %% tags=["solution"]
over_rounds(bait, ["click_through", "satisfied"], ledger="observed")

# %% [markdown]
# **Exercise 6.** Train on the survey instead of the clicks: `training__trust={"satisfied": 1}`. What improves, what does
# it cost, and why does it not make the world perfect?

# %% tags=["solution"]
bait["survey"] = play("clickbait", training__trust={"satisfied": 1})
print(ends(bait, ["click_through", "satisfaction", "visits", "clickbait", "shown_utility"]))
# Clickbait goes, visits come back, and clicks fall: on a dashboard of clicks it is a loss. The survey is rare, and it is
# asked only of those who picked something, so the model knows little of what nobody picks.

# %% [markdown]
# ## 4. What the log cannot tell (10 minutes)
#
# **Exercise 7.** A colleague wants to know how many clicks another policy *would* earn, without trying it. The log has
# the slates that were shown and their clicks. Under `top-k`, how often was an item shown that the other policy would
# show and this one would not? What does `policy={"kind": "softmax", "k": 10}` change about that, and what does it cost?

# %% tags=["solution"]
softmax = play("popularity_bias", policy={"kind": "softmax", "k": 10})
print(
    ends(
        {"top-k": worlds["popularity"], "softmax": softmax},
        ["click_through", "catalogue_coverage", "exposure_gini"],
    )
)
# Under top-k an item outside the list has no chance to be shown: nothing in the log speaks of it, and no weighting
# can. Under softmax every item has a known chance (the propensity is logged), so clicks can be weighted by one over
# it; `loopsim.monitoring.off_policy` does that, and tests compare it with the truth that the simulation knows.

# %% [markdown]
# ## To take home
#
# - Concentration alone proves nothing: compare with an oracle and with random slates.
# - A model that is right more and more often may be changing people rather than learning about them.
# - What is easy to count is not what you want; a rare honest signal can be worth more than a common cheap one.
# - What was never shown cannot be judged from the log.
