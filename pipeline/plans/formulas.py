"""Formula, unit and source of every figure, for whoever asks how it came about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Formula:
    """``limits`` says what the figure does not tell."""

    formula: str
    unit: str
    source: str
    limits: str = ""


FORMULAS = {
    "power": Formula(
        "100 · s · NP · IF / (FTP · 3600), IF = NP / FTP, NP = (mean of (30-s mean power)⁴)^¼",
        "points",
        "Allen & Coggan, Training and Racing with a Power Meter, 3rd ed.",
        "As good as the FTP it is set against.",
    ),
    "stated TSS": Formula("as the file states it", "points", "the file"),
    "heart rate": Formula(
        "100 · TRIMP / TRIMP of an hour at threshold, TRIMP = Σ min · Δ · a · e^(bΔ)",
        "points",
        "Banister 1991; a = 0.64, b = 1.92 for men, 0.86 and 1.67 for women",
        "Heart rate lags behind short intervals and drifts with heat.",
    ),
    "pace": Formula(
        "100 · h · (speed / threshold speed)^n, n = 2 running, 3 swimming",
        "points",
        "McGregor & Fitzgerald, The Runner's Edge; TrainingPeaks",
        "Hills and wind are not corrected for.",
    ),
    "session RPE": Formula(
        "CR10 · minutes · 100 / 480",
        "points",
        "Foster et al. 2001; scaled so that an hour at 8 is 100 (TrainingPeaks' table)",
    ),
    "stated": Formula(
        "as the file states it",
        "the file's own",
        "the file",
        "Not on the scale of the other methods: don't add it to theirs.",
    ),
    "duration": Formula(
        "50 · h",
        "points",
        "an hour of easy endurance (CR10 of 4)",
        "Nothing but the time is known; intensity is assumed.",
    ),
    "ctl": Formula(
        "yesterday · e^(−1/42) + load · (1 − e^(−1/42))",
        "points a day",
        "Coggan's Performance Manager, after Banister 1975",
        "Starts at 0: the first six weeks are too low.",
    ),
    "atl": Formula("yesterday · e^(−1/7) + load · (1 − e^(−1/7))", "points a day", "as CTL"),
    "tsb": Formula("yesterday's CTL − yesterday's ATL", "points a day", "as CTL"),
    "ramp": Formula("CTL − CTL seven days ago", "points a day and week", "as CTL"),
    "monotony": Formula(
        "mean / standard deviation (n − 1) of seven days' load",
        "none",
        "Foster 1998, Med Sci Sports Exerc 30(7)",
        "Not defined where all seven days are alike.",
    ),
    "strain": Formula("seven days' load · monotony", "points", "Foster 1998"),
    "acwr_coupled": Formula(
        "mean of 7 days / mean of 28 days",
        "none",
        "Hulin et al. 2014",
        "Descriptive: in 5,205 runners it did not go with more injuries.",
    ),
    "acwr_uncoupled": Formula(
        "mean of 7 days / mean of the 21 days before",
        "none",
        "Windt & Gabbett 2019",
        "Descriptive.",
    ),
    "acwr_ewma": Formula(
        "moving averages with λ = 2 / (N + 1), N = 7 and 28",
        "none",
        "Williams et al. 2017",
        "Descriptive. Its λ is not that of CTL and ATL.",
    ),
    "spike": Formula(
        "distance / longest distance of the sport in the 30 days before − 1",
        "%",
        "Schuster Brandt Frandsen et al. 2025, Br J Sports Med",
        "An association over 5,205 runners, no prediction for one.",
    ),
    "polarisation_index": Formula(
        "log₁₀(Z1 / Z2 · Z3 · 100) of the shares of time in three zones",
        "none",
        "Treff et al. 2019, Front Physiol 10:707",
        "Not defined where zone 3 exceeds zone 1.",
    ),
    "compliance": Formula(
        "done / planned duration, else distance, else load",
        "%",
        "bands of TrainingPeaks: 80–120 % done, 50–150 % partly",
    ),
    "critical_power": Formula(
        "work = W′ + CP · t through best efforts of 2 to 30 min",
        "W and J",
        "Monod & Scherrer 1965",
        "Only as good as the efforts were all-out.",
    ),
    "critical_speed": Formula(
        "distance = D′ + CS · t through best efforts of 2 to 30 min",
        "m/s and m",
        "Hughson et al. 1984",
        "Only as good as the efforts were all-out.",
    ),
    "zones": Formula(
        "power: 55, 75, 90, 105, 120, 150 % of FTP; heart rate: 85, 90, 95, 100 % of LTHR; pace: "
        "129, 114, 106, 99 % of the threshold pace",
        "W, bpm, min",
        "Allen & Coggan, 3rd ed.; Friel, The Triathlete's Training Bible, 4th ed.",
        "Borders between zones are conventions, not steps in the body.",
    ),
    "wellness": Formula(
        "mean of 7 days; usual: mean ± ½ SD of the 60 days before; HRV as ln rMSSD",
        "the measure's own",
        "Plews et al. 2013, doi:10.1007/s40279-013-0071-8; Plews et al. 2014",
        "What is unusual is not yet bad: heat, travel and a taper move it too.",
    ),
    "w_balance": Formula(
        "above CP: W′bal − (P − CP) · s; below: W′bal + (CP − P) · s · (W′ − W′bal) / W′",
        "kJ",
        "Froncioni and Clarke's differential form, Skiba et al. 2015, Med Sci Sports Exerc 47(11)",
        "As good as CP and W′ are; under 0 says that they are too low.",
    ),
    "trimp_banister": Formula(
        "Σ min · Δ · a · e^(bΔ), Δ = (HR − rest) / (max − rest)",
        "arbitrary",
        "Banister 1991; a = 0.64, b = 1.92 for men, 0.86 and 1.67 for women",
        "Without a resting heart rate 60 is assumed.",
    ),
    "trimp_edwards": Formula(
        "Σ min in zone · 1 … 5, zones of 10 % of the highest heart rate from 50 % up",
        "arbitrary",
        "Edwards 1993, The Heart Rate Monitor Book",
    ),
    "trimp_lucia": Formula(
        "Σ min · 1 below 90 % of LTHR, · 2 up to LTHR, · 3 above",
        "arbitrary",
        "Lucía et al. 2003, Med Sci Sports Exerc 35(5)",
        "LTHR stands for the second ventilatory threshold and 90 % of it for the first.",
    ),
    "banister": Formula(
        "p₀ + k₁ · Σ w · e^(−t/τ₁) − k₂ · Σ w · e^(−t/τ₂)",
        "that of the tests",
        "Banister et al. 1975; Hellard et al. 2006 on its limits",
        "At least eight tests; the parameters are poorly determined even then.",
    ),
    "estimate": Formula(
        "mean + scale · network(sessions before), the middle and the outer tenths (pinball loss)",
        "points, CR10, minutes",
        "own network, trained on simulated athletes (models/weights/plan/card.md)",
        "It knows what was done, not what is planned or why.",
    ),
    "baseline": Formula(
        "mean · 0.9 + newest session · 0.1, rounded to 5 points, 1 of RPE, 5 minutes",
        "points, CR10, minutes",
        "exponentially weighted mean, λ = 2 / (N + 1), N = 19 sessions",
    ),
    "attention": Formula(
        "softmax(Q · Kᵀ / √d + bias of the days between) , mean of the heads",
        "share",
        "Vaswani et al. 2017, arXiv 1706.03762; Raffel et al. 2020, arXiv 1910.10683",
        "Where the network looks, which need not be what changes its estimate.",
    ),
    "effect": Formula(
        "estimate with the session − estimate with an ordinary session in its place",
        "points",
        "leave-one-out occlusion, Zeiler & Fergus 2014, arXiv 1311.2901; Covert et al. 2021",
        "What changes the estimate, not what caused the training.",
    ),
    "agreement": Formula(
        "mean over estimates of Spearman's ρ(attention, |effect|)",
        "none",
        "after Jain & Wallace 2019, arXiv 1902.10186",
        "Under 0.5 occlusion leads.",
    ),
    "proposal": Formula(
        "CTL at the goal − |TSB − 10| − changes / 4 − 20 · limits not kept + 5 · % better result",
        "points",
        "rules of this studio; limits as you set them",
        "A ranking of plans that keep the limits, no promise of fitness. The result counts where "
        "Banister's model explains half of the tests' variance (R² of 0.5).",
    ),
}
"""Method of load or name of a figure → how it is made."""
